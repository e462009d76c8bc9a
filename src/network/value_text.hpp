// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/description.hpp"

namespace engram {

/// Values in words, numbers in the shortest form that reads back to the same bits.
std::string to_text(double number);
std::string to_text(const Random& random);
std::string to_text(const Value& value);

/// Arrays up to 64 values in full, longer ones by their number and checksum.
std::string to_text(const std::vector<double>& array);
std::string to_text(const std::vector<std::uint64_t>& array);

}  // namespace engram
