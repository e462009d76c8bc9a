// SPDX-License-Identifier: Apache-2.0
// The network of first_network.toml by the C++ interface:  mpirun -n 2 first_network --threads=2
#include <cstdio>

#include "engram/engram.hpp"

int main(int argc, char** argv) {
    engram::Environment environment(argc, argv);  // starts MPI
    const engram::Communicator& world = environment.world();
    int threads = 1;
    for (int i = 1; i < argc; ++i) std::sscanf(argv[i], "--threads=%d", &threads);

    engram::NetworkDescription network;
    network.copy_model("stdp_synapse_hom", "plastic", {{"Wmax", 2.0}});
    const auto exc =
        network.population("E", "iaf_psc_delta", 400, {{"V_m", engram::normal(-65.0, 5.0)}});
    const auto inh = network.population("I", "iaf_psc_delta", 100);
    const auto drive = network.device("drive", "poisson_generator", {{"rate", 1000.0}});
    network.connect(drive, {exc, inh}, engram::all_to_all(), {.weight = 1.0, .delay = 1.0});
    network.connect(exc, {exc, inh}, engram::fixed_indegree(40),
                    {.model = "plastic", .weight = 1.0, .delay = 1.5});
    network.connect(inh, {exc, inh}, engram::fixed_indegree(10), {.weight = -4.0, .delay = 1.0});
    const auto recorder = network.recorder("spikes", "spike_recorder", {exc, inh});

    try {
        engram::RunOptions options;
        options.threads = threads;
        engram::Simulation simulation(world, network, options);
        simulation.run(1000.0);  // ms
        const engram::SpikeTrain spikes = simulation.spikes(recorder, exc);
        if (world.rank() == 0)
            std::printf("%zu spikes of 400 neurons: %.2f spikes/s\n", spikes.times.size(),
                        static_cast<double>(spikes.times.size()) / 400.0);
    } catch (const engram::Error& error) {  // thrown alike on all ranks
        if (world.rank() == 0) std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
