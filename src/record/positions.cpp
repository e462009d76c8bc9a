// SPDX-License-Identifier: Apache-2.0
#include "record/positions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/time.hpp"
#include "record/raw_file.hpp"

namespace engram {
namespace {

/// A recording of the network: its key, whether it goes to a file.
struct Entry {
    std::string report, part;
    bool to_file;
    [[nodiscard]] std::string key() const { return position_key(report, part); }
};

std::vector<Entry> entries_of(const Network& network, const std::string& folder) {
    std::vector<Entry> entries;
    for (const auto& recorder : network.recorders) {
        const bool to_file = goes_to_file(recorder, folder);
        for (const std::string& part : recorded_groups(network, recorder)) {
            if (recorder.record_from.empty())
                entries.push_back({report_name(recorder), part, to_file});
            for (const auto& variable : recorder.record_from)
                entries.push_back({report_name(recorder, variable), part, to_file});
        }
    }
    return entries;
}

}  // namespace

std::string report_name(const Network::Recorder& recorder, const std::string& variable) {
    return recorder.record_from.size() < 2 ? recorder.name : recorder.name + "_" + variable;
}

std::string position_key(const std::string& report, const std::string& part) {
    return report + "/" + part;
}

std::string report_path(const std::string& folder, const std::string& report) {
    return folder + "/" + report + ".h5";
}

std::vector<std::string> recorded_parts(const Network& network, const Network::Recorder& recorder) {
    std::vector<std::string> names;
    for (const std::size_t p : recorder.populations) names.push_back(network.populations[p].name);
    for (const std::size_t p : recorder.projections) names.push_back(network.projections[p].name);
    return names;
}

std::vector<std::string> recorded_groups(const Network& network,
                                         const Network::Recorder& recorder) {
    std::vector<std::string> names;
    for (const std::size_t p : recorder.populations) {
        const std::string& name = network.populations[p].sonata_population;
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    for (const std::size_t p : recorder.projections) names.push_back(network.projections[p].name);
    return names;
}

bool goes_to_file(const Network::Recorder& recorder, const std::string& folder) {
    if (recorder.record_to == "file" && folder.empty())
        throw Error(
            fmt::format("recorder '{}': record_to = \"file\" (there is no output folder). "
                        "Name one by --output",
                        recorder.name));
    return recorder.record_to != "memory" && !folder.empty();
}

RecordingWindow window_of(const Network::Recorder& recorder, double resolution) {
    const double origin = recorder.numbers.at("origin");
    return {to_steps_or_never(origin + recorder.numbers.at("start"), resolution),
            to_steps_or_never(origin + recorder.numbers.at("stop"), resolution)};
}

RecordingPositions first_positions(const Communicator& comm, const Network& network,
                                   const std::string& folder, const RecordingPositions* resume) {
    RecordingPositions positions;
    bool found = false;
    std::string missing;
    const auto entries = entries_of(network, folder);
    for (const Entry& entry : entries) {
        std::uint64_t& rows = positions[entry.key()] = 0;
        if (resume == nullptr) continue;
        const auto at_checkpoint = resume->find(entry.key());
        if (at_checkpoint == resume->end() || at_checkpoint->second == 0) continue;
        rows = at_checkpoint->second;
        if (!entry.to_file) continue;
        const std::string finished = report_path(folder, entry.report),
                          raw = raw_path(finished, entry.part);
        if (is_there(comm, raw) || is_there(comm, finished)) found = true;
        else missing += (missing.empty() ? "" : ", ") + raw;
    }
    if (missing.empty()) return positions;
    if (!found) {
        for (const Entry& entry : entries)
            if (entry.to_file) positions[entry.key()] = 0;
        return positions;
    }
    throw Error(fmt::format(
        "output folder '{}' lacks recordings that the checkpoint goes on with ({}). Bring them "
        "back, or choose another folder to record into from now on",
        folder, missing));
}

}  // namespace engram
