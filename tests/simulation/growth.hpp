// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "engram/engram.hpp"

#include "parallel/collectives.hpp"
#include "parallel/memory.hpp"
#include "hdf5/file.hpp"
#include "checkpoint/paths.hpp"
#include "engram_test.hpp"

namespace engram::test {

/// EINetwork whose last tenth of excitatory neurons is silent: one half never spikes, the other
/// spikes once at the beginning and never again. Their synapses learn as all the others do, so that
/// whatever waits for the next spike of a source waits for ever.
struct SilentTenth {
    std::uint64_t excitatory = 2000, inhibitory = 500;
    std::uint64_t indegree_excitatory = 200, indegree_inhibitory = 50;
    double rate = 800.0;  ///< spikes/s, of the drive
    double delay = 1.0;   ///< ms

    [[nodiscard]] NetworkDescription network() const {
        constexpr double unreachable = 1e6;  // mV
        const std::uint64_t few = excitatory / 20, indegree_few = indegree_excitatory / 20;
        NetworkDescription d;
        const Parameters neuron{{"V_m", normal(-65.0, 5.0)}};
        const Parameters silent{{"V_m", normal(-65.0, 5.0)}, {"V_th", unreachable}};
        d.population("E", "iaf_psc_delta", excitatory - 2 * few, neuron);
        d.population("never", "iaf_psc_delta", few, silent);
        d.population("once", "iaf_psc_delta", few, silent);
        d.population("I", "iaf_psc_delta", inhibitory, neuron);
        const std::vector<std::string> all{"E", "never", "once", "I"};
        d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
        const Synapse learning{.model = "e_syn", .weight = 1.0, .delay = delay};
        d.connect("E", all, fixed_indegree(indegree_excitatory - 2 * indegree_few), learning);
        for (const char* source : {"never", "once"})
            d.connect(source, all, fixed_indegree(indegree_few), learning);
        d.connect("I", all, fixed_indegree(indegree_inhibitory), {.weight = -4.0, .delay = delay});
        d.device("drive", "poisson_generator", {{"rate", rate}});
        d.connect("drive", all, all_to_all(), {.weight = 1.0, .delay = delay});
        d.device("kick", "spike_generator", {{"spike_times", std::vector<double>{5.0}}});
        d.connect("kick", {"once"}, all_to_all(), {.weight = 2 * unreachable, .delay = delay});
        d.recorder("spikes", "spike_recorder", all);
        d.recorder("potentials", "multimeter", {"once"}, {{"interval", 10.0}});
        return d;
    }
};

/// Resident memory of all ranks, bytes. Collective.
inline std::uint64_t resident() {
    return parallel::sum(world(), parallel::process_memory().resident);
}

/// Collective. A checkpoint's post-synaptic spikes: those that may still be asked for.
inline std::uint64_t spikes_remembered(Simulation& simulation, const std::string& file) {
    simulation.checkpoint(file);
    return hdf5::File::open(world(), file)
        .array_size(checkpoint::histories_path("E") + "/spike_step");
}

/// Collective. What the memory report knows has not grown by a byte, but for buffers that follow
/// the busiest interval so far, which may have doubled once more; nor has the process, by more than
/// `margin` a rank: what the allocator keeps of what comes and goes.
inline void expect_no_growth(const MemoryReport& before, std::uint64_t resident_before,
                             const MemoryReport& after, std::uint64_t resident_after,
                             std::uint64_t margin) {
    const std::set<std::string> follow_activity{"calendar", "routes and exchange", "recordings"};
    ASSERT_EQ(before.categories.size(), after.categories.size());
    for (std::size_t i = 0; i < before.categories.size(); ++i) {
        const auto& [name, bytes] = before.categories[i];
        const std::uint64_t busier = follow_activity.contains(name) ? bytes : 0;
        EXPECT_LE(after.categories[i].bytes, bytes + busier) << name;
    }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return;  // the sanitizer keeps what was freed
#endif
    EXPECT_LE(resident_after,
              resident_before + margin * static_cast<std::uint64_t>(world().size()));
}

/// Collective. Runs up to `first` ms, then up to `last` (multiples of 10 s), in pieces of `piece`
/// ms.
inline void expect_bounded_memory(const SilentTenth& size, double first, double last, double piece,
                                  std::uint64_t margin) {
    const auto folder = temporary_folder();
    RunOptions options;
    options.threads = threads();
    options.output = (folder / "results").string();
    Simulation simulation(world(), size.network(), options);
    const auto run_to = [&](double end) {
        while (simulation.time() < end - 0.05)
            simulation.run(std::min(piece, end - simulation.time()));
    };
    run_to(9900.0);  // before sources are settled for the first time
    const std::uint64_t unsettled = spikes_remembered(simulation, folder / "unsettled.h5");
    run_to(first);
    const MemoryReport before = simulation.memory();
    const std::uint64_t resident_before = resident();
    run_to(last);
    const std::uint64_t resident_after = resident();
    expect_no_growth(before, resident_before, simulation.memory(), resident_after, margin);
    // Just after sources were settled, pairings of a second or two are left.
    run_to(last + 100.0);
    EXPECT_LT(3 * spikes_remembered(simulation, folder / "settled.h5"), unsettled);
    EXPECT_GT(unsettled, 9 * size.excitatory);  // a spike a second: the network is not dead
    simulation.finish();
}

}  // namespace engram::test
