// SPDX-License-Identifier: Apache-2.0
#include "sonata/write_edges.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "hdf5/array_writer.hpp"

namespace engram::sonata {
namespace {

/// Consecutive edges of one node.
struct Range {
    std::uint64_t node = 0, begin = 0, end = 0;
};

/// Collective. Writes rows of two columns, behind those of the ranks below.
void write_pairs(hdf5::File& file, const std::string& path,
                 const std::vector<std::uint64_t>& local) {
    const Communicator& comm = file.communicator();
    const std::uint64_t rows = local.size() / 2;
    hdf5::ArrayWriter<std::uint64_t> writer(file, path, parallel::sum_below(comm, rows), rows,
                                            parallel::sum(comm, rows), 2);
    parallel::collectively(comm, [&] { writer.write(local); });
    writer.finish();
}

/// Collective. Writes an index over the nodes `share`, which are this rank's; their ranges are
/// ordered by node.
void write_index(hdf5::File& file, const std::string& group, const parallel::Share& share,
                 const std::vector<Range>& ranges) {
    const Communicator& comm = file.communicator();
    const std::uint64_t first = parallel::sum_below<std::uint64_t>(comm, ranges.size());
    std::vector<std::uint64_t> of_nodes, of_ranges;
    parallel::collectively(comm, [&] {
        std::size_t next = 0;
        for (std::uint64_t node = share.begin; node < share.end; ++node) {
            of_nodes.push_back(first + next);
            while (next < ranges.size() && ranges[next].node == node) ++next;
            of_nodes.push_back(first + next);
        }
        for (const Range& range : ranges)
            of_ranges.insert(of_ranges.end(), {range.begin, range.end});
    });
    write_pairs(file, group + "/node_id_to_ranges", of_nodes);
    write_pairs(file, group + "/range_to_edge_id", of_ranges);
}

/// The edges of this rank, as they are written.
struct LocalEdges {
    parallel::Share targets;
    NetworkFile::Synapses synapses;
    std::uint64_t begin = 0, total = 0;  ///< of the edges among those of all ranks

    [[nodiscard]] std::uint64_t size() const { return synapses.source.size(); }
};

std::vector<Range> ranges_of_targets(const LocalEdges& edges) {
    std::vector<Range> ranges;
    std::uint64_t at = edges.begin, target = edges.targets.begin;
    for (const std::uint64_t count : edges.synapses.indegree) {
        if (count > 0) ranges.push_back({target, at, at + count});
        at += count;
        ++target;
    }
    return ranges;
}

/// Collective. The ranges of the sources that are this rank's share: edges of one source that
/// follow one another.
std::vector<Range> ranges_of_sources(const Communicator& comm, const LocalEdges& edges,
                                     std::uint64_t sources) {
    const auto ranks = static_cast<std::uint64_t>(comm.size());
    const auto owner = [&](std::uint64_t source) {
        std::uint64_t rank = source * ranks / sources;  // or next to it
        while (sources * (rank + 1) / ranks <= source) ++rank;
        while (sources * rank / ranks > source) --rank;
        return static_cast<std::size_t>(rank);
    };
    std::vector<std::vector<Range>> outgoing(static_cast<std::size_t>(ranks));
    parallel::collectively(comm, [&] {
        for (std::uint64_t i = 0; i < edges.size(); ++i) {
            const std::uint64_t source = edges.synapses.source[i], edge = edges.begin + i;
            auto& to_owner = outgoing[owner(source)];
            if (!to_owner.empty() && to_owner.back().node == source && to_owner.back().end == edge)
                ++to_owner.back().end;
            else to_owner.push_back({source, edge, edge + 1});
        }
    });
    std::vector<Range> ranges;
    for (const auto& part : parallel::exchange(comm, outgoing))
        ranges.insert(ranges.end(), part.begin(), part.end());
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
        return std::tie(a.node, a.begin) < std::tie(b.node, b.begin);
    });
    // Where the ranks' edges meet, a range may have been cut.
    std::vector<Range> joined;
    for (const Range& range : ranges) {
        if (!joined.empty() && joined.back().node == range.node && joined.back().end == range.begin)
            joined.back().end = range.end;
        else joined.push_back(range);
    }
    return joined;
}

void write_columns(hdf5::File& file, const std::string& group, const LocalEdges& edges,
                   const NetworkFile::Projection& projection) {
    const Communicator& comm = file.communicator();
    std::vector<std::uint64_t> target, number, type;
    std::vector<std::uint32_t> groups;
    parallel::collectively(comm, [&] {
        std::uint64_t node = edges.targets.begin;
        for (const std::uint64_t count : edges.synapses.indegree)
            target.insert(target.end(), count, node++);
        number.resize(edges.size());
        std::iota(number.begin(), number.end(), edges.begin);
        type.assign(edges.size(), only_type);
        groups.assign(edges.size(), 0);
    });
    const auto write = [&]<class T>(const std::string& name, const std::vector<T>& values) {
        file.write_array<T>(group + name, values, edges.begin, edges.total);
    };
    write("/source_node_id", edges.synapses.source);
    file.write_attribute(group + "/source_node_id", "node_population", projection.source);
    write("/target_node_id", target);
    file.write_attribute(group + "/target_node_id", "node_population", projection.target);
    write("/edge_type_id", type);
    write("/edge_group_id", groups);
    write("/edge_group_index", number);
    write("/0/syn_weight", edges.synapses.weight);
    write("/0/delay", edges.synapses.delay_ms);
}

}  // namespace

void write_version(hdf5::File& file) {
    file.write_attribute("/", "magic", std::uint32_t{0x0A7A});
    file.write_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
}

void write_edges(const Communicator& comm, const NetworkFile& network,
                 const NetworkFile::Projection& projection, const std::string& path) {
    LocalEdges edges;
    edges.targets = parallel::share_of(comm, projection.target_size);
    parallel::collectively(comm, [&] {
        edges.synapses =
            network.synapses(projection.name, edges.targets.begin, edges.targets.size());
    });
    edges.begin = parallel::sum_below(comm, edges.size());
    edges.total = parallel::sum(comm, edges.size());
    const parallel::Share sources = parallel::share_of(comm, projection.source_size);
    const auto of_sources = ranges_of_sources(comm, edges, projection.source_size);
    hdf5::File file = hdf5::File::create(comm, path);
    write_version(file);
    const std::string group = "/edges/" + projection.name;
    write_columns(file, group, edges, projection);
    write_index(file, group + "/indices/target_to_source", edges.targets, ranges_of_targets(edges));
    write_index(file, group + "/indices/source_to_target", sources, of_sources);
    file.commit();
}

}  // namespace engram::sonata
