// SPDX-License-Identifier: Apache-2.0
#include "case.hpp"

namespace engram::reference {
namespace {

NetworkDescription describe_neuron(const Setup& setup, const Json& given,
                                   const std::vector<std::string>& variables) {
    NetworkDescription network = describe(given);
    const auto model = given.at("model").get<std::string>();
    network.population("neuron", model, 1,
                       parameters(setup.registry.find(ModelKind::neuron, model),
                                  given.at("params_and_initial_state")));
    const auto synapse = [](const Json& from) {
        return Synapse{.weight = number(from.at("weight")), .delay = number(from.at("delay_ms"))};
    };
    std::size_t count = 0;
    for (const auto& input : given.at("inputs"))
        add_spikes(network, "input_" + std::to_string(count++), numbers(input.at("spike_times_ms")),
                   "neuron", 0, synapse(input));
    for (const auto& device : given.at("devices")) {
        const auto kind = device.at("model").get<std::string>();
        const auto name = network.device(
            "device_" + std::to_string(count++), kind,
            parameters(setup.registry.find(ModelKind::device, kind), device.at("params")));
        network.connect(name, {"neuron"}, all_to_all(), synapse(device));
    }
    network.recorder("spikes", "spike_recorder", {"neuron"});
    network.recorder(
        "traces", "multimeter", {"neuron"},
        {{"interval", number(given.at("outputs").at("t_step_ms"))}, {"record_from", variables}});
    return network;
}

/// The recorded variables to compare: of those that NEST integrates adaptively V_m alone.
std::vector<std::string> compared_variables(const Json& given) {
    if (integration_of(given.at("model")) == Integration::adaptive) return {"V_m"};
    std::vector<std::string> names;
    for (const auto& [name, values] : given.at("outputs").items())
        if (values.is_array() && name != "spike_times_ms") names.push_back(name);
    return names;
}

}  // namespace

void check_neuron(const Setup& setup, const Json& given, Findings& findings) {
    const auto variables = compared_variables(given);
    const Integration integration = integration_of(given.at("model"));
    const NetworkDescription network = describe_neuron(setup, given, variables);
    Simulation simulation = build(setup, network);
    simulation.run(number(given.at("T_ms")));

    const Json& outputs = given.at("outputs");
    const auto times = numbers(outputs.at("spike_times_ms"));
    const SpikeTrain train = simulation.spikes("spikes", "neuron");
    const double h = network.resolution;
    findings.spikes(to_spikes(times, std::vector<std::uint64_t>(times.size(), 0), h),
                    to_spikes(train.times, train.nodes, h),
                    integration == Integration::adaptive ? 1 : 0, h);
    const Tolerance tolerance(integration, times);
    for (const auto& variable : variables) {
        const Samples expected{variable, number(outputs.at("t_first_ms")),
                               number(outputs.at("t_step_ms")), numbers(outputs.at(variable))};
        findings.samples(expected, simulation.trace("traces", "neuron", variable), 0, tolerance);
    }
}

}  // namespace engram::reference
