// SPDX-License-Identifier: Apache-2.0
// How many random weights, delays and sources are drawn per second, for a neuron of 500 synapses?
#include "core/random.hpp"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "micro/run.hpp"

namespace engram::bench {
namespace {

constexpr RandomKey key{7, 8};
constexpr std::size_t synapses = 500;
constexpr std::uint64_t sources = 20'683;

struct Case {
    const char* name;
    Random distribution;
};

std::vector<Case> cases() {
    return {{"normal", redraw(normal(87.8, 8.78), 0.0, 1e300)},
            {"normal_cut", redraw(normal(1.5, 0.75), 0.1, 1e300)},  // 3 % are drawn again
            {"lognormal", lognormal(0.5, 0.7)},
            {"uniform", uniform(0.1, 20.0)},
            {"exponential", exponential(3.0)}};
}

/// Where a number is among those of its distribution.
double below(const Random& d, double x) {
    const auto normal_below = [&](double y) {
        return 0.5 * std::erfc((d.a - y) / d.b * M_SQRT1_2);
    };
    switch (d.kind) {
        case Random::Kind::normal:
            return normal_below(x);
        case Random::Kind::lognormal:
            return normal_below(std::log(x));
        case Random::Kind::uniform:
            return (x - d.a) / (d.b - d.a);
        case Random::Kind::exponential:
            return std::exp(-x / d.a);
    }
    return 0.0;
}

/// Draws are those uniform numbers of the stream, brought into their distribution, which lie within
/// the bounds.
void prove(const Random& distribution) {
    std::vector<double> drawn(synapses), back, uniform;
    RandomStream(key, 3, 4).draw_all(distribution, drawn);
    RandomStream stream(key, 3, 4);
    const double low = below(distribution, distribution.min);
    for (const double x : drawn) {
        back.push_back(below(distribution, x));
        double u = stream.uniform();
        while (distribution.kind == Random::Kind::normal && u < low) u = stream.uniform();
        uniform.push_back(u);
    }
    require(close(back, uniform, 1e-10), "draw_all");
}

void prove_sources() {
    std::vector<std::uint64_t> drawn(synapses);
    RandomStream(key, 3, 4).below_all(sources, drawn);
    RandomStream stream(key, 3, 4);
    for (const std::uint64_t source : drawn) {
        const std::uint64_t product = stream.word() * sources;
        require(product % (std::uint64_t{1} << 32) >= sources, "a word that is drawn again");
        require(source == product >> 32, "below_all");
    }
}

template <class Value, class Draw>
void measure(benchmark::State& state, Draw draw) {
    std::vector<Value> values(synapses);
    std::uint64_t target = 0;
    for (auto _ : state) {
        RandomStream stream(key, target++, 4);
        draw(stream, values);
        benchmark::DoNotOptimize(values.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(synapses));
}

void add_benchmarks(const Machine&) {
    for (const Case& one : cases()) {
        prove(one.distribution);
        const Random distribution = one.distribution;
        benchmark::RegisterBenchmark(
            (std::string("draw_all/") + one.name).c_str(), [=](benchmark::State& state) {
                measure<double>(state, [&](RandomStream& stream, std::vector<double>& values) {
                    stream.draw_all(distribution, values);
                });
            });
    }
    prove_sources();
    benchmark::RegisterBenchmark("below_all", [](benchmark::State& state) {
        measure<std::uint64_t>(state, [](RandomStream& stream, std::vector<std::uint64_t>& values) {
            stream.below_all(sources, values);
        });
    });
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    return engram::bench::run(argc, argv, engram::bench::add_benchmarks);
}
