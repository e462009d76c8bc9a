// SPDX-License-Identifier: Apache-2.0
#include "hdf5/array_writer.hpp"

#include <algorithm>

#include "hdf5/file_impl.hpp"

namespace engram::hdf5 {
namespace {

/// Collective. Throws unless the ranks' parts follow one another and sum up to `total`.
void require_consecutive(const Communicator& comm, const std::string& path, std::uint64_t begin,
                         std::uint64_t count, std::uint64_t total) {
    const std::uint64_t below = parallel::sum_below(comm, count);
    const std::uint64_t all = parallel::sum(comm, count);
    parallel::collectively(comm, [&] {
        if (below != begin || all != total)
            throw Error("cannot write '" + path +
                        "' (the ranks' pieces leave gaps or overlap: one begins at " +
                        std::to_string(begin) + " after " + std::to_string(below) + " elements, " +
                        std::to_string(all) + " of " + std::to_string(total) +
                        "). Please report it");
    });
}

/// Rank 0: makes a contiguous array; where it stands in the file.
std::uint64_t create_array(const File::Impl& file, const std::string& path, hid_t type,
                           const std::vector<hsize_t>& dims) {
    const Place place = file.place(path);
    file.create_groups(parent(path));
    const Handle dataset = create_dataset(file.file, type, dims, place);
    const haddr_t address = H5Dget_offset(dataset);
    if (dims[0] > 0 && address == HADDR_UNDEF) fail("find the place of", place);
    return address;
}

}  // namespace

template <class T>
ArrayWriter<T>::ArrayWriter(File& file, std::string path, std::uint64_t begin, std::uint64_t count,
                            std::uint64_t total, std::uint64_t columns)
    : file_(file.impl_.get()), path_(std::move(path)) {
    const Communicator& comm = file_->comm;
    require_consecutive(comm, path_, begin, count, total);
    const std::uint64_t width = std::max<std::uint64_t>(1, columns);
    block_ = block_rows(width) * width;
    next_ = begin * width;
    end_ = next_ + count * width;
    first_blocks_ = parallel::gather_all(comm, blocks(next_, block_));
    first_blocks_.push_back(blocks(total * width, block_));
    file_->on_root([&] {
        require_space(file_->temporary, total * width * sizeof(T));
        std::vector<hsize_t> dims = {total};
        if (columns > 0) dims.push_back(columns);
        address_ = create_array(*file_, path_, element_type<T>(), dims);
        sums_address_ = create_array(*file_, checksum_path(path_), element_type<std::uint64_t>(),
                                     {first_blocks_.back()});
    });
    parallel::broadcast(comm, std::span(&address_, 1));
    parallel::broadcast(comm, std::span(&sums_address_, 1));
}

template <class T>
void ArrayWriter<T>::write(std::span<const T> elements) {
    if (elements.size() > end_ - next_)
        throw Error("cannot write '" + path_ + "' (" + std::to_string(elements.size()) +
                    " elements where " + std::to_string(end_ - next_) +
                    " are left). Please report it");
    const auto me = static_cast<std::size_t>(file_->comm.rank());
    const std::uint64_t own = std::max(next_, first_blocks_[me] * block_);
    const auto before = elements.first(std::min<std::size_t>(elements.size(), own - next_));
    head_.insert(head_.end(), before.begin(), before.end());
    fill_blocks(elements.subspan(before.size()));
    next_ += elements.size();
}

template <class T>
void ArrayWriter<T>::fill_blocks(std::span<const T> elements) {
    if (!partial_.empty()) {
        const auto missing =
            elements.first(std::min<std::size_t>(elements.size(), block_ - partial_.size()));
        partial_.insert(partial_.end(), missing.begin(), missing.end());
        if (partial_.size() < block_) return;
        write_block(partial_);
        partial_.clear();
        elements = elements.subspan(missing.size());
    }
    for (; elements.size() >= block_; elements = elements.subspan(block_))
        write_block(elements.first(block_));
    partial_.assign(elements.begin(), elements.end());
}

template <class T>
void ArrayWriter<T>::write_block(std::span<const T> elements) {
    const auto me = static_cast<std::size_t>(file_->comm.rank());
    const std::uint64_t at = (first_blocks_[me] + sums_.size()) * block_;
    const std::uint64_t address = address_ + at * sizeof(T);
    file_->sink->data.write_at(address, std::as_bytes(elements));
    file_->sink->data.start_sync(address, elements.size_bytes());  // while the next ones are made
    sums_.push_back(checksum(elements));
}

template <class T>
void ArrayWriter<T>::finish() {
    const Communicator& comm = file_->comm;
    const auto me = static_cast<std::size_t>(comm.rank());
    std::vector<std::vector<T>> outgoing(first_blocks_.size() - 1);
    parallel::collectively(comm, [&] {
        if (next_ != end_)
            throw Error("cannot write '" + path_ + "' (" + std::to_string(end_ - next_) +
                        " elements are missing). Please report it");
        if (head_.empty()) return;
        // The block before this rank's first belongs to the last rank that begins before it.
        const auto above =
            std::lower_bound(first_blocks_.begin(), first_blocks_.end(), first_blocks_[me]);
        outgoing[static_cast<std::size_t>(above - first_blocks_.begin()) - 1] = std::move(head_);
    });
    const auto heads = parallel::exchange(comm, outgoing);
    parallel::collectively(comm, [&] {
        for (const auto& head : heads) fill_blocks(head);
        if (!partial_.empty()) write_block(partial_);
        file_->sink->data.write_at(sums_address_ + first_blocks_[me] * sizeof(std::uint64_t),
                                   std::as_bytes(std::span(sums_)));
    });
}

template class ArrayWriter<double>;
template class ArrayWriter<float>;
template class ArrayWriter<std::uint64_t>;
template class ArrayWriter<std::int64_t>;
template class ArrayWriter<std::uint32_t>;
template class ArrayWriter<std::int32_t>;
template class ArrayWriter<std::uint8_t>;

}  // namespace engram::hdf5
