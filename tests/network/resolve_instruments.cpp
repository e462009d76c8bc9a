// SPDX-License-Identifier: Apache-2.0
// What the parameters of devices and recorders must be.
#include "resolve_checks.hpp"

namespace engram {
namespace {

using test::array;
using test::Change;
using test::expect_problem;
using test::expect_problems;
using test::resolved;
using test::sound;

/// A further device or recorder `x`.
Change device(const std::string& model, const Parameters& parameters) {
    return [=](NetworkDescription& d) { d.device("x", model, parameters); };
}
Change recorder(const std::string& model, const std::vector<std::string>& from,
                const Parameters& parameters = {}) {
    return [=](NetworkDescription& d) { d.recorder("x", model, from, parameters); };
}

TEST(ResolveInstruments, ChecksDevices) {
    expect_problem(
        device("poisson_generator", {{"rat", 1.0}}),
        "device 'x': unknown parameter 'rat' of poisson_generator. Did you mean 'rate'?");
    expect_problem(device("poisson_generator", {{"rate", -1.0}}),
                   "device 'x': rate = -1 spikes/s (must not be negative)");
    expect_problem(device("poisson_generator", {{"rate", uniform(1, 2)}}),
                   "device 'x': rate must be one constant (it cannot be an array or random here)");
    expect_problem(device("poisson_generator", {{"start", 0.25}}),
                   "device 'x': start = 0.25 ms (must be a multiple of the resolution, 0.1 ms). "
                   "Choose a multiple");
    expect_problem(
        device("poisson_generator", {{"start", 5}, {"stop", 4}}),
        "device 'x': start = 5 ms (must not be after stop = 4 ms). Start earlier or stop later");
    const auto times = [](std::vector<double> t) {
        return device("spike_generator", {{"spike_times", t}});
    };
    expect_problem(
        times({1, 2.05}),
        "device 'x': spike_times[1] = 2.05 ms (must be a multiple of the resolution, 0.1 ms). "
        "Choose a multiple");
    expect_problem(times({2, 1}),
                   "device 'x': spike_times[1] = 1 ms (must not be before the one that precedes "
                   "it). Sort them");
    expect_problem(
        times({0}),
        "device 'x': spike_times[0] = 0 ms (must be positive: the first step ends after time 0). "
        "Choose a later time");
    expect_problem(times({-1}), "device 'x': spike_times[0] = -1 ms (must not be negative)");
    expect_problem(device("spike_generator", {{"spike_times", 1.0}}),
                   "device 'x': spike_times = 1 (must be an array of numbers)");
    expect_problem(
        device("spike_generator", {{"spike_times", array({1, 2})}, {"spike_weights", array({1})}}),
        "device 'x': spike_weights has 1 values (there are 2 spike_times). Give one for each");
}

TEST(ResolveInstruments, ChecksCoursesOfDevices) {
    const auto steps = [](std::vector<double> times, std::vector<double> values, bool off = false) {
        return device("step_current_generator", {{"amplitude_times", std::move(times)},
                                                 {"amplitude_values", std::move(values)},
                                                 {"allow_offgrid_times", off}});
    };
    expect_problem(steps({1, 2}, {3}),
                   "device 'x': amplitude_values has 1 values (there are 2 amplitude_times). Give "
                   "one for each");
    expect_problems(steps({5, 5, 3}, {1}),
                    {"device 'x': amplitude_times[1] = 5 ms (falls into the same step as the one "
                     "that precedes it). Remove one",
                     "device 'x': amplitude_values has 1 values (there are 3 amplitude_times). "
                     "Give one for each"});
    expect_problem(steps({5, 3}, {1, 2}),
                   "device 'x': amplitude_times[1] = 3 ms (must not be before the one that "
                   "precedes it). Sort them");
    expect_problem(steps({1, 2.05}, {1, 2}),
                   "device 'x': amplitude_times[1] = 2.05 ms (must be a multiple of the "
                   "resolution, 0.1 ms). Choose a multiple");
    expect_problem(steps({2.02, 2.05}, {1, 2}, true),
                   "device 'x': amplitude_times[1] = 2.05 ms (falls into the same step as the one "
                   "that precedes it). Remove one");
    expect_problem(steps({0}, {1}),
                   "device 'x': amplitude_times[0] = 0 ms (must be positive: the first step ends "
                   "after time 0). Choose a later time");
    expect_problem(device("inhomogeneous_poisson_generator",
                          {{"rate_times", array({1})}, {"rate_values", array({-2})}}),
                   "device 'x': rate_values[0] = -2 spikes/s (must not be negative)");
    expect_problem(device("noise_generator", {{"std", 1.0}, {"dt", 0.25}}),
                   "device 'x': dt = 0.25 ms (must be a multiple of the resolution, 0.1 ms). "
                   "Choose a multiple");
    expect_problem(device("noise_generator", {{"std", 1.0}, {"std_mod", 2.0}}),
                   "device 'x': std_mod = 2.000000 pA (must not exceed std = 1.000000 pA). Lower "
                   "std_mod");
    auto d = sound();
    steps({2.02, 2.13}, {1, 2}, true)(d);
    EXPECT_NO_THROW(resolved(d));
}

TEST(ResolveInstruments, ChecksRecordersOfWeights) {
    expect_problem(
        recorder("weight_recorder", {}),
        "recorder 'x': from is missing. Name the projections whose weights are recorded");
    expect_problem(recorder("weight_recorder", {"E_to_II"}),
                   "recorder 'x': unknown projection 'E_to_II'. Did you mean 'E_to_I'?");
    expect_problem(recorder("weight_recorder", {"E_to_I", "E_to_I"}),
                   "recorder 'x': projection 'E_to_I' (stands twice in from). Remove one");
    expect_problem(recorder("weight_recorder", {"drive_to_I"}),
                   "recorder 'x': projection 'drive_to_I' (comes from a device; only synapses "
                   "between populations have weights to record). Remove it");
    auto d = sound();
    d.recorder("w", "weight_recorder", {"E_to_I"}, {{"record_to", "memory"}});
    d.recorder("v", "voltmeter", {"E"}, {{"offset", 0.3}});
    const Network n = resolved(d);
    EXPECT_EQ(n.recorders[1].projections, std::vector<std::size_t>{1});
    EXPECT_TRUE(n.recorders[1].populations.empty());
    EXPECT_EQ(n.recorders[1].record_to, "memory");
    EXPECT_EQ(n.recorders[2].record_from, std::vector<std::string>{"V_m"});
    EXPECT_EQ(n.recorders[2].numbers.at("offset"), 0.3);
}

TEST(ResolveInstruments, ChecksWhereRecordersRecordTo) {
    expect_problem(recorder("spike_recorder", {"E"}, {{"record_to", "files"}}),
                   "recorder 'x': record_to = \"files\" (must be \"file\" or \"memory\"). Did you "
                   "mean 'file'?");
    expect_problems(
        recorder("voltmeter", {"E"}, {{"record_from", std::vector<std::string>{"V_m", "V_m"}}}),
        {"recorder 'x': 'V_m' (stands twice in record_from). Remove one",
         "recorder 'x': record_from (a voltmeter records V_m alone). Use a multimeter"});
    auto d = sound();
    d.recorder("v", "voltmeter", {"E"}, {{"record_from", std::vector<std::string>{"V_m"}}});
    EXPECT_NO_THROW(resolved(d));
    expect_problem(recorder("voltmeter", {"E"}, {{"offset", 0.25}}),
                   "recorder 'x': offset = 0.25 ms (must be a multiple of the resolution, 0.1 ms). "
                   "Choose a multiple");
}

TEST(ResolveInstruments, ChecksRecorders) {
    expect_problem(recorder("spike_recorder", {}),
                   "recorder 'x': from is missing. Name the populations that are recorded");
    expect_problem(recorder("spike_recorder", {"Ee"}),
                   "recorder 'x': unknown population 'Ee'. Did you mean 'E'?");
    expect_problem(recorder("spike_recorder", {"E", "E"}),
                   "recorder 'x': population 'E' (stands twice in from). Remove one");
    expect_problem(
        recorder("spike_recorder", {"drive"}),
        "recorder 'x': device 'drive' (only populations can be recorded). Put a population "
        "of parrot_neuron behind it and record that");
    expect_problem(recorder("spike_recorder", {"E"}, {{"record_from", "V_m"}}),
                   "recorder 'x': unknown parameter 'record_from' of spike_recorder. Known are "
                   "origin, start, stop");
    expect_problem(recorder("multimeter", {"E"}, {{"record_from", std::vector<std::string>{"Vm"}}}),
                   "recorder 'x': unknown state variable 'Vm' of iaf_psc_delta (population 'E'). "
                   "Did you mean 'V_m'?");
    expect_problem(
        recorder("multimeter", {"E"}, {{"record_from", std::vector<std::string>{"V_m", "V_m"}}}),
        "recorder 'x': 'V_m' (stands twice in record_from). Remove one");
    expect_problem(recorder("multimeter", {"E"}, {{"record_from", 1.0}}),
                   "recorder 'x': record_from = 1 (must name state variables). Write [\"V_m\"]");
    expect_problem(
        recorder("multimeter", {"E"}, {{"interval", 0.25}}),
        "recorder 'x': interval = 0.25 ms (must be a multiple of the resolution, 0.1 ms). "
        "Choose a multiple");
    expect_problem(
        recorder("multimeter", {"E"}, {{"interval", 1e-12}}),
        "recorder 'x': interval = 1e-12 ms (must be a multiple of the resolution, 0.1 ms). "
        "Choose a multiple");
    expect_problem(
        recorder("multimeter", {"E"}, {{"intervall", 1.0}}),
        "recorder 'x': unknown parameter 'intervall' of multimeter. Did you mean 'interval'?");
}

}  // namespace
}  // namespace engram
