// SPDX-License-Identifier: Apache-2.0
#include "record/raw_file.hpp"

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace engram {
namespace {

/// The first bytes of the file.
struct Header {
    std::array<char, 16> magic = {"engram-raw"};
    std::array<char, 16> kind = {};
    std::uint64_t version = 1;
    std::uint64_t row_bytes = 0;
    double resolution = 0.0;
    std::uint64_t unused = 0;
    bool operator==(const Header&) const = default;
};
static_assert(sizeof(Header) == RawFile::header_bytes);

Header header_of(const RawFile::Format& format) {
    Header header;
    format.kind.copy(header.kind.data(), header.kind.size());
    header.row_bytes = format.row_bytes;
    header.resolution = format.resolution;
    return header;
}

hdf5::Descriptor create(const std::string& path, const Header& header) {
    hdf5::Descriptor data(path, O_CREAT | O_TRUNC | O_RDWR);
    data.write_at(0, std::as_bytes(std::span(&header, 1)));
    return data;
}

hdf5::Descriptor cut_back(const std::string& path, const Header& expected, std::uint64_t kept) {
    hdf5::Descriptor data(path, O_RDWR);
    Header header;
    data.read_at(0, std::as_writable_bytes(std::span(&header, 1)));
    if (header != expected)
        throw Error("cannot go on with the recording '" + path + "' (its header is not that of " +
                    expected.kind.data() + " in rows of " + std::to_string(expected.row_bytes) +
                    " bytes at this resolution). Choose another output folder");
    require_rows(path, (data.size() - sizeof(Header)) / header.row_bytes, kept);
    data.resize(sizeof(Header) + kept * header.row_bytes);
    return data;
}

}  // namespace

RawFile::RawFile(const Communicator& comm, std::string path, const Format& format,
                 std::uint64_t kept)
    : comm_(comm), path_(std::move(path)), row_bytes_(format.row_bytes), rows_(kept) {
    const Header header = header_of(format);
    parallel::collectively(comm_, [&] {
        if (comm_.rank() == 0)
            data_ = kept == 0 ? create(path_, header) : cut_back(path_, header, kept);
    });
    parallel::collectively(comm_, [&] {
        if (comm_.rank() != 0) data_ = hdf5::Descriptor(path_, O_RDWR);
    });
}

RawFile::~RawFile() {
    if (rows_ == 0) remove();
}

void RawFile::append(std::span<const std::byte> local) {
    const std::uint64_t count = local.size() / row_bytes_;
    const std::uint64_t below = parallel::sum_below(comm_, count),
                        total = parallel::sum(comm_, count);
    parallel::collectively(comm_, [&] { data_.write_at(offset(rows_ + below), local); });
    rows_ += total;
}

void RawFile::sync() const {
    parallel::collectively(comm_, [&] {
        data_.sync();
        if (comm_.rank() == 0) hdf5::sync_folder_of(path_);
    });
}

void RawFile::read(std::uint64_t begin, std::span<std::byte> rows) const {
    if (data_.size() < offset(begin) + rows.size())
        throw Error("cannot read '" + path_ +
                    "' (it lost its end while the run went on). Resume from a checkpoint");
    data_.read_at(offset(begin), rows);
}

void RawFile::rename(const std::string& path) {
    sync();
    parallel::collectively(comm_, [&] {
        if (comm_.rank() == 0) hdf5::rename_on_disk(path_, path);
    });
    path_.clear();
}

void RawFile::remove() noexcept {
    if (comm_.rank() == 0) ::unlink(path_.c_str());
    path_.clear();
}

std::string raw_path(const std::string& path, const std::string& population) {
    return std::filesystem::path(path).replace_extension(population + ".raw");
}

bool is_there(const Communicator& comm, const std::string& path) {
    std::error_code ignored;
    return parallel::max(comm, comm.rank() == 0 && std::filesystem::exists(path, ignored) ? 1 : 0) >
           0;
}

void require_rows(const std::string& path, std::uint64_t rows, std::uint64_t kept) {
    if (rows < kept)
        throw Error("cannot go on with the recording '" + path + "' (it has " +
                    std::to_string(rows) + " rows, the checkpoint was made after " +
                    std::to_string(kept) +
                    "). Resume from an earlier checkpoint, or choose another output folder");
}

}  // namespace engram
