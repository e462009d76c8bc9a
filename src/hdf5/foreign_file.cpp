// SPDX-License-Identifier: Apache-2.0
#include "hdf5/foreign_file.hpp"

#include <algorithm>

#include "hdf5/call.hpp"
#include "hdf5/disk.hpp"

namespace engram::hdf5 {

struct ForeignFile::Impl {
    std::string path;
    Handle file;
    std::uint64_t bytes = 0;

    [[nodiscard]] Place place(const std::string& object) const { return {path, object, false}; }
    [[noreturn]] void wrong(const std::string& object, const std::string& why) const {
        throw Error("array '" + object + "' of '" + path + "' " + why + ". Use another file");
    }
    [[nodiscard]] std::uint64_t elements(hid_t dataset, const std::string& object) const;
    /// Opens an array and selects [begin, begin + count) of it, at least one element.
    [[nodiscard]] Handle open(const std::string& object, std::uint64_t begin,
                              std::uint64_t count) const;
    template <class T>
    [[nodiscard]] std::vector<T> read(hid_t dataset, const std::string& object, std::uint64_t begin,
                                      std::uint64_t count) const;
};

namespace {

H5T_class_t class_of(hid_t dataset, const Place& place) {
    return H5Tget_class(dataset_type(dataset, place));
}

/// A text type for memory that takes `length` bytes.
Handle memory_text(hid_t file_type, std::size_t length, const Place& place) {
    Handle type(check(H5Tcopy(H5T_C_S1), "make a type for", place), H5Tclose);
    check(H5Tset_size(type, length), "make a type for", place);
    check(H5Tset_strpad(type, H5T_STR_NULLPAD), "make a type for", place);
    check(H5Tset_cset(type, H5Tget_cset(file_type)), "make a type for", place);
    return type;
}

std::string until_zero(const char* text, std::size_t length) {
    return {text, std::find(text, text + length, '\0')};
}

/// Reads `count` texts by `read(memory type, buffer)`, whatever their storage.
template <class Read>
std::vector<std::string> read_texts(hid_t file_type, hid_t space, std::uint64_t count,
                                    const Place& place, Read read) {
    std::vector<std::string> result;
    if (count == 0) return result;
    if (H5Tis_variable_str(file_type) > 0) {
        const Handle type(check(H5Tcopy(H5T_C_S1), "make a type for", place), H5Tclose);
        check(H5Tset_size(type, H5T_VARIABLE), "make a type for", place);
        check(H5Tset_cset(type, H5Tget_cset(file_type)), "make a type for", place);
        std::vector<char*> texts(count, nullptr);
        read(hid_t{type}, static_cast<void*>(texts.data()));
        for (const char* text : texts) result.emplace_back(text == nullptr ? "" : text);
        check(H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts.data()), "free the texts of", place);
        return result;
    }
    const std::size_t length = H5Tget_size(file_type);
    std::vector<char> bytes(count * length);
    read(hid_t{memory_text(file_type, length, place)}, static_cast<void*>(bytes.data()));
    for (std::uint64_t i = 0; i < count; ++i)
        result.push_back(until_zero(bytes.data() + i * length, length));
    return result;
}

}  // namespace

std::uint64_t ForeignFile::Impl::elements(hid_t dataset, const std::string& object) const {
    const Place where = place(object);
    const Handle space(check(H5Dget_space(dataset), "read the shape of", where), H5Sclose);
    if (check(H5Sget_simple_extent_ndims(space), "read the shape of", where) != 1)
        wrong(object, "is not of one dimension");
    hsize_t size = 0;
    check(H5Sget_simple_extent_dims(space, &size, nullptr), "read the shape of", where);
    return size;
}

Handle ForeignFile::Impl::open(const std::string& object, std::uint64_t begin,
                               std::uint64_t count) const {
    Handle dataset = open_dataset(file, place(object));
    const std::uint64_t size = elements(dataset, object);
    if (begin > size || count > size - begin)
        wrong(object, "has " + std::to_string(size) + " elements (" + std::to_string(count) +
                          " from number " + std::to_string(begin) + " on are needed)");
    return dataset;
}

template <class T>
std::vector<T> ForeignFile::Impl::read(hid_t dataset, const std::string& object,
                                       std::uint64_t begin, std::uint64_t count) const {
    std::vector<T> result(count);
    if (count == 0) return result;
    const Place where = place(object);
    const Selection rows = select_rows(dataset, begin, count, where);
    check(H5Dread(dataset, element_type<T>(), rows.memory, rows.file, H5P_DEFAULT, result.data()),
          "read", where);
    return result;
}

ForeignFile::ForeignFile(std::string path) : impl_(std::make_unique<Impl>()) {
    initialize();
    impl_->path = std::move(path);
    const Place place = impl_->place("/");
    require_readable(impl_->path);
    if (H5Fis_hdf5(impl_->path.c_str()) <= 0)
        throw Error("cannot read '" + impl_->path +
                    "' (it is no HDF5 file, or its beginning is damaged). Use another file");
    const Handle access = new_properties(H5P_FILE_ACCESS, place);
    check(H5Pset_file_locking(access, false, true), "set the locking of", place);
    impl_->file = Handle(check(H5Fopen(impl_->path.c_str(), H5F_ACC_RDONLY, access), "open", place),
                         H5Fclose);
}

ForeignFile::ForeignFile(ForeignFile&&) noexcept = default;
ForeignFile& ForeignFile::operator=(ForeignFile&&) noexcept = default;
ForeignFile::~ForeignFile() = default;

const std::string& ForeignFile::path() const { return impl_->path; }

bool ForeignFile::exists(const std::string& object) const {
    for (std::size_t end = object.find('/', 1); object.size() > 1;
         end = object.find('/', end + 1)) {
        const std::string part = object.substr(0, end);
        if (H5Lexists(impl_->file, part.c_str(), H5P_DEFAULT) <= 0) return false;
        if (end == std::string::npos) break;
        if (!is_group(part)) return false;
    }
    return true;
}

bool ForeignFile::is_group(const std::string& object) const {
    const Handle handle = open_object(impl_->file, impl_->place(object));
    return H5Iget_type(handle) == H5I_GROUP;
}

std::vector<std::string> ForeignFile::children(const std::string& group) const {
    std::vector<std::string> names;
    if (!exists(group) || !is_group(group)) return names;
    const Place place = impl_->place(group);
    const Handle object = open_object(impl_->file, place);
    const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
        static_cast<std::vector<std::string>*>(list)->emplace_back(name);
        return 0;
    };
    check(H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), "list", place);
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<std::string> ForeignFile::text_attribute(const std::string& object,
                                                       const std::string& name) const {
    const Place place = impl_->place(object);
    const Handle handle = open_object(impl_->file, place);
    if (check(H5Aexists(handle, name.c_str()), "look for an attribute of", place) == 0) return {};
    const Handle attribute(
        check(H5Aopen(handle, name.c_str(), H5P_DEFAULT), "open an attribute of", place), H5Aclose);
    const Handle type(check(H5Aget_type(attribute), "read the type of an attribute of", place),
                      H5Tclose);
    const Handle space(check(H5Aget_space(attribute), "read the shape of an attribute of", place),
                       H5Sclose);
    if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
        throw Error("attribute '" + name + "' of '" + object + "' in '" + impl_->path +
                    "' is not a text. Use another file");
    return read_texts(type, space, 1, place,
                      [&](hid_t memory, void* data) {
                          check(H5Aread(attribute, memory, data), "read an attribute of", place);
                      })
        .front();
}

std::uint64_t ForeignFile::size(const std::string& array) const {
    return impl_->elements(open_dataset(impl_->file, impl_->place(array)), array);
}

bool ForeignFile::holds_text(const std::string& array) const {
    const Place place = impl_->place(array);
    return class_of(open_dataset(impl_->file, place), place) == H5T_STRING;
}

std::vector<std::uint64_t> ForeignFile::counts(const std::string& array, std::uint64_t begin,
                                               std::uint64_t count) const {
    const Place place = impl_->place(array);
    const Handle dataset = impl_->open(array, begin, count);
    const Handle type = dataset_type(dataset, place);
    if (H5Tget_class(type) != H5T_INTEGER) impl_->wrong(array, "does not hold whole numbers");
    if (H5Tget_sign(type) == H5T_SGN_NONE)
        return impl_->read<std::uint64_t>(dataset, array, begin, count);
    const auto numbers = impl_->read<std::int64_t>(dataset, array, begin, count);
    if (std::any_of(numbers.begin(), numbers.end(), [](std::int64_t n) { return n < 0; }))
        impl_->wrong(array, "holds negative numbers");
    return {numbers.begin(), numbers.end()};
}

std::vector<double> ForeignFile::reals(const std::string& array, std::uint64_t begin,
                                       std::uint64_t count) const {
    const Handle dataset = impl_->open(array, begin, count);
    const H5T_class_t kind = class_of(dataset, impl_->place(array));
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) impl_->wrong(array, "does not hold numbers");
    return impl_->read<double>(dataset, array, begin, count);
}

std::vector<double> ForeignFile::reals_at(const std::string& array,
                                          std::span<const std::uint64_t> indices) const {
    if (indices.empty()) return {};
    const auto [low, high] = std::minmax_element(indices.begin(), indices.end());
    const std::uint64_t first = *low, last = *high;
    std::vector<double> result(indices.size());
    constexpr std::uint64_t sparse = 8;  // reading what lies between costs less than seeking
    if ((last - first) / sparse < indices.size()) {
        const auto all = reals(array, first, last - first + 1);
        for (std::size_t i = 0; i < result.size(); ++i) result[i] = all[indices[i] - first];
        return result;
    }
    (void)reals(array, last, 1);  // checks type and length
    const Place place = impl_->place(array);
    const Handle dataset = open_dataset(impl_->file, place);
    const Handle space(check(H5Dget_space(dataset), "read the shape of", place), H5Sclose);
    const std::vector<hsize_t> points(indices.begin(), indices.end());
    check(H5Sselect_elements(space, H5S_SELECT_SET, points.size(), points.data()),
          "select elements of", place);
    check(H5Dread(dataset, H5T_NATIVE_DOUBLE, new_space({points.size()}, place), space, H5P_DEFAULT,
                  result.data()),
          "read", place);
    return result;
}

std::vector<std::string> ForeignFile::texts(const std::string& array) const {
    const Place place = impl_->place(array);
    const Handle dataset = open_dataset(impl_->file, place);
    const std::uint64_t count = impl_->elements(dataset, array);
    const Handle type = dataset_type(dataset, place);
    if (H5Tget_class(type) != H5T_STRING) impl_->wrong(array, "does not hold texts");
    const Handle space(check(H5Dget_space(dataset), "read the shape of", place), H5Sclose);
    return read_texts(type, space, count, place, [&](hid_t memory, void* data) {
        check(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "read", place);
    });
}

}  // namespace engram::hdf5
