// SPDX-License-Identifier: Apache-2.0
#include "record/frame_report.hpp"

#include <algorithm>
#include <numeric>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "hdf5/array_writer.hpp"
#include "record/sonata.hpp"

namespace engram {
namespace {

/// Collective. Which neurons the columns of `data` are: one element for each, numbered 1 as SONATA
/// has it for neurons without compartments.
void write_mapping(hdf5::File& file, const std::string& group, const FrameReport::Part& part) {
    const Communicator& comm = file.communicator();
    const bool last = comm.rank() == comm.size() - 1;
    std::vector<std::uint64_t> columns;
    std::vector<std::uint32_t> elements;
    std::vector<float> positions;
    parallel::collectively(comm, [&] {
        columns.resize(part.count + 1);
        std::iota(columns.begin(), columns.end(), part.begin);
        elements.assign(part.count, 1);
        positions.assign(part.count, 1.0F);
    });
    const std::span<const std::uint64_t> places(columns);
    const std::span<const std::uint64_t> ids =
        part.nodes.empty() ? places.first(part.count) : std::span(part.nodes);
    file.write_array(group + "/mapping/node_ids", ids, part.begin, part.size);
    file.write_attribute(group + "/mapping/node_ids", "sorted", true);
    file.write_array(group + "/mapping/index_pointers", places.first(part.count + (last ? 1 : 0)),
                     part.begin, part.size + 1);
    file.write_array<std::uint32_t>(group + "/mapping/element_ids", elements, part.begin,
                                    part.size);
    file.write_array<float>(group + "/mapping/element_pos", positions, part.begin, part.size);
}

/// Which of `frames` frames rank r gets: those from here on.
std::uint64_t first_frame(std::uint64_t frames, std::size_t rank, std::size_t ranks) {
    return frames * rank / ranks;
}

}  // namespace

FrameReport::FrameReport(const Communicator& comm, std::string path, std::string variable,
                         const std::vector<Part>& parts, const Times& times)
    : comm_(comm), path_(std::move(path)), variable_(std::move(variable)), times_(times) {
    parallel::collectively(comm_, [&] { hdf5::require_no_folder(path_); });
    for (const Part& part : parts) {
        const RawFile::Format format = {"frames", part.size * sizeof(double), times_.resolution};
        if (part.kept > 0) find_raw_file(part, format);
        auto begins = parallel::gather_all(comm_, part.begin);
        begins.push_back(part.size);
        auto frames =
            std::make_unique<RawFile>(comm_, raw_path(path_, part.population), format, part.kept);
        populations_.emplace(part.population,
                             Data{part, std::move(begins), times_.next, std::move(frames)});
    }
}

void FrameReport::find_raw_file(const Part& part, const RawFile::Format& format) const {
    const std::string raw = raw_path(path_, part.population);
    if (is_there(comm_, raw)) return;
    const auto file = hdf5::File::open(comm_, path_);
    const std::string data = "/report/" + part.population + "/data";
    parallel::collectively(comm_, [&] {
        sonata::require_resolution(file, times_.resolution);
        const auto [frames, neurons] = file.shape(data);
        require_rows(path_, frames, part.kept);
        if (neurons != part.size)
            throw Error("cannot go on with the recording '" + path_ + "' (population '" +
                        part.population + "' has " + std::to_string(neurons) +
                        " neurons there, not " + std::to_string(part.size) +
                        "). Choose another output folder");
    });
    restore_raw_file<double>(comm_, raw, format, part.kept,
                             [&](std::uint64_t begin, std::uint64_t count) {
                                 return file.read_array<double>(data, begin, count);
                             });
}

std::vector<double> FrameReport::collect(const Data& data, std::span<const double> local,
                                         std::uint64_t frames) const {
    const auto ranks = static_cast<std::size_t>(comm_.size()),
               me = static_cast<std::size_t>(comm_.rank());
    std::vector<std::span<const char>> outgoing;
    for (std::size_t r = 0; r < ranks; ++r) {
        const std::uint64_t begin = first_frame(frames, r, ranks),
                            end = first_frame(frames, r + 1, ranks);
        const auto part = local.subspan(begin * data.part.count, (end - begin) * data.part.count);
        outgoing.emplace_back(reinterpret_cast<const char*>(part.data()), part.size_bytes());
    }
    const auto incoming = parallel::exchange_bytes(comm_, outgoing);
    const std::uint64_t mine = first_frame(frames, me + 1, ranks) - first_frame(frames, me, ranks);
    const std::uint64_t size = data.begins.back();
    std::vector<double> result;
    parallel::collectively(comm_, [&] { result.resize(mine * size); });
    for (std::size_t r = 0; r < ranks; ++r) {
        const std::uint64_t count = data.begins[r + 1] - data.begins[r];
        const double* values = reinterpret_cast<const double*>(incoming[r].data());
        for (std::uint64_t f = 0; f < mine; ++f)
            std::copy_n(values + f * count, count, result.data() + f * size + data.begins[r]);
    }
    return result;
}

void FrameReport::append(const std::string& population, std::span<const double> local,
                         std::uint64_t frames) {
    Data& data = populations_.at(population);
    parallel::collectively(comm_, [&] {
        if (local.size() != frames * data.part.count)
            throw Error("cannot record " + std::to_string(frames) + " frames of '" + population +
                        "' (" + std::to_string(local.size()) + " values for " +
                        std::to_string(data.part.count) + " neurons). Please report it");
    });
    if (frames == 0) return;
    const auto rows = collect(data, local, frames);
    data.frames->append(std::as_bytes(std::span(rows)));
    data.next += times_.interval * static_cast<Step>(frames);
}

void FrameReport::sync() const {
    for (const auto& [population, data] : populations_) data.frames->sync();
}

void FrameReport::finish() {
    auto file = hdf5::File::create(comm_, path_);
    sonata::write_header(file, "sonata-frames", times_.resolution);
    for (const auto& [population, data] : populations_) write_frames(file, data);
    file.commit();
    for (const auto& [population, data] : populations_) data.frames->remove();
}

void FrameReport::write_frames(hdf5::File& file, const Data& data) const {
    const std::string group = "/report/" + data.part.population;
    const auto [begin, end] = data.frames->share();
    hdf5::ArrayWriter<double> values(file, group + "/data", begin, end - begin, data.frames->rows(),
                                     data.part.size);
    parallel::collectively(comm_, [&] {
        data.frames->read_share<double>(
            [&](std::span<const double> piece) { values.write(piece); });
    });
    values.finish();
    file.write_attribute(group + "/data", "units", data.part.unit);
    file.write_attribute(group + "/data", "variable", variable_);
    write_mapping(file, group, data.part);
    const Step first = data.next - times_.interval * static_cast<Step>(data.frames->rows());
    const std::vector<double> time = {to_ms(first, times_.resolution),
                                      to_ms(data.next, times_.resolution),
                                      to_ms(times_.interval, times_.resolution)};
    file.write_replicated<double>(group + "/mapping/time", time);
    file.write_attribute(group + "/mapping/time", "units", "ms");
}

}  // namespace engram
