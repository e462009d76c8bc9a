// SPDX-License-Identifier: Apache-2.0
#include "network/resolve.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/time.hpp"
#include "network/check_checkpoints.hpp"
#include "network/check_guard.hpp"
#include "network/check_value.hpp"
#include "network/defaults.hpp"

namespace engram {
namespace {

void check_simulation(Resolving& r) {
    const auto& d = r.description;
    const Place place(r.problems, "simulation", 0);
    // Durations are converted by way of whole microseconds, as in NEST.
    constexpr double tic = 0.001;
    const std::size_t problems_before = r.problems.size();
    if (!(d.resolution > 0.0) || std::isinf(d.resolution))
        place.problem(fmt::format("resolution = {} ms (must be positive). Set a positive time",
                                  d.resolution));
    else if (d.resolution < 0.5 * tic || !on_grid(d.resolution, tic))
        place.problem(
            fmt::format("resolution = {} ms (must be a multiple of {} ms). Choose a multiple",
                        d.resolution, tic));
    // With a wrong resolution every time would be off the grid; on the finest grid few are.
    r.network.resolution = r.problems.size() == problems_before ? d.resolution : tic;
    if (!(d.duration >= 0.0) || std::isinf(d.duration))
        place.problem(
            fmt::format("duration = {} ms (must be finite and not negative). Set a time from 0 on",
                        d.duration));
    else if (!on_grid(d.duration, r.network.resolution))
        place.problem(fmt::format(
            "duration = {} ms (must be a multiple of the resolution, {} ms). Choose a multiple",
            d.duration, r.network.resolution));
    if (d.seed > std::numeric_limits<std::int64_t>::max())
        place.problem(fmt::format(
            "seed = {} (must be below 2^63, as network files can hold). Choose another", d.seed));
    check_choice(place, "weight_precision", d.weight_precision, {"double", "single"});
    r.network.seed = d.seed;
    r.network.single_precision = d.weight_precision == "single";
}

/// Names stand in paths of files and of the command line.
bool is_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '_' || c == '-';
    });
}

/// The names of one namespace and the kinds of what bears them.
class Names {
public:
    void add(const Place& place, const std::string& kind, const std::string& name) {
        if (!is_name(name))
            place.problem("the name may hold letters, digits, _ and - only. Choose another");
        else if (const auto [at, fresh] = kinds_.emplace(name, kind); !fresh)
            place.problem(fmt::format("the name is taken (by a {}). Choose another", at->second));
    }

private:
    std::map<std::string, std::string> kinds_;
};

void check_names(Resolving& r) {
    Names nodes, models, projections;
    for (const auto& name : r.registry.names(ModelKind::synapse))
        models.add(r.place("", "", 0), "built-in model", name);
    const auto add_all = [&](Names& names, const auto& parts, const std::string& kind) {
        for (const auto& part : parts)
            names.add(r.place(kind, part.name, part.line), kind, part.name);
    };
    add_all(models, r.description.synapse_models, "synapse model");
    add_all(nodes, r.description.populations, "population");
    add_all(nodes, r.description.devices, "device");
    add_all(nodes, r.description.recorders, "recorder");
    for (const auto& p : r.description.projections)
        if (!p.name.empty())
            projections.add(r.place("projection", p.name, p.line), "projection", p.name);
}

/// Throws all problems, in the order of the file.
void throw_problems(const NetworkDescription& description, std::vector<Problem> list) {
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    const std::string title = description.origin.empty() ? "network" : description.origin;
    Problems problems;
    for (const auto& problem : list)
        problems.add(problem.line > 0 ? fmt::format("{}:{}: {}", title, problem.line, problem.text)
                                      : problem.text);
    problems.throw_if_any(title);
}

}  // namespace

const ModelInfo* find_model(const Resolving& r, const Place& place, ModelKind kind,
                            const std::string& name) {
    const ModelInfo* model = r.registry.find(kind, name);
    if (model) return model;
    const std::string hint = suggestion(name, r.registry.names(kind));
    if (name.empty()) place.problem("model is missing. " + hint);
    else place.problem(fmt::format("unknown model '{}'. {}", name, hint));
    return nullptr;
}

void check_relations(const Place& place, const ModelInfo& model, const Numbers& values) {
    if (!model.check) return;
    std::vector<std::string> problems;
    model.check(values, problems);
    for (const auto& problem : problems) place.problem(problem);
}

Network resolve(const NetworkDescription& description, const Registry& registry) {
    Resolving r{description, registry, {}, description.problems};
    check_simulation(r);
    check_checkpoints(Place(r.problems, "checkpoints", description.checkpoints_line),
                      description.checkpoints, r.network.resolution);
    check_guard(Place(r.problems, "guard", description.guard_line), description.guard,
                r.network.resolution);
    check_names(r);
    resolve_synapse_models(r);
    resolve_populations(r);
    resolve_devices(r);
    resolve_projections(r);
    resolve_recorders(r);
    throw_problems(description, std::move(r.problems));
    return std::move(r.network);
}

}  // namespace engram
