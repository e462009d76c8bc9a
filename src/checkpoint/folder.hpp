// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "core/types.hpp"

/// The folder with the checkpoints of a run: `checkpoint_<step>.h5`, each with its record.
namespace engram::checkpoint {

struct Entry {
    std::string path;
    Step step = 0;
};

std::string path_in(const std::string& folder, Step step);

/// Collective. The finished checkpoints, newest first, whether damaged or not; none when there is
/// no folder.
std::vector<Entry> list(const Communicator& comm, const std::string& folder);

/// Collective. The newest checkpoint that is whole; "" when there is none. Damaged ones are told to
/// `warn` and set aside as `NAME.damaged`, so that they do not count any more. Throws when all are
/// damaged.
std::string newest_whole(const Communicator& comm, const std::string& folder,
                         const std::function<void(const std::string&)>& warn);

/// Local, on one rank. Removes all but the newest `keep`, and what writers that died left.
void prune(const std::string& folder, const std::vector<Entry>& newest_first, std::size_t keep);

}  // namespace engram::checkpoint
