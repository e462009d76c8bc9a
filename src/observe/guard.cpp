// SPDX-License-Identifier: Apache-2.0
#include "observe/guard.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/time.hpp"
#include "observe/activity.hpp"

namespace engram::observe {

Guard::Guard(const Communicator& comm, const Network& network, const RankState& state,
             const GuardOptions& options)
    : comm_(comm),
      network_(network),
      state_(state),
      options_(options),
      from_(state.now),
      counts_(network.populations.size(), 0) {
    if (options != GuardOptions{.window = options.window})
        window_ = to_steps(options.window, network.resolution);
}

void Guard::go_on_from(const Guard& before) {
    from_ = before.from_;
    std::copy(before.counts_.begin(), before.counts_.end(), counts_.begin());
}

Step Guard::steps_left() const {
    if (window_ == 0) return std::numeric_limits<Step>::max();
    return window_ - state_.now % window_;
}

std::string Guard::check() {
    if (window_ == 0 || state_.now % window_ != 0 || state_.now == from_) return {};
    const auto before = std::exchange(counts_, spike_counts(comm_, network_, state_));
    const Step from = std::exchange(from_, state_.now);
    if (state_.now - from < window_) return {};  // this run began within the window
    std::string text;
    for (std::size_t p = 0; p < counts_.size(); ++p) {
        const auto& population = network_.populations[p];
        if (population.size == 0) continue;
        const double rate = static_cast<double>(counts_[p] - before[p]) /
                            static_cast<double>(population.size) / (options_.window / 1000.0);
        const bool dead = rate < options_.min_rate;
        if (!dead && rate <= options_.max_rate) continue;
        text += fmt::format("{}'{}' has {:.4g} spikes/s from {} to {} ms (guard: {} = {})",
                            text.empty() ? "" : ", ", population.name, rate,
                            to_ms(from, network_.resolution),
                            to_ms(state_.now, network_.resolution), dead ? "min_rate" : "max_rate",
                            dead ? options_.min_rate : options_.max_rate);
    }
    return text;
}

}  // namespace engram::observe
