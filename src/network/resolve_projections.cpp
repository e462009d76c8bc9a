// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/time.hpp"
#include "models/rule.hpp"
#include "network/defaults.hpp"
#include "network/resolve_files.hpp"
#include "network/resolve_synapses.hpp"

namespace engram {
namespace {

template <class Part>
std::optional<std::size_t> index_of(const std::vector<Part>& parts, const std::string& name) {
    const auto at = std::find_if(parts.begin(), parts.end(),
                                 [&](const auto& part) { return part.name == name; });
    if (at == parts.end()) return std::nullopt;
    return static_cast<std::size_t>(at - parts.begin());
}

/// One projection of the description: what is the same for all its targets, then what differs.
class ProjectionResolver {
public:
    ProjectionResolver(Resolving& r, const Projection& description,
                       const std::vector<std::string>& names)
        : r_(r),
          description_(description),
          names_(names),
          place_(r.place("projection", title(), description.line)) {}

    void resolve() {
        const bool source = resolve_source();
        const ModelInfo* rule = resolve_rule();
        resolve_synapse(r_, place_, description_.synapse, shared_);
        check_shared_values();
        check_objections();
        if (shared_.device && shared_.edges)
            place_.problem("sonata_edges (their sources are neurons). Name a population as source");
        if (shared_.device && (plastic() || r_.registry.synapse(shared_.base_model)))
            place_.problem(fmt::format(
                "{} is {} (devices connect by static_synapse only). Put a population of "
                "parrot_neuron between",
                shared_.base_model, plastic() ? "plastic" : "not static"));
        if (description_.target.empty())
            place_.problem("target is missing. Name one or more populations");
        for (std::size_t i = 0; i < description_.target.size(); ++i) {
            const auto target = find_target(i);
            if (target && source && rule) add(names_[i], *target, *rule);
        }
    }

private:
    [[nodiscard]] std::string title() const {
        if (!description_.name.empty() || names_.empty()) return description_.name;
        return names_.front();
    }
    bool resolve_source() {
        const auto& d = r_.description;
        const std::string& name = description_.source;
        if (const auto population = index_of(d.populations, name)) shared_.source = *population;
        else if (const auto device = index_of(d.devices, name)) shared_.device = *device;
        else if (index_of(d.recorders, name))
            place_.problem(
                fmt::format("recorder '{}' cannot be a source (recorders are not connected). Name "
                            "what it records by its from",
                            name));
        else if (name.empty()) place_.problem("source is missing. Name a population or a device");
        else
            place_.problem(
                fmt::format("unknown source '{}'. {}", name, suggestion(name, node_names(true))));
        return index_of(d.populations, name) || shared_.device;
    }

    std::optional<std::size_t> find_target(std::size_t i) const {
        const auto& d = r_.description;
        const std::string& name = description_.target[i];
        const auto begin = description_.target.begin();
        if (std::find(begin, begin + static_cast<std::ptrdiff_t>(i), name) !=
            begin + static_cast<std::ptrdiff_t>(i))
            place_.problem(fmt::format(
                "target '{}' (stands twice). Write a second projection if that is meant", name));
        if (const auto population = index_of(d.populations, name)) return population;
        if (index_of(d.devices, name))
            place_.problem(fmt::format(
                "device '{}' cannot be a target (it takes no input). Make it the source", name));
        else if (index_of(d.recorders, name))
            place_.problem(
                fmt::format("recorder '{}' cannot be a target (recorders are not connected). Name "
                            "the populations by its from",
                            name));
        else
            place_.problem(
                fmt::format("unknown target '{}'. {}", name, suggestion(name, node_names(false))));
        return std::nullopt;
    }

    [[nodiscard]] std::vector<std::string> node_names(bool with_devices) const {
        std::vector<std::string> names;
        for (const auto& population : r_.description.populations) names.push_back(population.name);
        if (with_devices)
            for (const auto& device : r_.description.devices) names.push_back(device.name);
        return names;
    }

    const ModelInfo* resolve_rule() {
        const Rule& rule = description_.rule;
        const ModelInfo* model = r_.registry.find(ModelKind::rule, rule.name);
        shared_.rule = rule.name;
        shared_.list = rule.list;
        if (!model) {
            place_.problem(fmt::format("unknown rule '{}'. {}", rule.name,
                                       suggestion(rule.name, r_.registry.names(ModelKind::rule))),
                           rule.line);
            return nullptr;
        }
        const std::size_t problems_before = r_.problems.size();
        const Place place = place_.part(rule.name, rule.line);
        if (rule.name == "sonata_edges") {
            shared_.edges = resolve_edge_file(place, rule);
            return r_.problems.size() == problems_before ? model : nullptr;
        }
        shared_.rule_numbers =
            check_constants(place, model->parameters, rule.parameters, rule.name);
        // Switches have sensible defaults; how many synapses are wanted must be said.
        for (const auto& field : model->parameters)
            if (field.type != FieldType::boolean && !rule.parameters.contains(field.name))
                place.problem(fmt::format("{} is missing ({}). Set it", field.name, field.doc));
        if ((rule.name == "explicit_list") != (rule.list != nullptr))
            place.problem(
                rule.list
                    ? "a list is given (only explicit_list takes one). Remove it, or use "
                      "explicit_list"
                    : "the list is missing. Give arrays source and target, or the file of a table");
        else if (rule.list) check_list(place, *rule.list);
        return r_.problems.size() == problems_before ? model : nullptr;
    }

    void check_list(const Place& place, const ConnectionList& list) const {
        const std::size_t synapses = list.source.size();
        const auto check_length = [&](const char* name, std::size_t count, bool optional) {
            if (count != synapses && !(optional && count == 0))
                place.problem(
                    fmt::format("{} has {} values (source has {}). Give one for each synapse", name,
                                count, synapses));
        };
        check_length("target", list.target.size(), false);
        check_length("weight", list.weight.size(), true);
        check_length("delay", list.delay.size(), true);
        if (!list.weight.empty() && description_.synapse.weight)
            place.problem("weight (stands in the list and in the projection). Remove one");
        if (!list.delay.empty() && description_.synapse.delay)
            place.problem("delay (stands in the list and in the projection). Remove one");
        if (!list.weight.empty()) check_weight(place, list.weight, "", {});
        if (!list.delay.empty()) check_delay(r_, place, list.delay, {});
    }

    /// Values that copies set were checked there.
    void check_shared_values() {
        const auto& synapse = description_.synapse;
        for (const auto* value : {&synapse.weight, &synapse.delay})
            if (*value && std::holds_alternative<std::vector<double>>((*value)->value) &&
                shared_.rule != "one_to_one" && shared_.rule != "explicit_list")
                place_.problem(
                    fmt::format("{} is an array (the number of synapses is not known with {}). Use "
                                "one_to_one, an explicit_list, or a random value",
                                value == &synapse.weight ? "weight" : "delay", shared_.rule),
                    (*value)->line);
        if (shared_.edges)
            for (const auto* value : {&shared_.weight, &shared_.delay})
                if (!std::holds_alternative<double>(value->value))
                    place_.problem(
                        fmt::format("{} must be one number (edges that the file gives none get "
                                    "it). Set a constant",
                                    value == &shared_.weight ? "weight" : "delay"),
                        value->line);
        if (synapse.weight) check_weight(place_, *synapse.weight, "", {});
        if (synapse.delay && !check_delay(r_, place_, *synapse.delay, {})) return;
        if (const auto* ms = std::get_if<double>(&shared_.delay.value))
            shared_.delay = to_ms(to_steps(*ms, r_.network.resolution), r_.network.resolution);
    }

    /// Whether a plastic synapse may start with the weights known here; random ones are checked
    /// when drawn.
    void check_objections() const {
        const ModelInfo* base = base_model();
        if (!base || !base->objection || shared_.edges) return;
        const bool listed = shared_.list && !shared_.list->weight.empty();
        const auto* number = std::get_if<double>(&shared_.weight.value);
        const auto* array = std::get_if<std::vector<double>>(&shared_.weight.value);
        std::vector<double> weights;
        if (listed) weights = shared_.list->weight;
        else if (array) weights = *array;
        else if (number) weights = {*number};
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (!std::isfinite(weights[i])) continue;  // a problem already
            const std::string why = base->objection(shared_.common, weights[i]);
            if (why.empty()) continue;
            const std::string index = listed || array ? fmt::format("[{}]", i) : "";
            return place_.problem(
                fmt::format("weight{} = {} ({}). Change the weight or the parameters of '{}'",
                            index, weights[i], why, shared_.synapse_model),
                listed ? description_.rule.line : shared_.weight.line);
        }
    }

    void add(const std::string& name, std::size_t target, const ModelInfo& rule) {
        Network::Projection projection = shared_;
        projection.name = name;
        projection.target = target;
        const Place place = r_.place("projection", name, description_.line);
        const auto& targets = r_.network.populations[target];
        const RuleContext context{shared_.device ? 1 : r_.network.populations[shared_.source].size,
                                  targets.size, !shared_.device && shared_.source == target};
        if (shared_.device && injects_current()) check_current(place, targets);
        else check_receptor(place, targets.model);
        if (!shared_.device && plastic() && targets.model && !targets.model->parameter("tau_minus"))
            place.problem(fmt::format(
                "{} is plastic ('{}' is of {}, which has no post-synaptic trace). Use a "
                "target whose model has tau_minus",
                shared_.base_model, targets.name, targets.model->name));
        if (context.source_size > 0 && context.target_size > 0)  // else a problem of the population
            check_rule(place, rule, context, target);
        r_.network.projections.push_back(std::move(projection));
    }

    [[nodiscard]] const ModelInfo* base_model() const {
        return r_.registry.find(ModelKind::synapse, shared_.base_model);
    }
    [[nodiscard]] bool plastic() const { return base_model() && base_model()->plastic; }
    [[nodiscard]] bool injects_current() const {
        const ModelInfo* device = r_.network.devices[*shared_.device].model;
        return device && device->injects_current;
    }

    void check_receptor(const Place& place, const ModelInfo* target) const {
        if (!shared_.receptor || !target) return;
        const auto count = target->receptors.size();
        if (*shared_.receptor >= 0 && static_cast<std::size_t>(*shared_.receptor) < count) return;
        std::string known;
        for (std::size_t i = 0; i < count; ++i)
            known += fmt::format("{}{} {}", i ? ", " : "", i, target->receptors[i]);
        place.problem(fmt::format("receptor_type = {} (receptors of {}: {}). Choose one of them",
                                  *shared_.receptor, target->name, known));
    }

    /// A current goes to the membrane, not to a receptor.
    void check_current(const Place& place, const Network::Population& target) const {
        const std::string& device = r_.network.devices[*shared_.device].model->name;
        if (shared_.receptor)
            place.problem(
                fmt::format("receptor_type = {} (the current of a {} has no receptor). Remove it",
                            *shared_.receptor, device));
        if (target.model && !target.model->takes_current)
            place.problem(fmt::format(
                "{} injects a current ('{}' is of {}, which takes none). Use a target whose model "
                "does, or a generator of spikes",
                device, target.name, target.model->name));
    }

    void check_rule(const Place& place, const ModelInfo& rule, const RuleContext& context,
                    std::size_t target) const {
        std::vector<std::string> problems;
        if (rule.check_rule) rule.check_rule(shared_.rule_numbers, context, problems);
        for (const auto& problem : problems)
            place.problem(rule.name + ": " + problem, description_.rule.line);
        const std::string& target_name = r_.network.populations[target].name;
        std::optional<ArrayLength> length;
        if (rule.name == "one_to_one") {
            if (context.source_size != context.target_size)
                place.problem(
                    fmt::format("one_to_one ('{}' has {} neurons, '{}' has {}). Give both one size",
                                description_.source, context.source_size, target_name,
                                context.target_size),
                    description_.rule.line);
            length = {context.target_size, "the projection has", "synapses"};
        } else if (shared_.list) {
            length = {shared_.list->source.size(), "the list has", "synapses"};
            check_indices(place, "source", shared_.list->source, description_.source,
                          context.source_size);
            check_indices(place, "target", shared_.list->target, target_name, context.target_size);
        }
        check_array_length(place, "weight", shared_.weight, length);
        check_array_length(place, "delay", shared_.delay, length);
    }

    void check_indices(const Place& place, const char* what,
                       const std::vector<std::uint64_t>& indices, const std::string& name,
                       std::uint64_t size) const {
        const auto at = std::find_if(indices.begin(), indices.end(),
                                     [&](std::uint64_t i) { return i >= size; });
        if (at != indices.end())
            place.problem(fmt::format("explicit_list: {}[{}] = {} ('{}' has {}, counted from 0). "
                                      "Name one of them",
                                      what, at - indices.begin(), *at, name, size),
                          description_.rule.line);
    }

    void check_array_length(const Place& place, const char* name, const Value& value,
                            const std::optional<ArrayLength>& length) const {
        const auto* array = std::get_if<std::vector<double>>(&value.value);
        if (array && length && array->size() != length->count)
            place.problem(fmt::format("{} has {} values ({} {} {}). Give one for each", name,
                                      array->size(), length->owner, length->count, length->what),
                          value.line);
    }

    Resolving& r_;
    const Projection& description_;
    const std::vector<std::string>& names_;
    Place place_;
    Network::Projection shared_;
};

}  // namespace

void resolve_projections(Resolving& r) {
    const auto names = projection_names(r.description.projections);
    for (std::size_t i = 0; i < names.size(); ++i)
        ProjectionResolver(r, r.description.projections[i], names[i]).resolve();
}

}  // namespace engram
