// SPDX-License-Identifier: Apache-2.0
#include "sonata/read_spikes.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

#include <fmt/format.h>

#include "engram/error.hpp"

#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "sonata/first_fault.hpp"
#include "sonata/node_ids.hpp"
#include "sonata/spike_file.hpp"

namespace engram::sonata {
namespace {

/// A spike on its way to the owner of the neuron.
struct Spike {
    Step step;
    NodeIndex node;
    bool operator<(const Spike& other) const {
        return std::tie(step, node) < std::tie(other.step, other.node);
    }
};

/// The step that a time ends, or falls into; as in NEST, times are rounded to whole microseconds
/// first.
Step step_of(double ms, double resolution) {
    constexpr double tics_per_ms = 1000.0;
    const auto tics = std::llround(ms * tics_per_ms),
               per_step = std::llround(resolution * tics_per_ms);
    return (tics + per_step - 1) / per_step;
}

/// Brings the spikes of one population to where its neurons are.
class SpikeReader {
public:
    SpikeReader(const Communicator& comm, const Network& network, const Partition& partition,
                std::size_t population)
        : comm_(comm),
          resolution_(network.resolution),
          partition_(partition),
          population_(network.populations[population]),
          index_(population) {}

    /// Collective. Returns the first spike that cannot be, in words; "" for none.
    std::string read(const std::string& path) {
        std::unique_ptr<hdf5::ForeignFile> file;
        SpikeArrays arrays;
        std::uint64_t count = 0;
        parallel::collectively(comm_, [&] {
            file = std::make_unique<hdf5::ForeignFile>(path);
            arrays = find_spikes(*file, population_.sonata_population);
            count = file->size(arrays.times);
        });
        const parallel::Share share = parallel::share_of(comm_, count);
        constexpr std::uint64_t at_once = std::uint64_t{1} << 20;
        const std::uint64_t rounds = parallel::max(comm_, (share.size() + at_once - 1) / at_once);
        FirstFault fault;
        for (std::uint64_t round = 0; round < rounds; ++round) {
            const std::uint64_t begin = std::min(share.end, share.begin + round * at_once);
            const std::uint64_t end = std::min(share.end, begin + at_once);
            std::vector<std::vector<Spike>> outgoing(static_cast<std::size_t>(comm_.size()));
            parallel::collectively(comm_, [&] {
                const auto nodes = file->counts(arrays.nodes, begin, end - begin);
                const auto times = file->reals(arrays.times, begin, end - begin);
                for (std::size_t i = 0; i < times.size(); ++i) {
                    const std::string wrong = objection(nodes[i], times[i]);
                    if (wrong.empty()) send(nodes[i], times[i], outgoing);
                    else
                        fault.note(begin + i, fmt::format("{}: spike {}: {}. Mend the file", path,
                                                          begin + i, wrong));
                }
            });
            const auto incoming = parallel::exchange(comm_, outgoing);
            parallel::collectively(comm_, [&] {
                for (const auto& part : incoming)
                    spikes_.insert(spikes_.end(), part.begin(), part.end());
            });
        }
        return fault.agreed(comm_);
    }

    /// Local.
    void distribute(RankState& state) {
        std::sort(spikes_.begin(), spikes_.end());
        for (auto& vp : state.vps) {
            NeuronSlice& slice = vp.slices[index_];
            auto trains = std::make_unique<SpikeTrains>();
            for (const auto& [step, node] : spikes_) {
                if (node < slice.begin || node >= slice.begin + slice.size) continue;
                trains->step.push_back(step);
                trains->neuron.push_back(static_cast<LocalIndex>(node - slice.begin));
            }
            slice.trains = std::move(trains);
        }
    }

private:
    [[nodiscard]] std::string objection(std::uint64_t node, double time) const {
        constexpr double longest = 1e12;  // ms
        if (!neuron_of(node, population_))
            return fmt::format("node {} (it is none of the {} nodes of '{}' that spike)", node,
                               population_.size, population_.sonata_population);
        if (!(time > 0.0 && time <= longest))
            return fmt::format(
                "at {} ms (must be positive and finite: the first step ends after "
                "time 0)",
                time);
        return {};
    }
    void send(std::uint64_t id, double time, std::vector<std::vector<Spike>>& outgoing) const {
        const NodeIndex node = *neuron_of(id, population_);
        const int vp = partition_.owner(index_, node);
        outgoing[static_cast<std::size_t>(vp / partition_.threads())].push_back(
            {std::max<Step>(1, step_of(time, resolution_)), node});
    }

    const Communicator& comm_;
    double resolution_;
    const Partition& partition_;
    const Network::Population& population_;
    std::size_t index_;
    std::vector<Spike> spikes_;
};

}  // namespace

void read_spikes(const Communicator& comm, const Network& network, const Partition& partition,
                 RankState& state) {
    Problems problems;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        if (network.populations[p].spike_files.empty()) continue;
        SpikeReader reader(comm, network, partition, p);
        for (const auto& file : network.populations[p].spike_files) {
            const std::string fault = reader.read(file);
            if (!fault.empty()) problems.add(fault);
        }
        parallel::collectively(comm, [&] { reader.distribute(state); });
    }
    problems.throw_if_any("spikes");
}

}  // namespace engram::sonata
