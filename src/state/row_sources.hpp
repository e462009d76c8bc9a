// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// The source of each row of a rank, ascending, in little more than 4 bytes each: where few
/// synapses make a row, their directory is what costs memory.
class RowSources {
public:
    RowSources() = default;
    explicit RowSources(const std::vector<GlobalIndex>& sources) {
        offset_.reserve(sources.size());
        for (std::size_t row = 0; row < sources.size(); ++row) {
            if (row % group == 0) base_.push_back(sources[row]);
            offset_.push_back(narrow<std::uint32_t>(sources[row] - base_.back(),
                                                    "neurons between sources of a rank",
                                                    "Use fewer ranks"));
        }
    }

    [[nodiscard]] std::size_t size() const { return offset_.size(); }
    [[nodiscard]] GlobalIndex operator[](std::size_t row) const {
        return base_[row / group] + offset_[row];
    }
    /// The row of `source`, or of the next source that has one; size() when there is none.
    [[nodiscard]] Row lower_bound(GlobalIndex source) const {
        const auto next = std::upper_bound(base_.begin(), base_.end(), source);
        if (next == base_.begin()) return 0;
        const auto begin = static_cast<std::size_t>(next - base_.begin() - 1) * group;
        std::size_t row = begin;
        while (row < std::min(begin + group, size()) && (*this)[row] < source) ++row;
        return static_cast<Row>(row);
    }
    [[nodiscard]] std::size_t bytes() const {
        return offset_.size() * sizeof(std::uint32_t) + base_.size() * sizeof(GlobalIndex);
    }

private:
    static constexpr std::size_t group = 64;
    std::vector<GlobalIndex> base_;  ///< the first source of each group of rows
    std::vector<std::uint32_t> offset_;
};

}  // namespace engram
