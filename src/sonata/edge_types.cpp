// SPDX-License-Identifier: Apache-2.0
#include "sonata/edge_types.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/nearest.hpp"

namespace engram::sonata {
namespace {

/// Types whose synapses are alike.
struct Alike {
    std::string model;
    Parameters parameters;  ///< of the model
    std::optional<double> weight, delay, receptor;
    std::vector<double> types;  ///< edge_type_id, ascending

    [[nodiscard]] bool same(const Alike& other) const {
        return model == other.model && parameters == other.parameters && weight == other.weight &&
               delay == other.delay && receptor == other.receptor;
    }
};

/// Reads the types of one population of edges.
class TypeReader {
public:
    TypeReader(const EdgeContext& context, const TypeTable& table)
        : context_(context), table_(table) {}

    std::vector<Alike> read(const std::string& population) {
        std::vector<Alike> result;
        for (const TypeRow* row : table_.types(population)) {
            Alike type = read(*row);
            const auto at = std::find_if(result.begin(), result.end(),
                                         [&](const Alike& a) { return a.same(type); });
            if (at == result.end()) result.push_back(std::move(type));
            else at->types.push_back(static_cast<double>(row->id));
        }
        for (Alike& alike : result) std::sort(alike.types.begin(), alike.types.end());
        return result;
    }

private:
    void problem(const TypeRow& row, const std::string& text) {
        context_.findings.problem(table_.place(row), text);
    }

    Alike read(const TypeRow& row) {
        Alike type;
        type.types = {static_cast<double>(row.id)};
        type.model = row.value("model_template").value_or("static_synapse");
        if (type.model.starts_with("nest:")) type.model = type.model.substr(5);
        const ModelInfo* model = context_.registry.find(ModelKind::synapse, type.model);
        if (model == nullptr)
            problem(row, fmt::format(
                             "unknown model_template '{}'. {}", type.model,
                             suggestion(type.model, context_.registry.names(ModelKind::synapse))));
        for (const char* column : {"weight_function", "nsyns"})
            if (row.value(column).value_or("1") != "1")
                problem(row, fmt::format("{} = {} (is not supported in edge types). Give weights "
                                         "by syn_weight",
                                         column, *row.value(column)));
        read_parameters(row, model, type);
        read_number(row, "syn_weight", type.weight);
        read_number(row, "delay", type.delay);
        return type;
    }

    void read_number(const TypeRow& row, const char* column, std::optional<double>& number) {
        const auto text = row.value(column);
        if (!text) return;
        number = to_number(*text);
        if (!number) problem(row, fmt::format("{} = {} (must be a number)", column, *text));
    }

    void read_parameters(const TypeRow& row, const ModelInfo* model, Alike& type) {
        for (const auto& [name, value] : context_.parameters.of(table_, row).items()) {
            const std::string file = context_.parameters.path(*row.value("dynamics_params"));
            if (!value.is_number() && !value.is_boolean()) {
                context_.findings.problem(file, fmt::format("{} (must be a number)", name));
                continue;
            }
            const double number =
                value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
            if (name == "weight") type.weight = number;
            else if (name == "delay") type.delay = number;
            else if (name == "receptor_type") type.receptor = number;
            else if (model == nullptr) continue;
            else if (const FieldInfo* field = model->parameter(name))
                type.parameters[name] =
                    field->type == FieldType::boolean ? Value(number != 0.0) : Value(number);
            else
                context_.findings.problem(
                    file, fmt::format("unknown parameter '{}' of {}. {}", name, model->name,
                                      suggestion(name, model->names())));
        }
    }

    const EdgeContext& context_;
    const TypeTable& table_;
};

const NodePopulation* find_nodes(const EdgeContext& context, const std::string& file,
                                 const std::string& edges, const std::string& name) {
    std::vector<std::string> known;
    for (const auto& nodes : context.nodes) {
        if (nodes.name == name) return &nodes;
        known.push_back(nodes.name);
    }
    context.findings.problem(file, fmt::format("edges '{}' name nodes '{}' (which are not in the "
                                               "configuration). {}",
                                               edges, name, suggestion(name, known)));
    return nullptr;
}

/// NEST's receptors are whole numbers; which ones there are is checked with the whole.
std::optional<int> receptor(const std::optional<double>& number) {
    if (!number) return std::nullopt;
    constexpr double most = std::numeric_limits<int>::max();
    return *number == std::round(*number) && std::abs(*number) <= most ? static_cast<int>(*number)
                                                                       : -1;
}

}  // namespace

void add_projections(const EdgeContext& context, const std::string& file, const std::string& name,
                     const EdgePopulation& edges, const TypeTable& types) {
    const NodePopulation* source = find_nodes(context, file, name, edges.source());
    const NodePopulation* target = find_nodes(context, file, name, edges.target());
    const auto alike = TypeReader(context, types).read(name);
    if (source == nullptr || target == nullptr) return;
    if (!target->parts.empty() && std::all_of(target->parts.begin(), target->parts.end(),
                                              [](const auto& part) { return part.is_virtual; }))
        return context.findings.problem(
            file, fmt::format("edges '{}' end at '{}' (virtual nodes take no input). Use others",
                              name, target->name));
    for (std::size_t i = 0; i < alike.size(); ++i) {
        const std::string own = alike.size() == 1 ? name : fmt::format("{}_{}", name, i);
        Synapse synapse;
        synapse.model = alike[i].model;
        if (!alike[i].parameters.empty())
            synapse.model =
                context.network.copy_model(alike[i].model, own + "_synapse", alike[i].parameters);
        if (alike[i].weight) synapse.weight = *alike[i].weight;
        if (alike[i].delay) synapse.delay = *alike[i].delay;
        synapse.receptor_type = receptor(alike[i].receptor);
        Rule rule;
        rule.name = "sonata_edges";
        rule.parameters = {{"file", file}, {"population", name}, {"types", alike[i].types}};
        for (const auto& from : source->parts)
            for (const auto& to : target->parts) {
                if (to.is_virtual) continue;
                const bool single = source->parts.size() * target->parts.size() == 1;
                context.network.connect(
                    from.population, {to.population}, rule, synapse,
                    single ? own : fmt::format("{}_{}_to_{}", own, from.population, to.population));
            }
    }
}

}  // namespace engram::sonata
