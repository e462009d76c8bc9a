// SPDX-License-Identifier: Apache-2.0
#include "network/resolve_synapses.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/time.hpp"
#include "network/defaults.hpp"

namespace engram {
namespace {

bool is_weight_or_delay(const std::string& name) { return name == "weight" || name == "delay"; }

std::vector<std::string> synapse_model_names(const Resolving& r) {
    std::vector<std::string> names = r.registry.names(ModelKind::synapse);
    for (const auto& model : r.description.synapse_models) names.push_back(model.name);
    return names;
}

/// Defaults of the built-in model, then what each copy sets, the nearest last.
Numbers common_numbers(const ModelInfo& base, const std::vector<const SynapseModel*>& copies) {
    Numbers numbers;
    for (const auto& field : base.parameters)
        if (!is_weight_or_delay(field.name)) numbers[field.name] = field.default_value;
    for (auto copy = copies.rbegin(); copy != copies.rend(); ++copy)
        for (const auto& [name, value] : (*copy)->parameters)
            if (const auto at = numbers.find(name); at != numbers.end()) {
                if (const auto* number = std::get_if<double>(&value.value)) at->second = *number;
                if (const auto* truth = std::get_if<bool>(&value.value))
                    at->second = *truth ? 1.0 : 0.0;
            }
    return numbers;
}

bool no_array(const Place& place, const std::string& name, const Value& value) {
    if (!std::holds_alternative<std::vector<double>>(value.value)) return true;
    place.problem(
        name + " cannot be an array here (a model has no synapses yet). Set it in the projection",
        value.line);
    return false;
}

void check_copy(Resolving& r, const Place& place, const SynapseModel& copy, const ModelInfo& base) {
    Parameters parameters = copy.parameters;
    if (const auto weight = parameters.extract("weight");
        weight && no_array(place, "weight", weight.mapped()))
        check_weight(place, weight.mapped(), "", {});
    if (const auto delay = parameters.extract("delay");
        delay && no_array(place, "delay", delay.mapped()))
        check_delay(r, place, delay.mapped(), {});
    const std::size_t problems_before = r.problems.size();
    check_constants(place, base.parameters, parameters, base.name);
    if (r.problems.size() == problems_before)
        check_relations(place, base,
                        common_numbers(base, copy_chain(r.description, copy.name).copies));
}

}  // namespace

bool check_weight(const Place& place, const Value& weight, const std::string& unit,
                  const std::optional<ArrayLength>& length) {
    return check_value(place, {"weight", unit, "", FieldType::real, any_value, 1.0}, weight,
                       length);
}

bool check_delay(const Resolving& r, const Place& place, const Value& delay,
                 const std::optional<ArrayLength>& length) {
    constexpr double most_steps = 65535.0;
    const double resolution = r.network.resolution;
    const std::string text =
        fmt::format("must be from the resolution, {} ms, to {} steps, {} ms", resolution,
                    most_steps, to_ms(static_cast<Step>(most_steps), resolution));
    // Constants meant as one step may miss it by rounding; random ones round to one step from its
    // half on.
    const double least = std::holds_alternative<Random>(delay.value) ? 0.5 : 1.0 - 1e-9;
    const Bounds bounds{least * resolution, (most_steps + 0.499) * resolution, false, text.c_str()};
    return check_value(place, {"delay", "ms", "", FieldType::real, bounds, 1.0}, delay, length);
}

void resolve_synapse_models(Resolving& r) {
    const auto names = synapse_model_names(r);
    for (const auto& copy : r.description.synapse_models) {
        const Place place = r.place("synapse model", copy.name, copy.line);
        const CopyChain chain = copy_chain(r.description, copy.name);
        const bool parent_known =
            std::find(names.begin(), names.end(), copy.copy_of) != names.end();
        if (copy.copy_of.empty())
            place.problem("copy_of is missing. " +
                          suggestion("", r.registry.names(ModelKind::synapse)));
        else if (!parent_known)
            place.problem(fmt::format("copy_of = \"{}\" (there is no such synapse model). {}",
                                      copy.copy_of, suggestion(copy.copy_of, names)));
        else if (chain.circular)
            place.problem(fmt::format(
                "copy_of = \"{}\" (which is itself a copy of '{}'). Copy a built-in model",
                copy.copy_of, copy.name));
        else if (const auto* base = r.registry.find(ModelKind::synapse, chain.base))
            check_copy(r, place, copy, *base);
    }
}

void resolve_synapse(Resolving& r, const Place& place, const Synapse& synapse,
                     Network::Projection& projection) {
    const CopyChain chain = copy_chain(r.description, synapse.model);
    const ModelInfo* base = r.registry.find(ModelKind::synapse, chain.base);
    if (!base && chain.copies.empty())
        place.problem(fmt::format("unknown synapse_model '{}'. {}", synapse.model,
                                  suggestion(synapse.model, synapse_model_names(r))));
    projection.synapse_model = synapse.model;
    projection.base_model = chain.base;
    if (base) projection.common = common_numbers(*base, chain.copies);
    projection.weight = effective_weight(r.description, synapse);
    projection.delay = effective_delay(r.description, synapse);
    projection.receptor = synapse.receptor_type;
}

}  // namespace engram
