// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "command/run.hpp"
#include "dry_run/dry_run.hpp"

namespace engram::command {

/// `engram run --dry-run`: by one process. Returns the exit status.
int dry_run(const Communicator& comm, const RunRequest& request);

/// The tables of a dry run: what is measured, and what follows from drawn routes and spikes.
std::string dry_run_table(const dry_run::Report& report, const dry_run::Options& options);
std::string dry_run_json(const dry_run::Report& report, const dry_run::Options& options);

}  // namespace engram::command
