// SPDX-License-Identifier: Apache-2.0
// The steady state allocates nothing; a failure in one thread of one rank ends all.
#include "step/loop.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

#include "parallel/collectives.hpp"
#include "network/network.hpp"
#include "build/build.hpp"
#include "engram_test.hpp"

namespace {
std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t bytes, std::size_t alignment) {
    ++allocations;
    void* memory = std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return counted(bytes, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace engram {
namespace {

using test::world;

/// A built network, and the loop that moves it.
struct Running {
    explicit Running(const NetworkDescription& description)
        : network(resolve(description, registry)),
          partition(sizes(network), world().size(), test::threads()),
          state(build::build(world(), network, registry, partition, {})),
          loop(world(), state) {}

    static std::vector<std::uint64_t> sizes(const Network& network) {
        std::vector<std::uint64_t> result;
        for (const auto& population : network.populations) result.push_back(population.size);
        return result;
    }

    Registry registry = builtin_models();
    Network network;
    Partition partition;
    RankState state;
    step::Loop loop;
};

NetworkDescription balanced() {
    NetworkDescription d;
    d.population("E", "iaf_psc_delta", 400, {{"V_m", normal(-65.0, 5.0)}});
    d.population("I", "iaf_psc_delta", 100, {{"V_m", normal(-65.0, 5.0)}});
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    d.device("drive", "poisson_generator", {{"rate", 800.0}});
    d.connect("E", {"E", "I"}, fixed_indegree(40), {"e_syn", 1.0, uniform(1.0, 3.0)});
    d.connect("I", {"E", "I"}, fixed_indegree(10), {.weight = -4.0});
    d.connect("drive", {"E", "I"}, all_to_all());
    return d;
}

/// A network whose spikes repeat every 20 ms, so that no list can reach a new length by chance. Its
/// synapses learn; its noise drives neurons that never spike.
NetworkDescription periodic() {
    NetworkDescription d;
    d.population("A", "parrot_neuron", 200);
    d.population("B", "iaf_psc_delta", 200, {{"V_th", 1e9}});
    std::vector<double> times;
    for (int i = 1; i <= 500; ++i) times.push_back(20.0 * i);
    d.device("beat", "spike_generator", {{"spike_times", times}});
    d.device("noise", "poisson_generator", {{"rate", 800.0}});
    d.connect("beat", {"A"}, all_to_all(), {.delay = uniform(1.0, 20.0)});
    const Value delay = uniform(1.0, 3.0);
    d.connect("A", {"A"}, fixed_indegree(40), {"stdp_synapse_hom", 1.0, delay, 1});
    d.connect("A", {"B"}, fixed_indegree(40), {"static_synapse", uniform(0.0, 1.0), delay});
    d.connect("noise", {"B"}, all_to_all());
    return d;
}

/// The state is steady when histories reach as far back as they ever do: a little more than the 5 s
/// after which the synapses of silent sources are settled.
TEST(Loop, AllocatesNothingInTheSteadyState) {
    Running run(periodic());
    ASSERT_EQ(run.state.min_delay, 10);
    constexpr int warm_up = 7000, watched = 2000;  // intervals of 1 ms
    int interval = 0;
    std::uint64_t before = 0, after = 0;
    const auto count = [&](std::uint32_t) {
        ++interval;
        if (interval == warm_up) before = allocations;
        if (interval == warm_up + watched) after = allocations;
    };
    run.loop.run((warm_up + watched + 1) * run.state.min_delay, {[] { return 0u; }, count});
    ASSERT_GT(before, 0u);
    EXPECT_EQ(after - before, 0u);
    EXPECT_GT(run.state.vps[0].events, 1'000'000u / run.state.vps.size());
}

/// A neuron block that fails at its n-th update.
template <class Exception>
class FailingBlock final : public NeuronBlock {
public:
    FailingBlock(Exception failure, int updates)
        : failure_(std::move(failure)), updates_(updates) {}
    std::size_t update(std::span<double* const>, LocalIndex*) override {
        if (updates_-- == 0) throw failure_;
        return 0;
    }
    [[nodiscard]] std::size_t size() const override { return 0; }
    [[nodiscard]] std::vector<double> state(std::string_view) const override { return {}; }
    void set_state(std::string_view, std::span<const double>) override {}
    void copy_state(std::string_view, std::span<double>) const override {}
    [[nodiscard]] std::size_t bytes() const override { return 0; }

private:
    Exception failure_;
    int updates_;
};

template <class Exception>
void let_fail(Running& run, int rank, std::size_t thread, Exception failure, int updates) {
    if (world().rank() == rank)
        run.state.vps[thread].slices[0].block =
            std::make_unique<FailingBlock<Exception>>(failure, updates);
}

int last_rank() { return world().size() - 1; }
std::size_t last_thread() { return static_cast<std::size_t>(test::threads()) - 1; }

/// How a message of the last rank begins.
std::string from_last_rank(const std::string& text) {
    return (world().size() == 1 ? "" : "rank " + std::to_string(last_rank()) + ": ") + text;
}

TEST(Loop, FailureInOneThreadOfOneRankEndsAll) {
    for (const int updates : {0, 3, 25}) {
        Running run(balanced());
        let_fail(run, last_rank(), last_thread(), std::runtime_error("the neuron broke"), updates);
        EXPECT_ERROR(run.loop.run(1000, {}), from_last_rank("the neuron broke"));
        EXPECT_LE(run.state.now, updates + 2 * run.state.min_delay);  // none went on for long
        EXPECT_EQ(parallel::max(world(), run.state.now), parallel::min(world(), run.state.now));
    }
}

TEST(Loop, FailureInTheLastIntervalEndsAll) {
    Running run(balanced());
    let_fail(run, last_rank(), last_thread(), std::runtime_error("the neuron broke"), 99);
    EXPECT_ERROR(run.loop.run(100, {}), from_last_rank("the neuron broke"));
}

TEST(Loop, FailuresInSeveralPlacesGiveOneMessage) {
    Running run(balanced());
    for (std::size_t t = 0; t < run.state.vps.size(); ++t)
        let_fail(run, world().rank(), t, std::runtime_error("the neuron broke"), 12);
    EXPECT_ERROR(run.loop.run(100, {}), "the neuron broke");
}

TEST(Loop, FailedAllocationIsTold) {
    Running run(balanced());
    let_fail(run, 0, last_thread(), std::bad_alloc(), 5);
    EXPECT_ERROR(run.loop.run(100, {}), "out of memory during the simulation");
}

TEST(Loop, FailureBetweenIntervalsEndsAll) {
    const auto fail_on_last = [] {
        if (world().rank() == last_rank()) throw Error("the disk is full");
    };
    Running run(balanced());
    EXPECT_ERROR(run.loop.run(100, {[&] { return fail_on_last(), 0u; }, {}}),
                 from_last_rank("the disk is full"));
    EXPECT_ERROR(run.loop.run(100, {{}, [&](auto) { fail_on_last(); }}),
                 from_last_rank("the disk is full"));
}

TEST(Loop, FlagsOfOneRankReachAll) {
    Running run(balanced());
    int seen = 0;
    const auto flags = [&] {
        return world().rank() == last_rank() && run.state.now == 20 ? 2u : 0u;
    };
    run.loop.run(50, {flags, [&](std::uint32_t all) { seen += all == step::flag_flush ? 1 : 0; }});
    EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace engram
