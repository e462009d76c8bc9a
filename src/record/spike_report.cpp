// SPDX-License-Identifier: Apache-2.0
#include "record/spike_report.hpp"

#include <tuple>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "hdf5/array_writer.hpp"
#include "record/sonata.hpp"
#include "record/sort_by_time.hpp"

namespace engram {
SpikeReport::SpikeReport(const Communicator& comm, std::string path, const std::vector<Part>& parts,
                         double resolution)
    : comm_(comm), path_(std::move(path)), resolution_(resolution) {
    parallel::collectively(comm_, [&] { hdf5::require_no_folder(path_); });
    const RawFile::Format format = {"spikes", sizeof(RecordedSpike), resolution_};
    for (const Part& part : parts) {
        if (part.kept > 0) find_raw_file(part, format);
        populations_.try_emplace(part.population, comm_, raw_path(path_, part.population), format,
                                 part.kept);
    }
}

void SpikeReport::find_raw_file(const Part& part, const RawFile::Format& format) const {
    const std::string raw = raw_path(path_, part.population);
    if (is_there(comm_, raw)) return;
    const auto file = hdf5::File::open(comm_, path_);
    const std::string group = "/spikes/" + part.population;
    parallel::collectively(comm_, [&] {
        sonata::require_resolution(file, resolution_);
        require_rows(path_, file.array_size(group + "/node_ids"), part.kept);
    });
    restore_raw_file<RecordedSpike>(
        comm_, raw, format, part.kept, [&](std::uint64_t begin, std::uint64_t count) {
            const auto nodes = file.read_array<std::uint64_t>(group + "/node_ids", begin, count);
            const auto times = file.read_array<double>(group + "/timestamps", begin, count);
            std::vector<RecordedSpike> spikes(count);
            for (std::size_t i = 0; i < spikes.size(); ++i)
                spikes[i] = {to_steps(times[i], resolution_), nodes[i]};
            return spikes;
        });
}

void SpikeReport::append(const std::string& population, const std::vector<RecordedSpike>& local,
                         Step from, Step to) {
    const auto spikes = sort_by_time(
        comm_, local, from, to, [](const RecordedSpike& spike) { return spike.step; },
        [](const RecordedSpike& a, const RecordedSpike& b) {
            return std::tie(a.step, a.node) < std::tie(b.step, b.node);
        });
    populations_.at(population).append(std::as_bytes(std::span(spikes)));
}

void SpikeReport::sync() const {
    for (const auto& [population, raw] : populations_) raw.sync();
}

void SpikeReport::finish() {
    auto file = hdf5::File::create(comm_, path_);
    sonata::write_header(file, "sonata-spikes", resolution_);
    for (const auto& [population, raw] : populations_) write_spikes(file, population, raw);
    file.commit();
    for (auto& [population, raw] : populations_) raw.remove();
}

void SpikeReport::write_spikes(hdf5::File& file, const std::string& population,
                               const RawFile& raw) const {
    const std::string group = "/spikes/" + population;
    const auto [begin, end] = raw.share();
    hdf5::ArrayWriter<std::uint64_t> node_ids(file, group + "/node_ids", begin, end - begin,
                                              raw.rows());
    hdf5::ArrayWriter<double> timestamps(file, group + "/timestamps", begin, end - begin,
                                         raw.rows());
    parallel::collectively(comm_, [&] {
        std::vector<std::uint64_t> nodes;
        std::vector<double> times;
        raw.read_share<RecordedSpike>([&](std::span<const RecordedSpike> spikes) {
            nodes.clear();
            times.clear();
            for (const auto& [step, node] : spikes) {
                nodes.push_back(node);
                times.push_back(to_ms(step, resolution_));
            }
            node_ids.write(nodes);
            timestamps.write(times);
        });
    });
    node_ids.finish();
    timestamps.finish();
    file.write_enum_attribute(group, "sorting", {"none", "by_id", "by_time"}, 2);
    file.write_attribute(group + "/timestamps", "units", "ms");
}

}  // namespace engram
