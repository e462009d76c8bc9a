// SPDX-License-Identifier: Apache-2.0
#include "hdf5/call.hpp"

#include <vector>

namespace engram::hdf5 {
namespace {

/// Keeps the description of the innermost failure.
herr_t take_reason(unsigned depth, const H5E_error2_t* error, void* reason) {
    if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(reason) = error->desc;
    return 0;
}

}  // namespace

void initialize() {
    static const bool once = [] {
        H5dont_atexit();  // closing a file from all ranks is no work for exit()
        H5open();
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        return true;
    }();
    static_cast<void>(once);
}

void fail(const char* action, const Place& place) {
    std::string reason;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_reason, &reason);
    H5Eclear2(H5E_DEFAULT);
    throw Error("cannot " + std::string(action) + " '" + place.object + "' of '" + place.file +
                "' (HDF5: " + (reason.empty() ? "no reason given" : reason) + "). " +
                (place.writing ? "Check the folder, its permissions and the space left"
                               : "The file is damaged, or of another kind; use another copy"));
}

Handle new_properties(hid_t type, const Place& place) {
    return {check(H5Pcreate(type), "make properties of", place), H5Pclose};
}

Handle new_space(const std::vector<hsize_t>& dims, const Place& place) {
    return {check(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr),
                  "make the shape of", place),
            H5Sclose};
}

Handle open_object(hid_t file, const Place& place) {
    return {check(H5Oopen(file, place.object.c_str(), H5P_DEFAULT), "open", place), H5Oclose};
}

Handle open_dataset(hid_t file, const Place& place) {
    return {check(H5Dopen2(file, place.object.c_str(), H5P_DEFAULT), "open the array", place),
            H5Dclose};
}

Handle dataset_type(hid_t dataset, const Place& place) {
    return {check(H5Dget_type(dataset), "read the type of", place), H5Tclose};
}

Handle create_dataset(hid_t file, hid_t type, const std::vector<hsize_t>& dims,
                      const Place& place) {
    const Handle creation = new_properties(H5P_DATASET_CREATE, place);
    check(H5Pset_obj_track_times(creation, false), "set times of", place);
    check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), "set the fill time of", place);
    check(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY), "set the allocation of", place);
    const Handle space = new_space(dims, place);
    return {check(H5Dcreate2(file, place.object.c_str(), type, space, H5P_DEFAULT, creation,
                             H5P_DEFAULT),
                  "create the array", place),
            H5Dclose};
}

Selection select_rows(hid_t dataset, hsize_t begin, hsize_t count, const Place& place) {
    Handle space(check(H5Dget_space(dataset), "read the shape of", place), H5Sclose);
    const int rank = check(H5Sget_simple_extent_ndims(space), "read the shape of", place);
    std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
    check(H5Sget_simple_extent_dims(space, dims.data(), nullptr), "read the shape of", place);
    std::vector<hsize_t> start(dims.size(), 0), size = dims;
    start[0] = begin;
    size[0] = count;
    Handle memory = new_space(size, place);
    check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr),
          "select rows of", place);
    return {std::move(space), std::move(memory)};
}

}  // namespace engram::hdf5
