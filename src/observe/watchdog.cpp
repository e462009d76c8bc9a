// SPDX-License-Identifier: Apache-2.0
#include "observe/watchdog.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/duration.hpp"
#include "parallel/collectives.hpp"
#include "parallel/waiting.hpp"

namespace engram::observe {
namespace {

constexpr int watching_ranks = 3;  // one after the other, in case the first is the one that hangs
constexpr double signs_per_limit = 8.0;
constexpr double patience = 0.25;  // of the limit, for the rank before to tell

using Clock = std::chrono::steady_clock;

}  // namespace

/// A rank's place in the file.
struct Watchdog::Sign {
    std::uint64_t count = 0;  ///< of signs so far
    std::uint64_t doing = 0;  ///< as doing_
    std::uint64_t waits = 0;  ///< as Waiting::changes
    std::int64_t pid = 0;
    std::array<char, 32> host{};

    [[nodiscard]] Doing what() const { return static_cast<Doing>(doing & 3); }
    /// For other ranks, whatever it does.
    [[nodiscard]] bool waiting() const { return waits % 2 == 1; }
};

/// What a watching rank knows of another.
struct Watchdog::Seen {
    Sign sign;
    Clock::time_point alive, moved;  ///< when the count, or any of the others, changed last
};

Watchdog::Watchdog(const Communicator& comm, const std::string& folder, double limit)
    : comm_(comm) {
    static_assert(sizeof(Sign) == 64);
    if (folder.empty() || limit <= 0.0) return;
    path_ = folder + "/.signs_of_life";
    parallel::collectively(comm, [&] {
        if (comm.rank() == 0) {
            std::filesystem::create_directories(folder);
            std::filesystem::remove(path_);
        }
    });
    const auto open = [&] {
        file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file_ < 0)
            throw Error(
                fmt::format("{} cannot be opened ({}). Choose another --output, or leave out "
                            "--stall-limit",
                            path_, std::strerror(errno)));
    };
    parallel::collectively(comm, open);
    thread_ = std::jthread([this, limit](const std::stop_token& stop) { watch(stop, limit); });
}

Watchdog::~Watchdog() {
    thread_ = {};  // stops and joins
    if (file_ < 0) return;
    ::close(file_);
    std::error_code ignored;
    if (comm_.rank() == 0) std::filesystem::remove(path_, ignored);
}

void Watchdog::now_doing(Doing doing) {
    const std::uint64_t changes = doing_.load(std::memory_order_relaxed) >> 2;
    doing_.store((changes + 1) << 2 | static_cast<std::uint64_t>(doing), std::memory_order_relaxed);
}

void Watchdog::write_sign(std::uint64_t count) const {
    Sign sign{count,
              doing_.load(std::memory_order_relaxed),
              parallel::Waiting::changes(),
              ::getpid(),
              {}};
    ::gethostname(sign.host.data(), sign.host.size() - 1);
    // A sign that is not written is one that is missing: nothing else to do about it.
    [[maybe_unused]] const auto written =
        ::pwrite(file_, &sign, sizeof(sign), comm_.rank() * static_cast<off_t>(sizeof(sign)));
}

std::vector<Watchdog::Sign> Watchdog::read_signs() const {
    std::vector<Sign> signs(static_cast<std::size_t>(comm_.size()));
    [[maybe_unused]] const auto read = ::pread(file_, signs.data(), signs.size() * sizeof(Sign), 0);
    return signs;
}

void Watchdog::watch(const std::stop_token& stop, double limit) {
    const auto period = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(limit / signs_per_limit));
    std::mutex mutex;
    std::condition_variable_any wake;
    std::vector<Seen> seen;
    const double own_limit = limit * (1.0 + patience * comm_.rank());
    auto last = Clock::now();
    for (std::uint64_t count = 1; !stop.stop_requested(); ++count) {
        write_sign(count);
        const auto now = Clock::now();
        if (now - last > 3 * period)
            seen.clear();  // this process was stopped: others may have been
        last = now;
        if (comm_.rank() < watching_ranks)
            if (const std::string text = verdict(seen, own_limit); !text.empty()) abort(text);
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, period, [] { return false; });
    }
}

std::string Watchdog::verdict(std::vector<Seen>& seen, double limit) const {
    const auto signs = read_signs();
    const auto now = Clock::now();
    seen.resize(signs.size(), Seen{{}, now, now});
    const Seen* silent = nullptr;
    const Seen* busy = nullptr;
    bool all_wait = true;
    for (std::size_t r = 0; r < signs.size(); ++r) {
        Seen& one = seen[r];
        if (signs[r].count != one.sign.count) one.alive = now;
        if (signs[r].doing != one.sign.doing || signs[r].waits != one.sign.waits) one.moved = now;
        one.sign = signs[r];
        const auto longer = [&](Clock::time_point since) {
            return std::chrono::duration<double>(now - since).count() > limit;
        };
        if (longer(one.alive) && silent == nullptr) silent = &one;
        const bool calculates = one.sign.what() == Doing::interval && !one.sign.waiting();
        if (calculates && longer(one.moved) && busy == nullptr) busy = &one;
        all_wait = all_wait && one.sign.waiting() && longer(one.moved);
    }
    const auto name = [&](const Seen& one) {
        return fmt::format("rank {} ({}, process {})", &one - seen.data(), one.sign.host.data(),
                           one.sign.pid);
    };
    const std::string time = duration_text(limit);
    if (silent != nullptr)
        return fmt::format(
            "{} has given no sign of life for {} (it is stopped, or its node or the "
            "file system hangs)",
            name(*silent), time);
    if (busy != nullptr)
        return fmt::format("{} has been at one interval for {} (it is stuck)", name(*busy), time);
    if (all_wait)
        return fmt::format(
            "all ranks have waited for each other for {} (the network between them "
            "hangs)",
            time);
    return {};
}

void Watchdog::abort(const std::string& verdict) const {
    std::fprintf(
        stderr,
        "engram: %s. Continue from the newest checkpoint with --resume, without that node\n",
        verdict.c_str());
    std::fflush(stderr);
    // Where MPI does not answer either, the launcher sees that this process is gone.
    std::thread([] {
        std::this_thread::sleep_for(std::chrono::seconds(10));
        std::_Exit(1);
    }).detach();
    parallel::abort(comm_, 1);
}

}  // namespace engram::observe
