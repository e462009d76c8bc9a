// SPDX-License-Identifier: Apache-2.0
// What does a checkpoint cost: its time against what the disk can do, memory, and the slow-down of
// a run that writes one every ten seconds? EINetwork with 20 times its neurons: 10^7 synapses
// learn.
//   mpirun -n 2 checkpoint [--quick] [--folder FOLDER]
// --quick: the EINetwork as it is and short runs, to try whether all works.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>

#include "engram/engram.hpp"

#include "parallel/collectives.hpp"
#include "parallel/memory.hpp"
#include "calibration.hpp"
#include "einetwork.hpp"

namespace engram::bench {
namespace {

namespace fs = std::filesystem;

// What is required; of the speed of writing, the aim is least_aimed.
constexpr double least_speed = 0.5, least_aimed = 0.9;
constexpr double most_memory = 0.2;
constexpr double most_slow_down = 1.05;

struct Plan {
    std::uint64_t scale = 20;
    std::size_t writes = 9;
    std::size_t pieces = 24;  ///< of a run, after a checkpoint and not
    std::size_t pairs = 3;    ///< of runs with and without checkpoints
    double run_wall = 35.0;   ///< s, that a run takes, roughly
    std::string every = "10s";
    fs::path folder = "bench-checkpoint";
};

const char* verdict(bool reached) { return reached ? "reached" : "MISSED"; }

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

class Benchmark {
public:
    Benchmark(const Communicator& world, Plan plan)
        : world_(world), plan_(std::move(plan)), network_(einetwork(size())) {}

    void run() {
        on_root([&] { fs::create_directories(plan_.folder); });
        calibrate_machine("before");
        {
            Simulation simulation(world_, network_);
            const auto begin = std::chrono::steady_clock::now();
            simulation.run(200.0);
            speed_ = 200.0 / parallel::max(world_, seconds_since(begin));
            measure_memory(simulation);
            prove(simulation);
            measure_writing(simulation);
            measure_aftermath(simulation);
        }
        measure_slow_down();
        calibrate_machine("after");
        on_root([&] { fs::remove_all(plan_.folder); });
    }

private:
    [[nodiscard]] EINetworkSize size() const {
        EINetworkSize size;
        size.excitatory *= plan_.scale;
        size.inhibitory *= plan_.scale;
        return size;
    }
    [[nodiscard]] std::string file(const char* name) const { return plan_.folder / name; }

    /// Collective. The others wait.
    void on_root(const std::function<void()>& work) const {
        parallel::collectively(world_, [&] {
            if (world_.rank() == 0) work();
        });
    }
    template <class... T>
    void print(fmt::format_string<T...> format, T&&... values) const {
        if (world_.rank() != 0) return;
        fmt::print(format, std::forward<T>(values)...);
        std::fflush(stdout);
    }
    void calibrate_machine(const char* when) const {
        on_root([&] { print("{:<7}{}\n", when, text(calibrate())); });
    }

    /// The first checkpoint of the process, which also makes whatever libraries keep for later
    /// ones.
    void measure_memory(Simulation& simulation) const {
        std::uint64_t reported = 0;
        for (const auto& category : simulation.memory().categories) reported += category.bytes;
        malloc_trim(0);  // what lies free in the heap would hide what the checkpoint needs
        std::ofstream("/proc/self/clear_refs") << "5";  // VmHWM becomes VmRSS
        parallel::barrier(world_);
        const auto sum = [&](std::uint64_t bytes) {
            return static_cast<double>(parallel::sum(world_, bytes));
        };
        const double before = sum(parallel::process_memory().resident);
        simulation.checkpoint(file("first.h5"));
        const double more = sum(parallel::process_memory().peak) - before;
        print("\n{} neurons, {} synapses; MB on all ranks: {:.1f} resident, {:.1f} in the report\n",
              simulation.memory().neurons, simulation.memory().synapses, before * 1e-6,
              static_cast<double>(reported) * 1e-6);
        const double share = more / static_cast<double>(reported);
        print(
            "a checkpoint needs {:.1f} MB more: {:.1f} % of the resident, {:.1f} % of the report, "
            "of at most {:.0f} %: {}\n",
            more * 1e-6, 100.0 * more / before, 100.0 * share, 100.0 * most_memory,
            verdict(share <= most_memory));
    }

    /// Ends the program unless what continues from first.h5 has the bits of `simulation`.
    void prove(Simulation& simulation) const {
        RunOptions options;
        options.resume_from = file("first.h5");
        Simulation resumed(world_, network_, options);
        std::uint64_t learnt = 0;
        for (Simulation* one : {&simulation, &resumed}) one->run(20.0);
        bool same = true;
        for (const char* population : {"E", "I"})
            same = same && simulation.state(population, "V_m") == resumed.state(population, "V_m");
        for (const char* projection : {"E_to_E", "E_to_I"}) {
            const std::vector<double> weights = simulation.connections(projection).weight;
            same = same && weights == resumed.connections(projection).weight;
            for (const double w : weights) learnt += w != 1.0;
        }
        if (!same || learnt == 0) {
            std::fputs("wrong answer: a resumed run differs\n", stderr);
            std::_Exit(1);  // mpirun ends the other ranks
        }
        print("a resumed run has the same potentials and weights, of which {} had learnt\n",
              learnt);
    }

    /// Seconds that dd takes for a file of so many bytes.
    [[nodiscard]] double plain_write(std::uint64_t bytes) const {
        const auto begin = std::chrono::steady_clock::now();
        on_root([&] {
            const std::string command =
                fmt::format("dd if=/dev/zero of='{}' bs=1M count={} conv=fsync 2>/dev/null",
                            file("plain"), (bytes + (1 << 20) - 1) >> 20);
            if (std::system(command.c_str()) != 0) throw Error("dd failed");
        });
        return seconds_since(begin);
    }

    void measure_writing(Simulation& simulation) const {
        const std::uint64_t bytes = simulation.timing().checkpoint_bytes;
        std::vector<double> checkpoint, processor, plain, ratio;
        print("\n{:>14} {:>14} {:>14} {:>10}   {:.1f} MB\n", "checkpoint s", "its CPU s",
              "dd, fsync s", "speed", static_cast<double>(bytes) * 1e-6);
        for (std::size_t i = 0; i < plan_.writes; ++i) {
            plain.push_back(plain_write(bytes));
            const auto begin = std::chrono::steady_clock::now();
            const std::clock_t processor_begin = std::clock();
            simulation.checkpoint(file("written.h5"));
            processor.push_back(parallel::max(
                world_, static_cast<double>(std::clock() - processor_begin) / CLOCKS_PER_SEC));
            checkpoint.push_back(parallel::max(world_, seconds_since(begin)));
            ratio.push_back(plain.back() / checkpoint.back());
            print("{:>14.3f} {:>14.3f} {:>14.3f} {:>10.2f}\n", checkpoint.back(), processor.back(),
                  plain.back(), ratio.back());
        }
        const double speed = median(plain) / median(checkpoint);
        print(
            "medians: {:.3f} s, CPU {:.3f} s, dd {:.3f} s: {:.2f} (of pairs {:.2f}), of at least "
            "{:.2f}: {}; aim {:.2f}: {}\n",
            median(checkpoint), median(processor), median(plain), speed, median(ratio), least_speed,
            verdict(speed >= least_speed), least_aimed, verdict(speed >= least_aimed));
    }

    /// Whether the network runs slower for a while after a checkpoint: pieces of a run, in turn
    /// after a checkpoint and not. In one run, since two runs differ by more than the answer.
    void measure_aftermath(Simulation& simulation) const {
        constexpr double piece = 50.0;  // ms of model time
        std::vector<double> plain, after;
        for (std::size_t i = 0; i < 2 * plan_.pieces; ++i) {
            if (i % 2 == 1) simulation.checkpoint(file("written.h5"));
            const double before = simulation.timing().run;
            simulation.run(piece);
            (i % 2 == 1 ? after : plain).push_back(simulation.timing().run - before);
        }
        print(
            "\n{} pieces of {} ms took {:.3f} s, {} just after a checkpoint {:.3f} s: {:+.1f} %\n",
            plain.size(), piece, median(plain), after.size(), median(after),
            100.0 * (median(after) / median(plain) - 1.0));
    }

    struct Run {
        double wall = 0.0;
        std::uint64_t checkpoints = 0;
        double checkpoint_seconds = 0.0;
    };
    [[nodiscard]] Run run_for(double duration, const std::string& every) const {
        RunOptions options;
        options.checkpoints = CheckpointOptions{.every = every, .folder = file("run")};
        Simulation simulation(world_, network_, options);
        simulation.run(duration);
        const TimeReport times = simulation.timing();
        on_root([&] { fs::remove_all(file("run")); });
        return {times.run, times.checkpoints, times.checkpoint_seconds};
    }

    void measure_slow_down() const {
        const double duration =
            std::max(100.0, 100.0 * std::round(plan_.run_wall * speed_ / 100.0));
        std::vector<double> ratio, share;
        print("\n{:>12} {:>12} {:>8} {:>14} {:>16}   {:.1f} s of model time, every {}\n",
              "without s", "with s", "ratio", "checkpoints", "their share", duration * 1e-3,
              plan_.every);
        for (std::size_t i = 0; i < plan_.pairs; ++i) {
            const Run without = run_for(duration, ""), with = run_for(duration, plan_.every);
            ratio.push_back(with.wall / without.wall);
            share.push_back(with.checkpoint_seconds / with.wall);
            print("{:>12.2f} {:>12.2f} {:>8.3f} {:>14} {:>14.2f} %\n", without.wall, with.wall,
                  ratio.back(), with.checkpoints, 100.0 * share.back());
        }
        const double by_share = 1.0 / (1.0 - median(share));
        print(
            "slow-down, below {:.2f}: {:.3f} by wall time: {}; {:.3f} by the time of the "
            "checkpoints: {}\n",
            most_slow_down, median(ratio), verdict(median(ratio) < most_slow_down), by_share,
            verdict(by_share < most_slow_down));
    }

    Communicator world_;
    Plan plan_;
    NetworkDescription network_;
    double speed_ = 1.0;  ///< ms of model time in a second
};

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    engram::Environment environment(argc, argv);
    engram::bench::Plan plan;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--quick") {
            plan.scale = 1;
            plan.writes = 3;
            plan.pieces = 5;
            plan.pairs = 1;
            plan.run_wall = 3.0;
            plan.every = "1s";
        } else if (option == "--folder" && i + 1 < argc) {
            plan.folder = std::filesystem::path(argv[++i]) / "bench-checkpoint";
        } else {
            std::fputs("usage: checkpoint [--quick] [--folder FOLDER]\n", stderr);
            return 2;
        }
    }
    try {
        engram::bench::Benchmark(environment.world(), plan).run();
    } catch (const engram::Error& error) {
        std::fprintf(stderr, "checkpoint: %s\n", error.what());
        return 1;
    }
    return 0;
}
