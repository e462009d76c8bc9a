// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.hpp"

namespace engram {

/// A random order of the numbers 0 .. size - 1, any part of which is told without the rest. Up to
/// 65,536 numbers are shuffled; more go through a Feistel network of eight rounds, whose functions
/// are tables of random numbers: these take some 4 sqrt(size) numbers for each half of the rounds
/// (Luby and Rackoff 1988, doi:10.1137/0217022; Black and Rogaway 2002,
/// doi:10.1007/3-540-45760-7_9, for sizes that are no squares).
class Shuffle {
public:
    Shuffle() = default;
    /// `size` <= 2^40. Uses the streams `what` to `what` + 7 of `key` and `which`.
    Shuffle(RandomKey key, std::uint64_t what, std::uint32_t which, std::uint64_t size);

    /// Fills `out` with the numbers at the places from `first` on.
    void part(std::uint64_t first, std::span<std::uint64_t> out) const;

private:
    /// A number as a row and a column of a rectangle that is a little larger than `size`.
    struct Place {
        std::uint32_t row, column;
    };
    void encipher(Place& place) const;

    std::uint64_t size_ = 0;
    std::uint32_t rows_ = 0, columns_ = 0;
    std::vector<std::uint32_t> order_;  ///< of few numbers
    /// Else for each pair of rounds what is added to the row of each column, then to the column of
    /// each row.
    std::vector<std::uint32_t> added_;
};

}  // namespace engram
