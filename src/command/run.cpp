// SPDX-License-Identifier: Apache-2.0
#include "command/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "parallel/collectives.hpp"

namespace engram::command {
namespace {

void print(const Communicator& comm, bool quiet, const std::string& text) {
    if (comm.rank() == 0 && !quiet) {
        std::fputs(text.c_str(), stdout);
        std::fflush(stdout);
    }
}

void write_report(const Communicator& comm, const std::string& path, const std::string& json) {
    parallel::collectively(comm, [&] {
        if (comm.rank() != 0) return;
        std::ofstream out(path);
        out << json << '\n';
        out.close();
        if (!out) throw Error("report '" + path + "' cannot be written (see its folder and the space on it). Choose another with --report");
    });
}

/// A network file to write when the model time has come.
struct StoreTime {
    double time = 0.0;  ///< ms
    std::string path;
};

/// The `MS=FILE` of the command line, in order of time.
std::vector<StoreTime> store_times(const std::vector<std::string>& arguments, double duration) {
    std::vector<StoreTime> times;
    Problems problems;
    for (const std::string& argument : arguments) {
        const auto equals = argument.find('=');
        char* end = nullptr;
        const double time = std::strtod(argument.c_str(), &end);
        if (equals == std::string::npos || equals == 0 || end != argument.c_str() + equals || equals + 1 == argument.size())
            problems.add(fmt::format("'{}' (must be MS=FILE). Write for example 1000=trained.h5", argument));
        else if (!(time >= 0.0 && time <= duration))
            problems.add(fmt::format("'{}' (the run lasts from 0 to {} ms). Choose a time within it", argument, duration));
        else times.push_back({time, argument.substr(equals + 1)});
    }
    problems.throw_if_any("--store-at");
    std::stable_sort(times.begin(), times.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return times;
}

}  // namespace

void run(const Communicator& comm, const RunRequest& request) {
    NetworkDescription network;
    std::vector<StoreTime> stores;
    parallel::collectively(comm, [&] {
        network = read_network(request.network, request.set);
        stores = store_times(request.store_at, network.duration);
    });
    Simulation simulation(comm, network, request.options);
    const MemoryReport built = simulation.memory();
    const int threads = request.options.threads;
    print(comm, request.quiet,
          fmt::format("engram: {} neurons, {} synapses on {} rank{} x {} thread{}, built in {:.2f} s\n", built.neurons,
                      built.synapses, comm.size(), comm.size() == 1 ? "" : "s", threads, threads == 1 ? "" : "s",
                      simulation.timing().build));
    for (const auto& [time, path] : stores) {
        simulation.run(time - simulation.time());
        simulation.store(path);
    }
    simulation.run(network.duration - simulation.time());
    if (!request.store.empty()) simulation.store(request.store);
    simulation.finish();
    const MemoryReport memory = simulation.memory();
    const TimeReport times = simulation.timing();
    print(comm, request.quiet, "\n" + memory_table(memory) + "\n" + time_table(times, comm.size() * threads));
    if (!request.report.empty()) write_report(comm, request.report, json_report(memory, times, comm.size(), threads));
}

}  // namespace engram::command
