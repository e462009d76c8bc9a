// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "network/network.hpp"

namespace engram {

/// How many spikes or frames each recording has, all ranks together; by position_key().
using RecordingPositions = std::map<std::string, std::uint64_t>;

/// The name of a report: that of its recorder, with the variable where it records several.
[[nodiscard]] std::string report_name(const Network::Recorder& recorder,
                                      const std::string& variable = {});

[[nodiscard]] std::string position_key(const std::string& report, const std::string& part);

/// What a recorder records, by name: populations or projections.
[[nodiscard]] std::vector<std::string> recorded_parts(const Network& network,
                                                      const Network::Recorder& recorder);

/// The same as files call it, once each, in order: populations by their names in SONATA files, of
/// which several populations may share one.
[[nodiscard]] std::vector<std::string> recorded_groups(const Network& network,
                                                       const Network::Recorder& recorder);

/// Whether a recorder writes files, given the output folder ("" for none).
[[nodiscard]] bool goes_to_file(const Network::Recorder& recorder, const std::string& folder);

/// When a recorder is active: at steps in (begin, end].
struct RecordingWindow {
    Step begin = 0, end = 0;
    [[nodiscard]] bool contains(Step step) const { return step > begin && step <= end; }
};
[[nodiscard]] RecordingWindow window_of(const Network::Recorder& recorder, double resolution);

/// The file of a finished report.
[[nodiscard]] std::string report_path(const std::string& folder, const std::string& report);

/// Collective. What each recording of the network begins with: nothing, or what it had at the
/// checkpoint that gave `resume`. Where the folder has none of those recordings, they begin anew
/// (the user chose another folder); where it has only some, it throws, as where a recorder writes
/// files and there is no folder.
[[nodiscard]] RecordingPositions first_positions(const Communicator& comm, const Network& network,
                                                 const std::string& folder,
                                                 const RecordingPositions* resume);

}  // namespace engram
