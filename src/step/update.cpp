// SPDX-License-Identifier: Apache-2.0
#include "step/update.hpp"

namespace engram::step {
namespace {

/// What `neurons` emit at step t.
void emit(VirtualProcess& vp, std::size_t population, std::span<const LocalIndex> neurons, Step t,
          std::uint32_t lag) {
    NeuronSlice& slice = vp.slices[population];
    vp.spike_count += neurons.size();
    slice.spikes += neurons.size();
    for (const LocalIndex neuron : neurons) {
        vp.spikes.push_back({slice.first + neuron, lag});
        if (slice.history) slice.history->add(neuron, t);
        if (slice.record_spikes) vp.recorded[population].push_back({t, slice.begin + neuron});
    }
}

/// The spikes of step t; those before it, of a run that was resumed, are passed over.
std::span<const LocalIndex> due(SpikeTrains& trains, Step t) {
    const auto until = [&](Step step) {
        while (trains.next < trains.step.size() && trains.step[trains.next] < step) ++trains.next;
        return trains.next;
    };
    const std::size_t begin = until(t);
    return std::span(trains.neuron).subspan(begin, until(t + 1) - begin);
}

void update_slice(VirtualProcess& vp, std::size_t population, Step t, std::uint32_t lag) {
    NeuronSlice& slice = vp.slices[population];
    const std::size_t count = slice.block->update(slice.inputs, vp.spiking.data());
    emit(vp, population, {vp.spiking.data(), count}, t, lag);
    if (slice.trains) emit(vp, population, due(*slice.trains, t), t, lag);
}

void sample(VirtualProcess& vp, Step t) {
    for (Sampler& s : vp.samplers) {
        if (!s.times.contains(t)) continue;
        const NeuronSlice& slice = vp.slices[s.slice];
        s.values.resize(s.values.size() + slice.size);
        const std::span<double> all = std::span(s.values).last(slice.size);
        slice.block->copy_state(s.variable, all);
        if (s.all) continue;
        for (std::size_t i = 0; i < s.neurons.size(); ++i) all[i] = all[s.neurons[i]];
        s.values.resize(s.values.size() - slice.size + s.neurons.size());
    }
}

}  // namespace

void update(VirtualProcess& vp, Step t, std::uint32_t lag) {
    for (std::size_t p = 0; p < vp.slices.size(); ++p)
        if (vp.slices[p].size > 0) update_slice(vp, p, t, lag);
    if (!vp.samplers.empty()) sample(vp, t);
}

}  // namespace engram::step
