// SPDX-License-Identifier: Apache-2.0
// NEST's example "Store and restore a network simulation" on any number of ranks and threads:
//   mpirun -n 3 store_restore_network --threads=2
// Leaves ein_1000.h5 in the current folder. Exit status 0 when every check holds.
#include <cstdio>
#include <string>

#include "engram/engram.hpp"

namespace {

const char* const stored_file = "ein_1000.h5";
constexpr double duration = 1000.0;  // ms

/// A balanced network with plastic excitatory synapses (cluster/einetwork.toml is the same).
engram::NetworkDescription describe(std::uint64_t seed) {
    engram::NetworkDescription network;
    network.seed = seed;
    network.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    network.copy_model("static_synapse", "i_syn");
    network.population("E", "iaf_psc_delta", 2000, {{"V_m", engram::normal(-65.0, 5.0)}});
    network.population("I", "iaf_psc_delta", 500, {{"V_m", engram::normal(-65.0, 5.0)}});
    network.device("drive", "poisson_generator", {{"rate", 800.0}});
    network.connect("E", {"E", "I"}, engram::fixed_indegree(200),
                    {.model = "e_syn", .weight = 1.0, .delay = 1.0});
    network.connect("I", {"E", "I"}, engram::fixed_indegree(50),
                    {.model = "i_syn", .weight = -4.0, .delay = 1.0});
    network.connect("drive", {"E", "I"}, engram::all_to_all(), {.weight = 1.0, .delay = 1.0});
    network.recorder("spikes", "spike_recorder", {"E"});
    return network;
}

/// What can be seen of a network: the same on all ranks.
struct Observed {
    engram::SpikeTrain spikes;
    std::vector<double> V_m;
    engram::ConnectionList synapses;
};

Observed observe(engram::Simulation& simulation) {
    return {simulation.spikes("spikes", "E"), simulation.state("E", "V_m"),
            simulation.connections("E_to_E")};
}

engram::RunOptions start_from(const std::string& file, int threads) {
    engram::RunOptions options;
    options.restore = file;
    options.threads = threads;
    return options;
}

Observed restore_and_run(const engram::Communicator& world, std::uint64_t seed, int threads) {
    engram::Simulation simulation(world, describe(seed), start_from(stored_file, threads));
    simulation.run(duration);
    return observe(simulation);
}

bool same_spikes(const Observed& a, const Observed& b) {
    return a.spikes.times == b.spikes.times && a.spikes.nodes == b.spikes.nodes;
}
bool same_network(const Observed& a, const Observed& b) {
    return a.V_m == b.V_m && a.synapses == b.synapses;
}

/// Prints on rank 0 what was checked and whether it holds.
class Checks {
public:
    explicit Checks(const engram::Communicator& world) : speaks_(world.rank() == 0) {}
    void check(const char* what, bool holds) {
        if (speaks_) std::printf("%-62s %s\n", what, holds ? "yes" : "NO");
        passed_ = passed_ && holds;
    }
    [[nodiscard]] bool passed() const { return passed_; }

private:
    bool speaks_, passed_ = true;
};

bool run_experiment(const engram::Communicator& world, int threads) {
    constexpr std::uint64_t seed = 1, other_seed = 987654321;
    Checks checks(world);

    // 1. Build and simulate. 2. Store. 3. Continue.
    engram::Simulation initial(world, describe(seed), start_from("", threads));
    initial.run(duration);
    initial.store(stored_file);
    const Observed at_storing = observe(initial);
    initial.run(duration);

    // 4. Restore into a new simulation, on as many or other ranks and threads.
    {
        engram::Simulation restored(world, describe(seed), start_from(stored_file, threads));
        const Observed at_restoring = observe(restored);
        checks.check("restored V_m and synapses are those that were stored",
                     same_network(at_restoring, at_storing));
    }
    const Observed reloaded = restore_and_run(world, seed, threads);

    // 5. The same again. 6. With another seed, which changes the Poisson input.
    const Observed again = restore_and_run(world, seed, threads);
    const Observed other = restore_and_run(world, other_seed, threads);
    checks.check("reloaded twice with one seed: the same spikes", same_spikes(reloaded, again));
    checks.check("reloaded twice with one seed: the same V_m and weights",
                 same_network(reloaded, again));
    checks.check("reloaded with another seed: other spikes", !same_spikes(reloaded, other));
    checks.check("all runs spiked", !reloaded.spikes.times.empty() && !other.spikes.times.empty());
    return checks.passed();
}

}  // namespace

int main(int argc, char** argv) {
    engram::Environment environment(argc, argv);
    int threads = 1;
    for (int i = 1; i < argc; ++i) std::sscanf(argv[i], "--threads=%d", &threads);
    try {
        return run_experiment(environment.world(), threads) ? 0 : 1;
    } catch (const engram::Error& error) {  // thrown alike on all ranks
        if (environment.world().rank() == 0) std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
