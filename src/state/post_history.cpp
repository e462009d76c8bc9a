// SPDX-License-Identifier: Apache-2.0
#include "state/post_history.hpp"

#include <algorithm>
#include <cmath>

#include "core/math.hpp"

namespace engram {

DecayTable::DecayTable(double tau, double resolution) {
    constexpr double reach = 40.0;
    constexpr double longest = 1 << 24;
    last_ = static_cast<Tick>(std::min(longest, std::ceil(reach * tau / resolution)));
    values_.resize(static_cast<std::size_t>(last_) + 1);
    for (Tick i = 0; i < last_; ++i)
        values_[static_cast<std::size_t>(i)] = math::exp(-(i * resolution) / tau);
    values_.back() = 0.0;
}

PostHistory::PostHistory(std::size_t neurons, double tau_minus, double resolution, Step horizon)
    : decay_(tau_minus, resolution),
      horizon_(horizon + decay_.reach()),
      archive_(neurons * capacity_, never),
      count_(neurons, 0) {
    PostWindow silent{};
    silent.times.fill(never);
    windows_.assign(neurons, silent);
}

void PostHistory::keep_triplets(double tau_minus_triplet, double resolution) {
    if (keeps_triplets()) return;
    triplet_decay_ = DecayTable(tau_minus_triplet, resolution);
    horizon_ += reach() - decay_.reach();
    triplets_.assign(archive_.size(), 0.0);
}

Tick PostHistory::tick(Step step) const {
    return static_cast<Tick>(std::max<Step>(step - origin_, never));
}

void PostHistory::add(LocalIndex neuron, Step step) {
    const Tick now = tick(step);
    const std::uint32_t mask = static_cast<std::uint32_t>(capacity_) - 1;
    if (count_[neuron] >= capacity_ &&
        archive_[neuron * capacity_ + (count_[neuron] & mask)] > now - horizon_) {
        grow();
        add(neuron, step);
        return;
    }
    auto& [times, traces] = windows_[neuron];
    const std::size_t first = neuron * capacity_, slot = first + (count_[neuron] & mask);
    if (keeps_triplets()) {
        const std::size_t newest = first + ((count_[neuron] - 1) & mask);
        triplets_[slot] = triplets_[newest] * triplet_decay_[now - times[0]] + 1.0;
    }
    archive_[slot] = now;
    ++count_[neuron];
    const double trace = traces[0] * decay_[now - times[0]] + 1.0;
    std::shift_right(times.begin(), times.end(), 1);
    std::shift_right(traces.begin(), traces.end(), 1);
    times[0] = now;
    traces[0] = trace;
}

void PostHistory::grow() {
    const std::size_t neurons = count_.size();
    const std::size_t doubled = 2 * capacity_;
    const auto kept = [&](std::size_t n) { return std::min<std::size_t>(count_[n], capacity_); };
    const auto enlarge = [&]<class T>(std::vector<T>& archive, T nothing) {
        std::vector<T> larger(neurons * doubled, nothing);
        for (std::size_t n = 0; n < neurons; ++n)
            for (std::size_t k = 0; k < kept(n); ++k)
                larger[n * doubled + k] =
                    archive[n * capacity_ + ((count_[n] - kept(n) + k) & (capacity_ - 1))];
        archive = std::move(larger);
    };
    enlarge(archive_, never);
    if (keeps_triplets()) enlarge(triplets_, 0.0);
    for (std::size_t n = 0; n < neurons; ++n) count_[n] = static_cast<std::uint32_t>(kept(n));
    capacity_ = doubled;
}

double PostHistory::trace_before(LocalIndex neuron, Tick t) const {
    double trace = 0.0;
    Tick last = never;
    for_each(neuron, t - 1 - decay_.reach(), t - 1, [&](Tick spike) {
        trace = trace * decay_[spike - last] + 1.0;
        last = spike;
    });
    return trace * decay_[t - last];
}

void PostHistory::prepare_view(Tick high) {
    if (view(high) != nullptr) return;
    if (views_.size() < most_views) views_.emplace_back();
    PostView& v = views_[next_view_];
    next_view_ = (next_view_ + 1) % most_views;
    v.high = high;
    v.depression.resize(windows_.size());
    v.newest.resize(windows_.size());
    for (std::size_t n = 0; n < windows_.size(); ++n) {
        const PostWindow& window = windows_[n];
        const WindowCount count = count_window(window, high, high);
        const bool beyond = count.from_high >= PostWindow::traced;
        v.newest[n] = count.after_high < PostWindow::spikes ? window.times[count.after_high]
                                                            : PostView::unknown;
        v.depression[n] =
            beyond ? trace_before(static_cast<LocalIndex>(n), high)
                   : window.traces[count.from_high] * decay_[high - window.times[count.from_high]];
    }
}

PostHistory::Traces PostHistory::traces_after(LocalIndex neuron, Step from) const {
    const PostWindow& window = windows_[neuron];
    Traces traces = window.traces;
    for (unsigned i = 0; i < PostWindow::traced; ++i)
        if (window.times[i] <= tick(from)) traces[i] = 0.0;
    return traces;
}

double PostHistory::triplet_after(LocalIndex neuron, Step from) const {
    if (!keeps_triplets()) return 0.0;
    double first = 0.0;
    for_each_slot(neuron, tick(from), std::numeric_limits<Tick>::max(), [&](std::size_t slot) {
        if (first == 0.0) first = triplets_[slot];
    });
    return first;
}

void PostHistory::restore(LocalIndex neuron, std::span<const Step> spikes, const Traces& traces,
                          double triplet) {
    for (std::size_t i = 0; i < spikes.size(); ++i) {
        add(neuron, spikes[i]);
        if (i == 0 && keeps_triplets()) triplets_[neuron * capacity_] = triplet;
    }
    windows_[neuron].traces = traces;
}

void PostHistory::advance_origin(Step now) {
    constexpr Tick limit = Tick{1} << 29;
    if (now - origin_ < limit) return;
    const Step shift = now - origin_ - horizon_;
    const auto move = [&](Tick& time) {
        time = static_cast<Tick>(std::max<Step>(time - shift, never));
    };
    for (PostWindow& newest : windows_)
        std::for_each(newest.times.begin(), newest.times.end(), move);
    std::for_each(archive_.begin(), archive_.end(), move);
    origin_ += shift;
    views_.clear();
    next_view_ = 0;
}

std::size_t PostHistory::bytes() const {
    return decay_.bytes() + triplet_decay_.bytes() + triplets_.size() * sizeof(double) +
           windows_.size() * sizeof(PostWindow) +
           views_.size() * windows_.size() * (sizeof(double) + sizeof(Tick)) +
           archive_.size() * sizeof(Tick) + count_.size() * sizeof(std::uint32_t);
}

}  // namespace engram
