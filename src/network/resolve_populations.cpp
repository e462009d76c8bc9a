// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <fmt/format.h>

#include "network/check_value.hpp"
#include "network/resolve.hpp"
#include "network/resolve_files.hpp"
#include "network/value_text.hpp"

namespace engram {
namespace {

void check_parameter(const Place& place, const ModelInfo& model, const Population& population,
                     const std::string& name, const Value& value) {
    const FieldInfo* field = model.parameter(name);
    if (!field) field = model.state(name);
    if (!field) return unknown_parameter(place, name, value, model.name, model.names());
    const bool of_population = name == "tau_minus" || name == "tau_minus_triplet";
    if (of_population && !std::holds_alternative<double>(value.value))
        return place.problem(
            fmt::format("{} = {} (must be one constant: plastic synapses use one for the "
                        "population). Split the population where it differs",
                        name, to_text(value)),
            value.line);
    check_value(place, *field, value,
                ArrayLength{population.size, "the population has", "neurons"});
}

/// The relations between parameters, for every neuron where some differ. Random ones cannot be
/// known here.
void check_neurons(const Place& place, const ModelInfo& model, const Population& population,
                   const Parameters& parameters) {
    Numbers values;
    for (const auto* fields : {&model.parameters, &model.states})
        for (const auto& field : *fields) values[field.name] = field.default_value;
    std::vector<std::pair<double*, const std::vector<double>*>> arrays;
    for (const auto& [name, value] : parameters) {
        if (model.state(name)) continue;  // initial states are bound by nothing
        if (const auto* array = std::get_if<std::vector<double>>(&value.value))
            arrays.emplace_back(&values[name], array);
        else if (const auto* number = std::get_if<double>(&value.value)) values[name] = *number;
        else if (const auto* truth = std::get_if<bool>(&value.value))
            values[name] = *truth ? 1.0 : 0.0;
        else return;
    }
    std::vector<std::string> problems;
    const std::uint64_t distinct = arrays.empty() ? 1 : population.size;
    for (std::uint64_t i = 0; i < distinct && problems.empty(); ++i) {
        for (const auto& [number, array] : arrays) *number = (*array)[i];
        model.check(values, problems);
        if (!arrays.empty())
            for (auto& problem : problems) problem = fmt::format("neuron {}: {}", i, problem);
    }
    for (const auto& problem : problems) place.problem(problem);
}

}  // namespace

void resolve_populations(Resolving& r) {
    GlobalIndex first = 0;
    for (const auto& population : r.description.populations) {
        const Place place = r.place("population", population.name, population.line);
        const std::size_t problems_before = r.problems.size();
        const ModelInfo* model = find_model(r, place, ModelKind::neuron, population.model);
        if (population.size == 0)
            place.problem("size is missing or 0 (must be at least 1). Give the number of neurons");
        if (population.size > std::numeric_limits<GlobalIndex>::max() - first)
            place.problem(fmt::format("size = {} (more neurons than can be counted). Use fewer",
                                      population.size));
        Network::Population resolved{
            population.name, model, population.size, first, population.parameters, {}, {}, {}};
        resolve_node_ids(place, resolved.values, resolved);
        if (model) {
            if (model->spikes_from_files) resolve_spike_files(place, resolved.values, resolved);
            for (const auto& [name, value] : resolved.values)
                check_parameter(place, *model, population, name, value);
            if (model->check && r.problems.size() == problems_before)
                check_neurons(place, *model, population, resolved.values);
        }
        r.network.populations.push_back(std::move(resolved));
        first += population.size;
    }
    if (r.description.populations.empty())
        r.problems.push_back({"the network has no population. Add one, as [populations.E]", 0});
}

}  // namespace engram
