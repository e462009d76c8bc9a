// SPDX-License-Identifier: Apache-2.0
#include "command/dry_run.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "command/description.hpp"

namespace engram::command {
namespace {

/// The whole number that `text` is; nothing when it is none.
std::optional<int> whole_number(std::string_view text) {
    int number = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || at != end) return {};
    return number;
}

/// Of `RANKS` or `RANKS,RANK`.
void read_ranks(const std::string& text, int threads, dry_run::Options& options,
                Problems& problems) {
    const std::size_t comma = text.find(',');
    const auto ranks = whole_number(std::string_view(text).substr(0, comma));
    const auto rank = comma == std::string::npos
                          ? std::optional<int>(0)
                          : whole_number(std::string_view(text).substr(comma + 1));
    if (!ranks || !rank || *ranks < 1 || *rank < 0 || *rank >= *ranks) {
        problems.add(
            fmt::format("'{}' (must be a number of ranks, and after a comma one of them, counted "
                        "from 0). Write "
                        "4096, or 4096,17",
                        text));
        return;
    }
    if (threads > 0 && *ranks > std::numeric_limits<int>::max() / threads)
        problems.add(fmt::format(
            "{} ranks of {} threads (must be at most 2,147,483,647 virtual processes). Use fewer",
            *ranks, threads));
    options.ranks = *ranks;
    options.rank = *rank;
}

/// Everything that is asked for and that a dry run cannot do.
dry_run::Options options_of(const Communicator& comm, const RunRequest& request) {
    Problems problems;
    dry_run::Options options;
    options.threads = request.options.threads;
    options.rate = request.dry_run_rate;
    options.progress = request.options.progress;
    read_ranks(request.dry_run, options.threads, options, problems);
    if (comm.size() != 1)
        problems.add(fmt::format(
            "{} processes (one stands for all ranks). Start it without mpirun, or with mpirun -n 1",
            comm.size()));
    if (options.rate && (!(*options.rate >= 0.0) || !std::isfinite(*options.rate)))
        problems.add(
            fmt::format("--dry-run-rate {} (must be a rate in spikes/s, not negative). Choose one",
                        *options.rate));
    const auto refuse = [&](bool given, const char* option, const char* why) {
        if (given) problems.add(fmt::format("{} ({}). Leave it out", option, why));
    };
    const char* const one_share = "one rank's share is no network to go on from";
    refuse(!request.store.empty(), "--store", one_share);
    refuse(!request.store_at.empty(), "--store-at", one_share);
    refuse(!request.options.restore.empty(), "--restore",
           "a dry run builds its share from the description");
    refuse(request.options.resume, "--resume", "a dry run writes no checkpoints");
    refuse(request.output_given, "--output", "a dry run records nothing");
    for (const std::string& setting : request.set)
        refuse(setting.starts_with("checkpoints."), setting.substr(0, setting.find('=')).c_str(),
               "a dry run writes no checkpoints");
    if (!request.report.empty()) {
        const auto folder = std::filesystem::absolute(request.report).parent_path();
        if (!std::filesystem::is_directory(folder))
            problems.add(
                fmt::format("--report '{}' (there is no folder '{}'). Make it, or choose another",
                            request.report, folder.string()));
    }
    problems.throw_if_any("--dry-run");
    return options;
}

/// One process does not read what all ranks would.
void require_no_files(const NetworkDescription& network) {
    Problems problems;
    const auto add = [&](const std::string& part) {
        problems.add(part +
                     " (is in files, which a dry run does not read). Describe it by a rule, "
                     "or a device");
    };
    for (const auto& population : network.populations)
        if (population.parameters.contains("spike_file"))
            add(fmt::format("population '{}': when it spikes", population.name));
    for (const auto& projection : network.projections)
        if (projection.rule.name == "sonata_edges")
            add(fmt::format("projection from '{}': its edges", projection.source));
    problems.throw_if_any("--dry-run");
}

}  // namespace

int dry_run(const Communicator& comm, const RunRequest& request) {
    const dry_run::Options options = options_of(comm, request);
    RunRequest reading = request;
    std::vector<std::string> warnings;
    const NetworkDescription network = read_description(reading, warnings);
    require_no_files(network);
    const dry_run::Report report = dry_run::run(comm, network, options);
    if (!request.quiet) std::fputs(dry_run_table(report, options).c_str(), stdout);
    if (!request.report.empty()) write_report(comm, request.report, dry_run_json(report, options));
    return 0;
}

}  // namespace engram::command
