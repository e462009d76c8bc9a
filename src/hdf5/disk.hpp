// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace engram::hdf5 {

/// Owns an open file of the operating system. Every function is local and
/// throws an Error that names the file and the system's reason.
class Descriptor {
public:
    Descriptor() = default;
    /// Opens `path` with flags of open(2); creates it where they say so.
    Descriptor(std::string path, int flags);
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }

    void write_at(std::uint64_t offset, std::span<const std::byte> bytes) const;
    /// Bytes beyond the end read as 0.
    void read_at(std::uint64_t offset, std::span<std::byte> bytes) const;
    /// Its length now.
    [[nodiscard]] std::uint64_t size() const;
    /// Makes the file this long.
    void resize(std::uint64_t bytes) const;
    /// Begins to bring what was written there to the disk, so that less is left for sync().
    void start_sync(std::uint64_t offset, std::uint64_t bytes) const noexcept;
    /// What was written here is on the disk when it returns.
    void sync() const;
    /// Gives the space back at once, though others may have the file open.
    void empty() const noexcept;
    void close() noexcept;

private:
    std::string path_;
    int id_ = -1;
};

/// Throws when `path` is no file that this process may read.
void require_readable(const std::string& path);

/// Throws when `path` is a folder, which no file can replace.
void require_no_folder(const std::string& path);

/// The entry of `path` in its folder is on the disk when it returns.
void sync_folder_of(const std::string& path);

/// Renames a file, for good: the folder is on the disk when it returns.
void rename_on_disk(const std::string& from, const std::string& to);

/// Throws when the file system of `path` surely has less space left.
void require_space(const std::string& path, std::uint64_t bytes);

}  // namespace engram::hdf5
