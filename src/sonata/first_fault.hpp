// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "parallel/collectives.hpp"

namespace engram::sonata {

/// The first row of a file that cannot be, whichever rank read it: the same message on every
/// layout.
class FirstFault {
public:
    void note(std::uint64_t row, std::string text) {
        if (row >= row_) return;
        row_ = row;
        text_ = std::move(text);
    }
    /// Collective. "" where no rank noted any.
    [[nodiscard]] std::string agreed(const Communicator& comm) const {
        const std::uint64_t first = parallel::min(comm, row_);
        if (first == none) return {};
        const int mine = first == row_ ? comm.rank() : std::numeric_limits<int>::max();
        return parallel::broadcast(comm, text_, parallel::min(comm, mine));
    }

private:
    static constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t row_ = none;
    std::string text_;
};

}  // namespace engram::sonata
