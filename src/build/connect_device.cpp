// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/time.hpp"
#include "build/connect.hpp"

namespace engram::build {
namespace {

ActiveTime active_time(const Network::Device& device, double resolution, Step since) {
    const double origin = device.numbers.at("origin");
    return {to_steps_or_never(origin + device.numbers.at("start"), resolution),
            to_steps_or_never(origin + device.numbers.at("stop"), resolution), since};
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

}  // namespace

void connect_device(VirtualProcess& vp, const Network& network, const Registry& registry,
                    std::size_t projection) {
    const auto& p = network.projections[projection];
    const auto& device = network.devices[*p.device];
    const NeuronModel& model = registry.neuron(network.populations[p.target].model->name);
    auto list = connections(vp.slices[p.target], p, model,
                            TargetSynapses(network, registry, projection, nullptr));
    const DeviceModel& device_model = registry.device(device.model->name);
    if (device_model.random() &&
        std::any_of(list.begin(), list.end(),
                    [](const DeviceConnection& c) { return c.k >= DeviceModel::most_random; }))
        throw Error("projection '" + p.name +
                    "': a device connects to the same neuron more than 65,536 times (its random "
                    "numbers would repeat). Use several devices");
    auto input = device_model.make_input(
        std::move(list), {device.numbers, device.arrays, network.resolution,
                          active_time(device, network.resolution, p.since), network.seed,
                          static_cast<std::uint32_t>(projection)});
    if (input) vp.drives.push_back({p.target, std::move(input)});
}

}  // namespace engram::build
