// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hdf5/file.hpp"

namespace engram::hdf5 {

/// A dataset that grows while the program runs; T is one of File's element
/// types.
///
/// Chunks hold about 2^16 elements and are written whole, each by one rank:
/// ranks never share a chunk. Rows that do not fill a chunk yet stay in the
/// memory of one rank until they do, or until flush(). Each chunk has its
/// checksum. The File must outlive the Appender, and flush() must precede
/// File::commit().
template <class T>
class Appender {
public:
    /// Collective. `columns` = 0 makes a one-dimensional dataset, otherwise one
    /// of rows of that many elements.
    Appender(File& file, std::string path, std::uint64_t columns = 0);

    /// Collective. Appends `total` rows; this rank holds `local`, which starts at
    /// row `begin` of them. The ranks' pieces follow one another in rank order
    /// without gaps; they may be empty.
    void append(std::span<const T> local, std::uint64_t begin, std::uint64_t total);

    /// Collective. Brings the incomplete last chunk and the checksums into the
    /// file.
    void flush();

    /// Rows appended so far, on all ranks together.
    [[nodiscard]] std::uint64_t size() const { return size_; }

private:
    struct ChunkSum {
        std::uint64_t chunk, sum;
    };

    [[nodiscard]] std::vector<std::uint64_t> targets(std::uint64_t first_chunk,
                                                     std::uint64_t last_chunk,
                                                     std::uint64_t end) const;
    /// Collective. Lets the dataset end at `end_row`, and writes this rank's
    /// `elements`, which start at element `begin`, into the chunks from
    /// `first_chunk` on.
    void write_chunks(std::uint64_t first_chunk, std::uint64_t end_row, std::uint64_t begin,
                      std::span<const T> elements);
    void write_checksums();

    const File::Impl* file_;
    std::string path_;
    std::uint64_t width_ = 1;  // elements of a row
    std::uint64_t chunk_rows_ = 1;
    std::uint64_t size_ = 0;      // rows appended
    std::uint64_t flushed_ = 0;   // size_ at the last flush
    int holder_ = 0;              // the rank that holds the rows of the incomplete chunk
    std::vector<T> tail_;         // those rows; empty on all other ranks
    std::vector<ChunkSum> sums_;  // of the chunks this rank wrote since the last flush
};

}  // namespace engram::hdf5
