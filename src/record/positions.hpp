// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engram/communicator.hpp"

#include "network/network.hpp"

namespace engram {

/// How many spikes or frames each recording has, all ranks together; by position_key().
using RecordingPositions = std::map<std::string, std::uint64_t>;

/// The name of a report: that of its recorder, with the variable where it records several.
[[nodiscard]] std::string report_name(const Network::Recorder& recorder,
                                      const std::string& variable = {});

[[nodiscard]] std::string position_key(const std::string& report, const std::string& population);

/// The file of a finished report.
[[nodiscard]] std::string report_path(const std::string& folder, const std::string& report);

/// Collective. What each recording of the network begins with: nothing, or what it had at the
/// checkpoint that gave `resume`. Where the folder has none of those recordings, they begin anew
/// (the user chose another folder); where it has only some, it throws.
[[nodiscard]] RecordingPositions first_positions(const Communicator& comm, const Network& network,
                                                 const std::string& folder,
                                                 const RecordingPositions* resume);

}  // namespace engram
