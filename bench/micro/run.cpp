// SPDX-License-Identifier: Apache-2.0
#include "micro/run.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "parallel/collectives.hpp"

namespace engram::bench {
namespace {

class Silent final : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace

int run(int argc, char** argv, void (*add)(const Machine&)) {
    Environment environment(argc, argv);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    Machine machine{environment.world(), {}};
    if (machine.world.rank() == 0) machine.calibration = calibrate();
    parallel::barrier(machine.world);
    benchmark::AddCustomContext("calibration", text(machine.calibration));
    add(machine);
    Silent silent;
    benchmark::RunSpecifiedBenchmarks(machine.world.rank() == 0 ? nullptr : &silent);
    benchmark::Shutdown();
    return 0;
}

void require(bool right, const char* what) {
    if (right) return;
    std::fprintf(stderr, "wrong answer: %s\n", what);
    std::_Exit(1);  // mpirun ends the other ranks
}

bool close(std::span<const double> a, std::span<const double> b, double tolerance) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [tolerance](double x, double y) {
        return std::abs(x - y) <= tolerance * std::max(std::abs(x), std::abs(y));
    });
}

void report(benchmark::State& state, const char* name, double items, double bytes,
            const Calibration& calibration) {
    using benchmark::Counter;
    state.counters[name] = Counter(items, Counter::kIsRate);
    state.counters["B/s"] = Counter(bytes, Counter::kIsRate);
    state.counters["of_read"] = Counter(bytes / (1e9 * calibration.read_one), Counter::kIsRate);
}

void report_limit(benchmark::State& state, double items, double limit) {
    state.counters["of_limit"] = benchmark::Counter(items / limit, benchmark::Counter::kIsRate);
}

}  // namespace engram::bench
