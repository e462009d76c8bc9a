// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engram/communicator.hpp"

#include "state/virtual_process.hpp"
#include "step/transport.hpp"

namespace engram::step {

/// What ranks tell each other besides spikes: any rank's flag reaches all in the same interval.
enum Flag : std::uint32_t {
    flag_failed = 1,
    flag_flush = 2,
    flag_checkpoint = 4,
    flag_stop = 8,
    flag_interrupt = 16,
    flag_observe = 32
};
/// After an interval with one of these the ranks leave the loop.
inline constexpr std::uint32_t leaving_flags =
    flag_failed | flag_checkpoint | flag_stop | flag_interrupt;

/// The blocks that go between ranks at the end of each interval, one for each pair of ranks.
///
///   word 0                the sender's largest number of spikes for one rank
///   word 1                flags
///   words 2 .. 1 + lags   spikes for this rank in each step of the interval
///   then                  their rows, by lag
///
/// All blocks have room for `capacity` rows. From the first words every rank knows whether some
/// block anywhere was too small; then all of them take part in a second round with the rest, and
/// all enlarge their blocks alike.
class Exchange {
public:
    Exchange(const Communicator& comm, std::shared_ptr<Transport> transport, std::size_t threads,
             Step lags);
    Exchange(const Communicator& comm, std::size_t threads, Step lags)
        : Exchange(comm, over_mpi(comm), threads, lags) {}

    /// Counts the spikes of one thread's VP by destination. Threads in parallel.
    void count(std::size_t thread, const VirtualProcess& vp);
    /// Puts them into the blocks; when all threads have counted. Threads in parallel.
    void fill(std::size_t thread, const VirtualProcess& vp);
    /// Collective, by one thread, when all have filled. `flags` of this rank; returns those of all.
    std::uint32_t communicate(std::uint32_t flags, std::span<const VirtualProcess> vps);
    /// Brings the rows of the lags `thread`, `thread + threads`, ... into ascending order. Threads
    /// in parallel.
    void sort(std::size_t thread);
    /// Enlarges or shrinks the blocks, by what all ranks know alike. By one thread, before the next
    /// fill.
    void adapt();
    /// The rows whose sources spiked in a step of the interval, ascending.
    [[nodiscard]] std::span<const Row> rows(std::size_t lag) const { return sorted_[lag]; }

    void go_on_counting(const Exchange& before) {
        exchanges_ = before.exchanges_;
        second_rounds_ = before.second_rounds_;
    }

    [[nodiscard]] std::size_t lags() const { return lags_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    [[nodiscard]] std::uint64_t exchanges() const { return exchanges_; }
    [[nodiscard]] std::uint64_t second_rounds() const { return second_rounds_; }
    [[nodiscard]] std::size_t bytes() const;
    /// What goes to each rank in each interval.
    [[nodiscard]] std::size_t block_bytes() const { return block() * sizeof(std::uint32_t); }

private:
    [[nodiscard]] std::size_t header() const { return BlockHeader::lags + lags_; }
    [[nodiscard]] std::size_t block() const { return header() + capacity_; }
    [[nodiscard]] std::uint32_t total(std::size_t rank) const;
    template <class Put>
    void place(std::size_t thread, const VirtualProcess& vp, Put put);
    /// Collective. Brings the rows that no block had room for.
    void second_round(std::size_t extra, std::span<const VirtualProcess> vps);
    void resize(std::size_t capacity);
    [[nodiscard]] Row received_row(std::size_t rank, std::size_t position) const;

    Communicator comm_;
    std::shared_ptr<Transport> transport_;
    std::size_t ranks_, threads_, lags_;
    std::size_t capacity_ = 0;
    std::vector<std::vector<std::uint32_t>> counts_;  ///< of each thread, by (rank, lag)
    std::vector<std::vector<std::uint32_t>> places_;  ///< by rank: where each puts its next row
    std::vector<std::uint32_t> send_, receive_;
    std::vector<std::uint32_t> send_rest_, receive_rest_;
    std::size_t rest_ = 0;                  ///< rows of each block in the second round
    std::vector<std::vector<Row>> sorted_;  ///< by lag
    std::size_t smallest_;                  ///< blocks have room for at least so many
    std::size_t recent_largest_ = 0;
    std::uint64_t exchanges_ = 0, second_rounds_ = 0;
};

}  // namespace engram::step
