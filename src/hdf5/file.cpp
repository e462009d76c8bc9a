// SPDX-License-Identifier: Apache-2.0
#include "hdf5/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {
namespace {

constexpr hsize_t alignment =
    hsize_t{1} << 20;  // of arrays at least as large: stripes of parallel file systems

[[noreturn]] void fail_system(const std::string& action, const std::string& path,
                              const std::string& remedy) {
    throw Error("cannot " + action + " '" + path + "' (" + std::strerror(errno) + "). " + remedy);
}

std::string folder_of(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

/// Local. An empty file under this name, so that HDF5 meets no surprise that the system can name
/// better.
void try_to_create(const std::string& path) {
    const int fd = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0666);
    if (fd < 0) fail_system("write", path, "Choose a folder that exists and may be written to");
    ::close(fd);
}

void sync_to_disk(const std::string& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) fail_system("open", path, "Check the folder");
    const int status = ::fsync(fd);
    const int reason = errno;
    ::close(fd);
    errno = reason;
    if (status != 0) fail_system("bring to the disk", path, "Check the space left and the disk");
}

Handle parallel_access(const Communicator& comm, const Place& place) {
    Handle access = new_properties(H5P_FILE_ACCESS, place);
    check(H5Pset_fapl_mpio(access, parallel::Access::comm(comm), MPI_INFO_NULL), "set MPI-IO for",
          place);
    check(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), "set the version of",
          place);
    check(H5Pset_alignment(access, alignment, alignment), "set the alignment of", place);
    check(H5Pset_coll_metadata_write(access, true), "set the metadata of", place);
    check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "set the closing of", place);
    return access;
}

/// Without locks, which some parallel file systems do not have; finished files never change.
Handle serial_access(const Place& place) {
    Handle access = new_properties(H5P_FILE_ACCESS, place);
    check(H5Pset_file_locking(access, false, true), "set the locking of", place);
    check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "set the closing of", place);
    return access;
}

}  // namespace

File::File(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

File::~File() {
    if (impl_ && impl_->writing()) impl_->discard();
}

File File::create(const Communicator& comm, std::string final_path) {
    initialize();
    auto impl = std::make_unique<Impl>();
    impl->comm = comm;
    impl->path = std::move(final_path);
    const std::string temporary = impl->path + ".tmp";
    parallel::collectively(comm, [&] {
        if (std::filesystem::is_directory(impl->path))
            throw Error("cannot write '" + impl->path + "' (it is a folder). Choose another name");
        if (comm.rank() == 0) try_to_create(temporary);
    });
    impl->temporary = temporary;
    File file(std::move(impl));
    parallel::collectively(comm, [&] {
        const Place place = file.impl_->place("/");
        const Handle creation = new_properties(H5P_FILE_CREATE, place);
        check(H5Pset_obj_track_times(creation, false), "set times of", place);
        const Handle access = parallel_access(comm, place);
        file.impl_->file = Handle(
            check(H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, creation, access), "create", place),
            H5Fclose);
    });
    return file;
}

File File::open(const Communicator& comm, std::string path) {
    initialize();
    auto impl = std::make_unique<Impl>();
    impl->comm = comm;
    impl->path = std::move(path);
    File file(std::move(impl));
    parallel::collectively(comm, [&] {
        Impl& self = *file.impl_;
        const Place place = self.place("/");
        std::error_code problem;
        if (!std::filesystem::is_regular_file(self.path, problem))
            throw Error("cannot read '" + self.path +
                        "' (there is no such file). Check the name and the folder");
        self.bytes = std::filesystem::file_size(self.path);
        if (H5Fis_hdf5(self.path.c_str()) <= 0)
            throw Error("cannot read '" + self.path +
                        "' (it is no HDF5 file, or its beginning is damaged). Use another copy");
        const Handle access = serial_access(place);
        self.file = Handle(check(H5Fopen(self.path.c_str(), H5F_ACC_RDONLY, access), "open", place),
                           H5Fclose);
        if (!file.has_attribute("/", "format"))
            throw Error("cannot read '" + self.path +
                        "' (it has no attribute 'format': Engram did not write it). Give a file "
                        "made by Engram");
    });
    return file;
}

void File::flush() {
    parallel::collectively(impl_->comm, [&] {
        check(H5Fflush(impl_->file, H5F_SCOPE_GLOBAL), "flush", impl_->place("/"));
    });
}

void File::commit() {
    Impl& self = *impl_;
    flush();
    parallel::collectively(self.comm, [&] {
        const hid_t file = self.file.release();
        check(H5Fclose(file), "close", self.place("/"));
    });
    parallel::collectively(self.comm, [&] {
        if (self.comm.rank() != 0) return;
        sync_to_disk(self.temporary, O_RDWR);
        if (std::rename(self.temporary.c_str(), self.path.c_str()) != 0)
            fail_system("rename '" + self.temporary + "' to", self.path, "Choose another name");
        sync_to_disk(folder_of(self.path), O_RDONLY | O_DIRECTORY);
    });
    impl_.reset();
}

const std::string& File::path() const { return impl_->path; }
const Communicator& File::communicator() const { return impl_->comm; }

void File::create_group(const std::string& path) {
    parallel::collectively(impl_->comm, [&] { impl_->create_groups(path); });
}

bool File::exists(const std::string& path) const {
    for (std::size_t end = path.find('/', 1); path.size() > 1; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (check(H5Lexists(impl_->file, part.c_str(), H5P_DEFAULT), "look for",
                  impl_->place(part)) == 0)
            return false;
        if (end == std::string::npos) break;
    }
    return true;
}

std::vector<std::string> File::children(const std::string& group) const {
    const Place place = impl_->place(group);
    const Handle object = open_object(impl_->file, place);
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
        static_cast<std::vector<std::string>*>(list)->emplace_back(name);
        return 0;
    };
    check(H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), "list", place);
    std::sort(names.begin(), names.end());
    return names;
}

void File::Impl::create_groups(const std::string& group) const {
    const Place whole = place(group);
    const Handle creation = new_properties(H5P_GROUP_CREATE, whole);
    check(H5Pset_obj_track_times(creation, false), "set times of", whole);
    for (std::size_t end = group.find('/', 1); group.size() > 1; end = group.find('/', end + 1)) {
        const std::string part = group.substr(0, end);
        const Place place_of_part = place(part);
        if (check(H5Lexists(file, part.c_str(), H5P_DEFAULT), "look for", place_of_part) == 0)
            Handle(check(H5Gcreate2(file, part.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT),
                         "create the group", place_of_part),
                   H5Gclose);
        if (end == std::string::npos) break;
    }
}

void File::Impl::require_space(std::uint64_t bytes_needed) const {
    struct statvfs system {};
    if (::statvfs(folder_of(temporary).c_str(), &system) != 0 || system.f_blocks == 0) return;
    const std::uint64_t left = std::uint64_t{system.f_bfree} * system.f_frsize;
    if (left < bytes_needed)
        throw Error("cannot write '" + path +
                    "' (the disk is full: " + std::to_string(bytes_needed) + " bytes are needed, " +
                    std::to_string(left) + " are left). Free some space or choose another folder");
}

void File::Impl::discard() noexcept {
    // Closing is collective: while an exception unwinds the other ranks may be elsewhere.
    if (std::uncaught_exceptions() > 0) {
        file.release();
    } else {
        file = Handle();
    }
    if (comm.rank() == 0) ::unlink(temporary.c_str());
}

}  // namespace engram::hdf5
