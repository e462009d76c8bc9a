// SPDX-License-Identifier: Apache-2.0
#include "hdf5/file.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {
namespace {

constexpr hsize_t alignment =
    hsize_t{1} << 20;  // of arrays at least as large: stripes of parallel file systems

/// Without locks, which some parallel file systems do not have: a file has one
/// writer, and finished ones never change.
Handle access_properties(const Place& place) {
    Handle access = new_properties(H5P_FILE_ACCESS, place);
    check(H5Pset_file_locking(access, false, true), "set the locking of", place);
    check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "set the closing of", place);
    return access;
}

/// A new file whose metadata are checksummed and whose large arrays are
/// aligned.
Handle create_file(const std::string& name, const std::shared_ptr<Sink>& sink, const Place& place) {
    const Handle creation = new_properties(H5P_FILE_CREATE, place);
    check(H5Pset_obj_track_times(creation, false), "set times of", place);
    const Handle access = access_properties(place);
    set_driver(access, sink, place);
    check(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), "set the version of",
          place);
    check(H5Pset_alignment(access, alignment, alignment), "set the alignment of", place);
    return {check(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, creation, access), "create", place),
            H5Fclose};
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
    impl->temporary = impl->path + ".tmp";
    File file(std::move(impl));
    Impl& self = *file.impl_;
    self.on_root([&] {
        require_no_folder(self.path);
        self.sink->data = Descriptor(self.temporary, O_CREAT | O_TRUNC | O_RDWR);
        self.file = create_file(self.temporary, self.sink, self.place("/"));
    });
    parallel::collectively(comm, [&] {
        if (comm.rank() != 0) self.sink->data = Descriptor(self.temporary, O_RDWR);
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
        require_readable(self.path);
        self.bytes = std::filesystem::file_size(self.path);
        if (H5Fis_hdf5(self.path.c_str()) <= 0)
            throw Error("cannot read '" + self.path +
                        "' (it is no HDF5 file, or its beginning is damaged). Use "
                        "another copy");
        const Handle access = access_properties(place);
        self.file = Handle(check(H5Fopen(self.path.c_str(), H5F_ACC_RDONLY, access), "open", place),
                           H5Fclose);
        if (!file.has_attribute("/", "format"))
            throw Error("cannot read '" + self.path +
                        "' (it has no attribute 'format': Engram did not write it). "
                        "Give a file "
                        "made by Engram");
    });
    return file;
}

void File::commit() {
    Impl& self = *impl_;
    self.on_root([&] { check(H5Fclose(self.file.release()), "close", self.place("/")); });
    parallel::collectively(self.comm, [&] { self.sink->data.sync(); });
    self.on_root([&] { rename_on_disk(self.temporary, self.path); });
    impl_.reset();
}

const std::string& File::path() const { return impl_->path; }
const Communicator& File::communicator() const { return impl_->comm; }

void File::create_group(const std::string& path) {
    impl_->on_root([&] { impl_->create_groups(path); });
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

void File::Impl::on_root(const std::function<void()>& work) const {
    parallel::collectively(comm, [&] {
        if (comm.rank() != 0) return;
        try {
            work();
        } catch (const Error&) {
            sink->require_good();  // names the cause better
            throw;
        }
        sink->require_good();
    });
}

void File::Impl::discard() noexcept {
    file = Handle();
    sink->data.empty();  // others may have it open: gives the space back
    sink->data.close();
    if (comm.rank() == 0) ::unlink(temporary.c_str());
}

}  // namespace engram::hdf5
