// SPDX-License-Identifier: Apache-2.0
#include "hdf5/appender.hpp"

#include <algorithm>

#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {
namespace {

constexpr std::uint64_t sums_per_chunk = 4096;

/// Independent: each chunk is one contiguous piece of the file with one writer.
template <class T>
void write_rows(const File::Impl& file, const std::string& path, std::span<const T> rows,
                std::uint64_t begin, std::uint64_t width) {
    if (rows.empty()) return;
    const Place place = file.place(path);
    const Handle dataset = open_dataset(file.file, place);
    const Selection selection = select_rows(dataset, begin, rows.size() / width, place);
    check(H5Dwrite(dataset, element_type<T>(), selection.memory, selection.file, H5P_DEFAULT,
                   rows.data()),
          "write", place);
}

}  // namespace

template <class T>
Appender<T>::Appender(File& file, std::string path, std::uint64_t columns)
    : file_(file.impl_.get()),
      path_(std::move(path)),
      width_(std::max<std::uint64_t>(1, columns)),
      chunk_rows_(std::max<std::uint64_t>(1, checksum_block / width_)) {
    const File::Impl& impl = *file_;
    parallel::collectively(impl.comm, [&] {
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
    // The complete chunks are shared out among the ranks, beginning at the holder of the tail,
    // which is part of the first one; the last rank also gets what remains, and holds the next
    // tail.
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
        if (comm.rank() == 0) impl.require_space(total * width_ * sizeof(T));
    });
    const std::uint64_t first_chunk = size_ / chunk_rows_, end = size_ + total,
                        last_chunk = end / chunk_rows_;
    const auto wanted = targets(first_chunk, last_chunk, end);
    auto received = redistribute(comm, local, (size_ + begin) * width_, wanted, holder_);
    tail_.insert(tail_.end(), received.begin(), received.end());
    size_ = end;
    if (last_chunk == first_chunk) return;

    extend(path_, last_chunk * chunk_rows_);
    extent_ = last_chunk * chunk_rows_;
    const int ranks = comm.size();
    const auto place = static_cast<std::size_t>((comm.rank() - holder_ + ranks) % ranks);
    const std::uint64_t from = wanted[place], to = std::min(wanted[place + 1], extent_ * width_);
    write_chunks(std::span<const T>(tail_).first(to - from), from / width_);
    tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(to - from));
    holder_ = (holder_ + ranks - 1) % ranks;
}

template <class T>
void Appender<T>::extend(const std::string& path, std::uint64_t rows) {
    const File::Impl& impl = *file_;
    parallel::collectively(impl.comm, [&] {
        const Place place = impl.place(path);
        const Handle dataset = open_dataset(impl.file, place);
        hsize_t dims[2] = {rows, width_};
        check(H5Dset_extent(dataset, dims), "extend", place);
    });
}

template <class T>
void Appender<T>::write_chunks(std::span<const T> rows, std::uint64_t begin) {
    const File::Impl& impl = *file_;
    parallel::collectively(impl.comm, [&] {
        const std::size_t chunk = chunk_rows_ * width_;
        for (std::size_t at = 0; at < rows.size(); at += chunk)
            sums_.push_back({begin / chunk_rows_ + at / chunk,
                             checksum(rows.subspan(at, std::min(chunk, rows.size() - at)))});
        write_rows(impl, path_, rows, begin, width_);
    });
}

template <class T>
void Appender<T>::flush() {
    if (flushed_ == size_) return;
    if (extent_ < size_) {
        extend(path_, size_);
        extent_ = size_;
    }
    write_chunks(tail_, size_ / chunk_rows_ * chunk_rows_);
    write_checksums();
    flushed_ = size_;
}

template <class T>
void Appender<T>::write_checksums() {
    const File::Impl& impl = *file_;
    std::vector<std::vector<ChunkSum>> outgoing(static_cast<std::size_t>(impl.comm.size()));
    outgoing[0] = std::move(sums_);
    sums_.clear();
    std::vector<ChunkSum> all;
    for (const auto& part : parallel::exchange(impl.comm, outgoing))
        all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end(),
              [](const ChunkSum& a, const ChunkSum& b) { return a.chunk < b.chunk; });
    std::vector<std::uint64_t> values;
    for (const auto& [chunk, sum] : all) values.push_back(sum);
    const std::string path = checksum_path(path_);
    extend(path, (size_ + chunk_rows_ - 1) / chunk_rows_);
    parallel::collectively(impl.comm, [&] {
        write_rows<std::uint64_t>(impl, path, values, flushed_ / chunk_rows_, 1);
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
