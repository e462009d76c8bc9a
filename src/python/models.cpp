// SPDX-License-Identifier: Apache-2.0
#include "engram/error.hpp"

#include "core/nearest.hpp"
#include "core/random.hpp"
#include "models/rule.hpp"
#include "network/network.hpp"
#include "python/convert.hpp"

namespace engram::python {
namespace {

const Registry& registry() {
    static const Registry all = builtin_models();
    return all;
}

constexpr const char* kinds[] = {"neuron", "synapse", "rule", "device", "recorder"};
constexpr const char* types[] = {"real", "integer", "boolean", "real_array"};

py::dict field_data(const FieldInfo& field) {
    py::dict data;
    data["name"] = field.name;
    data["unit"] = field.unit;
    data["doc"] = field.doc;
    data["type"] = types[static_cast<int>(field.type)];
    if (field.type == FieldType::boolean) data["default"] = field.default_value != 0.0;
    else if (field.type == FieldType::integer)
        data["default"] = static_cast<std::int64_t>(field.default_value);
    else if (field.type == FieldType::real) data["default"] = field.default_value;
    else data["default"] = py::list();
    return data;
}

py::list fields_data(const std::vector<FieldInfo>& fields) {
    py::list list;
    for (const auto& field : fields) list.append(field_data(field));
    return list;
}

py::list models() {
    py::list list;
    for (const ModelInfo& model : registry().all()) {
        py::dict data;
        data["name"] = model.name;
        data["kind"] = kinds[static_cast<int>(model.kind)];
        data["doc"] = model.doc;
        data["source"] = model.source;
        data["parameters"] = fields_data(model.parameters);
        data["states"] = fields_data(model.states);
        data["receptors"] = model.receptors;
        data["input_unit"] = model.input_unit;
        data["takes_current"] = model.takes_current;
        data["injects_current"] = model.injects_current;
        data["plastic"] = model.plastic;
        list.append(data);
    }
    return list;
}

/// The rule of one projection between populations of these sizes, checked as in a description.
Network checked_rule(const std::string& rule, const Parameters& parameters,
                     const RuleContext& context) {
    NetworkDescription description;
    description.population("sources", "parrot_neuron", context.source_size);
    if (!context.same_population)
        description.population("targets", "parrot_neuron", context.target_size);
    Rule described;
    described.name = rule;
    described.parameters = parameters;
    description.connect("sources", {context.same_population ? "sources" : "targets"}, described, {},
                        rule);
    return resolve(description, registry());
}

/// The synapses that a rule makes between two lists of neurons, by target: the same on all ranks.
py::tuple draw_pairs(const std::string& rule, const py::dict& parameters, std::uint64_t source_size,
                     std::uint64_t target_size, bool same, std::uint64_t seed,
                     std::uint32_t number) {
    const RuleContext context{source_size, target_size, same};
    const Network network = checked_rule(rule, to_parameters(parameters), context);
    const auto sources_of = registry()
                                .find(ModelKind::rule, rule)
                                ->make_rule(network.projections[0].rule_numbers, context);
    sources_of->prepare({0, target_size, random_key(seed, Stream::split), number});
    std::vector<NodeIndex> source;
    std::vector<std::uint64_t> target;
    RuleDraws draws;
    for (NodeIndex t = 0; t < target_size; ++t) {
        draws.stream = RandomStream(random_key(seed, Stream::rule), t, number);
        sources_of->append(t, draws, source);
        target.resize(source.size(), t);
    }
    std::vector<std::uint64_t> source_index(source.begin(), source.end());
    return py::make_tuple(to_array(std::move(source_index)), to_array(std::move(target)));
}

/// One draw for each of `count` things, the same on all ranks.
py::array_t<double> draw_values(const Random& random, std::uint64_t count, std::uint64_t seed,
                                std::uint32_t number) {
    const RandomKey key = random_key(seed, Stream::neuron_value);
    std::vector<double> values(count);
    for (std::uint64_t i = 0; i < count; ++i) values[i] = RandomStream(key, i, number).draw(random);
    return to_array(std::move(values));
}

}  // namespace

void bind_models(py::module_& module) {
    module.def("models", &models);
    module.def("suggestion", &suggestion);
    module.def("draw_pairs", &draw_pairs);
    module.def("draw_values", &draw_values);
}

}  // namespace engram::python
