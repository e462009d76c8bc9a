// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "network/place.hpp"

namespace engram {

/// Reads a table of connections: a header line that names the columns source, target and, if
/// wanted, weight and delay, in any order, then one line for each synapse, separated by commas.
/// Empty lines and lines that start with # are skipped. Bad lines are noted with their numbers.
ConnectionList read_connection_list(const std::string& path, const Place& place);

}  // namespace engram
