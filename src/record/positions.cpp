// SPDX-License-Identifier: Apache-2.0
#include "record/positions.hpp"

#include <fmt/format.h>

#include "record/raw_file.hpp"

namespace engram {
namespace {

/// All positions of a network are 0.
RecordingPositions zero_positions(const Network& network) {
    RecordingPositions positions;
    for (const auto& recorder : network.recorders)
        for (const std::size_t p : recorder.populations) {
            const std::string& population = network.populations[p].sonata_population;
            if (recorder.record_from.empty())
                positions[position_key(report_name(recorder), population)] = 0;
            for (const auto& variable : recorder.record_from)
                positions[position_key(report_name(recorder, variable), population)] = 0;
        }
    return positions;
}

}  // namespace

std::string report_name(const Network::Recorder& recorder, const std::string& variable) {
    return recorder.record_from.size() < 2 ? recorder.name : recorder.name + "_" + variable;
}

std::string position_key(const std::string& report, const std::string& population) {
    return report + "/" + population;
}

std::string report_path(const std::string& folder, const std::string& report) {
    return folder + "/" + report + ".h5";
}

RecordingPositions first_positions(const Communicator& comm, const Network& network,
                                   const std::string& folder, const RecordingPositions* resume) {
    RecordingPositions positions = zero_positions(network);
    if (resume == nullptr) return positions;
    bool found = false;
    std::string missing;
    for (auto& [key, rows] : positions) {
        const auto at_checkpoint = resume->find(key);
        if (at_checkpoint == resume->end() || at_checkpoint->second == 0) continue;
        rows = at_checkpoint->second;
        if (folder.empty()) continue;
        const auto slash = key.find('/');
        const std::string finished = report_path(folder, key.substr(0, slash)),
                          raw = raw_path(finished, key.substr(slash + 1));
        if (is_there(comm, raw) || is_there(comm, finished)) found = true;
        else missing += (missing.empty() ? "" : ", ") + raw;
    }
    if (missing.empty()) return positions;
    if (!found) return zero_positions(network);
    throw Error(fmt::format(
        "output folder '{}' lacks recordings that the checkpoint goes on with ({}). Bring them "
        "back, or choose another folder to record into from now on",
        folder, missing));
}

}  // namespace engram
