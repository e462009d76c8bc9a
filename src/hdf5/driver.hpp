// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "hdf5/call.hpp"
#include "hdf5/disk.hpp"

namespace engram::hdf5 {

/// A file that is written: the system's file, and the first failure of HDF5's own writing.
///
/// HDF5 1.10 cannot deal with a full disk: a file whose metadata it failed to write can neither be
/// closed nor left open without a crash at the end. So the driver tells it that all went well,
/// keeps the failure, and the file is given up.
struct Sink {
    Descriptor data;
    std::string failure;

    /// Throws when there was a failure.
    void require_good() const {
        if (!failure.empty()) throw Error(failure);
    }
};

/// Lets HDF5 write through `sink`, which the file in HDF5 shares. `sink` outlives the H5Fcreate.
void set_driver(hid_t access, const std::shared_ptr<Sink>& sink, const Place& place);

}  // namespace engram::hdf5
