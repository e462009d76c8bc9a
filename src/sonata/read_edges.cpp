// SPDX-License-Identifier: Apache-2.0
#include "sonata/read_edges.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "engram/error.hpp"

#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "sonata/edge_population.hpp"
#include "sonata/first_fault.hpp"
#include "sonata/node_ids.hpp"

namespace engram::sonata {
namespace {

/// An edge on its way to the owner of its target.
struct Edge {
    std::uint64_t projection, target, source;  ///< as the network counts them
    std::uint64_t number;                      ///< in the file
    double weight, delay;
};

/// The projections that take the edges of one population of a file.
using Takers = std::vector<std::size_t>;

/// Reads the edges of one population of a file.
class EdgeReader {
public:
    EdgeReader(const Communicator& comm, const Network& network, const Partition& partition,
               const Takers& takers)
        : comm_(comm), network_(network), partition_(partition), takers_(takers) {
        for (const std::size_t p : takers_)
            for (const std::uint64_t type : edges_of(p).types) by_type_[type].push_back(p);
        for (const std::size_t p : takers_)
            if (edges_of(p).types.empty()) any_type_.push_back(p);
    }

    /// Collective. Returns the first edge that cannot be, in words; "" for none.
    std::string read(std::vector<build::StoredSynapses>& stored) {
        const Network::EdgeFile& named = edges_of(takers_.front());
        std::unique_ptr<hdf5::ForeignFile> file;
        std::unique_ptr<EdgePopulation> population;
        parallel::collectively(comm_, [&] {
            file = std::make_unique<hdf5::ForeignFile>(named.file);
            population = std::make_unique<EdgePopulation>(*file, named.population);
            Problems problems;
            for (const auto& problem : population->problems()) problems.add(problem);
            problems.throw_if_any("edges");
        });
        const parallel::Share share = parallel::share_of(comm_, population->size());
        constexpr std::uint64_t at_once = std::uint64_t{1} << 18;
        const std::uint64_t rounds = parallel::max(comm_, (share.size() + at_once - 1) / at_once);
        for (std::uint64_t round = 0; round < rounds; ++round) {
            const std::uint64_t begin = std::min(share.end, share.begin + round * at_once);
            const std::uint64_t end = std::min(share.end, begin + at_once);
            std::vector<std::vector<Edge>> outgoing(static_cast<std::size_t>(comm_.size()));
            parallel::collectively(comm_, [&] {
                const auto rows = population->read(begin, end - begin);
                for (std::uint64_t i = 0; i < rows.size(); ++i) send(rows[i], begin + i, outgoing);
            });
            const auto incoming = parallel::exchange(comm_, outgoing);
            parallel::collectively(comm_, [&] {
                for (const auto& part : incoming)
                    for (const Edge& edge : part) arrived_[edge.projection].push_back(edge);
            });
        }
        parallel::collectively(comm_, [&] {
            for (const std::size_t p : takers_) stored[p] = sorted(p);
        });
        return fault_.agreed(comm_);
    }

private:
    [[nodiscard]] const Network::EdgeFile& edges_of(std::size_t projection) const {
        return *network_.projections[projection].edges;
    }

    void send(const EdgeRow& row, std::uint64_t number, std::vector<std::vector<Edge>>& outgoing) {
        const auto of_type = by_type_.find(row.type);
        bool type = false, source = false, target = false;
        const std::array<const Takers*, 2> candidates{
            of_type == by_type_.end() ? &none_ : &of_type->second, &any_type_};
        for (const Takers* takers : candidates) {
            for (const std::size_t p : *takers) {
                const auto& projection = network_.projections[p];
                const auto from = neuron_of(row.source, network_.populations[projection.source]);
                const auto to = neuron_of(row.target, network_.populations[projection.target]);
                type = true;
                source = source || from;
                target = target || to;
                if (from && to) return send(row, number, {p, *from, *to}, outgoing);
            }
        }
        const auto id = [&](const char* column, std::uint64_t value, const char* why) {
            fault(number, fmt::format("{} = {} ({})", column, value, why));
        };
        if (!type) id("edge_type_id", row.type, "no edge type has this id");
        else if (!source) id("source_node_id", row.source, "there is no such node");
        else if (!target) id("target_node_id", row.target, "there is no such node");
        else id("edge_type_id", row.type, "no projection has its source and its target");
    }

    void send(const EdgeRow& row, std::uint64_t number,
              const std::tuple<std::size_t, NodeIndex, NodeIndex>& place,
              std::vector<std::vector<Edge>>& outgoing) {
        const auto [p, source, target] = place;
        const auto& projection = network_.projections[p];
        const auto constant = [](const Value& value) { return std::get<double>(value.value); };
        const double weight =
            (row.has_weight ? row.weight : constant(projection.weight)) * row.synapses;
        const double delay = row.has_delay ? row.delay : constant(projection.delay);
        const double steps = delay / network_.resolution;
        constexpr double longest = 65535.0;
        if (!std::isfinite(weight))
            return fault(number, fmt::format("syn_weight = {} (must be finite)", weight));
        if (!(steps >= 0.5 && steps < longest + 0.5))
            return fault(number,
                         fmt::format("delay = {} ms (must be from the resolution, {} ms, to {} "
                                     "steps)",
                                     delay, network_.resolution, longest));
        const int vp = partition_.owner(projection.target, target);
        outgoing[static_cast<std::size_t>(vp / partition_.threads())].push_back(
            {p, target, source, number, weight, delay});
    }

    void fault(std::uint64_t number, const std::string& what) {
        const Network::EdgeFile& named = edges_of(takers_.front());
        fault_.note(number, fmt::format("{}: edge {} of '{}': {}. Mend the file", named.file,
                                        number, named.population, what));
    }

    /// What arrived for a projection; it is forgotten.
    build::StoredSynapses sorted(std::size_t p) {
        std::vector<Edge> edges = std::move(arrived_[p]);
        std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
            return std::tie(a.target, a.number) < std::tie(b.target, b.number);
        });
        const auto slice = partition_.rank_slice(network_.projections[p].target, comm_.rank());
        build::StoredSynapses stored;
        stored.target_begin = slice.begin;
        stored.begin.assign(slice.size() + 1, 0);
        for (const Edge& edge : edges) ++stored.begin[edge.target - slice.begin + 1];
        for (std::size_t t = 1; t < stored.begin.size(); ++t)
            stored.begin[t] += stored.begin[t - 1];
        for (const Edge& edge : edges) {
            stored.source.push_back(edge.source);
            stored.weight.push_back(edge.weight);
            stored.delay.push_back(edge.delay);
        }
        stored.find_constants();
        return stored;
    }

    const Communicator& comm_;
    const Network& network_;
    const Partition& partition_;
    const Takers& takers_;
    std::map<std::uint64_t, Takers> by_type_;
    Takers any_type_;
    const Takers none_;
    std::map<std::uint64_t, std::vector<Edge>> arrived_;  ///< by projection
    FirstFault fault_;
};

}  // namespace

std::vector<build::StoredSynapses> read_edges(const Communicator& comm, const Network& network,
                                              const Partition& partition) {
    std::map<std::pair<std::string, std::string>, Takers> files;
    for (std::size_t p = 0; p < network.projections.size(); ++p)
        if (const auto& edges = network.projections[p].edges)
            files[{edges->file, edges->population}].push_back(p);
    if (files.empty()) return {};
    std::vector<build::StoredSynapses> stored(network.projections.size());
    Problems problems;
    for (const auto& [name, takers] : files) {
        const std::string fault = EdgeReader(comm, network, partition, takers).read(stored);
        if (!fault.empty()) problems.add(fault);
    }
    problems.throw_if_any("edges");
    return stored;
}

}  // namespace engram::sonata
