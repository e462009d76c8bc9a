// SPDX-License-Identifier: Apache-2.0
#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {
namespace {

/// Adds the arrays below a group, but for the checksums.
void collect(const File& file, hid_t id, const std::string& group,
             std::vector<std::string>& arrays) {
    for (const auto& name : file.children(group.empty() ? "/" : group)) {
        const std::string path = group + "/" + name;
        if (path == checksum_path("")) continue;
        const Handle object = open_object(id, {file.path(), path});
        if (H5Iget_type(object) == H5I_GROUP) collect(file, id, path, arrays);
        else arrays.push_back(path);
    }
}

}  // namespace

std::vector<std::string> File::arrays() const {
    std::vector<std::string> result;
    collect(*this, impl_->file, "", result);
    return result;
}

void File::verify_rows(const std::string& path, std::uint64_t begin, std::uint64_t count) const {
    const Place place = impl_->place(path);
    const Handle type = dataset_type(open_dataset(impl_->file, place), place);
    bool known = false;
    const auto verify_as = [&]<class T>(T) {
        if (known || H5Tequal(type, element_type<T>()) <= 0) return;
        known = true;
        static_cast<void>(read_array<T>(path, begin, count));
    };
    verify_as(double{});
    verify_as(float{});
    verify_as(std::uint64_t{});
    verify_as(std::int64_t{});
    verify_as(std::uint32_t{});
    verify_as(std::int32_t{});
    verify_as(std::uint8_t{});
    if (!known)
        throw Error("array '" + path + "' of '" + impl_->path +
                    "' holds no type of number that Engram writes (it is damaged, or of another "
                    "kind). Use another copy");
}

}  // namespace engram::hdf5
