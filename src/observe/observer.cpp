// SPDX-License-Identifier: Apache-2.0
#include "observe/observer.hpp"

#include <algorithm>
#include <utility>

#include "core/duration.hpp"
#include "core/time.hpp"
#include "observe/activity.hpp"

namespace engram::observe {

Observer::Observer(const Communicator& comm, const Network& network, const Registry& registry,
                   const RankState& state, Status first, std::string folder, double every)
    : comm_(comm),
      network_(network),
      state_(state),
      plastic_(plastic_projections(network, registry)),
      folder_(std::move(folder)),
      status_(std::move(first)),
      counts_(network.populations.size(), 0) {
    status_.every = every;
}

void Observer::go_on_from(const Observer& before) {
    status_ = before.status_;
    began_ = before.began_;
    next_ = before.next_;
    before_ = before.before_;
    std::copy(before.counts_.begin(), before.counts_.end(), counts_.begin());
    time_before_ = before.time_before_;
    begin_wall_ = before.begin_wall_;
    begin_time_ = before.begin_time_;
}

void Observer::begin(double now, double end) {
    status_.state = "running";
    status_.start = status_.now = time_before_ = begin_time_ = now;
    status_.end = end;
    before_ = Clock::now();
    begin_wall_ = seconds_since(began_);
}

bool Observer::due() const {
    return !folder_.empty() && comm_.rank() == 0 && Clock::now() >= next_;
}

void Observer::note_checkpoint(double ms, const std::string& written) {
    status_.checkpoint = ms;
    status_.checkpoint_written = written;
}

void Observer::observe() {
    if (folder_.empty()) return;
    const auto begin = Clock::now();
    const auto counts = spike_counts(comm_, network_, state_);
    const auto weights = mean_weights(comm_, state_, plastic_);
    if (comm_.rank() != 0) return;
    Status& s = status_;
    s.now = to_ms(state_.now, network_.resolution);
    s.wall = seconds_since(began_);
    const double passed = (s.now - time_before_) / 1000.0;
    if (passed > 0.0) {
        s.real_time_factor = std::chrono::duration<double>(begin - before_).count() / passed;
        s.rates.clear();
        for (std::size_t p = 0; p < counts.size(); ++p)
            s.rates.emplace_back(
                network_.populations[p].name,
                static_cast<double>(counts[p] - counts_[p]) /
                    static_cast<double>(std::max<std::uint64_t>(network_.populations[p].size, 1)) /
                    passed);
        s.seconds_left =
            (s.wall - begin_wall_) / (s.now - begin_time_) * std::max(s.end - s.now, 0.0);
    }
    s.weights.clear();
    for (std::size_t i = 0; i < plastic_.size(); ++i)
        s.weights.emplace_back(network_.projections[plastic_[i]].name, weights[i]);
    counts_ = counts;
    time_before_ = s.now;
    before_ = begin;
    write_status(folder_, s);
    constexpr double most_share = 0.01;
    const double pause = std::max(s.every, seconds_since(begin) / most_share);
    next_ = Clock::now() +
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(pause));
}

void Observer::pause(double now) {
    if (!due()) return;
    status_.state = "waiting";
    status_.now = now;
    write_status(folder_, status_);
}

void Observer::end(const std::string& state) {
    if (status_.state != "failed") status_.state = state;
    observe();
}

void Observer::fail(const std::string& message) {
    status_.state = "failed";
    status_.message = message;
    if (!folder_.empty() && comm_.rank() == 0) write_status(folder_, status_);
}

}  // namespace engram::observe
