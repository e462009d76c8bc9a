# SPDX-License-Identifier: Apache-2.0
# Flags of every target of ours. No -ffast-math and no contraction: a loop's vector body and its
# remainder must round alike (docs/architecture.md, section 4).
add_library(engram_flags INTERFACE)
target_compile_options(engram_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wno-restrict  # GCC 12 sees overlaps in std::string that are not there (GCC bug 105651)
    -ffp-contract=off -fno-math-errno -fno-trapping-math)
if(ENGRAM_WERROR)
    target_compile_options(engram_flags INTERFACE -Werror)
endif()
if(ENGRAM_MARCH)
    target_compile_options(engram_flags INTERFACE -march=${ENGRAM_MARCH})
endif()
if(ENGRAM_SANITIZE)
    target_compile_options(engram_flags INTERFACE
        -fsanitize=${ENGRAM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(engram_flags INTERFACE -fsanitize=${ENGRAM_SANITIZE})
endif()
