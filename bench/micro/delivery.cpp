// SPDX-License-Identifier: Apache-2.0
// How many synaptic events are delivered per second, and what do synapses cost in memory? Steps of
// the real stages: receive() enters spikes into the calendar, deliver() adds (and, plastic,
// changes) weights.
#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "engram/simulation.hpp"

#include "core/partition.hpp"
#include "core/random.hpp"
#include "models/registry.hpp"
#include "network/network.hpp"
#include "build/build.hpp"
#include "step/deliver.hpp"
#include "step/receive.hpp"
#include "einetwork.hpp"
#include "micro/limits.hpp"
#include "micro/plain_delivery.hpp"
#include "micro/run.hpp"

namespace engram::bench {
namespace {

constexpr Step delay = 10;
constexpr double rate = 0.004;  // spikes per neuron and step: 40 Hz

enum class Kind { constant, fixed, plastic };

struct Case {
    std::string name;
    Kind kind;
    bool single_precision;
    std::uint64_t sources, targets, row_length;
};

/// One virtual process, and Poisson spikes of its sources and targets.
class Process {
public:
    Process(const Communicator& world, const Case& c) : plastic_(c.kind == Kind::plastic) {
        NetworkDescription description;
        description.weight_precision = c.single_precision ? "single" : "double";
        description.population("sources", "parrot_neuron", c.sources);
        description.population("targets", "iaf_psc_delta", c.targets);
        Synapse synapse{.model = plastic_ ? "stdp_synapse_hom" : "static_synapse", .delay = 1.0};
        synapse.weight = c.kind == Kind::constant ? Value(0.5) : Value(uniform(10.0, 90.0));
        description.connect("sources", {"targets"},
                            fixed_indegree(c.row_length * c.sources / c.targets), synapse);
        const Network network = resolve(description, registry_);
        state_ =
            build::build(world, network, registry_, Partition({c.sources, c.targets}, 1, 1), {});
    }

    [[nodiscard]] VirtualProcess& vp() { return state_.vps[0]; }
    [[nodiscard]] NeuronSlice& targets() { return vp().slices[1]; }
    [[nodiscard]] SynapseColumns& synapses() { return vp().synapses.columns[0]; }

    /// Draws what happens in a number of steps: rows and targets that spike in each, ascending.
    void draw(std::size_t steps) {
        const auto poisson = [steps](std::uint64_t size, std::uint32_t which) {
            RandomStream random({11, 12}, which, 0);
            std::vector<std::vector<std::uint32_t>> trains(steps);
            for (auto& spikes : trains) {
                const auto count = static_cast<std::size_t>(rate * static_cast<double>(size));
                for (std::size_t i = 0; i < count; ++i)
                    spikes.push_back(static_cast<std::uint32_t>(random.below(size)));
                std::sort(spikes.begin(), spikes.end());
                spikes.erase(std::unique(spikes.begin(), spikes.end()), spikes.end());
            }
            return trains;
        };
        rows_ = poisson(state_.row_sources.size(), 1);
        if (plastic_) posts_ = poisson(targets().size, 2);
    }
    [[nodiscard]] const std::vector<Row>& rows(Step t) const {
        return rows_[static_cast<std::size_t>(t) % rows_.size()];
    }
    [[nodiscard]] const std::vector<LocalIndex>& posts(Step t) const {
        return posts_[static_cast<std::size_t>(t) % posts_.size()];
    }
    [[nodiscard]] Step now() const { return now_; }
    [[nodiscard]] bool plastic() const { return plastic_; }

    /// Post-synaptic spikes alone: fills histories.
    void live(Step steps) {
        for (Step end = now_ + steps; now_ < end;) add_posts(++now_);
    }
    void step() {
        ++now_;
        step::settle(vp(), now_);
        step::deliver(vp(), now_);
        if (plastic_) add_posts(now_);
        step::receive(vp(), rows(now_), now_);
    }

    [[nodiscard]] double bytes_per_synapse() {
        return static_cast<double>(synapses().bytes() + vp().synapses.directory_bytes()) /
               static_cast<double>(synapses().size);
    }
    /// What an event reads and, when plastic, writes of the columns.
    [[nodiscard]] double traffic() {
        const double weight =
            static_cast<double>(synapses().weights.bytes() + synapses().weights_single.bytes());
        return sizeof(std::uint16_t) +
               (plastic_ ? 2.0 : 1.0) * weight / static_cast<double>(synapses().size);
    }

private:
    void add_posts(Step t) {
        for (const LocalIndex neuron : posts(t)) targets().history->add(neuron, t);
    }

    Registry registry_ = builtin_models();
    bool plastic_;
    RankState state_;
    std::vector<std::vector<std::uint32_t>> rows_, posts_;
    Step now_ = 0;
};

constexpr Step settled =
    3000;  // steps of 40 Hz: enough to fill the newest eight spikes of nearly all

/// The sums of inputs, and changed weights, agree with the plain computation over as many steps as
/// spike trains.
void prove(Process& process, bool single_precision) {
    constexpr Step steps = 150;
    process.draw(static_cast<std::size_t>(process.plastic() ? settled + steps : steps));
    PlainDelivery plain(process.vp().synapses, process.targets().size, delay);
    if (process.plastic()) {
        for (Step t = 1; t <= settled; ++t) plain.add_posts(process.posts(t), t);
        process.live(settled);
    }
    for (Step i = 0; i < steps; ++i) {
        const Step t = process.now() + 1;
        process.step();
        if (i >= delay) plain.deliver(process.rows(t - delay), t - delay);
        if (process.plastic()) plain.add_posts(process.posts(t), t);
    }
    const double tolerance = !process.plastic() ? 0.0 : single_precision ? 1e-4 : 1e-10;
    const double* input = process.targets().inputs[0];
    require(close({input, process.targets().size}, plain.input(), tolerance),
            "inputs after delivery");
    if (process.plastic())
        require(plain.agrees(process.synapses(), tolerance), "weights after delivery");
}

void deliver(benchmark::State& state, const Machine& machine, const Case& c) {
    Process process(machine.world, c);
    prove(process, c.single_precision);
    constexpr std::size_t most = 2'000'000;  // row numbers held
    process.draw(std::min<std::size_t>(
        8192, most / static_cast<std::size_t>(rate * static_cast<double>(c.sources))));
    constexpr int warm_up = 1000;  // steps: nearly all sources have spiked twice
    for (int i = 0; i < warm_up; ++i) process.step();
    const std::uint64_t before = process.vp().events;
    for (auto _ : state) process.step();
    const auto events = static_cast<double>(process.vp().events - before);
    report(state, "events/s", events, events * process.traffic(), machine.calibration);
    state.counters["B/synapse"] = process.bytes_per_synapse();
    if (c.kind == Kind::plastic || c.row_length != 1'000) return;
    report_limit(state, events,
                 c.kind == Kind::constant ? limits::delivery_constant()
                 : c.single_precision     ? limits::delivery_single()
                                          : limits::delivery_double());
}

/// The whole loop of the EINetwork, 100 ms an iteration; timed is the share of deliver() (synapses
/// and Poisson).
void deliver_einetwork(benchmark::State& state, const Machine& machine) {
    Simulation simulation(machine.world, einetwork());
    simulation.run(1000.0);
    const auto seconds = [](const TimeReport& report, bool all) {
        double sum = 0.0;
        for (const auto& phase : report.phases)
            sum += all || phase.name == "deliver" ? phase.mean : 0.0;
        return sum;
    };
    double events = 0.0;
    for (auto _ : state) {
        const TimeReport before = simulation.timing();
        const std::clock_t begin = std::clock();
        simulation.run(100.0);
        const double processor = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        const TimeReport after = simulation.timing();
        // Phases are measured in wall time, which others on the machine stretch: only their ratio
        // is used.
        const double share = (seconds(after, false) - seconds(before, false)) /
                             (seconds(after, true) - seconds(before, true));
        state.SetIterationTime(processor * share);
        events += static_cast<double>(after.events - before.events);
    }
    constexpr double traffic =
        sizeof(std::uint16_t) + 0.8 * 2.0 * sizeof(double);  // 80 % are plastic
    report(state, "events/s", events, events * traffic, machine.calibration);
    const MemoryReport memory = simulation.memory();
    state.counters["B/synapse"] =
        static_cast<double>(memory.categories.front().bytes) / static_cast<double>(memory.synapses);
}

void add_benchmarks(const Machine& machine) {
    require(machine.world.size() == 1, "this benchmark runs on one rank");
    std::vector<Case> cases;
    const auto add = [&](const std::string& name, Kind kind, bool single_precision) {
        cases.push_back({name + "/rows:1000", kind, single_precision, 20'000, 5'000, 1'000});
        cases.push_back({name + "/rows:2", kind, single_precision, 2'000'000, 5'000, 2});
    };
    add("static/constant", Kind::constant, false);
    add("static/double", Kind::fixed, false);
    add("static/single", Kind::fixed, true);
    add("stdp_synapse_hom/double", Kind::plastic, false);
    add("stdp_synapse_hom/single", Kind::plastic, true);
    for (const Case& c : cases)
        benchmark::RegisterBenchmark(c.name.c_str(),
                                     [=](benchmark::State& state) { deliver(state, machine, c); })
            ->Iterations(1000)
            ->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark(
        "stdp_synapse_hom/einetwork",
        [=](benchmark::State& state) { deliver_einetwork(state, machine); })
        ->UseManualTime()
        ->Iterations(20)
        ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    return engram::bench::run(argc, argv, engram::bench::add_benchmarks);
}
