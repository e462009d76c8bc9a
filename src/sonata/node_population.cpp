// SPDX-License-Identifier: Apache-2.0
#include "sonata/node_population.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/nearest.hpp"

namespace engram::sonata {
namespace {

/// The number that a group is called by, if it is one.
std::optional<std::uint64_t> number_of(const std::string& name) {
    std::uint64_t number = 0;
    const char* const end = name.data() + name.size();
    const auto [last, error] = std::from_chars(name.data(), end, number);
    if (error != std::errc{} || last != end) return {};
    return number;
}

/// Numbers of one parameter: NaN where a node has none.
using Column = std::vector<double>;
constexpr double unset = std::numeric_limits<double>::quiet_NaN();

/// Reads one population.
class NodeReader {
public:
    NodeReader(const hdf5::ForeignFile& file, const std::string& name, const TypeTable& types,
               ParameterFiles& parameters, const Registry& registry, Findings& findings)
        : file_(file),
          path_("/nodes/" + name),
          parameters_(parameters),
          registry_(registry),
          findings_(findings) {
        nodes_.name = name;
        nodes_.file = file.path();
        nodes_.types = &types;
    }

    NodePopulation read(NetworkDescription& network) {
        if (!read_columns()) return std::move(nodes_);
        read_types();
        read_groups();
        for (const auto& [model, nodes] : models()) add(network, model, nodes);
        return std::move(nodes_);
    }

private:
    void problem(const std::string& text) { findings_.problem(file_.path(), text); }
    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

    bool read_columns() {
        if (!file_.exists(path("node_type_id"))) {
            problem(fmt::format("array '{}' is missing. Use a file with all that SONATA asks for",
                                path("node_type_id")));
            return false;
        }
        const std::uint64_t size = file_.size(path("node_type_id"));
        nodes_.type = file_.counts(path("node_type_id"), 0, size);
        group_.assign(size, 0);
        index_.resize(size);
        std::iota(index_.begin(), index_.end(), std::uint64_t{0});
        std::vector<std::uint64_t> id = index_;
        bool right = true;
        for (const auto& [column, values] : {std::pair{"node_id", &id},
                                             {"node_group_id", &group_},
                                             {"node_group_index", &index_}}) {
            if (!file_.exists(path(column))) continue;
            if (const std::uint64_t length = file_.size(path(column)); length != size) {
                problem(
                    fmt::format("array '{}' has {} elements (node_type_id has {}). All columns "
                                "of nodes have one length",
                                path(column), length, size));
                right = false;
            } else {
                *values = file_.counts(path(column), 0, size);
            }
        }
        for (std::uint64_t i = 0; i < size; ++i)
            if (id[i] != i) {
                problem(
                    fmt::format("node_id[{}] of '{}' = {} (nodes that are not counted from 0 "
                                "in their order are not supported). Sort them",
                                i, nodes_.name, id[i]));
                return false;
            }
        if (size == 0) problem(fmt::format("population '{}' has no nodes", nodes_.name));
        return right && size > 0;
    }

    /// What the type of each node says of it.
    void read_types() {
        std::map<std::uint64_t, const TypeRow*> known;
        for (const TypeRow* row : nodes_.types->types(nodes_.name)) known[row->id] = row;
        std::set<std::uint64_t> missing;
        row_.resize(nodes_.size(), nullptr);
        for (std::uint64_t i = 0; i < nodes_.size(); ++i) {
            const auto row = known.find(nodes_.type[i]);
            if (row != known.end()) row_[i] = row->second;
            else missing.insert(nodes_.type[i]);
        }
        for (const std::uint64_t id : missing)
            findings_.problem(nodes_.types->path(),
                              fmt::format("there is no node_type_id {} (nodes of '{}' in {} have "
                                          "it). Add it",
                                          id, nodes_.name, file_.path()));
        for (const char* column : {"model_type", "model_template"}) {
            auto& values = texts_[column];
            values.resize(nodes_.size());
            for (std::uint64_t i = 0; i < nodes_.size(); ++i)
                if (row_[i] != nullptr) values[i] = row_[i]->value(column).value_or("");
        }
        for (const auto& [id, row] : known) read_parameters(*row);
    }

    void read_parameters(const TypeRow& row) {
        const Json& json = parameters_.of(*nodes_.types, row);
        for (const auto& [name, value] : json.items()) {
            if (!value.is_number() && !value.is_boolean()) {
                findings_.problem(parameters_.path(*row.value("dynamics_params")),
                                  fmt::format("{} (must be a number)", name));
                continue;
            }
            Column& column = column_of(name);
            const double number =
                value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
            for (std::uint64_t i = 0; i < nodes_.size(); ++i)
                if (row_[i] == &row) column[i] = number;
        }
    }

    Column& column_of(const std::string& name) {
        return columns_.try_emplace(name, nodes_.size(), unset).first->second;
    }

    /// What groups say of single nodes comes before what types say.
    void read_groups() {
        for (const auto& group : file_.children(path_)) {
            const auto number = number_of(group);
            if (!number) continue;
            std::vector<std::uint64_t> nodes, places;
            for (std::uint64_t i = 0; i < nodes_.size(); ++i)
                if (group_[i] == number) {
                    nodes.push_back(i);
                    places.push_back(index_[i]);
                }
            if (nodes.empty()) continue;
            const std::string base = path(group);
            for (const auto& name : file_.children(base + "/dynamics_params")) {
                const auto values = file_.reals_at(base + "/dynamics_params/" + name, places);
                Column& column = column_of(name);
                for (std::size_t i = 0; i < nodes.size(); ++i) column[nodes[i]] = values[i];
            }
            if (file_.exists(base + "/dynamics_params") &&
                !file_.is_group(base + "/dynamics_params"))
                problem(
                    fmt::format("'{}/dynamics_params' (files of single nodes are not "
                                "supported). Name files in the node types, or give arrays",
                                base));
            for (const char* column : {"model_type", "model_template"})
                read_texts(base, column, nodes, places);
        }
        if (!file_.exists(path("node_group_id"))) return;
        for (const std::uint64_t group : std::set(group_.begin(), group_.end()))
            if (!file_.exists(path(std::to_string(group))))
                problem(
                    fmt::format("group '{}' is missing (node_group_id names it). Use a file "
                                "with all that SONATA asks for",
                                path(std::to_string(group))));
    }

    /// A column of texts, or of numbers that count the texts of `@library`.
    void read_texts(const std::string& base, const std::string& column,
                    const std::vector<std::uint64_t>& nodes,
                    const std::vector<std::uint64_t>& places) {
        const std::string array = base + "/" + column, library = base + "/@library/" + column;
        if (!file_.exists(array)) return;
        std::vector<std::string> texts;
        std::vector<std::uint64_t> numbers = places;
        if (file_.holds_text(array)) {
            texts = file_.texts(array);
        } else {
            texts = file_.exists(library) ? file_.texts(library) : texts;
            const auto all = file_.counts(array, 0, file_.size(array));
            for (auto& place : numbers) place = place < all.size() ? all[place] : texts.size();
        }
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (numbers[i] >= texts.size())
                return problem(
                    fmt::format("'{}' names no text for node {}. Mend the file", array, nodes[i]));
            texts_[column][nodes[i]] = texts[numbers[i]];
        }
    }

    /// The nodes of each neuron model, in the order of their first.
    std::vector<std::pair<const ModelInfo*, std::vector<std::uint64_t>>> models() {
        std::vector<std::pair<const ModelInfo*, std::vector<std::uint64_t>>> result;
        std::map<std::pair<std::string, std::string>, std::size_t> place;
        constexpr auto none = static_cast<std::size_t>(-1);
        for (std::uint64_t i = 0; i < nodes_.size(); ++i) {
            if (row_[i] == nullptr) continue;
            const auto& type = texts_["model_type"][i];
            const auto& name = texts_["model_template"][i];
            const auto [at, fresh] = place.try_emplace({type, type == "virtual" ? "" : name}, none);
            if (fresh) {
                const ModelInfo* model = model_of(*row_[i], type, name);
                if (model == nullptr) continue;
                const auto same = std::find_if(result.begin(), result.end(),
                                               [&](const auto& m) { return m.first == model; });
                at->second = static_cast<std::size_t>(same - result.begin());
                if (same == result.end()) result.push_back({model, {}});
            }
            if (at->second != none) result[at->second].second.push_back(i);
        }
        return result;
    }

    const ModelInfo* model_of(const TypeRow& row, const std::string& type,
                              const std::string& name) {
        const auto fail = [&](const std::string& text) -> const ModelInfo* {
            findings_.problem(nodes_.types->place(row), text);
            return nullptr;
        };
        if (type == "virtual") return registry_.find(ModelKind::neuron, "spike_source");
        if (type != "point_neuron" && type != "point_process")
            return fail(
                fmt::format("model_type = {} (is not supported). Use point_neuron, "
                            "point_process or virtual",
                            type.empty() ? "NULL" : type));
        const std::string schema = "nest:";
        if (!name.starts_with(schema))
            return fail(
                fmt::format("model_template = {} (must begin with nest:, then name a "
                            "model). Write for example nest:iaf_psc_alpha",
                            name.empty() ? "NULL" : name));
        const std::string model = name.substr(schema.size());
        if (const auto* info = registry_.find(ModelKind::neuron, model)) return info;
        return fail(fmt::format("unknown model_template '{}'. {}", name,
                                suggestion(model, registry_.names(ModelKind::neuron))));
    }

    void add(NetworkDescription& network, const ModelInfo* model,
             const std::vector<std::uint64_t>& nodes) {
        const bool whole = nodes.size() == nodes_.size();
        const std::string name = whole ? nodes_.name : nodes_.name + "-" + model->name;
        nodes_.parts.push_back({name, nodes, model->spikes_from_files});
        Parameters parameters;
        if (!model->spikes_from_files)  // virtual nodes have no parameters
            for (const auto& [column, values] : columns_) set(parameters, *model, column, nodes);
        if (!whole) {
            parameters["sonata_population"] = nodes_.name;
            parameters["node_ids"] = std::vector<double>(nodes.begin(), nodes.end());
        }
        network.population(name, model->name, nodes.size(), std::move(parameters));
    }

    void set(Parameters& parameters, const ModelInfo& model, const std::string& name,
             const std::vector<std::uint64_t>& nodes) {
        const Column& column = columns_.at(name);
        const auto given = [&](std::uint64_t i) { return column[i] == column[i]; };
        if (std::none_of(nodes.begin(), nodes.end(), given)) return;
        const FieldInfo* field = model.parameter(name);
        if (field == nullptr) field = model.state(name);
        if (field == nullptr)
            return problem(
                fmt::format("nodes of '{}' have a parameter '{}' (which {} does not "
                            "have). {}",
                            nodes_.name, name, model.name, suggestion(name, model.names())));
        std::vector<double> values;
        values.reserve(nodes.size());
        for (const std::uint64_t i : nodes)
            values.push_back(given(i) ? column[i] : field->default_value);
        const bool same = std::all_of(values.begin(), values.end(),
                                      [&](double v) { return v == values.front(); });
        if (!same) parameters[name] = std::move(values);
        else if (field->type == FieldType::boolean) parameters[name] = values.front() != 0.0;
        else parameters[name] = values.front();
    }

    const hdf5::ForeignFile& file_;
    std::string path_;
    ParameterFiles& parameters_;
    const Registry& registry_;
    Findings& findings_;
    NodePopulation nodes_;
    std::vector<std::uint64_t> group_, index_;  ///< of each node
    std::vector<const TypeRow*> row_;           ///< of each node
    std::map<std::string, std::vector<std::string>> texts_;
    std::map<std::string, Column> columns_;
};

}  // namespace

const Json& ParameterFiles::of(const TypeTable& table, const TypeRow& row) {
    static const Json none = Json::object();
    const auto name = row.value("dynamics_params");
    if (!name) return none;
    if (folder_.empty()) {
        findings_->problem(table.place(row),
                           fmt::format("dynamics_params = {} (the configuration has no "
                                       "components.{}). Set it",
                                       *name, folder_key_));
        return none;
    }
    const auto [at, fresh] = files_.try_emplace(*name);
    if (fresh) at->second = read_json(path(*name), *findings_);
    return at->second;
}

NodePopulation read_nodes(const hdf5::ForeignFile& file, const std::string& name,
                          const TypeTable& types, ParameterFiles& parameters,
                          const Registry& registry, NetworkDescription& network,
                          Findings& findings) {
    return NodeReader(file, name, types, parameters, registry, findings).read(network);
}

}  // namespace engram::sonata
