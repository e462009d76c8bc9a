// SPDX-License-Identifier: Apache-2.0
#include "hdf5/driver.hpp"

#include <algorithm>
#include <exception>
#include <functional>

namespace engram::hdf5 {
namespace {

/// What travels through the property list: HDF5 copies its bytes.
struct Info {
    const std::shared_ptr<Sink>* sink;
};

/// An open file as HDF5 sees it. HDF5's part comes first: it hands pointers to that around.
struct DriverFile {
    H5FD_t base{};
    std::shared_ptr<Sink> sink;
    haddr_t allocated = 0;  // end of what HDF5 gave places to
    haddr_t end = 0;        // of the file
};

DriverFile& self(H5FD_t* file) { return *reinterpret_cast<DriverFile*>(file); }
const DriverFile& self(const H5FD_t* file) { return *reinterpret_cast<const DriverFile*>(file); }

/// Runs `work`; keeps its failure instead of telling HDF5.
herr_t keep_failure(Sink& sink, const std::function<void()>& work) noexcept {
    try {
        work();
    } catch (const std::exception& error) {
        if (sink.failure.empty()) sink.failure = error.what();
    }
    return 0;
}

H5FD_t* open(const char*, unsigned, hid_t access, haddr_t) {
    const auto* info = static_cast<const Info*>(H5Pget_driver_info(access));
    if (info == nullptr) return nullptr;
    return &(new DriverFile{{}, *info->sink})->base;
}

herr_t close(H5FD_t* file) {
    delete &self(file);
    return 0;
}

herr_t query(const H5FD_t*, unsigned long* features) {
    // Metadata are not gathered in memory: what lies between them may be written by other ranks.
    if (features != nullptr)
        *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t) { return self(file).allocated; }
herr_t set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    self(file).allocated = end;
    return 0;
}
haddr_t get_eof(const H5FD_t* file, H5FD_mem_t) { return self(file).end; }

herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* buffer) {
    Sink& sink = *self(file).sink;
    return keep_failure(sink, [&] {
        sink.data.read_at(address, {static_cast<std::byte*>(buffer), size});
    });
}

herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, const void* buffer) {
    DriverFile& me = self(file);
    me.end = std::max(me.end, address + size);
    return keep_failure(*me.sink, [&] {
        me.sink->data.write_at(address, {static_cast<const std::byte*>(buffer), size});
    });
}

herr_t truncate(H5FD_t* file, hid_t, hbool_t) {
    DriverFile& me = self(file);
    if (me.end == me.allocated) return 0;
    me.end = me.allocated;
    return keep_failure(*me.sink, [&] { me.sink->data.resize(me.allocated); });
}

H5FD_class_t driver_class() {
    H5FD_class_t result{};
    result.name = "engram";
    result.maxaddr = (haddr_t{1} << 62) - 1;
    result.fc_degree = H5F_CLOSE_STRONG;
    result.fapl_size = sizeof(Info);
    result.open = open;
    result.close = close;
    result.query = query;
    result.get_eoa = get_eoa;
    result.set_eoa = set_eoa;
    result.get_eof = get_eof;
    result.read = read;
    result.write = write;
    result.truncate = truncate;
    std::fill(std::begin(result.fl_map), std::end(result.fl_map), H5FD_MEM_SUPER);
    result.fl_map[H5FD_MEM_DRAW] = H5FD_MEM_DRAW;
    return result;
}

}  // namespace

void set_driver(hid_t access, const std::shared_ptr<Sink>& sink, const Place& place) {
    static const H5FD_class_t description = driver_class();
    static const hid_t driver = H5FDregister(&description);
    const Info info{&sink};
    check(H5Pset_driver(access, driver, &info), "set the driver of", place);
}

}  // namespace engram::hdf5
