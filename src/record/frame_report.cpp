// SPDX-License-Identifier: Apache-2.0
#include "record/frame_report.hpp"

#include <algorithm>
#include <numeric>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "record/sonata.hpp"

namespace engram {
namespace {

/// Collective. Which neurons the columns of `data` are: one element for each, numbered 1 as SONATA
/// has it for neurons without compartments.
void write_mapping(hdf5::File& file, const std::string& group, const FrameReport::Part& part) {
    const Communicator& comm = file.communicator();
    const bool last = comm.rank() == comm.size() - 1;
    std::vector<std::uint64_t> nodes;
    std::vector<std::uint32_t> elements;
    std::vector<float> positions;
    parallel::collectively(comm, [&] {
        nodes.resize(part.count + 1);
        std::iota(nodes.begin(), nodes.end(), part.begin);
        elements.assign(part.count, 1);
        positions.assign(part.count, 1.0F);
    });
    const std::span<const std::uint64_t> ids(nodes);
    file.write_array(group + "/mapping/node_ids", ids.first(part.count), part.begin, part.size);
    file.write_attribute(group + "/mapping/node_ids", "sorted", true);
    file.write_array(group + "/mapping/index_pointers", ids.first(part.count + (last ? 1 : 0)),
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

FrameReport::FrameReport(const Communicator& comm, const std::string& path,
                         const std::string& variable, const std::vector<Part>& parts,
                         const Times& times)
    : file_(hdf5::File::create(comm, path)), times_(times) {
    sonata::write_header(file_, "sonata-frames", times.resolution);
    for (const Part& part : parts) {
        const std::string group = "/report/" + part.population;
        Data data{part.count,
                  parallel::gather_all(comm, part.begin),
                  {file_, group + "/data", part.size}};
        data.begins.push_back(part.size);
        populations_.emplace(part.population, std::move(data));
        file_.write_attribute(group + "/data", "units", part.unit);
        file_.write_attribute(group + "/data", "variable", variable);
        write_mapping(file_, group, part);
    }
}

std::vector<double> FrameReport::collect(const Data& data, std::span<const double> local,
                                         std::uint64_t frames) const {
    const Communicator& comm = file_.communicator();
    const auto ranks = static_cast<std::size_t>(comm.size()),
               me = static_cast<std::size_t>(comm.rank());
    std::vector<std::span<const char>> outgoing;
    for (std::size_t r = 0; r < ranks; ++r) {
        const std::uint64_t begin = first_frame(frames, r, ranks),
                            end = first_frame(frames, r + 1, ranks);
        const auto part = local.subspan(begin * data.count, (end - begin) * data.count);
        outgoing.emplace_back(reinterpret_cast<const char*>(part.data()), part.size_bytes());
    }
    const auto incoming = parallel::exchange_bytes(comm, outgoing);
    const std::uint64_t mine = first_frame(frames, me + 1, ranks) - first_frame(frames, me, ranks);
    const std::uint64_t size = data.begins.back();
    std::vector<double> result;
    parallel::collectively(comm, [&] { result.resize(mine * size); });
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
    const Communicator& comm = file_.communicator();
    Data& data = populations_.at(population);
    parallel::collectively(comm, [&] {
        if (local.size() != frames * data.count)
            throw Error("cannot record " + std::to_string(frames) + " frames of '" + population +
                        "' (" + std::to_string(local.size()) + " values for " +
                        std::to_string(data.count) + " neurons). Please report it");
    });
    if (frames == 0) return;
    const auto ranks = static_cast<std::size_t>(comm.size()),
               me = static_cast<std::size_t>(comm.rank());
    const auto rows = collect(data, local, frames);
    data.frames.append(rows, first_frame(frames, me, ranks), frames);
}

void FrameReport::flush() {
    for (auto& [population, data] : populations_) data.frames.flush();
    file_.flush();
}

void FrameReport::finish() {
    for (auto& [population, data] : populations_) {
        const auto stop = times_.first + times_.interval * static_cast<Step>(data.frames.size());
        const std::vector<double> time = {to_ms(times_.first, times_.resolution),
                                          to_ms(stop, times_.resolution),
                                          to_ms(times_.interval, times_.resolution)};
        const std::string path = "/report/" + population + "/mapping/time";
        file_.write_replicated<double>(path, time);
        file_.write_attribute(path, "units", "ms");
    }
    flush();
    file_.commit();
}

}  // namespace engram
