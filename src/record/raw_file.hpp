// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "hdf5/disk.hpp"
#include "hdf5/file.hpp"

namespace engram {

/// A recording while its run goes on: a header, then rows of fixed size, which all ranks append
/// together. Killed at any moment, it holds what was synced, and can be cut back to there.
///
/// One that dies without rows removes its file, without waiting for other ranks.
class RawFile {
public:
    /// What the header says.
    struct Format {
        std::string kind;  ///< "spikes" or "frames"
        std::uint64_t row_bytes = 0;
        double resolution = 0.1;  ///< ms
    };
    static constexpr std::uint64_t header_bytes = 64;
    static constexpr std::uint64_t piece_bytes = std::uint64_t{4} << 20;  // read at once

    /// Collective. A new one, in place of any that is there; with `kept`, the one that is there,
    /// cut back to its first `kept` rows.
    RawFile(const Communicator& comm, std::string path, const Format& format,
            std::uint64_t kept = 0);
    ~RawFile();
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    /// Collective. Appends the ranks' rows, in rank order.
    void append(std::span<const std::byte> local);
    /// Collective. What was appended is on the disk when it returns.
    void sync() const;
    /// Rows appended so far, on all ranks together.
    [[nodiscard]] std::uint64_t rows() const { return rows_; }

    /// The rows that are this rank's share when all ranks read them once.
    [[nodiscard]] parallel::Share share() const { return parallel::share_of(comm_, rows_); }
    /// Local. Hands this rank's share of the rows to `take`, a few MiB at a time; rows consist of
    /// elements T.
    template <class T>
    void read_share(const std::function<void(std::span<const T>)>& take) const;

    /// Collective. Gives it another name, once it is on the disk. Nothing follows.
    void rename(const std::string& path);
    /// Local. Removes the file, without waiting for other ranks. Nothing follows.
    void remove() noexcept;

private:
    [[nodiscard]] std::uint64_t offset(std::uint64_t row) const {
        return header_bytes + row * row_bytes_;
    }
    /// Local. Throws when the file ends before these rows.
    void read(std::uint64_t begin, std::span<std::byte> rows) const;

    Communicator comm_;
    std::string path_;
    hdf5::Descriptor data_;
    std::uint64_t row_bytes_;
    std::uint64_t rows_ = 0;
};

/// The name of a population's raw file, beside the file `path` that its report will become.
[[nodiscard]] std::string raw_path(const std::string& path, const std::string& population);

/// Collective. Whether there is a file of this name, as the first rank sees it.
[[nodiscard]] bool is_there(const Communicator& comm, const std::string& path);

/// Throws when a recording is shorter than a checkpoint says.
void require_rows(const std::string& path, std::uint64_t rows, std::uint64_t kept);

/// Collective. Makes the raw file `path` of the first `rows` rows of a finished report. `read`
/// returns elements of rows [begin, begin + count) of it, and may throw on one rank alone.
template <class T>
void restore_raw_file(const Communicator& comm, const std::string& path,
                      const RawFile::Format& format, std::uint64_t rows,
                      const std::function<std::vector<T>(std::uint64_t, std::uint64_t)>& read);

template <class T>
void RawFile::read_share(const std::function<void(std::span<const T>)>& take) const {
    const auto [begin, end] = share();
    const std::uint64_t most = std::max<std::uint64_t>(1, piece_bytes / row_bytes_);
    std::vector<T> piece;
    for (std::uint64_t at = begin; at < end; at += most) {
        piece.resize(std::min(most, end - at) * (row_bytes_ / sizeof(T)));
        read(at, std::as_writable_bytes(std::span(piece)));
        take(piece);
    }
}

template <class T>
void restore_raw_file(const Communicator& comm, const std::string& path,
                      const RawFile::Format& format, std::uint64_t rows,
                      const std::function<std::vector<T>(std::uint64_t, std::uint64_t)>& read) {
    const std::uint64_t most = std::max<std::uint64_t>(1, RawFile::piece_bytes / format.row_bytes),
                        rank = static_cast<std::uint64_t>(comm.rank()),
                        ranks = static_cast<std::uint64_t>(comm.size());
    RawFile raw(comm, path + ".tmp", format);
    try {
        for (std::uint64_t at = 0; at < rows; at += most * ranks) {
            const std::uint64_t begin = std::min(rows, at + rank * most),
                                end = std::min(rows, begin + most);
            std::vector<T> piece;
            parallel::collectively(comm, [&] { piece = read(begin, end - begin); });
            raw.append(std::as_bytes(std::span(piece)));
        }
        raw.rename(path);
    } catch (...) {
        raw.remove();
        throw;
    }
}

}  // namespace engram
