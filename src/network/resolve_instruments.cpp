// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/time.hpp"
#include "network/check_value.hpp"
#include "network/defaults.hpp"
#include "network/resolve.hpp"
#include "network/resolve_files.hpp"
#include "network/value_text.hpp"

namespace engram {
namespace {

int line_of(const Parameters& parameters, const std::string& name) {
    const auto at = parameters.find(name);
    return at == parameters.end() ? 0 : at->second.line;
}

bool on_steps(double ms, double resolution) { return std::isinf(ms) || on_grid(ms, resolution); }

/// When a device or recorder is active is a whole number of steps.
void check_window(const Resolving& r, const Place& place, const ModelInfo& model,
                  const Numbers& numbers, const Parameters& given) {
    const double resolution = r.network.resolution;
    for (const std::string name : {"origin", "start", "stop", "interval", "offset"}) {
        const auto at = numbers.find(name);
        if (at == numbers.end() || model.parameter(name)->unit != "ms") continue;
        const bool too_short = name == "interval" && to_steps(at->second, resolution) < 1;
        if (too_short || !on_steps(at->second, resolution))
            place.problem(fmt::format("{} = {} ms (must be a multiple of the resolution, {} ms). "
                                      "Choose a multiple",
                                      name, at->second, resolution),
                          line_of(given, name));
    }
    const auto start = numbers.find("start"), stop = numbers.find("stop");
    if (start != numbers.end() && stop != numbers.end() && start->second > stop->second)
        place.problem(fmt::format("start = {} ms (must not be after stop = {} ms). Start earlier "
                                  "or stop later",
                                  start->second, stop->second),
                      line_of(given, "start"));
}

void resolve_device(Resolving& r, const Place& place, const Device& description,
                    Network::Device& device) {
    const ModelInfo& model = *device.model;
    device.numbers = check_constants(place, model.parameters, description.parameters, model.name);
    bool sound = true;
    for (const auto& field : model.parameters) {
        if (field.type != FieldType::real_array) continue;
        auto& array = device.arrays[field.name];
        const auto given = description.parameters.find(field.name);
        if (given == description.parameters.end()) continue;
        if (auto values = check_array(place, field, given->second)) array = std::move(*values);
        else sound = false;
    }
    check_window(r, place, model, device.numbers, description.parameters);
    if (!model.check_device || !sound) return;
    std::vector<std::string> problems;
    model.check_device(device.numbers, device.arrays, r.network.resolution, problems);
    for (const auto& problem : problems) {
        const std::string parameter = problem.substr(0, problem.find_first_of(" ["));
        place.problem(problem, line_of(description.parameters, parameter));
    }
}

std::vector<std::size_t> recorded_populations(Resolving& r, const Place& place,
                                              const Recorder& recorder) {
    std::vector<std::size_t> result;
    std::vector<std::string> known;
    for (const auto& population : r.description.populations) known.push_back(population.name);
    for (const auto& name : recorder.from) {
        const auto at = std::find(known.begin(), known.end(), name);
        const auto index = static_cast<std::size_t>(at - known.begin());
        const auto& devices = r.description.devices;
        if (at != known.end() && std::find(result.begin(), result.end(), index) != result.end())
            place.problem(fmt::format("population '{}' (stands twice in from). Remove one", name));
        else if (at != known.end()) result.push_back(index);
        else if (std::any_of(devices.begin(), devices.end(),
                             [&](const auto& d) { return d.name == name; }))
            place.problem(
                fmt::format("device '{}' (only populations can be recorded). Put a population of "
                            "parrot_neuron behind it and record that",
                            name));
        else
            place.problem(
                fmt::format("unknown population '{}'. {}", name, suggestion(name, known)));
    }
    if (recorder.from.empty())
        place.problem("from is missing. Name the populations that are recorded");
    return result;
}

std::vector<std::size_t> recorded_projections(Resolving& r, const Place& place,
                                              const Recorder& recorder) {
    std::vector<std::size_t> result;
    std::vector<std::string> known;
    for (const auto& names : projection_names(r.description.projections))
        known.insert(known.end(), names.begin(), names.end());
    for (const auto& name : recorder.from) {
        const auto& all = r.network.projections;
        const auto at =
            std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == name; });
        const auto index = static_cast<std::size_t>(at - all.begin());
        if (std::find(known.begin(), known.end(), name) == known.end())
            place.problem(
                fmt::format("unknown projection '{}'. {}", name, suggestion(name, known)));
        else if (at == all.end()) continue;  // it has problems of its own
        else if (at->device)
            place.problem(
                fmt::format("projection '{}' (comes from a device; only synapses between "
                            "populations have weights to record). Remove it",
                            name));
        else if (std::find(result.begin(), result.end(), index) != result.end())
            place.problem(fmt::format("projection '{}' (stands twice in from). Remove one", name));
        else result.push_back(index);
    }
    if (recorder.from.empty())
        place.problem("from is missing. Name the projections whose weights are recorded");
    return result;
}

/// The state variables that a multimeter records.
std::vector<std::string> recorded_variables(const Resolving& r, const Place& place,
                                            const Value& value,
                                            const std::vector<std::size_t>& populations) {
    std::vector<std::string> names;
    if (const auto* one = std::get_if<std::string>(&value.value)) names = {*one};
    else if (const auto* several = std::get_if<std::vector<std::string>>(&value.value))
        names = *several;
    if (names.empty())
        place.problem(fmt::format("record_from = {} (must name state variables). Write [\"V_m\"]",
                                  to_text(value)),
                      value.line);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
            names.begin() + static_cast<std::ptrdiff_t>(i))
            place.problem(fmt::format("'{}' (stands twice in record_from). Remove one", names[i]),
                          value.line);
        for (const std::size_t p : populations) {
            const ModelInfo* model = r.network.populations[p].model;
            if (!model || model->state(names[i])) continue;
            std::vector<std::string> known;
            for (const auto& state : model->states) known.push_back(state.name);
            place.problem(fmt::format("unknown state variable '{}' of {} (population '{}'). {}",
                                      names[i], model->name, r.network.populations[p].name,
                                      suggestion(names[i], known)),
                          value.line);
        }
    }
    return names;
}

/// Where a recorder is to record to.
std::string checked_destination(const Place& place, const Value& value) {
    const auto* word = std::get_if<std::string>(&value.value);
    check_choice(place, "record_to", word ? *word : to_text(value), {"file", "memory"});
    return word ? *word : "";
}

/// Which neurons a multimeter samples, where not all.
std::vector<std::uint64_t> sampled_neurons(const Resolving& r, const Place& place,
                                           const Value& value,
                                           const std::vector<std::size_t>& populations) {
    auto neurons = ascending_numbers(place, "neurons", value);
    if (populations.size() != 1) {
        place.problem("neurons (stands beside several populations). Record from one population",
                      value.line);
    } else if (const auto& p = r.network.populations[populations.front()];
               !neurons.empty() && neurons.back() >= p.size) {
        place.problem(fmt::format("neurons: {} ('{}' has {}, counted from 0). Name one of them",
                                  neurons.back(), p.name, p.size),
                      value.line);
    }
    return neurons;
}

/// A frame report has one group for each population of SONATA.
void check_distinct(const Resolving& r, const Place& place, const Network::Recorder& recorder) {
    std::set<std::string> names;
    for (const std::size_t p : recorder.populations)
        if (const auto& name = r.network.populations[p].sonata_population;
            !names.insert(name).second)
            place.problem(
                fmt::format("several populations are '{}' in files (samples of several "
                            "models in one report are not supported). Use a multimeter "
                            "for each",
                            name));
}

}  // namespace

void resolve_devices(Resolving& r) {
    for (const auto& description : r.description.devices) {
        const Place place = r.place("device", description.name, description.line);
        auto& device = r.network.devices.emplace_back();
        device.name = description.name;
        device.model = find_model(r, place, ModelKind::device, description.model);
        if (!device.model) continue;
        resolve_device(r, place, description, device);
        check_relations(place, *device.model, device.numbers);
    }
}

void resolve_recorders(Resolving& r) {
    for (const auto& description : r.description.recorders) {
        const Place place = r.place("recorder", description.name, description.line);
        auto& recorder = r.network.recorders.emplace_back();
        recorder.name = description.name;
        recorder.model = find_model(r, place, ModelKind::recorder, description.model);
        if (recorder.model && recorder.model->records == Records::weights)
            recorder.projections = recorded_projections(r, place, description);
        else recorder.populations = recorded_populations(r, place, description);
        if (!recorder.model) continue;
        Parameters parameters = description.parameters;
        if (recorder.model->records == Records::samples) {
            const std::string& only = recorder.model->variable;
            const auto given = parameters.extract("record_from");
            const Value variables = given ? given.mapped() : Value(only.empty() ? "V_m" : only);
            recorder.record_from = recorded_variables(r, place, variables, recorder.populations);
            if (!only.empty() && recorder.record_from != std::vector<std::string>{only})
                place.problem(fmt::format("record_from (a {} records {} alone). Use a multimeter",
                                          recorder.model->name, only),
                              variables.line);
            if (const auto neurons = parameters.extract("neurons"))
                recorder.neurons =
                    sampled_neurons(r, place, neurons.mapped(), recorder.populations);
            check_distinct(r, place, recorder);
        }
        if (const auto given = parameters.extract("record_to"))
            recorder.record_to = checked_destination(place, given.mapped());
        recorder.numbers =
            check_constants(place, recorder.model->parameters, parameters, recorder.model->name);
        check_window(r, place, *recorder.model, recorder.numbers, description.parameters);
        check_relations(place, *recorder.model, recorder.numbers);
    }
}

}  // namespace engram
