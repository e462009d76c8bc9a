// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/record.hpp"

#define XXH_INLINE_ALL
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <xxhash.h>

#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "hdf5/disk.hpp"

namespace engram::checkpoint {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* record_format = "engram-checkpoint-record";

std::string hex(std::uint64_t number) { return fmt::format("{:016x}", number); }

std::string sum_of(const std::string& text) { return hex(XXH3_64bits(text.data(), text.size())); }

std::uint64_t sum_of_block(const hdf5::Descriptor& file, std::uint64_t begin, std::uint64_t size,
                           std::span<std::byte> buffer) {
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (std::uint64_t at = 0; at < size; at += buffer.size()) {
        const auto part = buffer.first(std::min<std::uint64_t>(buffer.size(), size - at));
        file.read_at(begin + at, part);
        XXH3_64bits_update(&state, part.data(), part.size());
    }
    return XXH3_64bits_digest(&state);
}

/// Collective. The checksums of all blocks of a file of `bytes`; the ranks share the work.
std::vector<std::uint64_t> sums_of_file(const Communicator& comm, const std::string& path,
                                        std::uint64_t bytes) {
    const std::uint64_t blocks = (bytes + record_block - 1) / record_block;
    const parallel::Share share = parallel::share_of(comm, blocks);
    std::vector<std::uint64_t> mine;
    parallel::collectively(comm, [&] {
        const hdf5::Descriptor file(path, O_RDONLY);
        std::vector<std::byte> buffer(std::size_t{1} << 20);
        for (std::uint64_t b = share.begin; b < share.end; ++b)
            mine.push_back(sum_of_block(file, b * record_block,
                                        std::min(record_block, bytes - b * record_block), buffer));
    });
    return parallel::concatenate(comm, std::span<const std::uint64_t>(mine));
}

std::string text_of(const Record& r) {
    Json json;
    json["format"] = record_format;
    json["format_version"] = 1;
    json["step"] = r.step;
    json["time_ms"] = r.time_ms;
    json["written"] = r.written;
    json["ranks"] = r.ranks;
    json["threads"] = r.threads;
    json["seconds"] = r.seconds;
    json["engram_version"] = r.engram_version;
    json["bytes"] = r.bytes;
    json["block_bytes"] = record_block;
    for (const std::uint64_t sum : r.checksums) json["xxh3_64"].push_back(hex(sum));
    json["record_xxh3_64"] = sum_of(json.dump());
    return json.dump(1) + "\n";
}

Record parse(const std::string& text) {
    Json json = Json::parse(text);
    const std::string sum = json.at("record_xxh3_64");
    json.erase("record_xxh3_64");
    if (sum != sum_of(json.dump())) throw Error("its checksum differs");
    if (json.at("format") != record_format || json.at("format_version") != 1 ||
        json.at("block_bytes") != record_block)
        throw Error("it has another format, or is of a newer version");
    Record r{json.at("step"),           json.at("time_ms"), json.at("written"),
             json.at("ranks"),          json.at("threads"), json.at("seconds"),
             json.at("engram_version"), json.at("bytes"),   {}};
    for (const std::string entry : json.at("xxh3_64"))
        r.checksums.push_back(std::stoull(entry, nullptr, 16));
    return r;
}

void write_on_disk(const std::string& path, const std::string& text) {
    const hdf5::Descriptor file(path, O_CREAT | O_TRUNC | O_WRONLY);
    file.write_at(0, std::as_bytes(std::span(text)));
    file.sync();
}

/// Gives both files their names. All that could fail for want of space has been written before.
void give_names(const std::string& unrecorded, const std::string& path, const std::string& text) {
    const std::string record = record_path(path), unnamed = record + ".tmp";
    write_on_disk(unnamed, text);
    std::filesystem::remove(record);  // the earlier checkpoint's: from now on it is none
    if (unrecorded != path) hdf5::rename_on_disk(unrecorded, path);
    hdf5::rename_on_disk(unnamed, record);
}

}  // namespace

std::string record_path(const std::string& checkpoint) {
    return std::filesystem::path(checkpoint).replace_extension(".json").string();
}

std::uint64_t make_checkpoint(const Communicator& comm, const std::string& unrecorded,
                              const std::string& path, Record record) {
    parallel::collectively(comm, [&] { record.bytes = std::filesystem::file_size(unrecorded); });
    record.checksums = sums_of_file(comm, unrecorded, record.bytes);
    parallel::collectively(comm, [&] {
        if (comm.rank() == 0) give_names(unrecorded, path, text_of(record));
    });
    return record.bytes;
}

void require_permission(const std::string& checkpoint) {
    for (const std::string& path : {record_path(checkpoint), checkpoint})
        if (::access(path.c_str(), R_OK) != 0 && errno == EACCES)
            throw Error(
                fmt::format("checkpoint '{}' may not be read ({}). Get the right to read it, or "
                            "choose another folder",
                            path, std::strerror(errno)));
}

Record read_record(const std::string& checkpoint) {
    const std::string path = record_path(checkpoint);
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    try {
        if (!in) throw Error("it cannot be read");
        return parse(text);
    } catch (const std::exception& error) {
        throw Error(
            fmt::format("record '{}' of a checkpoint is damaged ({}). Use another "
                        "checkpoint",
                        path, error.what()));
    }
}

void require_whole(const Communicator& comm, const std::string& checkpoint, const Record& record) {
    parallel::collectively(comm, [&] {
        std::error_code failed;
        const auto bytes = std::filesystem::file_size(checkpoint, failed);
        if (failed || bytes != record.bytes)
            throw Error(fmt::format(
                "checkpoint '{}' is damaged ({}). Use another checkpoint", checkpoint,
                failed ? failed.message()
                       : fmt::format("it has {} bytes, its record says {}", bytes, record.bytes)));
    });
    const auto sums = sums_of_file(comm, checkpoint, record.bytes);
    for (std::size_t b = 0; b < sums.size(); ++b)
        if (b >= record.checksums.size() || sums[b] != record.checksums[b])
            throw Error(
                fmt::format("checkpoint '{}' is damaged (the checksum of the bytes from {} "
                            "on differs from its record's). Use another checkpoint",
                            checkpoint, b * record_block));
}

}  // namespace engram::checkpoint
