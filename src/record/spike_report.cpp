// SPDX-License-Identifier: Apache-2.0
#include "record/spike_report.hpp"

#include <algorithm>
#include <tuple>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "record/sonata.hpp"

namespace engram {
namespace {

/// Collective. Spikes in order of (step, node); the ranks get consecutive parts of the steps (from,
/// to].
std::vector<RecordedSpike> sort_by_time(const Communicator& comm,
                                        const std::vector<RecordedSpike>& local, Step from,
                                        Step to) {
    const auto ranks = static_cast<Step>(comm.size());
    std::vector<std::vector<RecordedSpike>> outgoing(static_cast<std::size_t>(ranks));
    std::vector<RecordedSpike> result;
    parallel::collectively(comm, [&] {
        for (const RecordedSpike& spike : local) {
            if (spike.step <= from || spike.step > to)
                throw Error("cannot record a spike of step " + std::to_string(spike.step) +
                            " (the steps are " + std::to_string(from + 1) + " to " +
                            std::to_string(to) + "). Please report it");
            outgoing[static_cast<std::size_t>((spike.step - from - 1) * ranks / (to - from))]
                .push_back(spike);
        }
    });
    const auto incoming = parallel::exchange(comm, outgoing);
    parallel::collectively(comm, [&] {
        for (const auto& part : incoming) result.insert(result.end(), part.begin(), part.end());
        std::sort(result.begin(), result.end(), [](const RecordedSpike& a, const RecordedSpike& b) {
            return std::tie(a.step, a.node) < std::tie(b.step, b.node);
        });
    });
    return result;
}

}  // namespace

SpikeReport::SpikeReport(const Communicator& comm, const std::string& path,
                         const std::vector<std::string>& populations, double resolution)
    : file_(hdf5::File::create(comm, path)), resolution_(resolution) {
    sonata::write_header(file_, "sonata-spikes", resolution);
    for (const auto& population : populations) {
        const std::string group = "/spikes/" + population;
        populations_.emplace(population,
                             Columns{{file_, group + "/node_ids"}, {file_, group + "/timestamps"}});
        file_.write_enum_attribute(group, "sorting", {"none", "by_id", "by_time"}, 2);
        file_.write_attribute(group + "/timestamps", "units", "ms");
    }
}

void SpikeReport::append(const std::string& population, const std::vector<RecordedSpike>& local,
                         Step from, Step to) {
    const Communicator& comm = file_.communicator();
    const auto spikes = sort_by_time(comm, local, from, to);
    std::vector<std::uint64_t> nodes;
    std::vector<double> times;
    parallel::collectively(comm, [&] {
        for (const auto& [step, node] : spikes) {
            nodes.push_back(node);
            times.push_back(to_ms(step, resolution_));
        }
    });
    const std::uint64_t begin = parallel::sum_below<std::uint64_t>(comm, nodes.size());
    const std::uint64_t total = parallel::sum<std::uint64_t>(comm, nodes.size());
    if (total == 0) return;
    Columns& columns = populations_.at(population);
    columns.node_ids.append(nodes, begin, total);
    columns.timestamps.append(times, begin, total);
}

void SpikeReport::flush() {
    for (auto& [population, columns] : populations_) {
        columns.node_ids.flush();
        columns.timestamps.flush();
    }
    file_.flush();
}

void SpikeReport::finish() {
    flush();
    file_.commit();
}

}  // namespace engram
