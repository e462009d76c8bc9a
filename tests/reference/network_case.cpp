// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "core/time.hpp"
#include "case.hpp"

namespace engram::reference {
namespace {

/// The connections of a file that are plastic, or those that are not, in its order.
ConnectionList connections(const Json& given, bool plastic) {
    const Json& all = given.at("connections");
    ConnectionList list;
    for (std::size_t k = 0; k < all.at("source").size(); ++k) {
        if ((all.at("plastic")[k] != 0) != plastic) continue;
        list.source.push_back(all.at("source")[k].get<std::uint64_t>());
        list.target.push_back(all.at("target")[k].get<std::uint64_t>());
        list.weight.push_back(number(all.at("weight")[k]));
        list.delay.push_back(number(all.at("delay_ms")[k]));
    }
    return list;
}

/// The places of a list's synapses in the order in which Engram hands them out: synapses that agree
/// in target, source and delay keep their order.
std::vector<std::size_t> engram_order(const ConnectionList& list, double resolution) {
    std::vector<std::size_t> order(list.source.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t k) {
        return std::tuple(list.target[k], list.source[k], to_steps(list.delay[k], resolution));
    };
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
    return order;
}

Json neuron_parameters(const Json& given) {
    Json parameters = given.at("neuron_params_common");
    parameters["V_m"] = given.at("V_m_initial_mV");
    parameters["I_e"] = given.at("I_e_pA");
    if (!given.at("plastic_model").is_null())
        parameters["tau_minus"] = given.at("plastic_params").at("tau_minus");
    return parameters;
}

void connect(NetworkDescription& network, const Setup& setup, const Json& given) {
    const ConnectionList fixed = connections(given, false), plastic = connections(given, true);
    if (!fixed.source.empty())
        network.connect("neurons", {"neurons"}, explicit_list(fixed), {}, "fixed");
    if (plastic.source.empty()) return;
    const auto model = given.at("plastic_model").get<std::string>();
    Json common = given.at("plastic_params");
    common.erase("tau_minus");
    network.copy_model(model, "plastic_model",
                       parameters(setup.registry.find(ModelKind::synapse, model), common));
    network.connect("neurons", {"neurons"}, explicit_list(plastic), {.model = "plastic_model"},
                    "plastic");
}

NetworkDescription describe_network(const Setup& setup, const Json& given) {
    NetworkDescription network = describe(given);
    const auto model = given.at("model").get<std::string>();
    network.population(
        "neurons", model, given.at("V_m_initial_mV").size(),
        parameters(setup.registry.find(ModelKind::neuron, model), neuron_parameters(given)));
    connect(network, setup, given);
    std::size_t count = 0;
    for (const auto& input : given.at("external_spike_inputs"))
        add_spikes(network, "input_" + std::to_string(count++), numbers(input.at("spike_times_ms")),
                   "neurons", input.at("target").get<std::uint64_t>(),
                   {.weight = number(input.at("weight")), .delay = number(input.at("delay_ms"))});
    network.recorder("spikes", "spike_recorder", {"neurons"});
    network.recorder("traces", "multimeter", {"neurons"},
                     {{"interval", number(given.at("outputs").at("V_m_t_step_ms"))}});
    return network;
}

/// Networks that NEST integrates adaptively are to agree up to this time, ms, others to the end.
double compared_time(const Json& given) {
    constexpr double predictable = 200.0;
    const bool adaptive = integration_of(given.at("model")) == Integration::adaptive;
    return adaptive ? predictable : infinity;
}

void check_spikes(const Json& given, const Spikes& expected, const Spikes& found, double h,
                  Findings& findings) {
    if (std::isinf(compared_time(given))) return findings.spikes(expected, found, 0, h);
    const Step end = to_steps(compared_time(given), h);
    findings.spikes(up_to(end, expected), up_to(end, found), 0, h);
    constexpr double allowed = 0.02;
    const auto count = static_cast<double>(expected.size());
    if (std::abs(static_cast<double>(found.size()) - count) > allowed * count)
        findings.problem(fmt::format("{} spikes instead of {}", found.size(), expected.size()));
}

void check_traces(const Json& given, const Trace& trace, Findings& findings) {
    const Json& outputs = given.at("outputs");
    const auto times = numbers(outputs.at("spike_times_ms"));
    for (const auto& [neuron, values] : outputs.at("V_m").items()) {
        const std::uint64_t node = std::stoull(neuron);
        std::vector<double> own;
        for (std::size_t i = 0; i < times.size(); ++i)
            if (outputs.at("spike_neurons")[i] == node) own.push_back(times[i]);
        Samples expected{"V_m", number(outputs.at("V_m_t_first_ms")),
                         number(outputs.at("V_m_t_step_ms")), numbers(values)};
        const double most = (compared_time(given) - expected.first) / expected.interval + 1.0;
        if (most < static_cast<double>(expected.values.size()))
            expected.values.resize(static_cast<std::size_t>(most));
        findings.samples(expected, trace, node, Tolerance(integration_of(given.at("model")), own));
    }
}

/// NEST changes a weight when the spike is exchanged, Engram when it arrives: sources that spiked
/// in the end are left out.
void check_weights(const Json& given, const ConnectionList& found, const Spikes& spikes, double h,
                   Findings& findings) {
    const ConnectionList list = connections(given, true);
    const auto weights =
        numbers(given.at("outputs").at("final_weights_of_plastic_in_connection_order"));
    const Step end = to_steps(number(given.at("T_ms")), h);
    const Step min_delay = to_steps(number(given.at("kernel").at("min_delay_ms")), h);
    std::map<std::uint64_t, Step> last;
    for (const auto& [step, node] : spikes) last[node] = step;
    const auto order = engram_order(list, h);
    if (found.source.size() != order.size())
        return findings.problem(
            fmt::format("{} plastic synapses instead of {}", found.source.size(), order.size()));
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t k = order[i];
        const std::string what = fmt::format("{} to {}", list.source[k], list.target[k]);
        if (found.source[i] != list.source[k] || found.target[i] != list.target[k])
            return findings.problem("connections() is out of order at the synapse " + what);
        const Step latest = end - to_steps(list.delay[k], h) - min_delay;
        if (!last.contains(list.source[k]) || last[list.source[k]] <= latest)
            findings.weight(what, weights.at(k), found.weight[i]);
    }
}

}  // namespace

void check_network(const Setup& setup, const Json& given, Findings& findings) {
    const NetworkDescription network = describe_network(setup, given);
    const double h = network.resolution;
    Simulation simulation = build(setup, network);
    simulation.run(number(given.at("T_ms")));

    const Json& outputs = given.at("outputs");
    const SpikeTrain train = simulation.spikes("spikes", "neurons");
    const Spikes expected =
        to_spikes(numbers(outputs.at("spike_times_ms")),
                  outputs.at("spike_neurons").get<std::vector<std::uint64_t>>(), h);
    check_spikes(given, expected, to_spikes(train.times, train.nodes, h), h, findings);
    check_traces(given, simulation.trace("traces", "neurons", "V_m"), findings);
    if (!given.at("plastic_model").is_null() && std::isinf(compared_time(given)))
        check_weights(given, simulation.connections("plastic"), expected, h, findings);
}

}  // namespace engram::reference
