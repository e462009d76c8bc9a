// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/folder.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "checkpoint/record.hpp"

namespace engram::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "checkpoint_";

/// The step in the name of a record.
std::optional<Step> step_of(const fs::path& path) {
    const std::string stem = path.stem().string();
    if (path.extension() != ".json" || !stem.starts_with(prefix)) return {};
    Step step = 0;
    const char* const end = stem.data() + stem.size();
    const auto [last, error] = std::from_chars(stem.data() + prefix.size(), end, step);
    if (error != std::errc{} || last != end) return {};
    return step;
}

/// What is left of a checkpoint whose writer died.
bool unfinished(const fs::path& path) {
    const std::string name = path.filename().string();
    if (!name.starts_with(prefix)) return false;
    return name.ends_with(".tmp") || name.ends_with(".part") ||
           (name.ends_with(".h5") && !fs::exists(record_path(path)));
}

void set_aside(const std::string& checkpoint) {
    std::error_code ignored;  // it may be what is missing
    for (const std::string& path : {record_path(checkpoint), checkpoint})
        fs::rename(path, path + ".damaged", ignored);
}

}  // namespace

std::string path_in(const std::string& folder, Step step) {
    return fmt::format("{}/{}{:012}.h5", folder, prefix, step);
}

std::vector<Entry> list(const Communicator& comm, const std::string& folder) {
    std::vector<Step> steps;  // looked up by one rank: the others might see another moment
    parallel::collectively(comm, [&] {
        if (comm.rank() != 0) return;
        std::error_code failed;
        const fs::directory_iterator files(folder, failed);
        if (failed == std::errc::no_such_file_or_directory || failed == std::errc::not_a_directory)
            return;
        if (failed)
            throw Error(fmt::format(
                "folder '{}' of checkpoints cannot be read ({}). Get the right to read it, or "
                "choose another",
                folder, failed.message()));
        for (const auto& file : files)
            if (const auto step = step_of(file.path())) steps.push_back(*step);
    });
    steps = parallel::concatenate(comm, std::span<const Step>(steps));
    std::sort(steps.rbegin(), steps.rend());
    std::vector<Entry> result;
    result.reserve(steps.size());
    for (const Step step : steps) result.push_back({path_in(folder, step), step});
    return result;
}

std::string newest_whole(const Communicator& comm, const std::string& folder,
                         const std::function<void(const std::string&)>& warn) {
    const auto entries = list(comm, folder);
    std::vector<std::string> damaged;
    Problems problems;
    for (const Entry& entry : entries) {
        parallel::collectively(comm, [&] { require_permission(entry.path); });
        try {
            Record record;
            parallel::collectively(comm, [&] { record = read_record(entry.path); });
            require_whole(comm, entry.path, record);
        } catch (const Error& error) {  // alike on all ranks
            problems.add(error.what());
            damaged.push_back(entry.path);
            continue;
        }
        for (const auto& problem : problems.list()) warn(problem);
        if (comm.rank() == 0) std::for_each(damaged.begin(), damaged.end(), set_aside);
        parallel::barrier(comm);
        return entry.path;
    }
    problems.throw_if_any(fmt::format(
        "no checkpoint in '{}' is whole (all are damaged). Restore them, or remove them to start "
        "from the beginning",
        folder));
    return {};
}

void prune(const std::string& folder, const std::vector<Entry>& newest_first, std::size_t keep) {
    std::error_code ignored;  // a file that cannot be removed does no harm
    for (std::size_t i = keep; i < newest_first.size(); ++i) {
        fs::remove(record_path(newest_first[i].path), ignored);  // first: from now on it is none
        fs::remove(newest_first[i].path, ignored);
    }
    for (const auto& file : fs::directory_iterator(folder, ignored))
        if (unfinished(file.path())) fs::remove(file.path(), ignored);
}

}  // namespace engram::checkpoint
