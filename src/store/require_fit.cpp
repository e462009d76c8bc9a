// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "store/network_state.hpp"

namespace engram {
namespace {

/// Collects what differs between a file and the network it shall be restored into.
class Differences {
public:
    Differences(std::string what, bool allow_changes) : what_(std::move(what)), allow_changes_(allow_changes) {}

    template <class T>
    void compare(const std::string& place, const std::string& name, const T& stored, const T& described) {
        if (stored != described) problems_.add(fmt::format("{}: {} is {} in the file, {} in the description", place, name, stored, described));
    }
    void compare_parameters(const std::string& place, const std::map<std::string, double>& stored,
                            const std::map<std::string, double>& described) {
        if (allow_changes_) return;
        for (const auto& [name, value] : described) {
            const auto at = stored.find(name);
            if (at != stored.end() && at->second != value) {
                compare(place, name, at->second, value);
                parameters_ = true;
            }
        }
    }
    void missing(const std::string& place, const char* where) { problems_.add(fmt::format("{}: only in the {}", place, where)); }

    void throw_if_any() const {
        problems_.throw_if_any(what_ + " does not fit the description" +
                               (parameters_ ? " (parameters may differ with --allow-changes)" : ""));
    }

private:
    std::string what_;
    bool allow_changes_, parameters_ = false;
    Problems problems_;
};

template <class List>
auto find(const List& list, const std::string& name) {
    return std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.name == name; });
}

void compare_populations(const NetworkFile& file, const Network& network, Differences& differences) {
    for (const auto& population : network.populations) {
        const std::string place = "population '" + population.name + "'";
        const auto stored = find(file.populations(), population.name);
        if (stored == file.populations().end()) {
            differences.missing(place, "description");
            continue;
        }
        differences.compare(place, "model", stored->model, population.model->name);
        differences.compare(place, "size", stored->size, population.size);
        differences.compare_parameters(place, stored->parameters, uniform_parameters(population));
        for (const auto& field : population.model->states)
            if (std::find(stored->columns.begin(), stored->columns.end(), field.name) == stored->columns.end())
                differences.missing(place + ", " + field.name, "description");
    }
    for (const auto& stored : file.populations())
        if (find(network.populations, stored.name) == network.populations.end())
            differences.missing("population '" + stored.name + "'", "file");
}

void compare_projections(const NetworkFile& file, const Network& network, Differences& differences) {
    for (const auto& p : network.projections) {
        if (p.device) continue;
        const std::string place = "projection '" + p.name + "'";
        const auto stored = find(file.projections(), p.name);
        if (stored == file.projections().end()) {
            differences.missing(place, "description");
            continue;
        }
        differences.compare(place, "source", stored->source, network.populations[p.source].name);
        differences.compare(place, "target", stored->target, network.populations[p.target].name);
        differences.compare(place, "synapse model", stored->base_model, p.base_model);
        differences.compare_parameters(place, stored->common, p.common);
    }
    for (const auto& stored : file.projections()) {
        const auto p = find(network.projections, stored.name);
        if (p == network.projections.end() || p->device) differences.missing("projection '" + stored.name + "'", "file");
    }
}

}  // namespace

std::map<std::string, double> uniform_parameters(const Network::Population& population) {
    std::map<std::string, double> result;
    for (const auto& field : population.model->parameters) {
        const auto set = population.values.find(field.name);
        if (set == population.values.end()) result[field.name] = field.default_value;
        else if (const auto* number = std::get_if<double>(&set->second.value)) result[field.name] = *number;
        else if (const auto* truth = std::get_if<bool>(&set->second.value)) result[field.name] = *truth ? 1.0 : 0.0;
    }
    return result;
}

void require_fit(const NetworkFile& file, const Network& network, bool allow_changes) {
    Differences differences("stored network", allow_changes);
    differences.compare("simulation", "resolution", file.header().resolution, network.resolution);
    compare_populations(file, network, differences);
    compare_projections(file, network, differences);
    differences.throw_if_any();
}

}  // namespace engram
