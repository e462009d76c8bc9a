// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// The source of each row of a rank, ascending, in little more than 4 bytes each: where few
/// synapses make a row, their directory is what costs memory. Copies share what they hold.
class RowSources {
public:
    RowSources() = default;
    explicit RowSources(const std::vector<GlobalIndex>& sources)
        : held_(std::make_shared<const Held>(sources)) {}

    [[nodiscard]] std::size_t size() const { return held_->offset.size(); }
    [[nodiscard]] GlobalIndex operator[](std::size_t row) const {
        return held_->base[row / group] + held_->offset[row];
    }
    /// The row of `source`, or of the next source that has one; size() when there is none.
    [[nodiscard]] Row lower_bound(GlobalIndex source) const {
        const auto& base = held_->base;
        const auto next = std::upper_bound(base.begin(), base.end(), source);
        if (next == base.begin()) return 0;
        const auto begin = static_cast<std::size_t>(next - base.begin() - 1) * group;
        std::size_t row = begin;
        while (row < std::min(begin + group, size()) && (*this)[row] < source) ++row;
        return static_cast<Row>(row);
    }
    [[nodiscard]] std::size_t bytes() const {
        return held_->offset.size() * sizeof(std::uint32_t) +
               held_->base.size() * sizeof(GlobalIndex);
    }

private:
    static constexpr std::size_t group = 64;

    struct Held {
        Held() = default;
        explicit Held(const std::vector<GlobalIndex>& sources) {
            offset.reserve(sources.size());
            for (std::size_t row = 0; row < sources.size(); ++row) {
                if (row % group == 0) base.push_back(sources[row]);
                offset.push_back(narrow<std::uint32_t>(sources[row] - base.back(),
                                                       "neurons between sources of a rank",
                                                       "Use fewer ranks"));
            }
        }
        std::vector<GlobalIndex> base;  ///< the first source of each group of rows
        std::vector<std::uint32_t> offset;
    };
    std::shared_ptr<const Held> held_ = std::make_shared<const Held>();
};

}  // namespace engram
