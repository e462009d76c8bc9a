// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "step/transport.hpp"
#include "dry_run/rates.hpp"

namespace engram::dry_run {

/// What went, or would have gone, between ranks.
struct Messages {
    std::uint64_t rounds = 0, second_rounds = 0;
    std::uint64_t block_bytes = 0;  ///< to one rank, of all rounds
    std::uint64_t sent = 0;         ///< spikes to other ranks
    std::uint64_t received = 0;     ///< spikes from other ranks, which were drawn
    std::uint64_t largest = 0;      ///< spikes of one block, of any two ranks
};

/// Stands in for the other ranks of a network of which one process built one rank's share: sends
/// this rank's own block back to it, and makes the others' blocks of spikes that it draws for each
/// row of a remote source.
class OtherRanks final : public step::Transport {
public:
    /// `state` as built, for as long as this lives; `rate` of all remote sources, spikes/s, or as
    /// measured.
    OtherRanks(const Network& network, const Partition& partition, int rank, const RankState& state,
               std::optional<double> rate);

    [[nodiscard]] std::size_t ranks() const override { return ranks_; }
    void exchange(std::span<const std::uint32_t> send, std::span<std::uint32_t> receive) override;
    void exchange_rest(std::span<const std::uint32_t> send,
                       std::span<std::uint32_t> receive) override;

    [[nodiscard]] const Messages& messages() const { return messages_; }
    /// Wall time that no real run would take here, s.
    [[nodiscard]] double seconds() const { return seconds_; }
    /// Mean over the run, spikes/s: of the remote sources of a population; 0 when there are none.
    [[nodiscard]] double mean_rate(std::size_t population) const;
    [[nodiscard]] const Rates& rates() const { return rates_; }

private:
    /// The rows of a population's neurons: those of own neurons stand together among them.
    struct Rows {
        Row begin = 0, own_begin = 0, own_end = 0, end = 0;
        [[nodiscard]] std::uint64_t remote() const { return (own_begin - begin) + (end - own_end); }
        std::uint64_t drawn = 0;
    };
    struct Spike {
        std::uint32_t rank, lag;
        Row row;
    };
    void draw(std::size_t population);
    /// The largest number of spikes for one rank that any rank has.
    [[nodiscard]] std::uint32_t largest(std::span<const std::uint32_t> send);
    /// Calls `put(spike, position in its block)` for all that were drawn.
    template <class Put>
    void place(Put put) const;
    void copy_own(std::span<const std::uint32_t> send, std::span<std::uint32_t> receive) const;

    const Network& network_;
    const Partition& partition_;
    const RankState& state_;
    std::size_t rank_, ranks_, lags_;
    Rates rates_;
    std::vector<Rows> rows_;     ///< of each population
    std::vector<Spike> spikes_;  ///< of the interval, by (rank, lag, row)
    std::size_t capacity_ = 0;   ///< of the blocks
    Messages messages_;
    double seconds_ = 0.0;
};

}  // namespace engram::dry_run
