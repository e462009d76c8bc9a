// SPDX-License-Identifier: Apache-2.0
#include "models/symmetric_pairs.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace engram {
namespace {

/// Starting the numbers of a pair of blocks takes as long as drawing some connections: so many
/// that they hold about 16, but few enough that a virtual process of few targets goes through
/// little that is not its own.
std::uint64_t size_of_blocks(double p) {
    constexpr double connections = 16.0;
    constexpr std::uint64_t least = 16, most = 4096;
    const double wanted = p > 0.0 ? std::sqrt(connections / p) : static_cast<double>(most);
    return std::bit_ceil(
        std::clamp(static_cast<std::uint64_t>(std::min(wanted, 1e6)), least, most));
}

}  // namespace

SymmetricPairs::SymmetricPairs(double p, std::uint32_t times, std::uint64_t size,
                               const RuleRange& range)
    : p_(p),
      times_(times),
      size_(size),
      range_(range),
      block_size_(size_of_blocks(p)),
      blocks_((size + block_size_ - 1) / block_size_) {}

void SymmetricPairs::draw(std::uint64_t block) {
    const NodeIndex first = block * block_size_;
    drawn_.reset(std::max(first, range_.begin), std::min({first + block_size_, size_, range_.end}));
    for (std::uint64_t other = 0; other < blocks_; ++other)
        for (std::uint32_t time = 0; time < times_; ++time) draw_pairs(block, other, time);
    drawn_.order();
}

void SymmetricPairs::draw_pairs(std::uint64_t block, std::uint64_t other, std::uint32_t time) {
    const std::uint64_t low = std::min(block, other), high = std::max(block, other);
    const NodeIndex rows = low * block_size_, columns = high * block_size_;
    const std::uint64_t width = std::min(block_size_, size_ - columns);
    const std::uint64_t height = std::min(block_size_, size_ - rows);
    draws_.stream =
        RandomStream(range_.key, (low * blocks_ + high) * times_ + time, range_.projection);
    draws_.successes(height * width, p_, [&](std::uint64_t pair) {
        const NodeIndex row = rows + pair / width, column = columns + pair % width;
        if (low == high && row >= column) return;
        if (block == low) drawn_.add(row, column);
        if (block == high) drawn_.add(column, row);
    });
}

}  // namespace engram
