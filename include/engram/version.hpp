// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace engram {

/// Of the program and of the library; semantic versioning.
inline constexpr const char* version = "0.1.0";

}  // namespace engram
