// SPDX-License-Identifier: Apache-2.0
#include "case.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace engram::reference {
namespace {

bool says_nothing(const std::string& name) {
    static const std::set<std::string> names{"flush_event_send_interval", "label",
                                             "stimulus_source"};
    return name.starts_with("ignore_and_spike") || names.contains(name);
}

/// Whether a model may do without this parameter: one of NEST's integrator, of plasticity that the
/// case does not have, what another parameter implies, or a state at rest or a switch turned off.
bool may_lack(const std::string& name, const Json& value) {
    static const std::set<std::string> names{"gsl_error_tol",     "rho", "tau_minus",
                                             "tau_minus_triplet", "y_0", "y_1"};
    const bool nothing = value == Json(false) || (value.is_number() && value.get<double>() == 0.0);
    return nothing || names.contains(name);
}

Value value_of(const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_array()) return numbers(value);
    return number(value);
}

/// The built-in model behind a synapse model of the network.
std::string base_of(const NetworkDescription& network, const std::string& name) {
    for (const auto& copy : network.synapse_models)
        if (copy.name == name) return copy.copy_of;
    return name;
}

}  // namespace

double number(const Json& value) {
    constexpr double no_bound = 1.797e308;
    if (value == "inf") return infinity;
    if (value == "-inf") return -infinity;
    const auto result = value.get<double>();
    return std::abs(result) < no_bound ? result : std::copysign(infinity, result);
}

std::vector<double> numbers(const Json& array) {
    std::vector<double> result;
    for (const auto& value : array) result.push_back(number(value));
    return result;
}

Parameters parameters(const ModelInfo* model, const Json& given) {
    Parameters result;
    for (const auto& [name, value] : given.items()) {
        const bool unknown = model && !model->parameter(name) && !model->state(name);
        if (says_nothing(name) || (unknown && may_lack(name, value))) continue;
        result[name] = value_of(value);
    }
    return result;
}

NetworkDescription describe(const Json& given) {
    NetworkDescription network;
    network.resolution = number(given.at("kernel").at("resolution_ms"));
    return network;
}

void add_spikes(NetworkDescription& network, const std::string& name, std::vector<double> times,
                const std::string& population, std::uint64_t neuron, const Synapse& synapse) {
    if (times.empty()) return;
    network.device(name, "spike_generator", {{"spike_times", std::move(times)}});
    const ConnectionList one{.source = {0}, .target = {neuron}, .weight = {}, .delay = {}};
    network.connect(name, {population}, explicit_list(one), synapse);
}

Simulation build(const Setup& setup, const NetworkDescription& network) {
    std::set<std::string> missing;
    const auto need = [&](ModelKind kind, const std::string& name) {
        if (!setup.registry.find(kind, name)) missing.insert(name);
    };
    for (const auto& population : network.populations) need(ModelKind::neuron, population.model);
    for (const auto& device : network.devices) need(ModelKind::device, device.model);
    for (const auto& recorder : network.recorders) need(ModelKind::recorder, recorder.model);
    for (const auto& projection : network.projections)
        need(ModelKind::synapse, base_of(network, projection.synapse.model));
    std::string names;
    for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
    if (!missing.empty()) throw NoModel(names);
    return {setup.comm, network, setup.options};
}

}  // namespace engram::reference
