// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engram/description.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "build/target_synapses.hpp"
#include "record/positions.hpp"
#include "store/network_file.hpp"

namespace engram::checkpoint {

/// What stays the same in all checkpoints of a run.
struct Identity {
    std::string description;  ///< a network file, without what another run may change
    std::string description_hash;
    bool stores_connectivity = false;
    std::uint64_t connectivity_hash = 0;
};
/// Collective. `state`: any, of the built network.
Identity identify(const Communicator& comm, const NetworkDescription& description,
                  const Network& network, const Registry& registry, const RankState& state,
                  bool stores_connectivity);

/// What a checkpoint is made of.
struct Contents {
    const Identity& identity;
    const Network& network;
    const Partition& partition;
    const RankState& state;
    const RecordingPositions& recordings;
};

/// Collective. Writes a checkpoint (docs/file-formats.md); the same bytes on every layout.
void write_file(const Communicator& comm, const std::string& path, const Contents& contents);

/// A checkpoint to read. The constructor and restore() are collective.
class CheckpointFile {
public:
    CheckpointFile(const Communicator& comm, const std::string& path);

    [[nodiscard]] const NetworkFile& nodes() const { return nodes_; }
    [[nodiscard]] const NetworkDescription& description() const { return description_; }
    [[nodiscard]] Step step() const { return step_; }
    [[nodiscard]] bool stores_connectivity() const { return stores_connectivity_; }
    [[nodiscard]] std::uint64_t connectivity_hash() const { return connectivity_hash_; }
    [[nodiscard]] const RecordingPositions& recordings() const { return recordings_; }

    /// Collective. Reads all of it and throws when a value is where it cannot be; the ranks share
    /// the work.
    void check() const;
    /// Collective. Throws unless the network has the populations and the resolution of the file.
    void require_fit(const Network& network) const;
    /// Local. Notes in the network, before it is built, what was added while it ran.
    void mark_growth(Network& network) const;
    /// Collective. Puts the network where it was: built as described, or from the stored synapses.
    void restore(const Network& network, const Partition& partition, RankState& state) const;

private:
    void read_header();

    Communicator comm_;
    NetworkFile nodes_;
    NetworkDescription description_;
    Step step_ = 0;
    bool stores_connectivity_ = false;
    std::uint64_t connectivity_hash_ = 0;
    RecordingPositions recordings_;
    std::map<std::string, Step> grown_;  ///< when projections were added, by name
};

}  // namespace engram::checkpoint
