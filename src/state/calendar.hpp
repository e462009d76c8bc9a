// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// A segment whose spike is on its way: where its synapses are, and which spike it was.
struct CalendarEntry {
    std::uint32_t begin;  ///< first synapse in the columns
    std::uint16_t length;
    std::uint16_t columns;
    std::uint16_t delay;  ///< steps
    std::uint8_t receptor;
    std::uint8_t block;   ///< targets count from 65,536 x block
    std::uint32_t spike;  ///< not of static synapses: the record of the spike
};
static_assert(sizeof(CalendarEntry) == 16);

/// What arrives at each of the coming steps on one VP: one list a step, in the canonical order of
/// summation (emission step, source, columns, receptor, block). Lists keep their memory, so that
/// a steady state allocates nothing.
class Calendar {
public:
    Calendar() = default;
    explicit Calendar(Step max_delay)
        : days_(std::bit_ceil(static_cast<std::size_t>(max_delay) + 1)) {}

    std::vector<CalendarEntry>& day(Step step) {
        return days_[static_cast<std::size_t>(step) & (days_.size() - 1)];
    }
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const auto& day : days_) sum += day.capacity() * sizeof(CalendarEntry);
        return sum;
    }

private:
    std::vector<std::vector<CalendarEntry>> days_;
};

}  // namespace engram
