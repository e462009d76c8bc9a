# SPDX-License-Identifier: Apache-2.0
# engram_test(step/exchange RANKS 1 2 3 4 THREADS 1 2 [LABELS sweep] [TIMEOUT 120])
#
# makes the executable test_step_exchange of tests/step/exchange.cpp, and one ctest entry for each layout:
# step/exchange.np3.nt2 runs it on 3 ranks with --threads=2. By default on 1 and 3 ranks, 1 thread, 120 s.
set(engram_sanitizer_options)
if(ENGRAM_SANITIZE)
    set(engram_sanitizer_options ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
        TSAN_OPTIONS=ignore_noninstrumented_modules=1)
endif()

set(engram_python_environment MPLBACKEND=Agg PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=${PROJECT_BINARY_DIR}/python
    ENGRAM_BUILD=${PROJECT_BINARY_DIR})

# Adds the executable of tests/<path>.cpp.
function(engram_test_executable path out_target)
    string(REPLACE "/" "_" target "test_${path}")
    add_executable(${target} ${path}.cpp)
    target_link_libraries(${target} PRIVATE engram_test_main)
    target_precompile_headers(${target} REUSE_FROM engram_test_main)
    set(${out_target} ${target} PARENT_SCOPE)
endfunction()

# Adds the ctest entry `name`: `target` on so many ranks and threads; WRAPPER stands before mpirun.
function(engram_test_entry name target ranks threads)
    cmake_parse_arguments(PARSE_ARGV 4 arg "" "TIMEOUT" "LABELS;WRAPPER;ARGUMENTS")
    math(EXPR processors "${ranks} * ${threads}")
    if(processors GREATER 2)
        set(processors 2)
    endif()
    if(ENGRAM_SANITIZE)
        math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")
    endif()
    math(EXPR limit "${arg_TIMEOUT} + 30")
    string(REGEX REPLACE "/.*" "" folder ${name})
    add_test(NAME ${name}
        COMMAND ${PROJECT_SOURCE_DIR}/cluster/mpi_env.sh ${arg_WRAPPER} timeout -k 5 ${arg_TIMEOUT}
            mpirun -n ${ranks} $<TARGET_FILE:${target}> --threads=${threads} ${arg_ARGUMENTS})
    set_tests_properties(${name} PROPERTIES PROCESSORS ${processors} TIMEOUT ${limit}
        LABELS "${folder};${arg_LABELS}" ENVIRONMENT "GTEST_COLOR=no;ENGRAM_TEST_THREADS=${threads};${engram_sanitizer_options}")
endfunction()

function(engram_test path)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "RANKS;THREADS;LABELS")
    if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${path}.cpp)
        message(STATUS "tests/${path}.cpp is listed but does not exist yet")
        return()
    endif()
    if(NOT DEFINED arg_RANKS)
        set(arg_RANKS 1 3)
    endif()
    if(NOT DEFINED arg_THREADS)
        set(arg_THREADS 1)
    endif()
    if(NOT DEFINED arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(NOT 3 IN_LIST arg_RANKS)
        message(FATAL_ERROR "engram_test(${path}): RANKS lacks 3 (an odd number finds what 1, 2 and 4 hide). Add it.")
    endif()
    engram_test_executable(${path} target)
    foreach(ranks ${arg_RANKS})
        foreach(threads ${arg_THREADS})
            engram_test_entry(${path}.np${ranks}.nt${threads} ${target} ${ranks} ${threads}
                TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABELS})
        endforeach()
    endforeach()
endfunction()

# The unittest script tests/<path>.py, run by the Python that has Debian's numpy and h5py. ENGRAM_BUILD tells it the
# folder of the build.
function(engram_python_test path)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;PROCESSORS" "")
    if(NOT DEFINED arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(NOT DEFINED arg_PROCESSORS)
        set(arg_PROCESSORS 1)
    endif()
    if(ENGRAM_SANITIZE)
        math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")
    endif()
    add_test(NAME ${path} COMMAND ${PROJECT_SOURCE_DIR}/cluster/mpi_env.sh
        /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${path}.py)
    string(REGEX REPLACE "/.*" "" folder ${path})
    set_tests_properties(${path} PROPERTIES TIMEOUT ${arg_TIMEOUT} PROCESSORS ${arg_PROCESSORS} LABELS ${folder}
        ENVIRONMENT "${engram_python_environment};${engram_sanitizer_options}"
        FAIL_REGULAR_EXPRESSION "Ran 0 tests")
endfunction()

# The unittest script tests/<path>.py on each number of ranks; its main is that of tests/python/on_ranks.py. Entries are
# called <path>.npN.
function(engram_python_mpi_test path)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "RANKS;ARGUMENTS")
    if(NOT DEFINED arg_TIMEOUT)
        set(arg_TIMEOUT 100)
    endif()
    if(NOT DEFINED arg_RANKS)
        set(arg_RANKS 1 2 3)
    endif()
    math(EXPR limit "${arg_TIMEOUT} + 30")
    string(REGEX REPLACE "/.*" "" folder ${path})
    foreach(ranks ${arg_RANKS})
        set(processors 2)
        if(ranks EQUAL 1)
            set(processors 1)
        endif()
        add_test(NAME ${path}.np${ranks}
            COMMAND ${PROJECT_SOURCE_DIR}/cluster/mpi_env.sh timeout -k 5 ${arg_TIMEOUT} mpirun -n ${ranks}
                /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${path}.py ${arg_ARGUMENTS})
        set_tests_properties(${path}.np${ranks} PROPERTIES PROCESSORS ${processors} TIMEOUT ${limit} LABELS ${folder}
            ENVIRONMENT "${engram_python_environment}"
            FAIL_REGULAR_EXPRESSION "Ran 0 tests")
    endforeach()
endfunction()

# A check of the sources by tests/hygiene/check.py: that of this name, or CHECK with its options.
function(engram_hygiene check)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;PROCESSORS" "LABELS;CHECK")
    if(NOT DEFINED arg_CHECK)
        set(arg_CHECK ${check})
    endif()
    if(NOT DEFINED arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    if(NOT DEFINED arg_PROCESSORS)
        set(arg_PROCESSORS 1)
    endif()
    add_test(NAME hygiene/${check}
        COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/hygiene/check.py ${arg_CHECK} --build ${PROJECT_BINARY_DIR})
    set_tests_properties(hygiene/${check} PROPERTIES TIMEOUT ${arg_TIMEOUT} PROCESSORS ${arg_PROCESSORS}
        LABELS "hygiene;${arg_LABELS}")
endfunction()
