// SPDX-License-Identifier: Apache-2.0
#include "store/network_file.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <span>

#include "parallel/collectives.hpp"

namespace engram {
namespace {

using hdf5::File;

constexpr std::int64_t format_version = 1;
const std::set<std::string> population_attributes = {"model", "size"};
const std::set<std::string> projection_attributes = {
    "source_population", "target_population", "synapse_model", "base_model", "receptor_type"};

std::string nodes_path(const std::string& population) { return "/nodes/" + population; }
std::string edges_path(const std::string& projection) { return "/edges/" + projection; }

void require_name(const std::string& name) {
    if (name.empty() || name == "." || name.find('/') != std::string::npos)
        throw Error("cannot store '" + name +
                    "' (the name is empty, '.' or has a '/'). Choose another name");
}

template <class T>
void write_column(File& file, const std::string& path, const std::vector<T>& local,
                  std::uint64_t begin, std::uint64_t total, const std::string& unit = {}) {
    file.write_array<T>(path, local, begin, total);
    if (!unit.empty()) file.write_attribute(path, "units", unit);
}

/// Calls `make` on each rank; a failure on one is a failure on all.
template <class T>
std::vector<T> make_collectively(const Communicator& comm,
                                 const std::function<std::vector<T>()>& make) {
    std::vector<T> result;
    parallel::collectively(comm, [&] { result = make(); });
    return result;
}

/// Hands over the target of each local synapse.
void expand(const std::vector<std::uint64_t>& indegree, std::uint64_t target_begin,
            const Sink<std::uint64_t>& sink) {
    constexpr std::size_t most = std::size_t{1} << 16;
    std::vector<std::uint64_t> piece;
    for (std::size_t i = 0; i < indegree.size(); ++i) {
        piece.insert(piece.end(), indegree[i], target_begin + i);
        if (piece.size() < most) continue;
        sink(piece);
        piece.clear();
    }
    sink(piece);
}

/// First synapse of each local target; the last rank adds the end of all.
std::vector<std::uint64_t> pointers(const std::vector<std::uint64_t>& indegree, std::uint64_t begin,
                                    bool last) {
    std::vector<std::uint64_t> result;
    result.reserve(indegree.size() + 1);
    for (const std::uint64_t count : indegree) {
        result.push_back(begin);
        begin += count;
    }
    if (last) result.push_back(begin);
    return result;
}

void write_synapses(File& file, const StoredProjection& projection) {
    const Communicator& comm = file.communicator();
    const std::string group = edges_path(projection.name);
    std::vector<std::uint64_t> indegree, starts;
    std::uint64_t local = 0;
    const bool last = comm.rank() == comm.size() - 1;
    parallel::collectively(comm, [&] {
        indegree = projection.indegree();
        if (indegree.size() != projection.target_count)
            throw Error("cannot store '" + projection.name +
                        "' (an indegree is missing). Please report it");
        local = std::accumulate(indegree.begin(), indegree.end(), std::uint64_t{0});
    });
    const std::uint64_t begin = parallel::sum_below(comm, local),
                        total = parallel::sum(comm, local);
    parallel::collectively(comm, [&] { starts = pointers(indegree, begin, last); });
    write_column(file, group + "/target_pointer", starts, projection.target_begin,
                 projection.target_size + 1);
    const Extent extent{begin, local, total};
    write_pieces<std::uint64_t>(
        file, group + "/target_node_id", extent,
        [&](const Sink<std::uint64_t>& sink) { expand(indegree, projection.target_begin, sink); });
    write_pieces(file, group + "/source_node_id", extent, projection.source_index);
    write_pieces(file, group + "/weight", extent, projection.weight, projection.weight_unit);
    write_pieces(file, group + "/delay", extent, projection.delay_ms, "ms");
}

/// The numeric attributes of a group besides `others`.
std::map<std::string, double> read_parameters(const File& file, const std::string& group,
                                              const std::set<std::string>& others) {
    std::map<std::string, double> result;
    for (const auto& name : file.attributes(group))
        if (!others.contains(name)) result[name] = file.read_attribute<double>(group, name);
    return result;
}

}  // namespace

void damaged(const std::string& file, const std::string& object, const std::string& why) {
    throw Error("'" + object + "' of '" + file + "' cannot be right (" + why +
                "). The file is damaged; use another copy");
}

void write_population(File& file, const StoredPopulation& population) {
    require_name(population.name);
    const std::string group = nodes_path(population.name);
    file.create_group(group);
    file.write_attribute(group, "model", population.model);
    file.write_attribute(group, "size", population.size);
    for (const auto& [name, value] : population.parameters)
        file.write_attribute(group, name, value);
    for (const auto& column : population.columns) {
        const auto local = make_collectively(file.communicator(), column.local);
        write_column(file, group + "/" + column.name, local, population.begin, population.size,
                     column.unit);
    }
}

void write_projection(File& file, const StoredProjection& projection) {
    require_name(projection.name);
    const std::string group = edges_path(projection.name);
    file.create_group(group);
    file.write_attribute(group, "source_population", projection.source);
    file.write_attribute(group, "target_population", projection.target);
    file.write_attribute(group, "synapse_model", projection.synapse_model);
    file.write_attribute(group, "base_model", projection.base_model);
    if (projection.receptor) file.write_attribute(group, "receptor_type", *projection.receptor);
    for (const auto& [name, value] : projection.common) file.write_attribute(group, name, value);
    write_synapses(file, projection);
}

void write_header(File& file, const StoredHeader& header) {
    file.write_attribute("/", "format", header.kind);
    file.write_attribute("/", "format_version", header.version);
    file.write_attribute("/", "engram_version", header.engram_version);
    file.write_attribute("/", "resolution_ms", header.resolution);
    file.write_attribute("/", "time_ms", header.time_ms);
    file.write_attribute("/", "seed", header.seed);
    file.create_group("/nodes");
    file.create_group("/edges");
}

void write_network_file(const Communicator& comm, const std::string& path,
                        const StoredHeader& header,
                        const std::vector<StoredPopulation>& populations,
                        const std::vector<StoredProjection>& projections) {
    File file = File::create(comm, path);
    write_header(file, header);
    for (const auto& population : populations) write_population(file, population);
    for (const auto& projection : projections) write_projection(file, projection);
    file.commit();
}

NetworkFile::NetworkFile(const Communicator& comm, const std::string& path, const std::string& kind)
    : file_(File::open(comm, path)) {
    parallel::collectively(comm, [&] {
        read_header(kind);
        for (const auto& name : file_.children("/nodes")) read_population(name);
        for (const auto& name : file_.children("/edges")) read_projection(name);
    });
}

void NetworkFile::read_header(const std::string& kind) {
    header_.kind = file_.read_attribute<std::string>("/", "format");
    if (header_.kind != kind)
        throw Error("cannot restore from '" + file_.path() + "' (it is a file of format '" +
                    header_.kind + "'). Give a file of format '" + kind + "'");
    header_.version = file_.read_attribute<std::int64_t>("/", "format_version");
    if (header_.version != format_version)
        throw Error("cannot restore from '" + file_.path() + "' (it has version " +
                    std::to_string(header_.version) + " of the format, this program reads " +
                    std::to_string(format_version) +
                    "). Use the Engram that wrote it, or a newer one");
    header_.engram_version = file_.read_attribute<std::string>("/", "engram_version");
    header_.resolution = file_.read_attribute<double>("/", "resolution_ms");
    header_.time_ms = file_.read_attribute<double>("/", "time_ms");
    header_.seed = file_.read_attribute<std::uint64_t>("/", "seed");
    if (!(header_.resolution > 0.0) || !(header_.time_ms >= 0.0) || !std::isfinite(header_.time_ms))
        damaged(file_.path(), "/", "its resolution or time is no length of time");
}

void NetworkFile::read_population(const std::string& name) {
    const std::string group = nodes_path(name);
    Population result;
    result.name = name;
    result.model = file_.read_attribute<std::string>(group, "model");
    result.size = file_.read_attribute<std::uint64_t>(group, "size");
    result.parameters = read_parameters(file_, group, population_attributes);
    result.columns = file_.children(group);
    for (const auto& column : result.columns)
        if (file_.array_size(group + "/" + column) != result.size)
            damaged(file_.path(), group + "/" + column,
                    "its length is not the size of the population");
    populations_.push_back(std::move(result));
}

void NetworkFile::read_projection(const std::string& name) {
    const std::string group = edges_path(name);
    Projection result;
    result.name = name;
    result.source = file_.read_attribute<std::string>(group, "source_population");
    result.target = file_.read_attribute<std::string>(group, "target_population");
    result.synapse_model = file_.read_attribute<std::string>(group, "synapse_model");
    result.base_model = file_.read_attribute<std::string>(group, "base_model");
    result.common = read_parameters(file_, group, projection_attributes);
    if (file_.has_attribute(group, "receptor_type"))
        result.receptor = file_.read_attribute<std::int64_t>(group, "receptor_type");
    if (file_.has_attribute(group + "/weight", "units"))
        result.weight_unit = file_.read_attribute<std::string>(group + "/weight", "units");
    result.source_size = population(result.source).size;
    result.target_size = population(result.target).size;
    result.synapses = file_.array_size(group + "/source_node_id");
    for (const char* column : {"/target_node_id", "/weight", "/delay"})
        if (file_.array_size(group + column) != result.synapses)
            damaged(file_.path(), group + column, "its length is not the number of synapses");
    if (file_.array_size(group + "/target_pointer") != result.target_size + 1)
        damaged(file_.path(), group + "/target_pointer",
                "its length is not the number of targets and one");
    projections_.push_back(std::move(result));
}

const NetworkFile::Population& NetworkFile::population(const std::string& name) const {
    for (const auto& one : populations_)
        if (one.name == name) return one;
    throw Error("'" + file_.path() + "' has no population '" + name +
                "' (the file is of another network). " +
                "Give the file that belongs to this network");
}

const NetworkFile::Projection& NetworkFile::projection(const std::string& name) const {
    for (const auto& one : projections_)
        if (one.name == name) return one;
    throw Error("'" + file_.path() + "' has no projection '" + name +
                "' (the file is of another network). " +
                "Give the file that belongs to this network");
}

std::vector<double> NetworkFile::column(const std::string& population_name, const std::string& name,
                                        std::uint64_t begin, std::uint64_t count) const {
    const auto& columns = population(population_name).columns;
    if (std::find(columns.begin(), columns.end(), name) == columns.end())
        throw Error(
            "'" + file_.path() + "' has no '" + name + "' of population '" + population_name +
            "' (the file is of another network). Give the file that belongs to this network");
    return file_.read_array<double>(nodes_path(population_name) + "/" + name, begin, count);
}

NetworkFile::Synapses NetworkFile::synapses(const std::string& name, std::uint64_t target_begin,
                                            std::uint64_t target_count) const {
    const Projection& info = projection(name);
    const std::string group = edges_path(name);
    const auto pointer =
        file_.read_array<std::uint64_t>(group + "/target_pointer", target_begin, target_count + 1);
    if (!std::is_sorted(pointer.begin(), pointer.end()) || pointer.back() > info.synapses ||
        (target_begin == 0 && pointer.front() != 0) ||
        (target_begin + target_count == info.target_size && pointer.back() != info.synapses))
        damaged(file_.path(), group + "/target_pointer",
                "its values do not rise from 0 to the number of synapses");
    const std::uint64_t begin = pointer.front(), count = pointer.back() - begin;
    Synapses result;
    result.source = file_.read_array<std::uint64_t>(group + "/source_node_id", begin, count);
    result.weight = file_.read_array<double>(group + "/weight", begin, count);
    result.delay_ms = file_.read_array<double>(group + "/delay", begin, count);
    for (std::size_t i = 0; i + 1 < pointer.size(); ++i)
        result.indegree.push_back(pointer[i + 1] - pointer[i]);
    if (std::any_of(result.source.begin(), result.source.end(),
                    [&](auto node) { return node >= info.source_size; }))
        damaged(file_.path(), group + "/source_node_id",
                "a source is no neuron of population '" + info.source + "'");
    if (!std::all_of(result.weight.begin(), result.weight.end(),
                     [](double w) { return std::isfinite(w); }))
        damaged(file_.path(), group + "/weight", "a weight is not finite");
    if (!std::all_of(result.delay_ms.begin(), result.delay_ms.end(),
                     [](double d) { return d > 0 && std::isfinite(d); }))
        damaged(file_.path(), group + "/delay", "a delay is not positive");
    return result;
}

}  // namespace engram
