// SPDX-License-Identifier: Apache-2.0
#include "build/segment_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace engram::build {
namespace {

constexpr int most_bits = 8;     // of the keys that are counted by at once
constexpr std::size_t few = 12;  // synapses for which counting does not pay

}  // namespace

template <class Key>
void SegmentOrder::insert(std::span<const Key> keys) {
    std::array<std::uint64_t, few> sorted;  // keys, and below them where they were
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::uint64_t moved = std::uint64_t{keys[i]} << 32 | i;
        std::size_t to = i;
        for (; to > 0 && sorted[to - 1] > moved; --to) sorted[to] = sorted[to - 1];
        sorted[to] = moved;
    }
    for (std::size_t i = 0; i < keys.size(); ++i) order_[i] = static_cast<std::uint32_t>(sorted[i]);
}

/// Orders by the `bits` of the keys above the lowest `shift`.
template <class Key>
void SegmentOrder::count(std::span<const Key> keys, int shift, int bits) {
    std::array<std::uint32_t, std::size_t{1} << most_bits> place;
    const std::size_t kinds = std::size_t{1} << bits;
    const auto kind = [&](Key key) { return std::size_t{key} >> shift & (kinds - 1); };
    std::fill_n(place.begin(), kinds, 0u);
    for (const Key key : keys) ++place[kind(key)];
    std::exclusive_scan(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(kinds),
                        place.begin(), 0u);
    next_order_.resize(keys.size());
    for (const std::uint32_t i : order_) next_order_[place[kind(keys[i])]++] = i;
    order_.swap(next_order_);
}

template <class Key>
void SegmentOrder::order(std::span<const Key> keys) {
    std::uint32_t differ = 0;
    for (const Key key : keys) differ |= std::uint32_t{key} ^ keys[0];
    order_.clear();
    if (differ == 0) return;
    order_.resize(keys.size());
    if (keys.size() <= few) {
        insert(keys);
        return;
    }
    std::iota(order_.begin(), order_.end(), 0u);
    // By the lowest bits in which keys differ, then by the next ones: each time the order within
    // equal ones stays.
    while (differ != 0) {
        const int shift = std::countr_zero(differ);
        const int bits = std::min(most_bits, static_cast<int>(std::bit_width(differ)) - shift);
        count(keys, shift, bits);
        differ &= ~(((std::uint32_t{1} << bits) - 1) << shift);
    }
}

template void SegmentOrder::order(std::span<const std::uint8_t>);
template void SegmentOrder::order(std::span<const std::uint16_t>);
template void SegmentOrder::order(std::span<const std::uint32_t>);

}  // namespace engram::build
