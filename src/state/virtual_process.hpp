// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "state/calendar.hpp"
#include "state/device_input.hpp"
#include "state/neuron_block.hpp"
#include "state/post_history.hpp"
#include "state/sample_times.hpp"
#include "state/synapses.hpp"
#include "state/transit.hpp"
#include "state/weight_tap.hpp"

namespace engram {

/// When the neurons of a slice spike whatever happens to them, ascending by (step, neuron); a
/// neuron twice in a step spikes twice. `next` follows the model time.
struct SpikeTrains {
    std::vector<Step> step;
    std::vector<LocalIndex> neuron;  ///< within the slice
    std::size_t next = 0;
    [[nodiscard]] std::size_t bytes() const {
        return step.capacity() * sizeof(Step) + neuron.capacity() * sizeof(LocalIndex);
    }
};

/// The neurons of one population on one VP.
struct NeuronSlice {
    NodeIndex begin = 0;             ///< first neuron within its population
    LocalIndex first = 0, size = 0;  ///< among the neurons of the VP
    std::unique_ptr<NeuronBlock> block;
    std::size_t first_input = 0;  ///< of its neurons in the input rows of the VP
    Buffer<double> currents;      ///< pA; where a device injects any
    std::vector<double*> inputs;  ///< one row for each receptor, then that of currents if there is
    std::unique_ptr<PostHistory> history;  ///< when plastic synapses end here
    std::unique_ptr<SpikeTrains> trains;   ///< of a spike_source
    bool record_spikes = false;
    std::uint64_t spikes = 0;  ///< since it was built or resumed
};

/// The ranks that must hear of a neuron's spikes, and what they call it.
struct SpikeRoute {
    std::uint32_t rank;
    Row row;
};

/// A neuron of this VP spiked.
struct LocalSpike {
    LocalIndex neuron;
    std::uint32_t lag;  ///< step within the interval
};

/// A state variable sampled at one step, as a multimeter wants it.
struct Sampler {
    std::size_t slice = 0;
    std::string variable;
    SampleTimes times;
    bool all = true;  ///< the neurons of the slice, or only some:
    std::vector<LocalIndex> neurons;
    std::vector<double> values;  ///< frames not yet written, one after another
};

/// Everything one thread owns: it alone touches this while the network runs.
struct VirtualProcess {
    int index = 0;                           ///< among all VPs
    std::vector<NeuronSlice> slices;         ///< one for each population
    std::vector<Buffer<double>> input_rows;  ///< one for each receptor: the slices side by side
    SynapseTable synapses;
    Calendar calendar;
    struct Drive {
        std::size_t population;
        std::unique_ptr<DeviceInput> input;
    };
    std::vector<Drive> drives;          ///< in order of the projections
    Buffer<std::uint32_t> route_begin;  ///< for each neuron, and the end of the last
    Buffer<SpikeRoute> routes;

    /// The ranks that hear of a neuron's spikes.
    [[nodiscard]] std::span<const SpikeRoute> routes_of(LocalIndex neuron) const {
        return {routes.data() + route_begin[neuron], routes.data() + route_begin[neuron + 1]};
    }

    Step settle_every = 0;           ///< 0: there are no plastic synapses
    Buffer<LocalIndex> spiking;      ///< of one step and slice
    std::vector<LocalSpike> spikes;  ///< of the interval, by (lag, neuron)
    Transit transit;
    std::vector<std::vector<RecordedSpike>> recorded;  ///< by population, since the last flush
    std::vector<Sampler> samplers;
    std::vector<WeightTap> weight_taps;  ///< by (columns, first target)

    std::uint64_t events = 0;  ///< synaptic events delivered
    std::uint64_t spike_count = 0;
};

}  // namespace engram
