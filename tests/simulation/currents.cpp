// SPDX-License-Identifier: Apache-2.0
// What injected currents do: V_m against the equation, to the bit and so on every layout alike.
#include <limits>

#include <fmt/format.h>

#include "core/math.hpp"
#include "core/time.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::world;

constexpr double resolution = 0.1;
constexpr double forever = std::numeric_limits<double>::infinity();
constexpr std::uint64_t size = 13;

/// A current of `amplitude` from `start` to `stop`, ms, onto neuron `target`.
struct Injection {
    double amplitude, start, stop;
    std::uint64_t target;
    double weight, delay;
};

/// In the order in which they are added up, several onto one neuron.
const std::vector<Injection> injections{
    {120.0, 0.0, 40.0, 0, 1.0, 0.1},    {70.0, 15.3, 23.2, 1, 1.0, 1.0},
    {-31.1, 15.3, 23.2, 1, 0.7, 2.9},   {55.5, 0.3, forever, 1, 1.3, 12.0},
    {33.3, 10.0, 10.0, 2, 1.0, 1.0},    {11.1, 10.0, 10.1, 3, -2.0, 1.0},
    {40.0, 2.0, 30.0, size - 1, 1, 5.0}};

NetworkDescription injected() {
    NetworkDescription d;
    d.resolution = resolution;
    d.population("N", "iaf_psc_delta", size, {{"I_e", 10.0}});
    for (std::size_t i = 0; i < injections.size(); ++i) {
        const Injection& x = injections[i];
        const auto name = d.device(
            fmt::format("dc{}", i), "dc_generator",
            {{"amplitude", x.amplitude}, {"origin", 0.2}, {"start", x.start}, {"stop", x.stop}});
        d.connect(name, {"N"},
                  explicit_list({.source = {0}, .target = {x.target}, .weight = {}, .delay = {}}),
                  {.weight = x.weight, .delay = x.delay});
    }
    d.recorder("meter", "multimeter", {"N"}, {{"interval", resolution}});
    return d;
}

/// V_m at the end of steps 1, 2, ...: a current acts in the steps that end in (start + delay, stop
/// + delay], as NEST's samples show it.
std::vector<double> potentials(std::uint64_t neuron, Step steps) {
    constexpr double rest = -70.0, tau = 10.0, capacity = 250.0;
    const double decay = math::exp(-resolution / tau);
    const double response = tau / capacity * (1.0 - decay);
    std::vector<double> values;
    double v = rest;
    for (Step step = 1; step <= steps; ++step) {
        double current = 0.0;
        for (const Injection& x : injections) {
            const Step delay = to_steps(x.delay, resolution);
            if (x.target == neuron && step > to_steps(0.2 + x.start, resolution) + delay &&
                step <= to_steps_or_never(0.2 + x.stop, resolution) + delay)
                current += x.weight * x.amplitude;
        }
        v = rest + (v - rest) * decay + (10.0 + current) * response;
        values.push_back(v);
    }
    return values;
}

TEST(Currents, ActFromStartToStopAfterTheirDelay) {
    constexpr Step steps = 600;
    Simulation simulation(world(), injected(), test::on_threads(test::threads()));
    test::run_in_pieces(simulation, steps, {1, 17, 3, 200}, resolution);
    const Trace trace = simulation.trace("meter", "N", "V_m");
    ASSERT_EQ(trace.times.size(), static_cast<std::size_t>(steps));
    for (std::uint64_t neuron = 0; neuron < size; ++neuron) {
        std::vector<double> got;
        for (std::size_t i = 0; i < trace.times.size(); ++i)
            got.push_back(trace.values[i * trace.nodes + neuron]);
        EXPECT_EQ(got, potentials(neuron, steps)) << "neuron " << neuron;
    }
}

/// A constant current is one more I_e, in every model, with parameters shared or not, spikes
/// included.
TEST(Currents, AddToI_e) {
    constexpr double injected = 300.0, own = 150.0;  // sums are exact
    for (const char* model :
         {"iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha", "iaf_cond_exp", "iaf_cond_alpha"})
        for (const Value& t_ref : {Value(2.0), Value(uniform(1.0, 3.0))}) {
            NetworkDescription d;
            d.population("N", model, size,
                         {{"I_e", own}, {"t_ref", t_ref}, {"refractory_steps", 2.0}});
            d.device("drive", "poisson_generator", {{"rate", 1000.0}, {"start", 0.1}});
            d.connect("drive", {"N"}, all_to_all(), {.weight = 0.5});
            d.recorder("spikes", "spike_recorder", {"N"});
            NetworkDescription constant = d;
            constant.populations[0].parameters["I_e"] = own + injected;
            d.device("dc", "dc_generator", {{"amplitude", injected}});
            // From the third step on: before, V_m is held.
            d.connect("dc", {"N"}, all_to_all(), {.delay = 0.1});
            Simulation one(world(), d, test::on_threads(test::threads()));
            Simulation other(world(), constant, test::on_threads(test::threads()));
            one.run(200.0);
            other.run(200.0);
            const auto spikes = one.spikes("spikes", "N");
            EXPECT_GT(spikes.times.size(), 9 * size) << model;
            EXPECT_EQ(spikes.times, other.spikes("spikes", "N").times) << model;
            EXPECT_EQ(spikes.nodes, other.spikes("spikes", "N").nodes) << model;
            EXPECT_EQ(one.state("N", "V_m"), other.state("N", "V_m")) << model;
        }
}

}  // namespace
}  // namespace engram
