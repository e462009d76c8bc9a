// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engram/communicator.hpp"

namespace engram::step {

/// Where the parts of a block are; its rows follow behind the spikes of each step.
struct BlockHeader {
    static constexpr std::size_t largest = 0;  ///< the sender's largest number of spikes for a rank
    static constexpr std::size_t flags = 1;
    static constexpr std::size_t lags = 2;  ///< here begin the spikes of each step
};

/// How blocks get from rank to rank.
class Transport {
public:
    virtual ~Transport() = default;
    [[nodiscard]] virtual std::size_t ranks() const = 0;
    /// Collective. Block r of `send` goes to rank r; block r of `receive` comes from there.
    virtual void exchange(std::span<const std::uint32_t> send,
                          std::span<std::uint32_t> receive) = 0;
    /// Collective. The same of the rows that found no room in the blocks of an exchange.
    virtual void exchange_rest(std::span<const std::uint32_t> send,
                               std::span<std::uint32_t> receive) = 0;
};

/// Between the ranks of `comm`, by MPI.
std::shared_ptr<Transport> over_mpi(const Communicator& comm);

}  // namespace engram::step
