// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engram/communicator.hpp"

namespace engram::parallel {

/// A part of a row of things.
struct Share {
    std::uint64_t begin = 0, end = 0;
    [[nodiscard]] std::uint64_t size() const { return end - begin; }
};

/// Local. The equal part of `total` things that is this rank's; the parts follow one another in
/// rank order.
inline Share share_of(const Communicator& comm, std::uint64_t total) {
    const auto rank = static_cast<std::uint64_t>(comm.rank()),
               ranks = static_cast<std::uint64_t>(comm.size());
    return {total * rank / ranks, total * (rank + 1) / ranks};
}

}  // namespace engram::parallel
