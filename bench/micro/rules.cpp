// SPDX-License-Identifier: Apache-2.0
// How many synapses does each connection rule draw per second, on one virtual process, on one of a
// hundred, and with all else that building does? 10,000 neurons, a thousand synapses of each.
#include <algorithm>
#include <string>
#include <vector>

#include "engram/engram.hpp"

#include "build/target_synapses.hpp"
#include "micro/run.hpp"

namespace engram::bench {
namespace {

constexpr std::uint64_t neurons = 10'000, degree = 1'000;
constexpr std::uint64_t processes = 100;

struct Case {
    const char* name;
    Rule rule;
};

std::vector<Case> cases() {
    constexpr double p = static_cast<double>(degree) / neurons;
    return {{"fixed_indegree", fixed_indegree(degree)},
            {"fixed_indegree_distinct", fixed_indegree(degree, false, false)},
            {"fixed_outdegree", fixed_outdegree(degree)},
            {"fixed_outdegree_others", fixed_outdegree(degree, false)},
            {"fixed_outdegree_distinct", fixed_outdegree(degree, false, false)},
            {"fixed_total_number", fixed_total_number(degree * neurons)},
            {"fixed_total_number_distinct", fixed_total_number(degree * neurons, false, false)},
            {"pairwise_bernoulli", pairwise_bernoulli(p, false)},
            {"symmetric_pairwise_bernoulli", symmetric_pairwise_bernoulli(p, false)},
            {"pairwise_poisson", pairwise_poisson(p)},
            {"all_to_all", all_to_all()}};
}

NetworkDescription described(const Rule& rule, std::uint64_t targets) {
    NetworkDescription d;
    d.population("A", "iaf_psc_delta", neurons);
    d.population("B", "iaf_psc_delta", targets);  // of all_to_all, which has too many otherwise
    const bool dense = rule.name == "all_to_all";
    d.connect("A", {dense ? "B" : "A"}, rule, {.weight = 1.0, .delay = 1.0}, "p");
    return d;
}

/// The projection of a rule, drawn for one of many virtual processes.
class Drawing {
public:
    explicit Drawing(const Rule& rule)
        : network_(resolve(described(rule, degree), registry_)),
          make_(network_, registry_, 0, nullptr),
          targets_(network_.populations[network_.projections[0].target].size) {}

    /// How many synapses, onto which `use` is called target by target.
    template <class Use>
    std::uint64_t draw(std::uint64_t process, std::uint64_t of, Use use) {
        const NodeIndex begin = targets_ * process / of, end = targets_ * (process + 1) / of;
        make_.prepare(begin, end);
        std::uint64_t synapses = 0;
        for (NodeIndex target = begin; target < end; ++target) {
            make_.draw_sources(target);
            synapses += make_.sources().size();
            use(target, make_.sources());
        }
        return synapses;
    }

private:
    Registry registry_ = builtin_models();
    Network network_;
    build::TargetSynapses make_;
    std::uint64_t targets_;
};

/// About as many synapses as the rule says, the same for a process as for the whole.
void prove(const Rule& rule) {
    Drawing drawing(rule);
    std::vector<std::vector<NodeIndex>> whole;
    const std::uint64_t all = drawing.draw(
        0, 1, [&](NodeIndex, const std::vector<NodeIndex>& sources) { whole.push_back(sources); });
    require(all > degree * neurons / 100 * 99 && all < degree * neurons / 100 * 101, "number");
    drawing.draw(processes / 3, processes,
                 [&](NodeIndex target, const std::vector<NodeIndex>& sources) {
                     require(sources == whole[target], "synapses of a part");
                 });
}

void draw(benchmark::State& state, const Rule& rule, std::uint64_t of) {
    Drawing drawing(rule);
    std::uint64_t process = 0;
    std::int64_t synapses = 0;
    for (auto _ : state)
        synapses += static_cast<std::int64_t>(
            drawing.draw(process++ % of, of, [](NodeIndex, const std::vector<NodeIndex>& sources) {
                benchmark::DoNotOptimize(sources.data());
            }));
    state.SetItemsProcessed(synapses);
}

void build(benchmark::State& state, const Rule& rule, const Communicator& world) {
    const NetworkDescription network = described(rule, degree);
    std::int64_t synapses = 0;
    for (auto _ : state)
        synapses += static_cast<std::int64_t>(Simulation(world, network).memory().synapses);
    state.SetItemsProcessed(synapses);
}

void add_benchmarks(const Machine& machine) {
    for (const Case& one : cases()) {
        prove(one.rule);
        const std::string name = one.name;
        const auto add = [&](const std::string& what, auto measure) {
            benchmark::RegisterBenchmark((what + "/" + name).c_str(), measure)
                ->Unit(benchmark::kMillisecond);
        };
        const Rule rule = one.rule;
        add("draw", [=](benchmark::State& state) { draw(state, rule, 1); });
        add("draw_hundredth", [=](benchmark::State& state) { draw(state, rule, processes); });
        add("build",
            [=, world = machine.world](benchmark::State& state) { build(state, rule, world); });
    }
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    return engram::bench::run(argc, argv, engram::bench::add_benchmarks);
}
