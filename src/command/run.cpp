// SPDX-License-Identifier: Apache-2.0
#include "command/run.hpp"

#include <fmt/format.h>

#include <cstdio>
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

}  // namespace

void run(const Communicator& comm, const RunRequest& request) {
    NetworkDescription network;
    parallel::collectively(comm, [&] { network = read_network(request.network, request.set); });
    Simulation simulation(comm, network, request.options);
    const MemoryReport built = simulation.memory();
    const int threads = request.options.threads;
    print(comm, request.quiet,
          fmt::format("engram: {} neurons, {} synapses on {} rank{} x {} thread{}, built in {:.2f} s\n", built.neurons,
                      built.synapses, comm.size(), comm.size() == 1 ? "" : "s", threads, threads == 1 ? "" : "s",
                      simulation.timing().build));
    simulation.run(network.duration);
    if (!request.store.empty()) simulation.store(request.store);
    simulation.finish();
    const MemoryReport memory = simulation.memory();
    const TimeReport times = simulation.timing();
    print(comm, request.quiet, "\n" + memory_table(memory) + "\n" + time_table(times, comm.size() * threads));
    if (!request.report.empty()) write_report(comm, request.report, json_report(memory, times, comm.size(), threads));
}

}  // namespace engram::command
