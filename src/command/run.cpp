// SPDX-License-Identifier: Apache-2.0
#include "command/run.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "command/description.hpp"

namespace engram::command {
namespace {

void print(const Communicator& comm, bool quiet, const std::string& text) {
    if (comm.rank() == 0 && !quiet) {
        std::fputs(text.c_str(), stdout);
        std::fflush(stdout);
    }
}

/// A network file to write when the model time has come.
struct StoreTime {
    double time = 0.0;  ///< ms
    std::string path;
};

/// The `MS=FILE` of the command line, in order of time.
std::vector<StoreTime> store_times(const std::vector<std::string>& arguments,
                                   const NetworkDescription& network) {
    const double duration = network.duration, resolution = network.resolution;
    std::vector<StoreTime> times;
    Problems problems;
    for (const std::string& argument : arguments) {
        const auto equals = argument.find('=');
        char* end = nullptr;
        const double time = std::strtod(argument.c_str(), &end);
        if (equals == std::string::npos || equals == 0 || end != argument.c_str() + equals ||
            equals + 1 == argument.size())
            problems.add(
                fmt::format("'{}' (must be MS=FILE). Write for example 1000=trained.h5", argument));
        else if (!(time >= 0.0 && time <= duration))
            problems.add(
                fmt::format("'{}' (the run lasts from 0 to {} ms). Choose a time within it",
                            argument, duration));
        else if (resolution > 0.0 && !on_grid(time, resolution))
            problems.add(
                fmt::format("'{}' (must be a multiple of the resolution, {} ms). Choose a multiple",
                            argument, resolution));
        else times.push_back({time, argument.substr(equals + 1)});
    }
    problems.throw_if_any("--store-at");
    std::stable_sort(times.begin(), times.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    return times;
}

/// Whether making the output folder makes this one too.
bool made_with_output(const std::filesystem::path& folder, const std::string& output) {
    const auto outer = std::filesystem::absolute(folder).lexically_normal();
    const auto inner = std::filesystem::absolute(output).lexically_normal();
    return !output.empty() &&
           std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first ==
               outer.end();
}

/// A file that cannot be written is a problem before the simulation, not after it.
void check_folder(const char* option, const std::string& file, const std::string& output,
                  Problems& problems) {
    const std::string parent = std::filesystem::path(file).parent_path().string();
    const std::string folder = parent.empty() ? "." : parent;
    const auto problem = [&](const std::string& why, const char* remedy) {
        problems.add(fmt::format("{} '{}' ({}). {}", option, file, why, remedy));
    };
    std::error_code failed;  // where a folder may not be searched, nothing is known to be there
    if (std::filesystem::is_directory(file, failed)) problem("is a folder", "Name a file in it");
    else if (std::filesystem::is_directory(folder, failed)) {
        if (access(folder.c_str(), W_OK | X_OK) != 0)
            problem(fmt::format("its folder '{}' is not writable", folder), "Choose another");
    } else if (!made_with_output(folder, output)) {
        problem(fmt::format("there is no folder '{}'", folder), "Make it, or choose another");
    }
}

void check_folders(const Communicator& comm, const RunRequest& request,
                   const std::vector<StoreTime>& stores) {
    Problems problems;
    const auto check = [&](const char* option, const std::string& file) {
        if (!file.empty()) check_folder(option, file, request.options.output, problems);
    };
    for (const auto& store : stores) check("--store-at", store.path);
    check("--store", request.store);
    if (comm.rank() == 0) check("--report", request.report);  // which this rank alone writes
    problems.throw_if_any("output");
}

/// Collective. Runs to the end, and stores on the way what an interrupted run did not store before
/// its checkpoint.
RunEnd simulate(Simulation& simulation, double duration, const std::vector<StoreTime>& stores) {
    if (simulation.time() > duration)
        throw Error(fmt::format(
            "duration = {} ms (the checkpoint was written at {} ms). Choose a longer one", duration,
            simulation.time()));
    for (const auto& [time, path] : stores) {
        if (time < simulation.time()) continue;
        if (simulation.run(time - simulation.time()) == RunEnd::requeue) return RunEnd::requeue;
        simulation.store(path);
    }
    return simulation.run(duration - simulation.time());
}

/// Collective. The recordings and the last checkpoint are kept though the network is not.
void store_and_finish(Simulation& simulation, const std::string& path) {
    try {
        if (!path.empty()) simulation.store(path);
    } catch (const Error&) {  // alike on all ranks
        simulation.finish();
        throw;
    }
    simulation.finish();
}

}  // namespace

void write_report(const Communicator& comm, const std::string& path, const std::string& json) {
    parallel::collectively(comm, [&] {
        if (comm.rank() != 0) return;
        std::ofstream out(path);
        out << json << '\n';
        out.close();
        if (!out)
            throw Error("report '" + path +
                        "' cannot be written (see its folder and the space on it). Choose another "
                        "with --report");
    });
}

int run(const Communicator& comm, RunRequest request) {
    NetworkDescription network;
    std::vector<StoreTime> stores;
    std::vector<std::string> warnings;
    parallel::collectively(comm, [&] {
        network = read_description(request, warnings);
        stores = store_times(request.store_at, network);
        check_folders(comm, request, stores);
    });
    if (comm.rank() == 0)
        for (const auto& warning : warnings)
            std::fprintf(stderr, "engram: warning: %s\n", warning.c_str());
    Simulation simulation(comm, network, request.options);
    const MemoryReport built = simulation.memory();
    const int threads = request.options.threads;
    print(comm, request.quiet,
          fmt::format(
              "engram: {} neurons, {} synapses on {} rank{} x {} thread{}, built in {:.2f} s\n",
              built.neurons, built.synapses, comm.size(), comm.size() == 1 ? "" : "s", threads,
              threads == 1 ? "" : "s", simulation.timing().build));
    const RunEnd end = simulate(simulation, network.duration, stores);
    if (end == RunEnd::done) store_and_finish(simulation, request.store);
    const MemoryReport memory = simulation.memory();
    const TimeReport times = simulation.timing();
    print(comm, request.quiet,
          "\n" + memory_table(memory) + "\n" + time_table(memory, times, comm.size() * threads));
    if (!request.report.empty())
        write_report(comm, request.report, json_report(memory, times, comm.size(), threads));
    if (end == RunEnd::done) return 0;
    print(comm, request.quiet,
          fmt::format("ended at {} of {} ms, after a checkpoint. Queue it again with --resume\n",
                      simulation.time(), network.duration));
    return requeue_status;
}

}  // namespace engram::command
