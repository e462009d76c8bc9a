// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command/run.hpp"

namespace engram::command {

/// Local. The network that a request names: a network file, or a SONATA configuration (.json) with
/// its circuit. `--set` changes either. Where the user named no output folder, that of the
/// configuration is taken. What of a configuration was not read is added to `warnings`.
NetworkDescription read_description(RunRequest& request, std::vector<std::string>& warnings);

}  // namespace engram::command
