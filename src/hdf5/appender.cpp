// SPDX-License-Identifier: Apache-2.0
#include "hdf5/appender.hpp"

#include <algorithm>

#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {
namespace {

constexpr std::uint64_t sums_per_chunk = 4096;

/// Rank 0: the checksums from `begin` on.
void write_sums(const File::Impl& file, const std::string& path,
                const std::vector<std::uint64_t>& sums, std::uint64_t begin) {
    if (sums.empty()) return;
    const Place place = file.place(path);
    const Handle dataset = open_dataset(file.file, place);
    const Selection rows = select_rows(dataset, begin, sums.size(), place);
    check(H5Dwrite(dataset, H5T_NATIVE_UINT64, rows.memory, rows.file, H5P_DEFAULT, sums.data()),
          "write", place);
}

/// Rank 0: changes the number of rows.
void extend(const File::Impl& file, const std::string& path, std::uint64_t rows,
            std::uint64_t width) {
    const Place place = file.place(path);
    const hsize_t dims[2] = {rows, width};
    check(H5Dset_extent(open_dataset(file.file, place), dims), "extend", place);
}

/// Rank 0: where the chunks that begin at these rows stand in the file.
std::vector<std::uint64_t> chunk_addresses(const File::Impl& file, const std::string& path,
                                           std::uint64_t first_row, std::uint64_t end_row,
                                           std::uint64_t chunk_rows) {
    const Place place = file.place(path);
    const Handle dataset = open_dataset(file.file, place);
    std::vector<std::uint64_t> result;
    for (std::uint64_t row = first_row; row < end_row; row += chunk_rows) {
        const hsize_t corner[2] = {row, 0};
        unsigned filters = 0;
        haddr_t address = HADDR_UNDEF;
        hsize_t bytes = 0;
        check(H5Dget_chunk_info_by_coord(dataset, corner, &filters, &address, &bytes),
              "find a chunk of", place);
        if (address == HADDR_UNDEF) fail("find a chunk of", place);
        result.push_back(address);
    }
    return result;
}

}  // namespace

template <class T>
Appender<T>::Appender(File& file, std::string path, std::uint64_t columns)
    : file_(file.impl_.get()),
      path_(std::move(path)),
      width_(std::max<std::uint64_t>(1, columns)),
      chunk_rows_(std::max<std::uint64_t>(1, checksum_block / width_)) {
    const File::Impl& impl = *file_;
    impl.on_root([&] {
        const std::string sums = checksum_path(path_);
        impl.create_groups(parent(path_));
        impl.create_groups(parent(sums));
        if (columns == 0)
            create_dataset(impl.file, element_type<T>(), {0}, {chunk_rows_}, impl.place(path_));
        else
            create_dataset(impl.file, element_type<T>(), {0, columns}, {chunk_rows_, columns},
                           impl.place(path_));
        create_dataset(impl.file, element_type<std::uint64_t>(), {0}, {sums_per_chunk},
                       impl.place(sums));
    });
}

template <class T>
std::vector<std::uint64_t> Appender<T>::targets(std::uint64_t first_chunk, std::uint64_t last_chunk,
                                                std::uint64_t end) const {
    // The complete chunks are shared out among the ranks, beginning at the holder
    // of the tail, which is part of the first one; the last rank also gets what
    // remains, and holds the next tail.
    const auto ranks = static_cast<std::uint64_t>(file_->comm.size());
    const std::uint64_t chunks = last_chunk - first_chunk;
    std::vector<std::uint64_t> result;
    for (std::uint64_t k = 0; k < ranks; ++k)
        result.push_back((first_chunk + (chunks * k + ranks - 1) / ranks) * chunk_rows_ * width_);
    result.push_back(end * width_);
    if (chunks == 0) std::fill(result.begin() + 1, result.end(), end * width_);
    return result;
}

template <class T>
void Appender<T>::append(std::span<const T> local, std::uint64_t begin, std::uint64_t total) {
    const File::Impl& impl = *file_;
    const Communicator& comm = impl.comm;
    const std::uint64_t rows = local.size() / width_;
    const std::uint64_t below = parallel::sum_below(comm, rows), all = parallel::sum(comm, rows);
    parallel::collectively(comm, [&] {
        if (local.size() % width_ != 0 || below != begin || all != total)
            throw Error("cannot append to '" + path_ +
                        "' (the ranks' rows leave gaps, overlap or are not whole). "
                        "Please report it");
        if (comm.rank() == 0) require_space(impl.temporary, total * width_ * sizeof(T));
    });
    const std::uint64_t first_chunk = size_ / chunk_rows_, end = size_ + total,
                        last_chunk = end / chunk_rows_;
    const auto wanted = targets(first_chunk, last_chunk, end);
    auto received = redistribute(comm, local, (size_ + begin) * width_, wanted, holder_);
    tail_.insert(tail_.end(), received.begin(), received.end());
    size_ = end;
    if (last_chunk == first_chunk) return;

    const int ranks = comm.size();
    const auto place = static_cast<std::size_t>((comm.rank() - holder_ + ranks) % ranks);
    const std::uint64_t complete = last_chunk * chunk_rows_ * width_;
    const std::uint64_t from = wanted[place], to = std::min(wanted[place + 1], complete);
    write_chunks(first_chunk, last_chunk * chunk_rows_, from,
                 std::span<const T>(tail_).first(to - from));
    tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(to - from));
    holder_ = (holder_ + ranks - 1) % ranks;
}

template <class T>
void Appender<T>::write_chunks(std::uint64_t first_chunk, std::uint64_t end_row,
                               std::uint64_t begin, std::span<const T> elements) {
    const File::Impl& impl = *file_;
    const std::uint64_t chunks = (end_row + chunk_rows_ - 1) / chunk_rows_ - first_chunk;
    std::vector<std::uint64_t> addresses(chunks);
    impl.on_root([&] {
        extend(impl, path_, end_row, width_);
        addresses = chunk_addresses(impl, path_, first_chunk * chunk_rows_, end_row, chunk_rows_);
    });
    parallel::broadcast(impl.comm, std::span(addresses));
    parallel::collectively(impl.comm, [&] {
        const std::size_t size = chunk_rows_ * width_;
        for (std::size_t at = 0; at < elements.size(); at += size) {
            const auto part = elements.subspan(at, std::min(size, elements.size() - at));
            const std::uint64_t chunk = (begin + at) / size;
            impl.sink->data.write_at(addresses[chunk - first_chunk], std::as_bytes(part));
            sums_.push_back({chunk, checksum(part)});
        }
    });
}

template <class T>
void Appender<T>::flush() {
    if (flushed_ == size_) return;
    const std::uint64_t first_chunk = size_ / chunk_rows_;
    write_chunks(first_chunk, size_, first_chunk * chunk_rows_ * width_, tail_);
    write_checksums();
    flushed_ = size_;
}

template <class T>
void Appender<T>::write_checksums() {
    const File::Impl& impl = *file_;
    std::vector<std::vector<ChunkSum>> outgoing(static_cast<std::size_t>(impl.comm.size()));
    outgoing[0] = std::move(sums_);
    sums_.clear();
    const auto incoming = parallel::exchange(impl.comm, outgoing);
    impl.on_root([&] {
        std::vector<ChunkSum> all;
        for (const auto& part : incoming) all.insert(all.end(), part.begin(), part.end());
        std::sort(all.begin(), all.end(),
                  [](const ChunkSum& a, const ChunkSum& b) { return a.chunk < b.chunk; });
        std::vector<std::uint64_t> values;
        values.reserve(all.size());
        for (const auto& [chunk, sum] : all) values.push_back(sum);
        const std::string path = checksum_path(path_);
        extend(impl, path, (size_ + chunk_rows_ - 1) / chunk_rows_, 1);
        write_sums(impl, path, values, flushed_ / chunk_rows_);
    });
}

template class Appender<double>;
template class Appender<float>;
template class Appender<std::uint64_t>;
template class Appender<std::int64_t>;
template class Appender<std::uint32_t>;
template class Appender<std::int32_t>;
template class Appender<std::uint8_t>;

}  // namespace engram::hdf5
