// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engram/communicator.hpp"

namespace engram::hdf5 {

/// Elements covered by one checksum (XXH3-64 of their bytes) in an array; where it has columns,
/// as many whole rows as fit, or one.
inline constexpr std::uint64_t checksum_block = std::uint64_t{1} << 16;

/// What an attribute holds.
using Attribute = std::variant<bool, std::int64_t, std::uint64_t, std::uint32_t, double,
                               std::string, std::vector<double>, std::vector<std::uint32_t>>;

/// Length of a dataset: `columns` is 1 for one-dimensional ones.
struct Shape {
    std::uint64_t rows = 0, columns = 1;
};

/// An HDF5 file, either written by all ranks together or read by each rank on
/// its own.
///
/// Written: all functions are collective, with the same names and values on all
/// ranks; all throw alike. The file has a temporary name until commit(). A File
/// that dies without commit() removes its temporary file, without waiting for
/// other ranks.
///
/// Read: the functions are local to the rank and throw on that rank only: call
/// them inside parallel::collectively. Nothing in the file is trusted: types,
/// sizes and checksums are compared first.
///
/// T is double, float, (u)int64, (u)int32 or uint8. Paths are absolute:
/// "/nodes/E/V_m".
class File {
public:
    /// Collective. Starts `final_path`, which is written as `final_path + ".tmp"`
    /// until commit().
    [[nodiscard]] static File create(const Communicator& comm, std::string final_path);
    /// Collective. Opens an existing file to read; its root has an attribute
    /// `format`.
    [[nodiscard]] static File open(const Communicator& comm, std::string path);

    File(File&&) noexcept;
    File& operator=(File&&) noexcept;
    ~File();

    /// Collective. Brings the whole file to the disk, then gives it its final
    /// name. Nothing follows.
    void commit();

    /// The final name.
    [[nodiscard]] const std::string& path() const;
    [[nodiscard]] const Communicator& communicator() const;

    /// Collective. With all groups above it; nothing happens when it exists.
    void create_group(const std::string& path);
    /// Collective. `object` is a group or a dataset ("/" for the file itself).
    void write_attribute(const std::string& object, const std::string& name,
                         const Attribute& value);
    /// Collective. An attribute of an enumeration type, whose `names` count from
    /// 0.
    void write_enum_attribute(const std::string& object, const std::string& name,
                              const std::vector<std::string>& names, std::uint8_t value);
    /// Collective. A new array of `total` elements; this rank holds those from
    /// `begin` on. The ranks' pieces follow one another in rank order without
    /// gaps; they may be empty.
    template <class T>
    void write_array(const std::string& path, std::span<const T> local, std::uint64_t begin,
                     std::uint64_t total);
    /// Collective. A small array that is the same on all ranks.
    template <class T>
    void write_replicated(const std::string& path, std::span<const T> all);

    /// Local, as all that follows.
    [[nodiscard]] bool exists(const std::string& path) const;
    /// Names in a group, sorted.
    [[nodiscard]] std::vector<std::string> children(const std::string& group) const;
    [[nodiscard]] bool has_attribute(const std::string& object, const std::string& name) const;
    /// Names of the attributes of an object, sorted.
    [[nodiscard]] std::vector<std::string> attributes(const std::string& object) const;
    /// T is one of the types of Attribute. Numbers are converted when that loses
    /// nothing.
    template <class T>
    [[nodiscard]] T read_attribute(const std::string& object, const std::string& name) const;

    [[nodiscard]] Shape shape(const std::string& path) const;
    [[nodiscard]] std::uint64_t array_size(const std::string& path) const {
        return shape(path).rows;
    }
    /// Rows [begin, begin + count), row after row. Verifies the checksum of every
    /// block touched.
    template <class T>
    [[nodiscard]] std::vector<T> read_array(const std::string& path, std::uint64_t begin,
                                            std::uint64_t count) const;
    template <class T>
    [[nodiscard]] std::vector<T> read_array(const std::string& path) const {
        return read_array<T>(path, 0, array_size(path));
    }

    struct Impl;

private:
    template <class T>
    friend class ArrayWriter;
    explicit File(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace engram::hdf5
