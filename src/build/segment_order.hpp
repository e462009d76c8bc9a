// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace engram::build {

/// What orders the synapses of one source, beside their targets, as a number: the delay, below it
/// the receptor, below it the block, in as many bits as these two need.
struct SegmentKeys {
    int receptor_bits = 8, block_bits = 8;

    [[nodiscard]] std::uint32_t number(std::uint16_t delay, std::uint8_t receptor,
                                       std::uint8_t block) const {
        return (std::uint32_t{delay} << receptor_bits | receptor) << block_bits | block;
    }
    [[nodiscard]] std::uint16_t delay(std::uint32_t number) const {
        return static_cast<std::uint16_t>(number >> (receptor_bits + block_bits));
    }
    [[nodiscard]] std::uint8_t receptor(std::uint32_t number) const {
        return static_cast<std::uint8_t>(number >> block_bits & ((1u << receptor_bits) - 1u));
    }
    [[nodiscard]] std::uint8_t block(std::uint32_t number) const {
        return static_cast<std::uint8_t>(number & ((1u << block_bits) - 1u));
    }
};

/// Orders the synapses of one source after another; keeps its memory from one to the next. A source
/// has few keys: synapses are counted by key, not compared.
class SegmentOrder {
public:
    /// Finds the order of `keys`, of 8, 16 or 32 bits; synapses of equal keys keep theirs.
    template <class Key>
    void order(std::span<const Key> keys);
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
    template <class Key>
    void insert(std::span<const Key> keys);
    template <class Key>
    void count(std::span<const Key> keys, int shift, int bits);

    std::vector<std::uint32_t> order_;  ///< where the synapse at each place was; empty: stay
    std::vector<std::uint32_t> next_order_;
    std::vector<std::byte> spare_;
};

}  // namespace engram::build
