// SPDX-License-Identifier: Apache-2.0
#include "step/update.hpp"

namespace engram::step {
namespace {

void update_slice(VirtualProcess& vp, std::size_t population, Step t, std::uint32_t lag) {
    NeuronSlice& slice = vp.slices[population];
    const std::size_t count = slice.block->update(slice.inputs, vp.spiking.data());
    vp.spike_count += count;
    slice.spikes += count;
    for (std::size_t i = 0; i < count; ++i) {
        const LocalIndex neuron = vp.spiking[i];
        vp.spikes.push_back({slice.first + neuron, lag});
        if (slice.history) slice.history->add(neuron, t);
        if (slice.record_spikes) vp.recorded[population].push_back({t, slice.begin + neuron});
    }
}

void sample(VirtualProcess& vp, Step t) {
    for (Sampler& s : vp.samplers) {
        if (t % s.interval != 0 || t <= s.begin || t > s.end) continue;
        const NeuronSlice& slice = vp.slices[s.slice];
        s.values.resize(s.values.size() + slice.size);
        slice.block->copy_state(s.variable, std::span(s.values).last(slice.size));
    }
}

}  // namespace

void update(VirtualProcess& vp, Step t, std::uint32_t lag) {
    for (std::size_t p = 0; p < vp.slices.size(); ++p)
        if (vp.slices[p].size > 0) update_slice(vp, p, t, lag);
    if (!vp.samplers.empty()) sample(vp, t);
}

}  // namespace engram::step
