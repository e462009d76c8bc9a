// SPDX-License-Identifier: Apache-2.0
#include "sonata/edge_population.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "engram/error.hpp"

namespace engram::sonata {
namespace {

bool is_number(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

EdgePopulation::EdgePopulation(const hdf5::ForeignFile& file, std::string population)
    : file_(file), group_("/edges/" + std::move(population)) {
    if (!file_.exists(group_)) {
        std::string known;
        for (const auto& name : file_.children("/edges"))
            known += (known.empty() ? "" : ", ") + name;
        problem(fmt::format("there is no {} (edges are of: {}). Name one of them", group_,
                            known.empty() ? "none" : known));
        return;
    }
    check_columns();
    if (problems_.empty()) check_groups();
}

void EdgePopulation::problem(const std::string& text) {
    problems_.push_back(file_.path() + ": " + text);
}

void EdgePopulation::check_columns() {
    bool first = true;
    for (const char* name : {"source_node_id", "target_node_id", "edge_type_id", "edge_group_id",
                             "edge_group_index"}) {
        if (!file_.exists(path(name))) {
            problem(fmt::format("array '{}' is missing. Use a file with all that SONATA asks for",
                                path(name)));
            continue;
        }
        const std::uint64_t size = file_.size(path(name));
        if (first) size_ = size;
        else if (size != size_)
            problem(
                fmt::format("array '{}' has {} elements (source_node_id has {}). All columns "
                            "of edges have one length",
                            path(name), size, size_));
        first = false;
    }
    source_ = node_population("source_node_id");
    target_ = node_population("target_node_id");
}

std::string EdgePopulation::node_population(const std::string& column) {
    if (!file_.exists(path(column))) return {};
    const auto name = file_.text_attribute(path(column), "node_population");
    if (!name)
        problem(
            fmt::format("attribute 'node_population' of '{}' is missing (it names the nodes "
                        "that are meant). Add it",
                        path(column)));
    return name.value_or("");
}

void EdgePopulation::check_groups() {
    for (const auto& group : file_.children(group_)) {
        if (!is_number(group)) continue;
        for (const auto& parameter : file_.children(path(group) + "/dynamics_params"))
            problem(
                fmt::format("'{}/dynamics_params/{}' (parameters of single synapses are not "
                            "supported). Give parameters to edge types",
                            path(group), parameter));
    }
}

std::vector<EdgeRow> EdgePopulation::read(std::uint64_t begin, std::uint64_t count) const {
    std::vector<EdgeRow> edges(count);
    const auto fill = [&](const char* column, std::uint64_t EdgeRow::*member) {
        const auto values = file_.counts(path(column), begin, count);
        for (std::size_t i = 0; i < edges.size(); ++i) edges[i].*member = values[i];
    };
    fill("source_node_id", &EdgeRow::source);
    fill("target_node_id", &EdgeRow::target);
    fill("edge_type_id", &EdgeRow::type);
    const auto group = file_.counts(path("edge_group_id"), begin, count);
    const auto index = file_.counts(path("edge_group_index"), begin, count);
    std::map<std::uint64_t, std::vector<std::uint64_t>> rows;
    for (std::uint64_t i = 0; i < count; ++i) rows[group[i]].push_back(i);
    for (const auto& [number, members] : rows)
        read_group(path(std::to_string(number)), members, index, edges);
    return edges;
}

void EdgePopulation::read_group(const std::string& group, const std::vector<std::uint64_t>& rows,
                                const std::vector<std::uint64_t>& index,
                                std::vector<EdgeRow>& edges) const {
    if (!file_.exists(group))
        throw Error("group '" + group + "' of '" + file_.path() +
                    "' is missing (edge_group_id names it). Use another file");
    std::vector<std::uint64_t> places;
    places.reserve(rows.size());
    for (const std::uint64_t row : rows) places.push_back(index[row]);
    const auto fill = [&](const char* column, double EdgeRow::*member, bool EdgeRow::*has) {
        const std::string name = group + "/" + column;
        if (!file_.exists(name)) return;
        const auto values = file_.reals_at(name, places);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            edges[rows[i]].*member = values[i];
            if (has != nullptr) edges[rows[i]].*has = true;
        }
    };
    fill("syn_weight", &EdgeRow::weight, &EdgeRow::has_weight);
    fill("delay", &EdgeRow::delay, &EdgeRow::has_delay);
    fill("nsyns", &EdgeRow::synapses, nullptr);
}

}  // namespace engram::sonata
