// SPDX-License-Identifier: Apache-2.0
#include "command/verify.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "hdf5/disk.hpp"
#include "hdf5/file.hpp"
#include "store/network_file.hpp"
#include "checkpoint/checkpoint_file.hpp"
#include "checkpoint/paths.hpp"
#include "checkpoint/record.hpp"

namespace engram::command {
namespace {

/// Calls visit(begin, count) for this rank's share of `total` things, `most` at a time.
template <class Visit>
void for_share(const Communicator& comm, std::uint64_t total, std::uint64_t most, Visit visit) {
    const parallel::Share share = parallel::share_of(comm, total);
    for (std::uint64_t at = share.begin; at < share.end; at += most)
        visit(at, std::min(most, share.end - at));
}

/// Collective. Returns the number of arrays.
std::size_t verify_arrays(const Communicator& comm, const hdf5::File& file) {
    constexpr std::uint64_t elements_at_once = std::uint64_t{1} << 20;
    std::size_t count = 0;
    parallel::collectively(comm, [&] {
        const auto arrays = file.arrays();
        count = arrays.size();
        for (const auto& path : arrays) {
            const auto [rows, columns] = file.shape(path);
            for_share(
                comm, rows,
                std::max<std::uint64_t>(1, elements_at_once / std::max<std::uint64_t>(1, columns)),
                [&](auto begin, auto n) { file.verify_rows(path, begin, n); });
        }
    });
    return count;
}

/// Collective. Sources, weights and delays within their ranges.
void verify_synapses(const Communicator& comm, const NetworkFile& file) {
    constexpr std::uint64_t targets_at_once = 1024;
    parallel::collectively(comm, [&] {
        for (const auto& p : file.projections())
            for_share(comm, p.target_size, targets_at_once, [&](auto begin, auto n) {
                static_cast<void>(file.synapses(p.name, begin, n));
            });
    });
}

}  // namespace

std::string verify(const Communicator& comm, const std::string& path) {
    std::string kind, text = path + ": ";
    std::size_t arrays = 0;
    bool recorded = false;
    parallel::collectively(comm, [&] {
        hdf5::require_readable(path);
        checkpoint::require_permission(path);
        recorded = std::filesystem::exists(checkpoint::record_path(path));
    });
    if (recorded) {
        checkpoint::Record record;
        parallel::collectively(comm, [&] { record = checkpoint::read_record(path); });
        checkpoint::require_whole(comm, path, record);
    }
    {
        const hdf5::File file = hdf5::File::open(comm, path);
        arrays = verify_arrays(comm, file);
        parallel::collectively(comm,
                               [&] { kind = file.read_attribute<std::string>("/", "format"); });
    }
    if (kind == StoredHeader{}.kind) {
        verify_synapses(comm, NetworkFile(comm, path));
    } else if (kind == checkpoint::format) {
        const checkpoint::CheckpointFile file(comm, path);
        verify_synapses(comm, file.nodes());
        file.check();
        text += fmt::format("checkpoint of {} ms, ", file.nodes().header().time_ms);
        text += recorded ? "as its record says, " : "without its record, ";
    }
    return text + fmt::format("whole ({}; {} arrays)\n", kind, arrays);
}

}  // namespace engram::command
