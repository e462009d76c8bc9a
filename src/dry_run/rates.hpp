// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "network/network.hpp"
#include "state/rank_state.hpp"

namespace engram::dry_run {

/// How often the neurons of other ranks spike: as the user says, or as those of the same population
/// on this rank did of late, more or less with the activity of all neurons of this rank in the
/// interval, so that bursts and oscillations of the network go on. A population that has no neuron
/// here spikes like the mean of all.
class Rates {
public:
    Rates(const Network& network, const RankState& state, std::optional<double> given);

    /// Takes note of an interval of `ms` whose spikes the VPs hold.
    void observe(const RankState& state, double ms);
    /// Spikes per ms and neuron.
    [[nodiscard]] double of(std::size_t population) const;
    /// Mean over all that was observed of the neurons on this rank, spikes per ms and neuron.
    [[nodiscard]] double here(std::size_t population) const;

private:
    struct Counts {
        std::vector<double> spikes;  ///< of each population on this rank
        double ms = 0.0;
    };
    void forget();

    std::optional<double> given_;
    std::vector<double> neurons_;  ///< of each population on this rank
    double all_neurons_ = 0.0;
    Counts all_;
    Counts recent_;          ///< what was before counts less and less, for all populations alike
    double activity_ = 1.0;  ///< of the interval, relative to that of late
};

}  // namespace engram::dry_run
