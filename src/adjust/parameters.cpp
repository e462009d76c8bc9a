// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "parallel/collectives.hpp"
#include "parallel/team.hpp"
#include "build/connect.hpp"
#include "build/populate.hpp"
#include "store/collect.hpp"
#include "adjust/adjust.hpp"

namespace engram {
namespace {

/// Checks one part of the description without the rest, with the same words as the whole.
Network check_alone(const Adjusted& adjusted, Population population, std::vector<Device> device) {
    NetworkDescription alone;
    alone.resolution = adjusted.description.resolution;
    alone.seed = adjusted.description.seed;
    alone.populations = {std::move(population)};
    alone.devices = std::move(device);
    return resolve(alone, adjusted.registry);
}

template <class Part>
Part changed(Part part, const Parameters& parameters) {
    for (const auto& [name, value] : parameters) part.parameters[name] = value;
    return part;
}

void require_variable(const ModelInfo& model, const std::string& population,
                      const std::string& variable) {
    std::vector<std::string> known;
    for (const auto& field : model.states) known.push_back(field.name);
    if (model.state(variable) == nullptr)
        throw Error(
            fmt::format("population '{}': state variable '{}' (the model has none of this "
                        "name). {}",
                        population, variable, suggestion(variable, known)));
}

void require_parameters_only(const Adjusted& adjusted, std::size_t number,
                             const Parameters& parameters) {
    const auto& p = adjusted.network.populations[number];
    Problems problems;
    for (const auto& [name, value] : parameters) {
        if (p.model->state(name) != nullptr)
            problems.add(
                fmt::format("population '{}': {} is a state variable (set_state changes "
                            "those). Use set_state",
                            p.name, name));
        const bool learns = adjusted.state.vps.front().slices[number].history != nullptr;
        if (name == "tau_minus" && learns)
            problems.add(
                fmt::format("population '{}': tau_minus cannot change (plastic synapses "
                            "hold traces that decay with it). Set it before building",
                            p.name));
    }
    problems.throw_if_any("parameters");
}

/// Parameters become constants of the step when neurons are made: new ones take over the state.
void remake(const Adjusted& adjusted, std::size_t number) {
    const ModelInfo& info = *adjusted.network.populations[number].model;
    const NeuronModel& model = adjusted.registry.neuron(info.name);
    for (VirtualProcess& vp : adjusted.state.vps) {
        NeuronSlice& slice = vp.slices[number];
        auto block = build::make_block(slice, adjusted.network, number, model);
        for (const auto& field : info.states)
            block->set_state(field.name, slice.block->state(field.name));
        slice.block = std::move(block);
    }
}

}  // namespace

void adjust_state(const Adjusted& adjusted, const std::string& population,
                  const std::string& variable, const std::vector<double>& values) {
    parallel::collectively(adjusted.comm, [&] {
        const std::size_t number = find_population(adjusted.network, population);
        require_variable(*adjusted.network.populations[number].model, population, variable);
        const Value value = values.size() == 1 ? Value(values.front()) : Value(values);
        (void)check_alone(
            adjusted, changed(adjusted.description.populations[number], {{variable, value}}), {});
        for (VirtualProcess& vp : adjusted.state.vps) {
            NeuronSlice& slice = vp.slices[number];
            const auto from = values.begin() + static_cast<std::ptrdiff_t>(slice.begin);
            slice.block->set_state(variable, values.size() == 1
                                                 ? std::vector<double>(slice.size, values.front())
                                                 : std::vector<double>(from, from + slice.size));
        }
    });
}

void adjust_population(const Adjusted& adjusted, const std::string& population,
                       const Parameters& parameters) {
    parallel::collectively(adjusted.comm, [&] {
        const std::size_t number = find_population(adjusted.network, population);
        require_parameters_only(adjusted, number, parameters);
        Population description = changed(adjusted.description.populations[number], parameters);
        const Network checked = check_alone(adjusted, description, {});
        adjusted.description.populations[number] = std::move(description);
        adjusted.network.populations[number].values = checked.populations.front().values;
        remake(adjusted, number);
    });
}

void adjust_device(const Adjusted& adjusted, const std::string& device,
                   const Parameters& parameters) {
    parallel::collectively(adjusted.comm, [&] {
        auto& all = adjusted.description.devices;
        std::vector<std::string> names;
        names.reserve(all.size());
        for (const auto& d : all) names.push_back(d.name);
        const auto at = std::find(names.begin(), names.end(), device);
        if (at == names.end())
            throw Error(fmt::format("device '{}' (there is none of this name). {}", device,
                                    suggestion(device, names)));
        const auto number = static_cast<std::size_t>(at - names.begin());
        Device description = changed(all[number], parameters);
        const Network checked =
            check_alone(adjusted, adjusted.description.populations.front(), {description});
        all[number] = std::move(description);
        adjusted.network.devices[number] = checked.devices.front();
        auto& vps = adjusted.state.vps;
        parallel::run_team(static_cast<int>(vps.size()), [&](int thread) {
            VirtualProcess& vp = vps[static_cast<std::size_t>(thread)];
            vp.drives.clear();
            for (std::size_t p = 0; p < adjusted.network.projections.size(); ++p)
                if (adjusted.network.projections[p].device)
                    build::connect_device(vp, adjusted.network, adjusted.registry, p);
        });
    });
}

}  // namespace engram
