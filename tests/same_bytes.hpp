// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace engram::test {

inline std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Whether two files that are there hold the same, and something.
inline bool same_bytes(const std::filesystem::path& a, const std::filesystem::path& b) {
    const std::string bytes = bytes_of(a);
    return !bytes.empty() && bytes == bytes_of(b);
}

}  // namespace engram::test
