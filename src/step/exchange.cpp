// SPDX-License-Identifier: Apache-2.0
#include "step/exchange.hpp"

#include <algorithm>

#include "parallel/collectives.hpp"

namespace engram::step {

Exchange::Exchange(const Communicator& comm, std::shared_ptr<Transport> transport,
                   std::size_t threads, Step lags)
    : comm_(comm),
      transport_(std::move(transport)),
      ranks_(transport_->ranks()),
      threads_(threads),
      lags_(static_cast<std::size_t>(lags)),
      counts_(threads, std::vector<std::uint32_t>(ranks_ * lags_)),
      places_(threads, std::vector<std::uint32_t>(ranks_)),
      sorted_(lags_),
      // Some memory is spent on blocks that seldom overflow, but not much for each of many ranks.
      smallest_(std::clamp<std::size_t>(65536 / ranks_, 4, 64)) {
    resize(smallest_);
}

void Exchange::resize(std::size_t capacity) {
    capacity_ = capacity;
    parallel::without_fail(comm_, [this] {
        send_.assign(ranks_ * block(), 0);
        receive_.assign(ranks_ * block(), 0);
    });
}

void Exchange::count(std::size_t thread, const VirtualProcess& vp) {
    auto& counts = counts_[thread];
    std::fill(counts.begin(), counts.end(), 0u);
    for (const LocalSpike& spike : vp.spikes)
        for (std::uint32_t i = vp.route_begin[spike.neuron]; i < vp.route_begin[spike.neuron + 1];
             ++i)
            ++counts[vp.routes[i].rank * lags_ + spike.lag];
}

/// Calls put(rank, position in its block, row) for every spike of a thread. Its spikes come lag by
/// lag; in a block those of the other threads are in between: in each lag, lower threads first.
template <class Put>
void Exchange::place(std::size_t thread, const VirtualProcess& vp, Put put) {
    std::vector<std::uint32_t>& next = places_[thread];
    const auto pass = [&](std::size_t first, std::size_t last, std::size_t lag) {
        for (std::size_t t = first; t < last; ++t)
            for (std::size_t rank = 0; rank < ranks_; ++rank)
                next[rank] += counts_[t][rank * lags_ + lag];
    };
    std::fill(next.begin(), next.end(), 0u);
    auto spike = vp.spikes.begin();
    for (std::size_t lag = 0; lag < lags_; ++lag) {
        pass(0, thread, lag);
        for (; spike != vp.spikes.end() && spike->lag == lag; ++spike)
            for (std::uint32_t i = vp.route_begin[spike->neuron];
                 i < vp.route_begin[spike->neuron + 1]; ++i)
                put(vp.routes[i].rank, next[vp.routes[i].rank]++, vp.routes[i].row);
        pass(thread + 1, threads_, lag);
    }
}

void Exchange::fill(std::size_t thread, const VirtualProcess& vp) {
    place(thread, vp, [this](std::size_t rank, std::size_t position, Row row) {
        if (position < capacity_) send_[rank * block() + header() + position] = row;
    });
}

std::uint32_t Exchange::total(std::size_t rank) const {
    std::uint32_t sum = 0;
    for (const auto& counts : counts_)
        for (std::size_t at = rank * lags_; at < (rank + 1) * lags_; ++at) sum += counts[at];
    return sum;
}

std::uint32_t Exchange::communicate(std::uint32_t flags, std::span<const VirtualProcess> vps) {
    std::uint32_t largest = 0;
    for (std::size_t rank = 0; rank < ranks_; ++rank) largest = std::max(largest, total(rank));
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
        std::uint32_t* head = send_.data() + rank * block();
        head[BlockHeader::largest] = largest;
        head[BlockHeader::flags] = flags;
        for (std::size_t lag = 0; lag < lags_; ++lag) {
            head[BlockHeader::lags + lag] = 0;
            for (const auto& counts : counts_)
                head[BlockHeader::lags + lag] += counts[rank * lags_ + lag];
        }
    }
    transport_->exchange(send_, receive_);
    ++exchanges_;
    std::uint32_t all_flags = 0;
    std::size_t largest_anywhere = 0;
    for (std::size_t rank = 0; rank < ranks_; ++rank) {
        const std::uint32_t* head = receive_.data() + rank * block();
        largest_anywhere = std::max<std::size_t>(largest_anywhere, head[BlockHeader::largest]);
        all_flags |= head[BlockHeader::flags];
    }
    rest_ = 0;
    if (largest_anywhere > capacity_) second_round(largest_anywhere - capacity_, vps);
    recent_largest_ = std::max(recent_largest_, largest_anywhere);
    return all_flags;
}

void Exchange::second_round(std::size_t extra, std::span<const VirtualProcess> vps) {
    rest_ = extra;
    parallel::without_fail(comm_, [this] {
        send_rest_.assign(ranks_ * rest_, 0);
        receive_rest_.resize(ranks_ * rest_);
    });
    for (std::size_t t = 0; t < threads_; ++t)
        place(t, vps[t], [this](std::size_t rank, std::size_t position, Row row) {
            if (position >= capacity_) send_rest_[rank * rest_ + position - capacity_] = row;
        });
    transport_->exchange_rest(send_rest_, receive_rest_);
    ++second_rounds_;
}

Row Exchange::received_row(std::size_t rank, std::size_t position) const {
    return position < capacity_ ? receive_[rank * block() + header() + position]
                                : receive_rest_[rank * rest_ + position - capacity_];
}

void Exchange::sort(std::size_t thread) {
    for (std::size_t lag = thread; lag < lags_; lag += threads_) {
        std::vector<Row>& rows = sorted_[lag];
        rows.clear();
        for (std::size_t rank = 0; rank < ranks_; ++rank) {
            const std::uint32_t* counts = receive_.data() + rank * block() + BlockHeader::lags;
            std::size_t position = 0;
            for (std::size_t l = 0; l < lag; ++l) position += counts[l];
            for (std::size_t i = 0; i < counts[lag]; ++i)
                rows.push_back(received_row(rank, position + i));
        }
        if (!std::is_sorted(rows.begin(), rows.end())) std::sort(rows.begin(), rows.end());
    }
}

void Exchange::adapt() {
    constexpr std::uint64_t period = 1024;  // intervals
    if (recent_largest_ > capacity_) {
        resize(recent_largest_ + recent_largest_ / 2);
        return;
    }
    if (exchanges_ % period != 0) return;
    if (4 * recent_largest_ < capacity_ && capacity_ > smallest_)
        resize(std::max(smallest_, 2 * recent_largest_));
    recent_largest_ = 0;
}

std::size_t Exchange::bytes() const {
    std::size_t sum = (send_.capacity() + receive_.capacity() + send_rest_.capacity() +
                       receive_rest_.capacity()) *
                      sizeof(std::uint32_t);
    for (const auto& rows : sorted_) sum += rows.capacity() * sizeof(Row);
    return sum + threads_ * ranks_ * (lags_ + 1) * sizeof(std::uint32_t);
}

}  // namespace engram::step
