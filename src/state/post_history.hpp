// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// Steps relative to an origin that moves on in long runs.
using Tick = std::int32_t;

/// exp(-i h / tau) for i = 0, 1, ... up to the age beyond which two spikes do not interact (40 tau,
/// where it is 4e-18); the last entry is zero.
class DecayTable {
public:
    DecayTable() = default;
    DecayTable(double tau, double resolution);
    [[nodiscard]] double operator[](Tick age) const {
        return values_[static_cast<std::size_t>(age < last_ ? age : last_)];
    }
    [[nodiscard]] Tick reach() const { return last_; }
    [[nodiscard]] const double* data() const { return values_.data(); }
    [[nodiscard]] std::size_t bytes() const { return values_.size() * sizeof(double); }

private:
    std::vector<double> values_;
    Tick last_ = 0;
};

/// The newest spikes of a neuron, newest first, and the trace just after the newest of them: one
/// cache line.
struct alignas(64) PostWindow {
    static constexpr unsigned spikes = 8;  ///< one vector of 256 bits
    static constexpr unsigned traced = 4;
    std::array<Tick, spikes> times;  ///< PostHistory::never where there are fewer
    std::array<double, traced> traces;
};

/// Where the pairing window of a synapse begins and ends among the newest spikes of its target.
struct WindowCount {
    unsigned after_low;   ///< spikes later than `low`
    unsigned after_high;  ///< spikes later than `high`
    unsigned from_high;   ///< spikes at `high` or later
};

/// Counts without branches.
inline WindowCount count_window(const PostWindow& window, Tick low, Tick high) {
#if defined(__AVX2__)
    const __m256i times = _mm256_load_si256(reinterpret_cast<const __m256i*>(window.times.data()));
    const auto later_than = [&](Tick limit) {
        const __m256i later = _mm256_cmpgt_epi32(times, _mm256_set1_epi32(limit));
        return static_cast<unsigned>(
            std::popcount(static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(later)))));
    };
    return {later_than(low), later_than(high), later_than(high - 1)};
#else
    WindowCount count{0, 0, 0};
    for (const Tick time : window.times) {
        count.after_low += time > low;
        count.after_high += time > high;
        count.from_high += time >= high;
    }
    return count;
#endif
}

/// What a pre-synaptic spike meets at tick `high`, looked up for all neurons at once: worth it when
/// most of them are asked for in the same step.
struct PostView {
    Tick high = 0;
    std::vector<double> depression;  ///< the trace just before `high`
    std::vector<Tick>
        newest;  ///< the newest spike up to `high`; `unknown` when it has left the window
    static constexpr Tick unknown = std::numeric_limits<Tick>::max();
};

/// Post-synaptic spikes of the neurons of one population on one VP, as plastic synapses need them
/// when a pre-synaptic spike arrives: a window of the newest, and behind it an archive of times
/// that goes back as far as any synapse may still ask.
class PostHistory {
public:
    static constexpr Tick never = -(Tick{1} << 30);
    static constexpr std::size_t most_views = 8;

    /// `horizon`: how far back, in steps, synapses may ask for spikes.
    PostHistory(std::size_t neurons, double tau_minus, double resolution, Step horizon);

    /// Keeps a second, slower trace at each spike, as triplets of spikes need it. Before the first.
    void keep_triplets(double tau_minus_triplet, double resolution);

    /// A spike of `neuron` at `step`.
    void add(LocalIndex neuron, Step step);

    /// Of all neurons.
    [[nodiscard]] const PostWindow* windows() const { return windows_.data(); }

    /// The trace just before tick `t`, for spikes that the window may no longer hold.
    [[nodiscard]] double trace_before(LocalIndex neuron, Tick t) const;

    /// Calls `visit(tick)` for the spikes in (low, high], oldest first.
    template <class Visit>
    void for_each(LocalIndex neuron, Tick low, Tick high, Visit visit) const {
        for_each_slot(neuron, low, high, [&](std::size_t slot) { visit(archive_[slot]); });
    }
    /// Calls `visit(tick, trace)` for these spikes with the slower trace just before each. Where
    /// triplets are kept.
    template <class Visit>
    void for_each_triplet(LocalIndex neuron, Tick low, Tick high, Visit visit) const {
        for_each_slot(neuron, low, high,
                      [&](std::size_t slot) { visit(archive_[slot], triplets_[slot] - 1.0); });
    }

    /// Calls `visit(step)` for the spikes after step `from`, oldest first.
    template <class Visit>
    void for_each_after(LocalIndex neuron, Step from, Visit visit) const {
        for_each(neuron, tick(from), std::numeric_limits<Tick>::max(),
                 [&](Tick spike) { visit(origin_ + spike); });
    }
    using Traces = std::array<double, PostWindow::traced>;
    /// The traces just after the newest spikes, newest first; 0 for spikes that are not after
    /// `from`.
    [[nodiscard]] Traces traces_after(LocalIndex neuron, Step from) const;
    /// The slower trace just after the first spike after `from`; 0 where there is none, or triplets
    /// are not kept.
    [[nodiscard]] double triplet_after(LocalIndex neuron, Step from) const;
    /// Gives a neuron without history what for_each_after(), traces_after() and triplet_after()
    /// told of it.
    void restore(LocalIndex neuron, std::span<const Step> spikes, const Traces& traces,
                 double triplet);

    /// Makes the view at `high`, unless it is there. Views of earlier steps are given up.
    void prepare_view(Tick high);
    /// nullptr when it was not prepared.
    [[nodiscard]] const PostView* view(Tick high) const {
        for (const PostView& v : views_)
            if (v.high == high) return &v;
        return nullptr;
    }

    [[nodiscard]] std::size_t neurons() const { return windows_.size(); }
    [[nodiscard]] const DecayTable& decay() const { return decay_; }
    /// The age at which a spike has left every trace.
    [[nodiscard]] Tick reach() const { return std::max(decay_.reach(), triplet_decay_.reach()); }
    [[nodiscard]] bool keeps_triplets() const { return triplet_decay_.reach() > 0; }
    [[nodiscard]] Tick tick(Step step) const;
    /// Moves the origin on when ticks come near their limit. Called between steps, by the owner's
    /// thread.
    void advance_origin(Step now);
    [[nodiscard]] std::size_t bytes() const;

private:
    void grow();

    /// Calls `visit` with the places in the archive of the spikes in (low, high], oldest first.
    template <class Visit>
    void for_each_slot(LocalIndex neuron, Tick low, Tick high, Visit visit) const {
        const std::size_t first = neuron * capacity_;
        const Tick* ring = archive_.data() + first;
        const std::uint32_t mask = static_cast<std::uint32_t>(capacity_) - 1;
        std::uint32_t at = count_[neuron];
        const std::uint32_t oldest =
            at > capacity_ ? at - static_cast<std::uint32_t>(capacity_) : 0;
        while (at > oldest && ring[(at - 1) & mask] > low) --at;
        for (; at < count_[neuron] && ring[at & mask] <= high; ++at) visit(first + (at & mask));
    }

    DecayTable decay_, triplet_decay_;
    Step horizon_;
    Step origin_ = 0;
    std::size_t capacity_ = 8;
    std::vector<PostWindow> windows_;
    std::vector<PostView> views_;
    std::size_t next_view_ = 0;         ///< the one to give up for the next
    std::vector<Tick> archive_;         ///< a ring of `capacity_` times for each neuron
    std::vector<double> triplets_;      ///< the slower trace just after each; if they are kept
    std::vector<std::uint32_t> count_;  ///< spikes ever added to each ring
};

}  // namespace engram
