// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "build/populate.hpp"
#include "store/network_state.hpp"

namespace engram {
namespace {

/// Collects what differs between a file and the network it shall be restored into.
class Differences {
public:
    template <class T>
    void compare(const std::string& place, const std::string& name, const T& stored,
                 const T& described) {
        if (stored != described)
            problems_.add(fmt::format("{}: {} is {} in the file, {} in the description", place,
                                      name, stored, described));
    }
    /// These may differ if the user allows it.
    void compare_parameter(const std::string& place, const std::string& name, double stored,
                           double described) {
        compare(place, name, stored, described);
        parameters_ = parameters_ || stored != described;
    }
    void compare_parameter_of_neurons(const std::string& place, const std::string& name,
                                      std::uint64_t differing, std::uint64_t neurons) {
        if (differing == 0) return;
        problems_.add(fmt::format("{}: {} differs between file and description in {} of {} neurons",
                                  place, name, differing, neurons));
        parameters_ = true;
    }
    void missing(const std::string& place, const char* where) {
        problems_.add(fmt::format("{}: only in the {}", place, where));
    }

    void throw_if_any(const std::string& path) const {
        problems_.throw_if_any(
            fmt::format("cannot restore from '{}' (it is of another network). Give the file that "
                        "belongs to this network, {}",
                        path,
                        parameters_ ? "change the description, or allow changed parameters with "
                                      "--allow-changes (allow_changes)"
                                    : "or change the description"));
    }

private:
    bool parameters_ = false;  ///< whether any differ
    Problems problems_;
};

template <class List>
auto find(const List& list, const std::string& name) {
    return std::find_if(list.begin(), list.end(),
                        [&](const auto& item) { return item.name == name; });
}

/// What is restored: the file, and the network with this rank's share of it.
struct Restoring {
    const Communicator& comm;
    const NetworkFile& file;
    const Network& network;
    const Partition& partition;
    bool allow_changes;
};

bool has_column(const NetworkFile::Population& stored, const std::string& name) {
    return std::find(stored.columns.begin(), stored.columns.end(), name) != stored.columns.end();
}

/// A number for each neuron, also where they share one.
std::vector<double> for_each_neuron(std::vector<double> values, std::uint64_t neurons) {
    if (values.size() == neurons) return values;
    return std::vector<double>(neurons, values.front());
}

/// Collective. In how many neurons a parameter differs.
std::uint64_t count_differing(const Restoring& r, const NetworkFile::Population& stored,
                              std::size_t p, const FieldInfo& field) {
    std::uint64_t differing = 0;
    parallel::collectively(r.comm, [&] {
        const auto& population = r.network.populations[p];
        const auto slice = r.partition.rank_slice(p, r.comm.rank());
        const auto shared = stored.parameters.find(field.name);
        const auto set = population.values.find(field.name);
        const auto in_file =
            for_each_neuron(shared != stored.parameters.end()
                                ? std::vector<double>{shared->second}
                                : r.file.column(stored.name, field.name, slice.begin, slice.size()),
                            slice.size());
        const auto described =
            for_each_neuron(set == population.values.end()
                                ? std::vector<double>{field.default_value}
                                : build::neuron_values(set->second, r.network, p, field.name,
                                                       slice.begin, slice.size()),
                            slice.size());
        for (std::size_t i = 0; i < slice.size(); ++i) differing += in_file[i] != described[i];
    });
    return parallel::sum(r.comm, differing);
}

/// Collective.
void compare_neurons(const Restoring& r, const NetworkFile::Population& stored, std::size_t p,
                     const std::string& place, Differences& differences) {
    const auto& population = r.network.populations[p];
    const auto shared = uniform_parameters(population);
    for (const auto& field : population.model->parameters) {
        const bool uniform_in_file = stored.parameters.contains(field.name);
        if (!uniform_in_file && !has_column(stored, field.name))
            continue;  // the model had no such parameter then
        if (uniform_in_file && shared.contains(field.name))
            differences.compare_parameter(place, field.name, stored.parameters.at(field.name),
                                          shared.at(field.name));
        else
            differences.compare_parameter_of_neurons(
                place, field.name, count_differing(r, stored, p, field), stored.size);
    }
}

/// Collective.
void compare_populations(const Restoring& r, Differences& differences) {
    const auto& populations = r.network.populations;
    for (std::size_t p = 0; p < populations.size(); ++p) {
        const auto& population = populations[p];
        const std::string place = "population '" + population.name + "'";
        const auto stored = find(r.file.populations(), population.name);
        if (stored == r.file.populations().end()) {
            differences.missing(place, "description");
            continue;
        }
        differences.compare(place, "model", stored->model, population.model->name);
        differences.compare(place, "size", stored->size, population.size);
        if (stored->model != population.model->name || stored->size != population.size) continue;
        for (const auto& field : population.model->states)
            if (!has_column(*stored, field.name))
                differences.missing(place + ", " + field.name, "description");
        if (!r.allow_changes) compare_neurons(r, *stored, p, place, differences);
    }
    for (const auto& stored : r.file.populations())
        if (find(populations, stored.name) == populations.end())
            differences.missing("population '" + stored.name + "'", "file");
}

void compare_projections(const Restoring& r, Differences& differences) {
    for (const auto& p : r.network.projections) {
        if (p.device) continue;
        const std::string place = "projection '" + p.name + "'";
        const auto stored = find(r.file.projections(), p.name);
        if (stored == r.file.projections().end()) {
            differences.missing(place, "description");
            continue;
        }
        differences.compare(place, "source", stored->source, r.network.populations[p.source].name);
        differences.compare(place, "target", stored->target, r.network.populations[p.target].name);
        differences.compare(place, "synapse model", stored->base_model, p.base_model);
        if (r.allow_changes) continue;
        for (const auto& [name, value] : p.common)
            if (const auto at = stored->common.find(name); at != stored->common.end())
                differences.compare_parameter(place, name, at->second, value);
    }
    for (const auto& stored : r.file.projections()) {
        const auto p = find(r.network.projections, stored.name);
        if (p == r.network.projections.end() || p->device)
            differences.missing("projection '" + stored.name + "'", "file");
    }
}

}  // namespace

std::map<std::string, double> uniform_parameters(const Network::Population& population) {
    std::map<std::string, double> result;
    for (const auto& field : population.model->parameters) {
        const auto set = population.values.find(field.name);
        if (set == population.values.end()) result[field.name] = field.default_value;
        else if (const auto* number = std::get_if<double>(&set->second.value))
            result[field.name] = *number;
        else if (const auto* truth = std::get_if<bool>(&set->second.value))
            result[field.name] = *truth ? 1.0 : 0.0;
    }
    return result;
}

void require_fit(const Communicator& comm, const NetworkFile& file, const std::string& path,
                 const Network& network, const Partition& partition, bool allow_changes) {
    const Restoring restoring{comm, file, network, partition, allow_changes};
    Differences differences;
    differences.compare("simulation", "resolution", file.header().resolution, network.resolution);
    compare_populations(restoring, differences);
    compare_projections(restoring, differences);
    differences.throw_if_any(path);
}

}  // namespace engram
