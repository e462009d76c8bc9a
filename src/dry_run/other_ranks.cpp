// SPDX-License-Identifier: Apache-2.0
#include "dry_run/other_ranks.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "dry_run/largest.hpp"
#include "dry_run/successes.hpp"

namespace engram::dry_run {
namespace {

/// Adds the time of its life to a sum.
class Timed {
public:
    explicit Timed(double& sum) : sum_(sum) {}
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;
    ~Timed() {
        sum_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    }

private:
    double& sum_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

OtherRanks::OtherRanks(const Network& network, const Partition& partition, int rank,
                       const RankState& state, std::optional<double> rate)
    : network_(network),
      partition_(partition),
      state_(state),
      rank_(static_cast<std::size_t>(rank)),
      ranks_(static_cast<std::size_t>(partition.ranks())),
      lags_(static_cast<std::size_t>(state.min_delay)),
      rates_(network, state, rate) {
    const auto row = [&](GlobalIndex source) { return state.row_sources.lower_bound(source); };
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const auto& [first, size] =
            std::pair(network.populations[p].first, network.populations[p].size);
        const auto own = partition.rank_slice(p, rank);
        rows_.push_back(
            {row(first), row(first + own.begin), row(first + own.end), row(first + size)});
    }
}

void OtherRanks::draw(std::size_t population) {
    Rows& rows = rows_[population];
    const double probability = rates_.of(population) * network_.resolution;
    RandomStream random(random_key(network_.seed, Stream::dry_run_spikes), messages_.rounds,
                        static_cast<std::uint32_t>(population));
    const std::uint64_t remote = rows.remote();
    for_each_success(random, remote * lags_, probability, [&](std::uint64_t trial) {
        Row row = rows.begin + static_cast<Row>(trial % remote);
        if (row >= rows.own_begin) row += rows.own_end - rows.own_begin;
        const NodeIndex node = state_.row_sources[row] - network_.populations[population].first;
        const int rank = partition_.owner(population, node) / partition_.threads();
        spikes_.push_back(
            {static_cast<std::uint32_t>(rank), static_cast<std::uint32_t>(trial / remote), row});
        ++rows.drawn;
    });
}

template <class Put>
void OtherRanks::place(Put put) const {
    std::size_t position = 0;
    for (std::size_t i = 0; i < spikes_.size(); ++i) {
        position = i > 0 && spikes_[i - 1].rank == spikes_[i].rank ? position + 1 : 0;
        put(spikes_[i], position);
    }
}

std::uint32_t OtherRanks::largest(std::span<const std::uint32_t> send) {
    const std::size_t block = send.size() / ranks_;
    std::uint64_t sent = 0;
    for (std::size_t rank = 0; rank < ranks_; ++rank)
        for (std::size_t lag = 0; lag < lags_; ++lag)
            if (rank != rank_) sent += send[rank * block + step::BlockHeader::lags + lag];
    messages_.sent += sent;
    messages_.received += spikes_.size();
    std::size_t largest = send[step::BlockHeader::largest];
    place([&](const Spike&, std::size_t position) { largest = std::max(largest, position + 1); });
    // Blocks between two other ranks are like those of this rank, but many more; where a rank's
    // spikes go to all others, its block for this rank tells what is in the rest.
    const auto others = static_cast<double>(ranks_ - 1);
    std::uint64_t spikes = 0;
    for (const auto& vp : state_.vps) spikes += vp.spikes.size();
    const double share =
        spikes > 0 ? static_cast<double>(sent) / (static_cast<double>(spikes) * others) : 1.0;
    const double mean =
        others > 0.0 ? static_cast<double>(sent + spikes_.size()) / (2.0 * others) : 0.0;
    RandomStream random(random_key(network_.seed, Stream::dry_run_largest), messages_.rounds, 0);
    largest = std::max(largest, static_cast<std::size_t>(largest_poisson(
                                    others * others * (1.0 - share), mean, random.uniform())));
    messages_.largest = std::max<std::uint64_t>(messages_.largest, largest);
    return static_cast<std::uint32_t>(largest);
}

void OtherRanks::copy_own(std::span<const std::uint32_t> send,
                          std::span<std::uint32_t> receive) const {
    const std::size_t block = send.size() / ranks_;
    std::ranges::copy(send.subspan(rank_ * block, block), receive.subspan(rank_ * block).begin());
}

void OtherRanks::exchange(std::span<const std::uint32_t> send, std::span<std::uint32_t> receive) {
    const Timed timed(seconds_);
    rates_.observe(state_, static_cast<double>(lags_) * network_.resolution);
    spikes_.clear();
    for (std::size_t p = 0; p < rows_.size(); ++p) draw(p);
    std::ranges::sort(spikes_, {}, [](const Spike& s) { return std::tuple(s.rank, s.lag, s.row); });
    const std::size_t block = receive.size() / ranks_;
    const std::size_t header = step::BlockHeader::lags + lags_;
    const std::uint32_t most = largest(send);
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
        std::uint32_t* head = receive.data() + rank * block;
        std::fill_n(head, header, 0u);
        head[step::BlockHeader::largest] = most;
    }
    copy_own(send, receive);
    capacity_ = block - header;
    place([&](const Spike& spike, std::size_t position) {
        std::uint32_t* head = receive.data() + spike.rank * block;
        ++head[step::BlockHeader::lags + spike.lag];
        if (position < capacity_) head[header + position] = spike.row;
    });
    ++messages_.rounds;
    messages_.block_bytes += block * sizeof(std::uint32_t);
}

void OtherRanks::exchange_rest(std::span<const std::uint32_t> send,
                               std::span<std::uint32_t> receive) {
    const Timed timed(seconds_);
    copy_own(send, receive);
    const std::size_t block = receive.size() / ranks_;
    place([&](const Spike& spike, std::size_t position) {
        if (position >= capacity_) receive[spike.rank * block + position - capacity_] = spike.row;
    });
    ++messages_.second_rounds;
    messages_.block_bytes += block * sizeof(std::uint32_t);
}

double OtherRanks::mean_rate(std::size_t population) const {
    const double seconds =
        static_cast<double>(messages_.rounds * lags_) * network_.resolution / 1000.0;
    const auto remote = static_cast<double>(rows_[population].remote());
    return remote * seconds > 0.0
               ? static_cast<double>(rows_[population].drawn) / (remote * seconds)
               : 0.0;
}

}  // namespace engram::dry_run
