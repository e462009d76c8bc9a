// SPDX-License-Identifier: Apache-2.0
#define XXH_INLINE_ALL
#include <algorithm>

#include <xxhash.h>

#include "hdf5/array_writer.hpp"
#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {

std::uint64_t checksum(std::span<const std::byte> bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

namespace {

Shape shape_of(hid_t dataset, std::uint64_t file_bytes, const Place& place) {
    const Handle space(check(H5Dget_space(dataset), "read the shape of", place), H5Sclose);
    const Handle type = dataset_type(dataset, place);
    const int rank = H5Sget_simple_extent_ndims(space);
    hsize_t dims[2] = {0, 1};
    if (rank == 1 || rank == 2)
        check(H5Sget_simple_extent_dims(space, dims, nullptr), "read the shape of", place);
    const std::uint64_t elements = file_bytes / std::max<std::size_t>(1, H5Tget_size(type));
    if (rank < 1 || rank > 2 || (dims[1] != 0 && dims[0] > elements / dims[1]))
        throw Error("array '" + place.object + "' of '" + place.file +
                    "' has an impossible shape (larger than the file, or not of "
                    "one or two dimensions). "
                    "The file is damaged; use another copy");
    return {dims[0], dims[1]};
}

/// Opens an array of elements T to read rows [begin, begin + count).
template <class T>
Handle open_checked(const File::Impl& file, const Place& place, std::uint64_t begin,
                    std::uint64_t count, Shape& shape) {
    Handle dataset = open_dataset(file.file, place);
    if (check(H5Tequal(dataset_type(dataset, place), element_type<T>()), "compare the type of",
              place) == 0)
        throw Error("array '" + place.object + "' of '" + place.file +
                    "' holds another type of number than expected (it is damaged, "
                    "or of another "
                    "kind). Use another copy");
    shape = shape_of(dataset, file.bytes, place);
    if (begin > shape.rows || count > shape.rows - begin)
        throw Error("array '" + place.object + "' of '" + place.file + "' has " +
                    std::to_string(shape.rows) + " rows (rows " + std::to_string(begin) + " to " +
                    std::to_string(begin + count) +
                    " are needed). The file is damaged, or of another network");
    return dataset;
}

template <class T>
std::vector<T> read_rows(hid_t dataset, std::uint64_t begin, std::uint64_t count,
                         std::uint64_t columns, const Place& place) {
    std::vector<T> result(count * columns);
    if (result.empty()) return result;
    const Selection rows = select_rows(dataset, begin, count, place);
    check(H5Dread(dataset, element_type<T>(), rows.memory, rows.file, H5P_DEFAULT, result.data()),
          "read", place);
    return result;
}

}  // namespace

template <class T>
void File::write_array(const std::string& path, std::span<const T> local, std::uint64_t begin,
                       std::uint64_t total) {
    ArrayWriter<T> writer(*this, path, begin, local.size(), total);
    parallel::collectively(impl_->comm, [&] { writer.write(local); });
    writer.finish();
}

template <class T>
void File::write_replicated(const std::string& path, std::span<const T> all) {
    const bool writer = impl_->comm.rank() == 0;
    write_array(path, writer ? all : std::span<const T>{}, writer ? 0 : all.size(), all.size());
}

Shape File::shape(const std::string& path) const {
    const Place place = impl_->place(path);
    return shape_of(open_dataset(impl_->file, place), impl_->bytes, place);
}

template <class T>
std::vector<T> File::read_array(const std::string& path, std::uint64_t begin,
                                std::uint64_t count) const {
    const Place place = impl_->place(path);
    Shape shape, sums_shape;
    const Handle dataset = open_checked<T>(*impl_, place, begin, count, shape);
    const std::uint64_t block = block_rows(shape.columns);
    const std::uint64_t first = begin / block,
                        last = count == 0 ? first : blocks(begin + count, block);
    const std::string sums_path = checksum_path(path);
    const Place sums_place = impl_->place(sums_path);
    const Handle sums_set =
        open_checked<std::uint64_t>(*impl_, sums_place, first, last - first, sums_shape);
    const auto sums = read_rows<std::uint64_t>(sums_set, first, last - first, 1, sums_place);

    const std::uint64_t from = std::min(shape.rows, first * block),
                        to = std::min(shape.rows, last * block);
    std::vector<T> rows =
        read_rows<T>(dataset, from, std::max(from, to) - from, shape.columns, place);
    for (std::size_t b = 0; b < sums.size(); ++b) {
        const std::size_t at = b * block * shape.columns;
        const std::size_t size = std::min<std::size_t>(block * shape.columns, rows.size() - at);
        if (checksum(std::span<const T>(rows).subspan(at, size)) != sums[b])
            throw Error("array '" + path + "' of '" + impl_->path +
                        "' is damaged (the checksum of rows from " +
                        std::to_string((first + b) * block) + " on differs). Use another copy");
    }
    rows.erase(rows.begin(),
               rows.begin() + static_cast<std::ptrdiff_t>(
                                  count == 0 ? rows.size() : (begin - from) * shape.columns));
    rows.resize(count * shape.columns);
    return rows;
}

#define ENGRAM_ELEMENT(T)                                                                      \
    template void File::write_array(const std::string&, std::span<const T>, std::uint64_t,     \
                                    std::uint64_t);                                            \
    template void File::write_replicated(const std::string&, std::span<const T>);              \
    template std::vector<T> File::read_array(const std::string&, std::uint64_t, std::uint64_t) \
        const;
ENGRAM_ELEMENT(double)
ENGRAM_ELEMENT(float)
ENGRAM_ELEMENT(std::uint64_t)
ENGRAM_ELEMENT(std::int64_t)
ENGRAM_ELEMENT(std::uint32_t)
ENGRAM_ELEMENT(std::int32_t)
ENGRAM_ELEMENT(std::uint8_t)
#undef ENGRAM_ELEMENT

}  // namespace engram::hdf5
