// SPDX-License-Identifier: Apache-2.0
#include "core/shuffle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace engram {
namespace {

constexpr std::uint64_t few = 65'536;
constexpr std::uint32_t pairs_of_rounds = 4;

void append_random(RandomStream stream, std::uint32_t bound, std::uint32_t count,
                   std::vector<std::uint32_t>& out) {
    std::array<std::uint64_t, 256> drawn;
    while (count > 0) {
        const auto n = std::min<std::uint32_t>(count, drawn.size());
        stream.below_all(bound, {drawn.data(), n});
        for (std::uint32_t i = 0; i < n; ++i) out.push_back(static_cast<std::uint32_t>(drawn[i]));
        count -= n;
    }
}

std::vector<std::uint32_t> shuffled(RandomStream stream, std::uint32_t size) {
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0u);
    for (std::uint32_t left = size; left > 1; --left)
        std::swap(order[left - 1], order[stream.below(left)]);
    return order;
}

}  // namespace

Shuffle::Shuffle(RandomKey key, std::uint64_t what, std::uint32_t which, std::uint64_t size)
    : size_(size) {
    if (size <= few) {
        order_ = shuffled(RandomStream(key, what, which), static_cast<std::uint32_t>(size));
        return;
    }
    rows_ = static_cast<std::uint32_t>(std::ceil(std::sqrt(static_cast<double>(size))));
    columns_ = static_cast<std::uint32_t>((size + rows_ - 1) / rows_);
    added_.reserve(pairs_of_rounds * (std::size_t{rows_} + columns_));
    for (std::uint32_t pair = 0; pair < pairs_of_rounds; ++pair) {
        append_random(RandomStream(key, what + 2 * pair, which), rows_, columns_, added_);
        append_random(RandomStream(key, what + 2 * pair + 1, which), columns_, rows_, added_);
    }
}

void Shuffle::encipher(Place& place) const {
    const std::uint32_t* added = added_.data();
    for (std::uint32_t pair = 0; pair < pairs_of_rounds; ++pair) {
        place.row += added[place.column];
        place.row -= place.row >= rows_ ? rows_ : 0;
        added += columns_;
        place.column += added[place.row];
        place.column -= place.column >= columns_ ? columns_ : 0;
        added += rows_;
    }
}

void Shuffle::part(std::uint64_t first, std::span<std::uint64_t> out) const {
    if (!order_.empty()) {
        for (std::uint64_t& number : out) number = order_[first++];
        return;
    }
    for (std::uint64_t& number : out) {
        Place place{static_cast<std::uint32_t>(first / columns_),
                    static_cast<std::uint32_t>(first % columns_)};
        ++first;
        do {  // what lies in the rectangle but beyond the numbers leads back to one of them
            encipher(place);
            number = std::uint64_t{place.row} * columns_ + place.column;
        } while (number >= size_);
    }
}

}  // namespace engram
