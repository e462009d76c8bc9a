// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/checkpointer.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <limits>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "engram/version.hpp"

#include "core/duration.hpp"
#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "checkpoint/folder.hpp"
#include "checkpoint/record.hpp"

namespace engram::checkpoint {
namespace {

namespace fs = std::filesystem;

// Before main: max_wall counts from the start of the program.
const std::chrono::steady_clock::time_point program_start = std::chrono::steady_clock::now();

/// Bytes that a checkpoint of this rank's part takes, roughly.
double estimated_bytes(const RankState& state) {
    double bytes = 0.0;
    for (const auto& vp : state.vps) {
        for (const auto& columns : vp.synapses.columns)
            bytes += static_cast<double>(columns.weights.bytes() + columns.weights_single.bytes());
        for (const auto& slice : vp.slices) bytes += static_cast<double>(slice.block->bytes());
    }
    return bytes;
}

void make_folder(const std::string& folder) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        throw Error(fmt::format("cannot make the folder '{}' ({}). Choose another place", folder,
                                failed.message()));
}

/// What a run continues from, if it does.
Checkpointer::Newest newest_of(const Simulated& simulated, const std::string& folder,
                               bool resumed) {
    if (!resumed) return {};
    const std::string path = path_in(folder, simulated.state.now);
    Checkpointer::Newest newest{path, simulated.state.now, {}};
    parallel::collectively(simulated.comm, [&] { newest.written = read_record(path).written; });
    return newest;
}

}  // namespace

std::string folder_of(const CheckpointOptions& options, const std::string& output) {
    if (!options.folder.empty()) return options.folder;
    return output.empty() ? "" : output + "/checkpoints";
}

std::unique_ptr<SignalWatch> watch_signals(const CheckpointOptions& options,
                                           const RunOptions& run) {
    if (!run.signals || folder_of(options, run.output).empty()) return nullptr;
    return std::make_unique<SignalWatch>();
}

Checkpointer::Checkpointer(const Simulated& simulated, const RunOptions& run, SignalWatch* signals,
                           const CheckpointFile* resumed)
    : simulated_(simulated),
      folder_(folder_of(simulated.description.checkpoints, run.output)),
      keep_(static_cast<std::size_t>(simulated.description.checkpoints.keep)),
      planned_(run.resume || simulated.description.checkpoints != CheckpointOptions{}),
      stop_on_failure_(simulated.description.checkpoints.on_failure == "stop"),
      stores_connectivity_(
          simulated.description.checkpoints.connectivity == "store" ||
          (resumed != nullptr ? resumed->stores_connectivity() : !run.restore.empty())),
      threads_(run.threads),
      quiet_(run.progress == "none"),
      signals_(signals),
      newest_(newest_of(simulated, folder_, resumed != nullptr && run.resume_from.empty())) {
    const CheckpointOptions& options = simulated.description.checkpoints;
    if (folder_.empty()) return;
    if (!options.every.empty()) {
        const Duration every = parse_duration(options.every);
        if (every.wall) every_wall_ = every.ms / 1000.0;
        else every_steps_ = to_steps(every.ms, simulated.network.resolution);
    }
    if (!options.max_wall.empty()) max_wall_ = parse_duration(options.max_wall).ms / 1000.0;
    constexpr double slow_disk = 50e6;  // bytes/s
    slowest_ = estimated_bytes(simulated.state) * simulated.comm.size() / slow_disk;
    restart_clock();
}

void Checkpointer::restart_clock() {
    next_ = Clock::now() +
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(every_wall_));
}

std::uint32_t Checkpointer::flags() {
    constexpr std::uint32_t end = step::flag_checkpoint | step::flag_stop;
    std::uint32_t result = 0;
    if (signals_ != nullptr && signals_->take_checkpoint()) result |= step::flag_checkpoint;
    if (signals_ != nullptr && signals_->stop()) result |= end;
    if (simulated_.comm.rank() != 0) return result;  // one clock decides
    if (every_wall_ > 0.0 && Clock::now() >= next_) result |= step::flag_checkpoint;
    if (max_wall_ > 0.0 && seconds_since(program_start) + seconds_needed() >= max_wall_)
        result |= end;
    return result;
}

double Checkpointer::seconds_needed() const {
    constexpr double reserve = 1.0, patience = 2.0;  // s; times the slowest checkpoint so far
    return reserve + patience * slowest_;
}

Step Checkpointer::steps_left() const {
    if (every_steps_ == 0) return std::numeric_limits<Step>::max();
    return every_steps_ - simulated_.state.now % every_steps_;
}

bool Checkpointer::after(std::uint32_t flags) {
    const bool stop = (flags & step::flag_stop) != 0;
    const bool due = every_steps_ > 0 && simulated_.state.now % every_steps_ == 0;
    if (due || (flags & step::flag_checkpoint) != 0) write(stop);
    return stop;
}

void Checkpointer::note_change(bool synapses) {
    identity_.reset();
    stores_connectivity_ = stores_connectivity_ || synapses;
}

void Checkpointer::go_on_from(const Checkpointer& before) {
    stores_connectivity_ = before.stores_connectivity_;
    next_ = before.next_;
    newest_ = before.newest_;
    written_ = before.written_;
    slowest_ = std::max(slowest_, before.slowest_);
}

void Checkpointer::finish() {
    // One that failed a moment ago would fail, and warn, again.
    if (planned_ && !folder_.empty() && tried_ != simulated_.state.now) write(false);
}

void Checkpointer::write(bool needed) {
    const Communicator& comm = simulated_.comm;
    const Step now = simulated_.state.now;
    if (now == newest_.step) return;
    tried_ = now;
    const std::string path = path_in(folder_, now);
    const double time = to_ms(now, simulated_.network.resolution);
    simulated_.recorders.flush(simulated_.state);
    simulated_.recorders.sync();
    try {
        parallel::collectively(comm, [&] {
            if (comm.rank() == 0) make_folder(folder_);
        });
        save(path);
        newest_ = {path, now, written_.when};
        const auto entries = list(comm, folder_);
        parallel::collectively(comm, [&] {
            if (comm.rank() == 0) prune(folder_, entries, keep_);
        });
        tell(fmt::format("checkpoint at {} ms: {}", time, path));
    } catch (const Error& error) {  // alike on all ranks; what it began is removed
        const std::string message =
            fmt::format("no checkpoint at {} ms ({}). ", time, error.what());
        if (needed || stop_on_failure_)
            throw Error(message + (newest_.path.empty()
                                       ? "There is none to continue from"
                                       : "Continue from the one before with --resume"));
        if (comm.rank() == 0)
            std::fprintf(stderr, "engram: warning: %sThe run goes on without it\n",
                         message.c_str());
    }
    restart_clock();
    if (signals_ != nullptr) signals_->take_checkpoint();  // mpirun's reach the ranks one by one
}

void Checkpointer::write_to(const std::string& path) {
    simulated_.recorders.flush(simulated_.state);
    simulated_.recorders.sync();
    save(path);
}

void Checkpointer::save(const std::string& path) {
    const Simulated& s = simulated_;
    const auto begin = Clock::now();
    if (!identity_)
        identity_ =
            identify(s.comm, s.description, s.network, s.registry, s.state, stores_connectivity_);
    const std::string unrecorded = path + ".part";
    write_file(s.comm, unrecorded,
               {*identity_, s.network, s.partition, s.state, s.recorders.positions()});
    Record record;
    record.step = s.state.now;
    record.time_ms = to_ms(s.state.now, s.network.resolution);
    record.written = written_.when =
        fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    record.ranks = s.comm.size();
    record.threads = threads_;
    record.engram_version = version;
    record.seconds = parallel::max(s.comm, seconds_since(begin));
    try {
        written_.bytes = make_checkpoint(s.comm, unrecorded, path, record);
    } catch (const Error&) {  // alike on all ranks; gives the space back
        std::error_code ignored;
        if (s.comm.rank() == 0) fs::remove(unrecorded, ignored);
        throw;
    }
    const double seconds = parallel::max(s.comm, seconds_since(begin));
    slowest_ = written_.count == 0 ? seconds : std::max(slowest_, seconds);
    written_.seconds += seconds;
    ++written_.count;
}

void Checkpointer::tell(const std::string& text) const {
    const char* const clear_bar = isatty(STDERR_FILENO) != 0 ? "\r\x1b[K" : "";
    if (simulated_.comm.rank() == 0 && !quiet_)
        std::fprintf(stderr, "%s%s\n", clear_bar, text.c_str());
}

}  // namespace engram::checkpoint
