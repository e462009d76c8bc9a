// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hdf5/file.hpp"

namespace engram::hdf5 {

/// A new array of known length that every rank fills from front to back, in pieces; T is one of
/// File's element types.
///
/// A checksum block belongs to the rank that holds its first element, and only that rank writes it.
/// So a rank holds back the elements before its first block, and those of the block under way:
/// about a block each, however long the array is. The File must outlive the ArrayWriter, and
/// finish() must precede File::commit().
template <class T>
class ArrayWriter {
public:
    /// Collective. This rank will write rows [begin, begin + count) of `total`; the ranks' parts
    /// follow one another in rank order without gaps, and may be empty. `columns` = 0 makes a
    /// one-dimensional array, otherwise one of rows of that many elements.
    ArrayWriter(File& file, std::string path, std::uint64_t begin, std::uint64_t count,
                std::uint64_t total, std::uint64_t columns = 0);

    /// Local: call it inside parallel::collectively. The next elements of this rank's part, any
    /// number of them.
    void write(std::span<const T> elements);

    /// Collective. Completes the blocks that more than one rank holds, and writes the checksums.
    /// Nothing follows.
    void finish();

private:
    /// Local. The next elements of the blocks that belong to this rank.
    void fill_blocks(std::span<const T> elements);
    void write_block(std::span<const T> elements);

    const File::Impl* file_;
    std::string path_;
    std::uint64_t block_;                      // elements of a checksum block
    std::uint64_t next_ = 0, end_ = 0;         // this rank's elements that are still to come
    std::uint64_t address_ = 0;                // of the array in the file
    std::uint64_t sums_address_ = 0;           // of its checksums
    std::vector<std::uint64_t> first_blocks_;  // of each rank, and the number of all blocks
    std::vector<T> head_;                      // elements before this rank's first block
    std::vector<T> partial_;                   // the block under way
    std::vector<std::uint64_t> sums_;          // of the blocks written
};

}  // namespace engram::hdf5
