// SPDX-License-Identifier: Apache-2.0
#include "dry_run/rates.hpp"

#include <algorithm>
#include <numeric>

namespace engram::dry_run {
namespace {

double sum(const std::vector<double>& values) { return std::reduce(values.begin(), values.end()); }

double rate(double spikes, double neurons, double ms) {
    return neurons * ms > 0.0 ? spikes / (neurons * ms) : 0.0;
}

}  // namespace

Rates::Rates(const Network& network, const RankState& state, std::optional<double> given)
    : given_(given), neurons_(network.populations.size(), 0.0) {
    for (const auto& vp : state.vps)
        for (std::size_t p = 0; p < neurons_.size(); ++p) neurons_[p] += vp.slices[p].size;
    all_neurons_ = sum(neurons_);
    all_.spikes.resize(neurons_.size());
    recent_.spikes.resize(neurons_.size());
    if (given_) *given_ /= 1000.0;
}

void Rates::observe(const RankState& state, double ms) {
    double now = 0.0;
    for (const auto& vp : state.vps)
        for (const LocalSpike& spike : vp.spikes) {
            std::size_t p = 0;
            while (spike.neuron >= vp.slices[p].first + vp.slices[p].size) ++p;
            all_.spikes[p] += 1.0;
            recent_.spikes[p] += 1.0;
            now += 1.0;
        }
    all_.ms += ms;
    recent_.ms += ms;
    // Few spikes say little of the network: as if these came on top of many at the mean rate.
    constexpr double many = 50.0;
    activity_ = (many + now) / (many + sum(recent_.spikes) * ms / recent_.ms);
    forget();
}

/// All populations look back equally far: where excitation were known sooner than inhibition, one
/// would run away before the other came. Far enough that each has spiked several times.
void Rates::forget() {
    constexpr double enough = 50.0;                      // spikes of a population
    constexpr double shortest = 20.0, longest = 1000.0;  // ms
    double kept = std::min(1.0, shortest / recent_.ms);
    for (std::size_t p = 0; p < neurons_.size(); ++p)
        if (neurons_[p] > 0.0) kept = std::max(kept, enough / std::max(recent_.spikes[p], enough));
    kept = std::min(kept, longest / std::max(recent_.ms, longest));
    for (double& spikes : recent_.spikes) spikes *= kept;
    recent_.ms *= kept;
}

double Rates::of(std::size_t population) const {
    if (given_) return *given_;
    return activity_ * (neurons_[population] > 0.0
                            ? rate(recent_.spikes[population], neurons_[population], recent_.ms)
                            : rate(sum(recent_.spikes), all_neurons_, recent_.ms));
}

double Rates::here(std::size_t population) const {
    return rate(all_.spikes[population], neurons_[population], all_.ms);
}

}  // namespace engram::dry_run
