// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/signals.hpp"

#include <atomic>
#include <csignal>

namespace engram::checkpoint {
namespace {

// A handler reaches nothing but what is global.
std::atomic<bool> wants_checkpoint{false}, wants_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note(int signal) { (signal == SIGTERM ? wants_stop : wants_checkpoint) = true; }

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
}

}  // namespace

SignalWatch::SignalWatch() {
    wants_checkpoint = wants_stop = false;
    handle(SIGUSR1, note);
    handle(SIGTERM, note);
}

SignalWatch::~SignalWatch() {
    handle(SIGUSR1, SIG_DFL);
    handle(SIGTERM, SIG_DFL);
}

bool SignalWatch::take_checkpoint() {
    return wants_checkpoint.load(std::memory_order_relaxed) && wants_checkpoint.exchange(false);
}

bool SignalWatch::stop() const { return wants_stop.load(std::memory_order_relaxed); }

}  // namespace engram::checkpoint
