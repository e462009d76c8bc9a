// SPDX-License-Identifier: Apache-2.0
#include "command/models.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engram/error.hpp"

#include "core/nearest.hpp"

namespace engram::command {
namespace {

struct Kind {
    ModelKind kind;
    const char* one;
    const char* many;
};
constexpr Kind kinds[] = {
    {ModelKind::neuron, "neuron model", "Neuron models"},
    {ModelKind::synapse, "synapse model", "Synapse models"},
    {ModelKind::rule, "connection rule", "Connection rules"},
    {ModelKind::device, "device", "Devices"},
    {ModelKind::recorder, "recorder", "Recorders"},
};

std::string range(const FieldInfo& field) {
    if (field.type == FieldType::boolean) return "true, false";
    const Bounds& b = field.bounds;
    std::string text;
    if (!std::isinf(b.low) && !std::isinf(b.high))
        text = fmt::format("{}{}, {}]", b.open_low ? '(' : '[', b.low, b.high);
    else if (!std::isinf(b.low)) text = fmt::format("{} {}", b.open_low ? ">" : ">=", b.low);
    else if (!std::isinf(b.high)) text = fmt::format("<= {}", b.high);
    if (field.type == FieldType::integer) text = text.empty() ? "integer" : "integer " + text;
    return text.empty() ? "any" : text;
}

std::string default_text(const FieldInfo& field, ModelKind kind) {
    if (field.type == FieldType::boolean) return field.default_value != 0.0 ? "true" : "false";
    if (field.type == FieldType::real_array) return "[]";
    if (kind == ModelKind::rule) return "none";  // how many synapses are wanted must be said
    return fmt::format("{}", field.default_value);
}

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell, the last as it is.
std::string table(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            line += fmt::format("  {:<{}}", row[i], widths[i]);
        text += line + "  " + row.back() + "\n";
    }
    return text;
}

std::string fields_text(const char* title, const std::vector<FieldInfo>& fields, ModelKind kind) {
    if (fields.empty()) return "";
    std::vector<Row> rows{{title, "default", "unit", "range", "meaning"}};
    for (const auto& f : fields)
        rows.push_back({f.name, default_text(f, kind), f.unit, range(f), f.doc});
    return "\n" + table(rows);
}

/// Their numbers and names.
std::string receptors(const ModelInfo& model) {
    std::string text;
    for (std::size_t i = 0; i < model.receptors.size(); ++i)
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, model.receptors[i]);
    return text;
}

std::string receptors_text(const ModelInfo& model) {
    std::string text;
    if (!model.input_unit.empty()) text += fmt::format("\n  weight in {}", model.input_unit);
    if (!model.receptors.empty()) text += "\n  receptors: " + receptors(model);
    return text.empty() ? "" : text + "\n";
}

std::string capitalised(std::string text) {
    if (!text.empty())
        text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text;
}

std::string model_text(const ModelInfo& model, const Kind& kind) {
    return fmt::format("{} ({}): {}\n  source: {}\n", model.name, kind.one, model.doc,
                       model.source) +
           fields_text("parameter", model.parameters, model.kind) +
           fields_text("state variable", model.states, model.kind) + receptors_text(model);
}

/// A table of Markdown.
std::string page_table(const std::vector<Row>& rows) {
    std::string text;
    for (const auto& row : rows) {
        for (const auto& cell : row) text += "| " + cell + " ";
        text += "|\n";
        if (&row == &rows.front())
            text += fmt::format("{}|\n", fmt::join(Row(row.size(), "|---"), ""));
    }
    return text;
}

std::string model_section(const ModelInfo& model) {
    std::string text = fmt::format("\n### {}\n{}.\n\nSource: {}.\n", model.name,
                                   capitalised(model.doc), model.source);
    const auto add = [&](const char* title, const std::vector<FieldInfo>& fields) {
        if (fields.empty()) return;
        std::vector<Row> rows{{title, "default", "unit", "range", "meaning"}};
        for (const auto& f : fields)
            rows.push_back(
                {"`" + f.name + "`", default_text(f, model.kind), f.unit, range(f), f.doc});
        text += "\n" + page_table(rows);
    };
    add("parameter", model.parameters);
    add("state variable", model.states);
    if (!model.input_unit.empty())
        text += fmt::format("\nWeights are in {}. Receptors: {}.\n", model.input_unit,
                            receptors(model));
    return text;
}

}  // namespace

std::string list_models(const Registry& registry) {
    std::string text;
    for (const auto& kind : kinds) {
        std::vector<Row> rows;
        for (const auto& model : registry.all())
            if (model.kind == kind.kind) rows.push_back({model.name, model.doc});
        if (rows.empty()) continue;
        std::sort(rows.begin(), rows.end());
        text += fmt::format("{}{}\n{}", text.empty() ? "" : "\n", kind.many, table(rows));
    }
    return text;
}

std::string describe_model(const Registry& registry, const std::string& name) {
    std::vector<std::string> known;
    for (const auto& kind : kinds) {
        if (const ModelInfo* model = registry.find(kind.kind, name))
            return model_text(*model, kind);
        for (const auto& other : registry.names(kind.kind)) known.push_back(other);
    }
    throw Error(fmt::format("unknown model '{}'. {}", name, suggestion(name, known)));
}

std::string models_page(const Registry& registry) {
    std::string text =
        "# Models\n"
        "Made by `engram models --page` from the models' own lists; `engram models NAME` prints "
        "the "
        "same in the terminal.\nA new model: [add-a-model.md](add-a-model.md).\n";
    for (const auto& kind : kinds) {
        std::vector<const ModelInfo*> models;
        for (const auto& model : registry.all())
            if (model.kind == kind.kind) models.push_back(&model);
        if (models.empty()) continue;
        std::sort(models.begin(), models.end(),
                  [](const auto* a, const auto* b) { return a->name < b->name; });
        text += fmt::format("\n## {}\n", kind.many);
        std::vector<Row> rows{{kind.one, "what it is"}};
        for (const auto* model : models)
            rows.push_back({fmt::format("[{0}](#{0})", model->name), model->doc});
        text += page_table(rows);
        for (const auto* model : models) text += model_section(*model);
    }
    return text;
}

}  // namespace engram::command
