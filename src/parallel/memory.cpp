// SPDX-License-Identifier: Apache-2.0
#include "parallel/memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <malloc.h>

#include "parallel/collectives.hpp"

namespace engram::parallel {
namespace {

/// The value of a line `name:  123 kB` in bytes, or `otherwise`.
std::uint64_t read_kilobytes(const char* file, const std::string& name, std::uint64_t otherwise) {
    std::ifstream in(file);
    for (std::string word; in >> word;)
        if (word == name) {
            std::uint64_t value = 0;
            if (in >> value) return value * 1024;
        }
    return otherwise;
}

/// Collective among the ranks of one node.
std::uint64_t sum_over_node(const Communicator& comm, std::uint64_t value) {
    MPI_Comm node = MPI_COMM_NULL;
    const Waiting waiting;
    MPI_Comm_split_type(Access::comm(comm), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_UINT64_T, MPI_SUM, node);
    MPI_Comm_free(&node);
    return value;
}

}  // namespace

ProcessMemory process_memory() {
    const char* const status = "/proc/self/status";
    const std::uint64_t resident = read_kilobytes(status, "VmRSS:", 0);
    return {std::max(resident, read_kilobytes(status, "VmHWM:", 0)), resident};
}

void release_freed_memory() { malloc_trim(0); }

void require_memory(const Communicator& comm, std::uint64_t bytes, const char* what) {
    const std::uint64_t needed = sum_over_node(comm, bytes);
    const std::uint64_t free =
        read_kilobytes("/proc/meminfo", "MemAvailable:", std::numeric_limits<std::uint64_t>::max());
    collectively(comm, [&] {
        constexpr double gib = 1024.0 * 1024.0 * 1024.0;
        if (needed > free)
            throw Error(fmt::format(
                "{} needs {:.1f} GiB on a node ({:.1f} GiB are free). "
                "Use more nodes, weight_precision = \"single\", or a smaller network",
                what, static_cast<double>(needed) / gib, static_cast<double>(free) / gib));
    });
}

}  // namespace engram::parallel
