// SPDX-License-Identifier: Apache-2.0
#include "network/resolve_files.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "network/value_text.hpp"

namespace engram {
namespace {

std::string text(const Place& place, const std::string& name, const Value& value) {
    if (const auto* found = std::get_if<std::string>(&value.value); found && !found->empty())
        return *found;
    place.problem(fmt::format("{} = {} (must be a text). Write it in quotes", name, to_text(value)),
                  value.line);
    return {};
}

}  // namespace

std::vector<std::uint64_t> ascending_numbers(const Place& place, const std::string& name,
                                             const Value& value) {
    constexpr double most = 9007199254740992.0;  // beyond, doubles skip whole numbers
    std::vector<std::uint64_t> result;
    const auto* array = std::get_if<std::vector<double>>(&value.value);
    bool right = array != nullptr;
    for (std::size_t i = 0; right && i < array->size(); ++i) {
        const double id = (*array)[i];
        right = id >= 0.0 && id <= most && id == std::floor(id) &&
                (result.empty() || static_cast<double>(result.back()) < id);
        if (right) result.push_back(static_cast<std::uint64_t>(id));
    }
    if (!right)
        place.problem(
            fmt::format("{} (must be an array of whole numbers that ascend). Sort them", name),
            value.line);
    return result;
}

std::shared_ptr<const Network::EdgeFile> resolve_edge_file(const Place& place, const Rule& rule) {
    static const std::vector<std::string> known{"file", "population", "types"};
    auto edges = std::make_shared<Network::EdgeFile>();
    for (const auto& [name, value] : rule.parameters) {
        if (name == "file") edges->file = text(place, name, value);
        else if (name == "population") edges->population = text(place, name, value);
        else if (name == "types") edges->types = ascending_numbers(place, name, value);
        else
            place.problem(fmt::format("unknown parameter '{}'. {}", name, suggestion(name, known)),
                          value.line);
    }
    for (const char* name : {"file", "population"})
        if (!rule.parameters.contains(name))
            place.problem(fmt::format("{} is missing. Name the {} of the edges", name, name));
    return edges;
}

void resolve_node_ids(const Place& place, Parameters& parameters, Network::Population& population) {
    population.sonata_population = population.name;
    if (const auto name = parameters.extract("sonata_population"))
        population.sonata_population = text(place, "sonata_population", name.mapped());
    const auto numbers = parameters.extract("node_ids");
    if (!numbers) return;
    population.node_ids = ascending_numbers(place, "node_ids", numbers.mapped());
    if (!population.node_ids.empty() && population.node_ids.size() != population.size)
        place.problem(fmt::format("node_ids has {} values (the population has {} neurons). Give "
                                  "one for each",
                                  population.node_ids.size(), population.size),
                      numbers.mapped().line);
}

void resolve_spike_files(const Place& place, Parameters& parameters,
                         Network::Population& population) {
    const auto files = parameters.extract("spike_file");
    if (!files) return;
    if (const auto* several = std::get_if<std::vector<std::string>>(&files.mapped().value))
        population.spike_files = *several;
    else population.spike_files = {text(place, "spike_file", files.mapped())};
}

}  // namespace engram
