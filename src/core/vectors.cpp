// SPDX-License-Identifier: Apache-2.0
#include "core/vectors.hpp"

#include <cstdlib>
#include <string_view>

namespace engram {
namespace {

bool chosen() {
#if defined(__x86_64__)
    const char* set = std::getenv("ENGRAM_VECTORS");
    if (set != nullptr && std::string_view(set) == "256") return false;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

}  // namespace

bool wide_vectors() {
    static const bool wide = chosen();
    return wide;
}

}  // namespace engram
