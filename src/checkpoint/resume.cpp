// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/resume.hpp"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "network/differences.hpp"
#include "build/build.hpp"
#include "store/network_state.hpp"
#include "checkpoint/checkpointer.hpp"
#include "checkpoint/connectivity.hpp"
#include "checkpoint/folder.hpp"
#include "checkpoint/record.hpp"
#include "sonata/read_edges.hpp"

namespace engram::checkpoint {
namespace {

void warn(const Communicator& comm, const std::string& text) {
    if (comm.rank() == 0) std::fprintf(stderr, "engram: warning: %s\n", text.c_str());
}

/// Collective. A run that goes back in time must not write between the checkpoints of what came
/// after.
void require_no_newer(const Communicator& comm, const std::string& folder, const std::string& path,
                      Step step) {
    if (folder.empty()) return;
    const auto entries = list(comm, folder);
    if (!entries.empty() && entries.front().step > step)
        throw Error(
            fmt::format("'{}' holds checkpoints that are newer than '{}'. Choose another folder, "
                        "or remove them",
                        folder, path));
}

/// Collective. The file to continue from; "" for none.
std::string choose(const Communicator& comm, const std::string& folder, const RunOptions& run) {
    if (!run.resume_from.empty()) {
        Record record;
        parallel::collectively(comm, [&] {
            require_permission(run.resume_from);
            record = read_record(run.resume_from);
        });
        require_whole(comm, run.resume_from, record);
        require_no_newer(comm, folder, run.resume_from, record.step);
        return run.resume_from;
    }
    if (run.resume) {
        if (folder.empty())
            throw Error(
                "cannot resume (no folder with checkpoints is named). Name the folder of the "
                "checkpoints, or an output folder");
        return newest_whole(comm, folder, [&](const std::string& text) { warn(comm, text); });
    }
    if (folder.empty()) return "";
    const auto entries = list(comm, folder);
    if (!entries.empty())
        throw Error(fmt::format(
            "'{}' holds checkpoints of an earlier run (which would be lost). Continue it with "
            "--resume, choose another folder, or remove this one",
            folder));
    return "";
}

void compare(const Communicator& comm, const CheckpointFile& file,
             const NetworkDescription& description, bool allow_changes) {
    Problems problems;
    for (const auto& difference : differences(file.description(), description))
        problems.add(difference);
    if (problems.empty()) return;
    const std::string& path = file.nodes().file().path();
    if (!allow_changes)
        problems.throw_if_any(fmt::format(
            "cannot continue from '{}' (the network was described otherwise). Change the "
            "description back, or allow changes with --allow-changes (allow_changes)",
            path));
    warn(comm, fmt::format("the network of '{}' was described otherwise: the run is no exact "
                           "continuation",
                           path));
}

}  // namespace

std::unique_ptr<CheckpointFile> find_start(const Communicator& comm,
                                           const NetworkDescription& description,
                                           const RunOptions& run) {
    const std::string folder = folder_of(description.checkpoints, run.output);
    const std::string path = choose(comm, folder, run);
    if (path.empty()) return nullptr;
    auto file = std::make_unique<CheckpointFile>(comm, path);
    compare(comm, *file, description, run.allow_changes);
    if (comm.rank() == 0 && run.progress != "none")
        std::fprintf(stderr, "continuing at %g ms from %s\n", file->nodes().header().time_ms,
                     path.c_str());
    return file;
}

RankState rebuild(const Communicator& comm, const CheckpointFile& file, const Network& network,
                  const Registry& registry, const Partition& partition) {
    file.require_fit(network);
    const auto stored = file.stores_connectivity()
                            ? read_synapses(comm, file.nodes(), network, partition)
                            : sonata::read_edges(comm, network, partition);
    RankState state = build::build(comm, network, registry, partition, stored);
    if (hash_connectivity(comm, network, registry, state) != file.connectivity_hash())
        throw Error(fmt::format(
            "cannot continue from '{}' (the description makes other connections, delays or static "
            "weights than it was written with). Change seed, rules and weights back; a checkpoint "
            "with connectivity = \"store\" depends on them less",
            file.nodes().file().path()));
    file.restore(network, partition, state);
    return state;
}

}  // namespace engram::checkpoint
