// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include <benchmark/benchmark.h>

#include "engram/communicator.hpp"

#include "calibration.hpp"

namespace engram::bench {

/// What a benchmark needs of the program around it.
struct Machine {
    Communicator world;
    Calibration calibration;
};

/// The main function of every micro-benchmark: starts MPI, calibrates, lets `add` register
/// benchmarks (and prove their answers), runs them. Rank 0 reports.
int run(int argc, char** argv, void (*add)(const Machine&));

/// Ends all ranks with a message when `right` does not hold: a benchmark with a wrong answer is
/// worth nothing.
void require(bool right, const char* what);

/// Whether all numbers agree up to this relative difference.
bool close(std::span<const double> a, std::span<const double> b, double tolerance);

/// Reports what was done in all iterations: how many per second (`name`), and the bytes that it
/// read and wrote in memory per second, also as a fraction of the sequential read bandwidth of one
/// core.
void report(benchmark::State& state, const char* name, double items, double bytes,
            const Calibration& calibration);

/// Reports the items per second as a fraction of `limit`, what a bare loop does.
void report_limit(benchmark::State& state, double items, double limit);

}  // namespace engram::bench
