// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace engram::build {

/// What orders the synapses of one source, beside their targets: delay, then receptor, then block.
class SegmentKey {
public:
    SegmentKey() = default;
    SegmentKey(std::uint16_t delay, std::uint8_t receptor, std::uint8_t block)
        : number_(std::uint32_t{delay} << 16 | std::uint32_t{receptor} << 8 | block) {}
    [[nodiscard]] std::uint16_t delay() const { return static_cast<std::uint16_t>(number_ >> 16); }
    [[nodiscard]] std::uint8_t receptor() const { return static_cast<std::uint8_t>(number_ >> 8); }
    [[nodiscard]] std::uint8_t block() const { return static_cast<std::uint8_t>(number_); }
    /// Which keys are ordered by.
    [[nodiscard]] std::uint32_t number() const { return number_; }
    bool operator==(const SegmentKey&) const = default;

private:
    std::uint32_t number_ = 0;
};

/// Orders the synapses of one source after another; keeps its memory from one to the next. A source
/// has few keys: synapses are counted by key, not compared.
class SegmentOrder {
public:
    /// Finds the order of `keys`; synapses of equal keys keep theirs.
    void order(std::span<const SegmentKey> keys);
    /// Brings `values`, one for each key, into the order that was found last.
    template <class T>
    void permute(std::span<T> values) {
        static_assert(std::is_trivially_copyable_v<T>);
        if (order_.empty()) return;
        if (spare_.size() < values.size_bytes()) spare_.resize(values.size_bytes());
        for (std::size_t i = 0; i < values.size(); ++i)
            std::memcpy(spare_.data() + i * sizeof(T), values.data() + order_[i], sizeof(T));
        std::memcpy(values.data(), spare_.data(), values.size_bytes());
    }

private:
    void insert(std::span<const SegmentKey> keys);
    void count(std::span<const SegmentKey> keys, int shift, int bits);

    std::vector<std::uint32_t> order_;  ///< where the synapse at each place was; empty: stay
    std::vector<std::uint32_t> next_order_;
    std::vector<std::byte> spare_;
};

}  // namespace engram::build
