// SPDX-License-Identifier: Apache-2.0
#include "hdf5/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "engram/error.hpp"

#include "core/readable.hpp"

namespace engram::hdf5 {
namespace {

constexpr std::size_t most = std::size_t{1} << 30;  // one call takes less than 2 GiB

[[noreturn]] void fail(const std::string& action, const std::string& path,
                       const std::string& remedy) {
    throw Error("cannot " + action + " '" + path + "' (" + std::strerror(errno) + "). " + remedy);
}

std::string folder_of(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

}  // namespace

Descriptor::Descriptor(std::string path, int flags)
    : path_(std::move(path)), id_(::open(path_.c_str(), flags | O_CLOEXEC, 0666)) {
    const bool writes = (flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0;
    if (id_ < 0)
        fail("open", path_,
             writes ? "Choose a folder that exists and may be written to"
                    : "Check the name, and the right to read it");
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : path_(std::move(other.path_)), id_(std::exchange(other.id_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(id_, other.id_);
    return *this;
}

void Descriptor::write_at(std::uint64_t offset, std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(id_, bytes.data(), std::min(most, bytes.size()), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", path_, "Check the space left and the disk");
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void Descriptor::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
    while (!bytes.empty()) {
        const ssize_t got =
            ::pread(id_, bytes.data(), std::min(most, bytes.size()), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", path_, "Check the disk");
        if (got == 0) break;
        offset += static_cast<std::uint64_t>(got);
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    std::fill(bytes.begin(), bytes.end(), std::byte{0});
}

std::uint64_t Descriptor::size() const {
    struct stat status {};
    if (::fstat(id_, &status) != 0) fail("look at", path_, "Check the disk");
    return static_cast<std::uint64_t>(status.st_size);
}

void Descriptor::resize(std::uint64_t bytes) const {
    if (::ftruncate(id_, static_cast<off_t>(bytes)) != 0)
        fail("write", path_, "Check the space left and the disk");
}

void Descriptor::start_sync(std::uint64_t offset, std::uint64_t bytes) const noexcept {
    // Only a hint: what goes wrong, sync() tells.
    ::sync_file_range(id_, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                      SYNC_FILE_RANGE_WRITE);
}

void Descriptor::sync() const {
    if (::fsync(id_) != 0) fail("bring to the disk", path_, "Check the space left and the disk");
}

void Descriptor::empty() const noexcept {
    if (id_ >= 0 && ::ftruncate(id_, 0) != 0) return;  // then it is removed all the same
}

void Descriptor::close() noexcept {
    if (id_ >= 0) ::close(id_);
    id_ = -1;
}

void require_readable(const std::string& path) {
    std::string why = why_unreadable(path);
    if (why.empty() && !std::filesystem::is_regular_file(path)) why = "it is no file";
    if (!why.empty())
        throw Error("cannot read '" + path + "' (" + why +
                    "). Check the name, the folder and the right to read it");
}

void require_no_folder(const std::string& path) {
    if (std::filesystem::is_directory(path))
        throw Error("cannot write '" + path + "' (it is a folder). Choose another name");
}

void sync_folder_of(const std::string& path) {
    Descriptor(folder_of(path), O_RDONLY | O_DIRECTORY).sync();
}

void rename_on_disk(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0)
        fail("rename '" + from + "' to", to, "Choose another name");
    sync_folder_of(to);
}

void require_space(const std::string& path, std::uint64_t bytes) {
    struct statvfs system {};
    if (::statvfs(folder_of(path).c_str(), &system) != 0 || system.f_blocks == 0) return;
    const std::uint64_t left = std::uint64_t{system.f_bfree} * system.f_frsize;
    if (left < bytes)
        throw Error("cannot write '" + path + "' (the disk is full: " + std::to_string(bytes) +
                    " bytes are needed, " + std::to_string(left) +
                    " are left). Free some space or choose another folder");
}

}  // namespace engram::hdf5
