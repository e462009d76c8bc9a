// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace engram {

/// What keeps this process from reading a file, in words; "" when nothing does.
std::string why_unreadable(const std::string& path);

}  // namespace engram
