// SPDX-License-Identifier: Apache-2.0
// How fast does a block of neurons advance, with parameters shared by all and with
// ones of its own?
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "models/registry.hpp"
#include "state/neuron_block.hpp"
#include "micro/limits.hpp"
#include "micro/run.hpp"

namespace engram::bench {
namespace {

constexpr double resolution = 0.1, capacity = 250.0, rest = -70.0, reset = -70.0,
                 current = 380.0;  // about 22 Hz
constexpr int refractory = 20;     // steps

/// A block whose neurons all differ in their potential, and on demand in threshold and time
/// constant.
struct Neurons {
    Neurons(std::size_t size, bool uniform) : input(size, 0.0), spiking(size) {
        RandomStream random({3, 4}, 0, 0);
        for (std::size_t i = 0; i < size; ++i) {
            potential.push_back(rest + 10.0 * random.uniform());
            threshold.push_back(uniform ? -55.0 : -55.0 + random.uniform());
            tau.push_back(uniform ? 10.0 : 10.0 + random.uniform());
        }
        std::vector<ParameterColumn> columns{{"I_e", {current}}};
        if (!uniform) {
            columns.push_back({"V_th", threshold});
            columns.push_back({"tau_m", tau});
        }
        block = builtin_models().neuron("iaf_psc_delta").make_block(size, resolution, columns);
        block->set_state("V_m", potential);
    }
    std::size_t update() {
        double* row = input.data();
        return block->update(std::span(&row, 1), spiking.data());
    }

    std::vector<double> potential, threshold, tau, input;
    std::vector<LocalIndex> spiking;
    std::unique_ptr<NeuronBlock> block;
};

/// 1,000 steps with random input agree with the equation, neuron by neuron.
void prove(bool uniform) {
    constexpr std::size_t size = 1000, steps = 1000;
    Neurons neurons(size, uniform);
    RandomStream random({5, 6}, 0, 0);
    std::vector<double> v = neurons.potential;
    std::vector<int> silent(size, 0);
    std::size_t total = 0;
    for (std::size_t step = 0; step < steps; ++step) {
        std::vector<LocalIndex> expected;
        for (std::size_t i = 0; i < size; ++i) {
            neurons.input[i] = random.uniform();
            if (silent[i] > 0) {
                --silent[i];
                continue;
            }
            const double end = rest + neurons.tau[i] / capacity * current;
            v[i] = end + (v[i] - end) * std::exp(-resolution / neurons.tau[i]) + neurons.input[i];
            if (v[i] < neurons.threshold[i]) continue;
            v[i] = reset;
            silent[i] = refractory;
            expected.push_back(static_cast<LocalIndex>(i));
        }
        neurons.spiking.resize(neurons.update());
        require(neurons.spiking == expected, "spikes of iaf_psc_delta");
        neurons.spiking.resize(size);
        total += expected.size();
    }
    require(total > size, "iaf_psc_delta spikes");
    require(close(neurons.block->state("V_m"), v, 1e-10), "V_m of iaf_psc_delta");
}

/// Neurons with exponential currents, all parameters shared.
struct CurrentNeurons {
    explicit CurrentNeurons(std::size_t size)
        : excitatory(size, 0.0), inhibitory(size, 0.0), spiking(size) {
        block = builtin_models()
                    .neuron("iaf_psc_exp")
                    .make_block(size, resolution, {{"I_e", {current}}});
    }
    std::size_t update() {
        const std::array<double*, 2> rows{excitatory.data(), inhibitory.data()};
        return block->update(rows, spiking.data());
    }
    std::vector<double> excitatory, inhibitory;
    std::vector<LocalIndex> spiking;
    std::unique_ptr<NeuronBlock> block;
};

/// A pulse of current lets V_m rise and fall as the difference of two exponentials (Rotter and
/// Diesmann 1999), after the constant current's share.
void prove_currents() {
    constexpr std::size_t size = 100, steps = 150;
    constexpr double tau_m = 10.0, tau_syn = 2.0, weight = 30.0;
    CurrentNeurons neurons(size);
    for (std::size_t i = 0; i < size; ++i)
        (i % 2 == 0 ? neurons.excitatory : neurons.inhibitory)[i] = weight;
    neurons.update();
    for (std::size_t step = 0; step < steps; ++step) neurons.update();
    const double t = static_cast<double>(steps) * resolution;
    const double pulse = weight / capacity * tau_m * tau_syn / (tau_m - tau_syn) *
                         (std::exp(-t / tau_m) - std::exp(-t / tau_syn));
    const double v =
        rest + pulse + current * tau_m / capacity * (1.0 - std::exp(-(t + resolution) / tau_m));
    require(close(neurons.block->state("V_m"), std::vector<double>(size, v), 1e-10),
            "V_m of iaf_psc_exp");
}

void add_current_benchmarks(const Machine& machine) {
    prove_currents();
    for (const std::size_t size : {std::size_t{2'500}, std::size_t{40'000}})
        benchmark::RegisterBenchmark(
            ("iaf_psc_exp/uniform/" + std::to_string(size)).c_str(),
            [=](benchmark::State& state) {
                CurrentNeurons neurons(size);
                for (auto _ : state) benchmark::DoNotOptimize(neurons.update());
                const double done =
                    static_cast<double>(size) * static_cast<double>(state.iterations());
                const double bytes =
                    static_cast<double>(neurons.block->bytes()) / static_cast<double>(size) +
                    2 * sizeof(double);
                report(state, "neurons/s", done, done * bytes, machine.calibration);
                report_limit(state, done, limits::update_exp(size));
            })
            ->Unit(benchmark::kMicrosecond);
}

/// Neurons that are integrated numerically, and how they are driven: by a current and, in one step
/// of ten, by a weight at each receptor.
struct Integrated {
    const char* model;
    double current, weight;
    std::size_t fewest, most;  ///< spikes of 1,000 neurons in 100 ms
};
constexpr Integrated integrated[] = {
    {"izhikevich", 8.0, 1.0, 500, 8'000},         {"iaf_cond_exp", 450.0, 2.0, 500, 20'000},
    {"iaf_cond_alpha", 550.0, 2.0, 500, 20'000},  {"aeif_cond_exp", 1000.0, 2.0, 500, 8'000},
    {"aeif_cond_alpha", 1000.0, 2.0, 500, 8'000}, {"hh_psc_alpha", 900.0, 20.0, 500, 8'000}};

struct IntegratedNeurons {
    IntegratedNeurons(const Integrated& kind, std::size_t size)
        : weight(kind.weight),
          receptors(builtin_models().neuron(kind.model).receptors()),
          excitatory(size, 0.0),
          inhibitory(size, 0.0),
          spiking(size) {
        block = builtin_models()
                    .neuron(kind.model)
                    .make_block(size, resolution, {{"I_e", {kind.current}}});
        RandomStream random({3, 4}, 0, 0);
        std::vector<double> potential(size);
        for (double& v : potential) v = -70.0 + 10.0 * random.uniform();
        block->set_state("V_m", potential);
    }
    /// A tenth of the neurons receives, another one in each step.
    std::size_t update() {
        for (std::size_t i = step++ % 10; i < excitatory.size(); i += 10) {
            excitatory[i] = weight;
            inhibitory[i] = -weight;
        }
        const std::array<double*, 2> rows{excitatory.data(), inhibitory.data()};
        return block->update(std::span(rows).first(receptors), spiking.data());
    }
    double weight;
    std::size_t step = 0, receptors;
    std::vector<double> excitatory, inhibitory;
    std::vector<LocalIndex> spiking;
    std::unique_ptr<NeuronBlock> block;
};

void add_integrated_benchmarks(const Machine& machine) {
    for (const Integrated& kind : integrated) {
        IntegratedNeurons proof(kind, 1'000);
        std::size_t spikes = 0;
        for (int step = 0; step < 1'000; ++step) spikes += proof.update();
        const auto what = std::string("spikes of ") + kind.model + ": " + std::to_string(spikes);
        require(spikes >= kind.fewest && spikes <= kind.most, what.c_str());
        benchmark::RegisterBenchmark(
            (std::string(kind.model) + "/uniform/2500").c_str(),
            [=](benchmark::State& state) {
                constexpr std::size_t size = 2'500;
                IntegratedNeurons neurons(kind, size);
                for (auto _ : state) benchmark::DoNotOptimize(neurons.update());
                const double done = size * static_cast<double>(state.iterations());
                const double bytes =
                    static_cast<double>(neurons.block->bytes()) / size + 2 * sizeof(double);
                report(state, "neurons/s", done, done * bytes, machine.calibration);
            })
            ->Unit(benchmark::kMicrosecond);
    }
}

void add_benchmarks(const Machine& machine) {
    add_current_benchmarks(machine);
    add_integrated_benchmarks(machine);
    for (const bool uniform : {true, false}) {
        prove(uniform);
        for (const std::size_t size : {std::size_t{2'500}, std::size_t{40'000}}) {
            const std::string name = "iaf_psc_delta/" +
                                     std::string(uniform ? "uniform/" : "heterogeneous/") +
                                     std::to_string(size);
            benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
                Neurons neurons(size, uniform);
                for (auto _ : state) benchmark::DoNotOptimize(neurons.update());
                const double done =
                    static_cast<double>(size) * static_cast<double>(state.iterations());
                const double bytes =
                    static_cast<double>(neurons.block->bytes()) / static_cast<double>(size) +
                    sizeof(double);
                report(state, "neurons/s", done, done * bytes, machine.calibration);
                if (uniform) report_limit(state, done, limits::update_delta(size));
            })->Unit(benchmark::kMicrosecond);
        }
    }
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    return engram::bench::run(argc, argv, engram::bench::add_benchmarks);
}
