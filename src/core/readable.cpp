// SPDX-License-Identifier: Apache-2.0
#include "core/readable.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <unistd.h>

namespace engram {

std::string why_unreadable(const std::string& path) {
    if (::access(path.c_str(), R_OK) != 0)
        return errno == ENOENT ? "there is no such file" : std::strerror(errno);
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored) ? "it is a folder" : "";
}

}  // namespace engram
