// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "core/types.hpp"

namespace engram::checkpoint {

/// What stands beside a checkpoint file, in `<its name without .h5>.json`: how to know that the
/// file is whole before HDF5 looks into it, and what must not stand in the file itself, which is
/// the same on every layout. A checkpoint without its record does not count: it was not finished.
struct Record {
    Step step = 0;
    double time_ms = 0.0;
    std::string written;  ///< when, UTC
    int ranks = 1, threads = 1;
    double seconds = 0.0;  ///< that writing took
    std::string engram_version;
    std::uint64_t bytes = 0;               ///< of the checkpoint file
    std::vector<std::uint64_t> checksums;  ///< XXH3-64 of each block of the file
};

/// Bytes of the file that a checksum covers.
inline constexpr std::uint64_t record_block = std::uint64_t{1} << 24;

/// The record of a checkpoint file.
std::string record_path(const std::string& checkpoint);

/// Collective. Turns the written file `unrecorded` into the checkpoint `path` with its record,
/// whose bytes and checksums it fills in. One that had this name stays until then. Returns the
/// bytes.
std::uint64_t make_checkpoint(const Communicator& comm, const std::string& unrecorded,
                              const std::string& path, Record record);

/// Local. Throws when this process has no right to read the checkpoint or its record, which says
/// nothing about whether they are whole.
void require_permission(const std::string& checkpoint);

/// Local. Throws when the record is missing or damaged.
Record read_record(const std::string& checkpoint);

/// Collective. Throws unless the file is the one that the record describes, to the last bit.
void require_whole(const Communicator& comm, const std::string& checkpoint, const Record& record);

}  // namespace engram::checkpoint
