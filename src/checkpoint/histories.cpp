// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "checkpoint/past.hpp"

namespace engram::checkpoint {
namespace {

/// Nothing asks for post-synaptic spikes up to this step: neither a pairing with a spike that is
/// not settled, nor the trace that depresses a synapse whose spike has not arrived
/// (docs/decisions/0008-what-a-checkpoint-holds.md).
Step needed_after(const RankState& state, const PostHistory& history, Step oldest_unsettled) {
    const Step for_pairing = oldest_unsettled - state.max_delay;
    const Step for_depression = state.now - 2 * state.max_delay - history.reach();
    return std::min(for_pairing, for_depression) - 1;
}

}  // namespace

bool has_history(const RankState& state, std::size_t population) {
    return state.vps.front().slices[population].history != nullptr;
}

bool has_triplets(const RankState& state, std::size_t population) {
    return has_history(state, population) &&
           state.vps.front().slices[population].history->keeps_triplets();
}

void for_each_history(const RankState& state, std::size_t population, Step oldest_unsettled,
                      const VisitHistory& visit) {
    std::vector<Step> spikes;
    for (const auto& vp : state.vps) {
        const PostHistory& history = *vp.slices[population].history;
        const Step from = needed_after(state, history, oldest_unsettled);
        for (LocalIndex n = 0; n < history.neurons(); ++n) {
            spikes.clear();
            history.for_each_after(n, from, [&](Step spike) { spikes.push_back(spike); });
            visit(spikes, history.traces_after(n, from), history.triplet_after(n, from));
        }
    }
}

HistoryRestorer::HistoryRestorer(RankState& state, std::size_t population)
    : state_(state), population_(population) {
    for (auto& vp : state.vps) vp.slices[population].history->advance_origin(state.now);
}

void HistoryRestorer::add(std::span<const Step> spikes, const PostHistory::Traces& traces,
                          double triplet) {
    while (neuron_ == state_.vps[vp_].slices[population_].size) {
        ++vp_;
        neuron_ = 0;
    }
    state_.vps[vp_].slices[population_].history->restore(neuron_++, spikes, traces, triplet);
}

}  // namespace engram::checkpoint
