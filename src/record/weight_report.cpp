// SPDX-License-Identifier: Apache-2.0
#include "record/weight_report.hpp"

#include <algorithm>
#include <tuple>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "hdf5/array_writer.hpp"
#include "record/sonata.hpp"
#include "record/sort_by_time.hpp"

namespace engram {
namespace {

/// One column of the file: its values from those of events, piece by piece.
template <class T>
struct Column {
    hdf5::ArrayWriter<T> writer;
    std::vector<T> values;

    Column(hdf5::File& file, const std::string& path, parallel::Share share, std::uint64_t rows)
        : writer(file, path, share.begin, share.end - share.begin, rows) {}
    template <class Get>
    void write(std::span<const TransmittedWeight> events, Get get) {
        values.clear();
        for (const auto& event : events) values.push_back(static_cast<T>(get(event)));
        writer.write(values);
    }
};

}  // namespace

bool arrives_before(const TransmittedWeight& a, const TransmittedWeight& b) {
    return std::tie(a.arrival, a.source, a.target, a.delay, a.receptor) <
           std::tie(b.arrival, b.source, b.target, b.delay, b.receptor);
}

WeightReport::WeightReport(const Communicator& comm, std::string path,
                           const std::vector<Part>& parts, double resolution)
    : comm_(comm), path_(std::move(path)), resolution_(resolution), parts_(parts) {
    parallel::collectively(comm_, [&] { hdf5::require_no_folder(path_); });
    const RawFile::Format format = {"weights", sizeof(TransmittedWeight), resolution_};
    for (const Part& part : parts_) {
        if (part.kept > 0) find_raw_file(part, format);
        projections_.try_emplace(part.projection, comm_, raw_path(path_, part.projection), format,
                                 part.kept);
    }
}

void WeightReport::find_raw_file(const Part& part, const RawFile::Format& format) const {
    const std::string raw = raw_path(path_, part.projection);
    if (is_there(comm_, raw)) return;
    const auto file = hdf5::File::open(comm_, path_);
    const std::string group = "/weights/" + part.projection;
    parallel::collectively(comm_, [&] {
        sonata::require_resolution(file, resolution_);
        require_rows(path_, file.array_size(group + "/weight"), part.kept);
    });
    restore_raw_file<TransmittedWeight>(
        comm_, raw, format, part.kept, [&](std::uint64_t begin, std::uint64_t count) {
            const auto read = [&]<class T>(const char* name, T) {
                return file.read_array<T>(group + "/" + name, begin, count);
            };
            const auto time = read("timestamps", 0.0), weight = read("weight", 0.0),
                       delay = read("delay", 0.0);
            const auto source = read("source_node_id", std::uint64_t{}),
                       target = read("target_node_id", std::uint64_t{});
            const auto receptor = read("receptor", std::uint32_t{});
            std::vector<TransmittedWeight> events(count);
            for (std::size_t i = 0; i < events.size(); ++i) {
                const Step steps = to_steps(delay[i], resolution_);
                events[i] = {
                    to_steps(time[i], resolution_) + steps, source[i],  target[i], weight[i],
                    static_cast<std::uint32_t>(steps),      receptor[i]};
            }
            return events;
        });
}

void WeightReport::take_over(WeightReport& other) {
    projections_.merge(other.projections_);
    parts_.insert(parts_.begin(), other.parts_.begin(), other.parts_.end());
}

void WeightReport::append(const std::string& projection,
                          const std::vector<TransmittedWeight>& local, Step from, Step to) {
    const auto events = sort_by_time(
        comm_, local, from, to, [](const TransmittedWeight& e) { return e.arrival; },
        arrives_before);
    projections_.at(projection).append(std::as_bytes(std::span(events)));
}

void WeightReport::sync() const {
    for (const auto& [projection, raw] : projections_) raw.sync();
}

void WeightReport::finish() {
    auto file = hdf5::File::create(comm_, path_);
    sonata::write_header(file, "engram-weights", resolution_);
    for (const Part& part : parts_) write_weights(file, part, projections_.at(part.projection));
    file.commit();
    for (auto& [projection, raw] : projections_) raw.remove();
}

void WeightReport::write_weights(hdf5::File& file, const Part& part, const RawFile& raw) const {
    const std::string group = "/weights/" + part.projection;
    const auto share = raw.share();
    Column<double> time(file, group + "/timestamps", share, raw.rows()),
        weight(file, group + "/weight", share, raw.rows()),
        delay(file, group + "/delay", share, raw.rows());
    Column<std::uint64_t> source(file, group + "/source_node_id", share, raw.rows()),
        target(file, group + "/target_node_id", share, raw.rows());
    Column<std::uint32_t> receptor(file, group + "/receptor", share, raw.rows());
    parallel::collectively(comm_, [&] {
        raw.read_share<TransmittedWeight>([&](std::span<const TransmittedWeight> events) {
            time.write(events, [&](const auto& e) {
                return to_ms(e.arrival - static_cast<Step>(e.delay), resolution_);
            });
            weight.write(events, [](const auto& e) { return e.weight; });
            delay.write(events, [&](const auto& e) { return to_ms(e.delay, resolution_); });
            source.write(events, [](const auto& e) { return e.source; });
            target.write(events, [](const auto& e) { return e.target; });
            receptor.write(events, [](const auto& e) { return e.receptor; });
        });
    });
    for (auto* column : {&time, &weight, &delay}) column->writer.finish();
    for (auto* column : {&source, &target}) column->writer.finish();
    receptor.writer.finish();
    file.write_attribute(group, "source_population", part.source_population);
    file.write_attribute(group, "target_population", part.target_population);
    file.write_attribute(group + "/timestamps", "units", "ms");
    file.write_attribute(group + "/delay", "units", "ms");
    file.write_attribute(group + "/weight", "units", part.unit);
}

}  // namespace engram
