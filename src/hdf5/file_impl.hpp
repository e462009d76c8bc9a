// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "hdf5/call.hpp"
#include "hdf5/driver.hpp"
#include "hdf5/file.hpp"

namespace engram::hdf5 {

/// State of an open file. While it is written, rank 0 alone has it open in HDF5
/// and makes all structure; every rank writes its elements itself, to the
/// addresses that rank 0 tells. So nothing that can fail waits for another
/// rank, as it does in MPI-IO and parallel HDF5.
struct File::Impl {
    Communicator comm;
    std::string path;       // final name
    std::string temporary;  // name while it is written; empty when reading
    Handle file;            // on rank 0 only, when writing
    std::shared_ptr<Sink> sink = std::make_shared<Sink>();  // when writing
    std::uint64_t bytes = 0;                                // length on opening, when reading

    [[nodiscard]] bool writing() const { return !temporary.empty(); }
    [[nodiscard]] Place place(const std::string& object) const { return {path, object, writing()}; }
    /// Collective. Runs `work` on rank 0; what it throws is thrown on all.
    void on_root(const std::function<void()>& work) const;
    /// Rank 0: a group and those above it.
    void create_groups(const std::string& group) const;
    /// Local. Closes and removes a file that was not committed.
    void discard() noexcept;
};

/// XXH3-64 of the elements' bytes.
std::uint64_t checksum(std::span<const std::byte> bytes);
template <class T>
std::uint64_t checksum(std::span<const T> elements) {
    return checksum(std::as_bytes(elements));
}

/// Rows of a checksum block: whole ones, of about 2^16 elements.
inline std::uint64_t block_rows(std::uint64_t columns) {
    return std::max<std::uint64_t>(1, checksum_block / std::max<std::uint64_t>(1, columns));
}

/// Blocks of this length that so many rows or elements begin.
inline std::uint64_t blocks(std::uint64_t length, std::uint64_t block) {
    return length / block + (length % block != 0);
}

/// Where the checksums of an array stand.
inline std::string checksum_path(const std::string& path) { return "/checksums" + path; }

/// The group an object stands in.
inline std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace engram::hdf5
