// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/description.hpp"

namespace engram {

/// Values in words, numbers in the shortest form that reads back to the same bits.
std::string to_text(double number);
std::string to_text(const Random& random);  ///< `normal(mean = 0, std = 1)`
std::string to_text(const Value& value);

/// A random value's distribution, and its parameters as `mean = 0, std = 1`.
struct RandomText {
    std::string distribution, parameters;
};
RandomText random_text(const Random& random);

/// The xxh128 of these bytes in hexadecimal digits.
std::string checksum_text(const void* data, std::size_t bytes);

/// Arrays up to 64 values in full, longer ones by their number and checksum.
std::string to_text(const std::vector<double>& array);
std::string to_text(const std::vector<std::uint64_t>& array);

}  // namespace engram
