// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "engram/error.hpp"

/// What the files of this folder share; nothing outside includes it.
namespace engram::hdf5 {

/// The file and the object a call is about, for its message.
struct Place {
    std::string file, object;
    bool writing = false;
};

/// Throws the Error of a failed call: what was tried, why HDF5 says it failed,
/// what to do.
[[noreturn]] void fail(const char* action, const Place& place);

/// The result of an HDF5 call, which is negative when it failed.
template <class Result>
Result check(Result result, const char* action, const Place& place) {
    if (result < 0) fail(action, place);
    return result;
}

/// Starts the library and stops its own printing of errors. Any number of
/// times.
void initialize();

/// Owns an HDF5 identifier.
class Handle {
public:
    using Close = herr_t (*)(hid_t);
    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept
        : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Handle() {
        if (id_ >= 0) close_(id_);
    }
    operator hid_t() const { return id_; }
    /// Gives the identifier up without closing it.
    hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }

private:
    hid_t id_ = H5I_INVALID_HID;
    Close close_ = nullptr;
};

Handle new_properties(hid_t type, const Place& place);
Handle new_space(const std::vector<hsize_t>& dims, const Place& place);
Handle open_object(hid_t file, const Place& place);
Handle open_dataset(hid_t file, const Place& place);
Handle dataset_type(hid_t dataset, const Place& place);

/// A new contiguous dataset in an existing group, without fill values and times.
Handle create_dataset(hid_t file, hid_t type, const std::vector<hsize_t>& dims, const Place& place);

/// Rows [begin, begin + count), at least one, of a dataset of one or two dimensions, as
/// selection and as memory.
struct Selection {
    Handle file, memory;
};
Selection select_rows(hid_t dataset, hsize_t begin, hsize_t count, const Place& place);

/// The type of T in memory and, on the machines we run on, in the file.
template <class T>
hid_t element_type() {
    if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
    else if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
    else if constexpr (std::is_signed_v<T>)
        return sizeof(T) == 8   ? H5T_NATIVE_INT64
               : sizeof(T) == 4 ? H5T_NATIVE_INT32
                                : H5T_NATIVE_INT8;
    else
        return sizeof(T) == 8   ? H5T_NATIVE_UINT64
               : sizeof(T) == 4 ? H5T_NATIVE_UINT32
                                : H5T_NATIVE_UINT8;
}

}  // namespace engram::hdf5
