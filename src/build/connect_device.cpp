// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/time.hpp"
#include "build/connect.hpp"

namespace engram::build {
namespace {

ActiveTime active_time(const Network::Device& device, double resolution) {
    const double origin = device.numbers.at("origin");
    return {to_steps_or_never(origin + device.numbers.at("start"), resolution),
            to_steps_or_never(origin + device.numbers.at("stop"), resolution)};
}

std::vector<DeviceConnection> connections(const NeuronSlice& slice,
                                          const Network::Projection& projection,
                                          const NeuronModel& model, TargetSynapses make) {
    std::vector<DeviceConnection> result;
    make.prepare(slice.begin, slice.begin + slice.size);
    for (LocalIndex t = 0; t < slice.size; ++t) {
        make.draw(slice.begin + t);
        for (std::uint32_t k = 0; k < make.sources().size(); ++k) {
            DeviceConnection c;
            c.target = t;
            c.node = slice.begin + t;
            c.k = k;
            c.weight = make.constant_weight() ? *make.constant_weight() : make.weights()[k];
            c.delay = make.constant_delay() ? *make.constant_delay() : make.delays()[k];
            c.receptor = projection.receptor ? static_cast<std::size_t>(*projection.receptor)
                                             : model.receptor_of(c.weight);
            result.push_back(c);
        }
    }
    return result;
}

std::unique_ptr<DeviceInput> spike_input(std::vector<DeviceConnection> connections,
                                         const Network::Device& device, double resolution) {
    const ActiveTime active = active_time(device, resolution);
    const double origin = device.numbers.at("origin");
    const auto& times = device.arrays.at("spike_times");
    const auto& weights = device.arrays.at("spike_weights");
    std::vector<Step> steps;
    std::vector<double> factors;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const Step step = to_steps(origin + times[i], resolution);
        if (!active.contains(step) && !(step == 0 && active.begin == 0)) continue;
        steps.push_back(step);
        if (!weights.empty()) factors.push_back(weights[i]);
    }
    return make_spike_input(std::move(connections), std::move(steps), std::move(factors));
}

}  // namespace

void connect_device(VirtualProcess& vp, const Network& network, const Registry& registry,
                    std::size_t projection) {
    const auto& p = network.projections[projection];
    const auto& device = network.devices[*p.device];
    const NeuronModel& model = registry.neuron(network.populations[p.target].model->name);
    auto list = connections(vp.slices[p.target], p, model,
                            TargetSynapses(network, registry, projection, nullptr));
    std::unique_ptr<DeviceInput> input;
    if (device.model->name == "poisson_generator") {
        constexpr std::uint32_t most = 65536;  // k has 16 bits of the random counter
        if (std::any_of(list.begin(), list.end(),
                        [](const DeviceConnection& c) { return c.k >= most; }))
            throw Error(
                "projection '" + p.name +
                "': a device connects to the same neuron more than 65,536 times (the random "
                "numbers of its trains would repeat). Lower indegree, and raise the rate");
        input = make_poisson_input(
            std::move(list), device.numbers.at("rate") * network.resolution / 1000.0,
            active_time(device, network.resolution), random_key(network.seed, Stream::poisson),
            static_cast<std::uint32_t>(projection));
    } else if (device.model->name == "dc_generator") {
        const double amplitude = device.numbers.at("amplitude");
        input = make_current_input(std::move(list), active_time(device, network.resolution),
                                   [amplitude](Step) { return amplitude; });
    } else {
        input = spike_input(std::move(list), device, network.resolution);
    }
    if (input) vp.drives.push_back({p.target, std::move(input)});
}

}  // namespace engram::build
