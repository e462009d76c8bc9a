// SPDX-License-Identifier: Apache-2.0
// run(2T) equals run(T), checkpoint, end, resume on any layout, run(T): every bit of recordings,
// stored networks and later checkpoints, for every registered model.
#include <algorithm>

#include "models/registry.hpp"
#include "hdf5/file.hpp"
#include "checkpoint/layouts.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::Layout;

/// A network, and where its run is cut (steps).
struct Experiment {
    std::string name;
    NetworkDescription network;
    int first = 0, second = 0;
    std::string connectivity = "regenerate";
};

/// Random where the model has it, so that no neuron is like another.
Parameters random_states(const ModelInfo& model) {
    Parameters parameters;
    if (model.state("V_m") != nullptr) parameters["V_m"] = normal(-65.0, 4.0);
    return parameters;
}

/// A weight at which 1,000 spikes/s drive a neuron that counts in this unit.
double drive_weight(const ModelInfo& model) {
    if (model.input_unit == "pA") return 150.0;
    if (model.input_unit == "nS") return 4.0;
    return 1.5;
}

void add_recorders(NetworkDescription& d, const std::vector<std::string>& populations,
                   const ModelInfo* model) {
    d.recorder("spikes", "spike_recorder", populations);
    if (model == nullptr || model->states.empty()) return;
    std::vector<std::string> names;
    for (const auto& state : model->states) names.push_back(state.name);
    d.recorder("meter", "multimeter", populations, {{"interval", 0.3}, {"record_from", names}});
}

/// All that send currents.
void add_currents(NetworkDescription& d) {
    d.device("ac", "ac_generator", {{"amplitude", 80.0}, {"frequency", 33.0}, {"start", 2.0}});
    d.device("steps", "step_current_generator",
             {{"amplitude_times", std::vector<double>{4.0, 30.5, 31.0, 50.0}},
              {"amplitude_values", std::vector<double>{50.0, -50.0, 100.0, 0.0}}});
    d.device("noise", "noise_generator",
             {{"std", 200.0}, {"std_mod", 100.0}, {"frequency", 20.0}, {"dt", 1.3}});
    for (const char* device : {"ac", "steps", "noise"})
        d.connect(device, {"A", "B"}, all_to_all(), {.weight = 0.7, .delay = uniform(0.1, 9.0)});
}

/// A synapse model, or a copy of it that lets weights grow to `most` where it bounds them.
std::string with_bound(NetworkDescription& d, const ModelInfo& synapse, double most) {
    if (synapse.parameter("Wmax") == nullptr) return synapse.name;
    d.copy_model(synapse.name, "my_" + synapse.name, {{"Wmax", most}});
    return "my_" + synapse.name;
}

/// Two populations of one neuron model, with every synapse model between them, delays up to 12 ms.
NetworkDescription network_of(const Registry& registry, const ModelInfo& neuron) {
    NetworkDescription d;
    d.resolution = 0.1;
    d.seed = 31415;
    d.population("A", neuron.name, 23, random_states(neuron));
    d.population("B", neuron.name, 5, random_states(neuron));
    d.device("drive", "poisson_generator", {{"rate", 1000.0}, {"start", 3.0}});
    d.device("pulses", "spike_generator",
             {{"spike_times", std::vector<double>{1.0, 5.3, 29.9, 30.0, 30.1, 61.0}}});
    d.connect("drive", {"A", "B"}, all_to_all(), {.weight = drive_weight(neuron), .delay = 1.0});
    d.connect("pulses", {"A"}, all_to_all(), {.weight = drive_weight(neuron), .delay = 4.2});
    d.device("rates", "inhomogeneous_poisson_generator",
             {{"rate_times", std::vector<double>{10.0, 30.0, 60.0}},
              {"rate_values", std::vector<double>{200.0, 0.0, 900.0}}});
    d.connect("rates", {"B"}, all_to_all(),
              {.weight = drive_weight(neuron), .delay = uniform(0.1, 9.0)});
    if (neuron.takes_current) {
        d.device("current", "dc_generator", {{"amplitude", 90.0}, {"start", 5.0}, {"stop", 60.0}});
        d.connect("current", {"A"}, all_to_all(), {.weight = normal(1.0, 0.3), .delay = 3.4});
        add_currents(d);
    }
    for (const auto& name : registry.names(ModelKind::synapse)) {
        const std::string synapse =
            with_bound(d, *registry.find(ModelKind::synapse, name), drive_weight(neuron));
        const Value weight = uniform(0.1 * drive_weight(neuron), 0.4 * drive_weight(neuron));
        d.connect("A", {"A", "B"}, fixed_indegree(6), {synapse, weight, uniform(0.5, 12.0)});
        d.connect("B", {"A"}, all_to_all(), {synapse, weight, 2.5});
    }
    add_recorders(d, {"A", "B"}, &neuron);
    return d;
}

/// Plastic and static synapses of both signs in the main experiment's manner.
NetworkDescription balanced() {
    NetworkDescription d;
    d.seed = 5;
    d.population("E", "iaf_psc_delta", 80,
                 {{"V_m", normal(-65.0, 5.0)}, {"t_ref", uniform(1.0, 3.0)}});
    d.population("I", "iaf_psc_delta", 20, {{"V_m", normal(-65.0, 5.0)}});
    d.population("one", "iaf_psc_delta", 1);
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}, {"lambda", 0.05}});
    d.copy_model("stdp_synapse_hom", "i_syn",
                 {{"Wmax", -6.0}, {"mu_plus", 0.3}, {"mu_minus", 0.0}, {"tau_plus", 13.0}});
    d.device("drive", "poisson_generator", {{"rate", 900.0}});
    d.connect("E", {"E", "I", "one"}, fixed_indegree(12),
              {"e_syn", uniform(0.2, 1.8), uniform(1.5, 20.0)});
    d.connect("I", {"E", "I"}, fixed_indegree(5), {"i_syn", uniform(-5.0, -2.0), 1.5});
    d.connect("one", {"E"}, all_to_all(), {"e_syn", 1.0, 25.0});
    d.connect("E", {"E"}, fixed_indegree(4), {.weight = normal(0.0, 0.3), .delay = 3.0});
    d.connect("drive", {"E", "I", "one"}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    add_recorders(d, {"E", "I", "one"}, nullptr);
    d.recorder("V", "multimeter", {"one", "E"}, {{"interval", 0.7}, {"start", 4.0}});
    d.recorder("v", "voltmeter", {"I"}, {{"interval", 1.1}, {"offset", 33.3}, {"stop", 140.0}});
    d.recorder("weights", "weight_recorder", {"E_to_E", "I_to_E", "one_to_E", "E_to_E_2"},
               {{"start", 20.0}});
    d.recorder("kept", "spike_recorder", {"E"}, {{"record_to", "memory"}});
    return d;
}

/// Sources that pause for seconds, through the moments at which their synapses are settled (every
/// 10 s), on a coarse grid.
NetworkDescription silences() {
    NetworkDescription d;
    d.resolution = 1.0;
    d.seed = 12;
    d.population("pre", "parrot_neuron", 6);
    d.population("post", "iaf_psc_delta", 11, {{"V_m", normal(-65.0, 5.0)}});
    d.copy_model("stdp_synapse_hom", "slow", {{"Wmax", 3.0}, {"lambda", 0.02}, {"tau_plus", 40.0}});
    d.device("drive", "poisson_generator", {{"rate", 1000.0}});
    for (std::uint64_t i = 0; i < 6; ++i) {
        std::vector<double> times;
        for (double t = 40.0 + 7.0 * static_cast<double>(i); t < 24000.0;
             t += 300.0 * static_cast<double>(1 + i * i * i))
            times.push_back(t);
        times.push_back(8420.0 + static_cast<double>(i));
        std::sort(times.begin(), times.end());
        const auto name =
            d.device(fmt::format("train{}", i), "spike_generator", {{"spike_times", times}});
        ConnectionList one;
        one.source = {0};
        one.target = {i};
        d.connect(name, {"pre"}, explicit_list(one), {.delay = 1.0});
    }
    d.connect("pre", {"post"}, all_to_all(), {"slow", uniform(0.5, 2.0), uniform(12.0, 30.0)});
    d.connect("drive", {"post"}, all_to_all(), {.weight = 1.2, .delay = 1.0});
    add_recorders(d, {"pre", "post"}, nullptr);
    return d;
}

std::vector<Experiment> experiments() {
    std::vector<Experiment> result;
    const Registry registry = builtin_models();
    for (const auto& name : registry.names(ModelKind::neuron))
        result.push_back(
            {name, network_of(registry, *registry.find(ModelKind::neuron, name)), 307, 400});
    result.push_back({"balanced", balanced(), 1003, 700});  // not at the end of an interval
    result.push_back({"stored", balanced(), 750, 501, "store"});
    result.push_back({"early", balanced(), 1, 300});  // before anything arrived
    result.push_back({"single", balanced(), 644, 300});
    result.back().network.weight_precision = "single";
    result.push_back({"settled", silences(), 10007, 5000});
    result.push_back({"unsettled", silences(), 9990, 12000});
    return result;
}

RunOptions options(const Layout& layout, const fs::path& folder, const std::string& connectivity) {
    RunOptions result;
    result.threads = layout.threads;
    result.output = folder.string();
    result.checkpoints = CheckpointOptions{};
    result.checkpoints->connectivity = connectivity;
    return result;
}

/// From the beginning; `cut` is checkpointed on the way, and after it the run ends as if killed.
void begin(const Experiment& e, const Layout& layout, const fs::path& folder, int steps,
           const std::string& checkpoint) {
    test::on_ranks(layout.ranks, [&](const Communicator& comm) {
        Simulation simulation(comm, e.network, options(layout, folder, e.connectivity));
        simulation.run(steps * e.network.resolution);
        simulation.checkpoint((folder / checkpoint).string());
        if (checkpoint != "end.h5") {
            simulation.run(17 * e.network.resolution);  // recordings to cut back
            return;
        }
        simulation.store((folder / "network.h5").string());
        simulation.finish();
    });
}

/// Continues a copy of the folder of a run that ended.
void go_on(const Experiment& e, const Layout& layout, const fs::path& from, const fs::path& folder,
           const std::string& checkpoint, int steps, const std::string& next) {
    test::copy_folder(from, folder);
    test::on_ranks(layout.ranks, [&](const Communicator& comm) {
        RunOptions run = options(layout, folder, e.connectivity);
        run.resume_from = (folder / checkpoint).string();
        Simulation simulation(comm, e.network, run);
        simulation.run(steps * e.network.resolution);
        simulation.checkpoint((folder / next).string());
        if (next != "end.h5") return;
        simulation.store((folder / "network.h5").string());
        simulation.finish();
    });
}

/// All files of the finished runs, byte for byte.
void expect_same(const fs::path& expected, const fs::path& got, const std::string& what) {
    if (test::world().rank() != 0) return;
    int compared = 0;
    for (const auto& file : fs::directory_iterator(expected)) {
        if (file.path().extension() != ".h5") continue;
        const auto name = file.path().filename();
        EXPECT_TRUE(test::same_bytes(file.path(), got / name)) << what << ": " << name;
        ++compared;
    }
    EXPECT_GE(compared, 3) << what;
}

/// The experiment, with trains for the populations that files make spike: some neurons twice in a
/// step.
Experiment with_trains(Experiment e, const fs::path& folder) {
    for (auto& population : e.network.populations) {
        if (population.model != "spike_source") continue;
        const fs::path path = folder / (population.name + "_trains.h5");
        auto file = hdf5::File::create(test::world(), path.string());
        std::vector<std::uint64_t> nodes;
        std::vector<double> times;
        for (std::uint64_t i = 0; i < 40 * population.size; ++i) {
            nodes.push_back(i * i % population.size);
            times.push_back(0.03 + 1.9 * static_cast<double>(i % 41) + 0.02 * (i % 3 == 0 ? 1 : 0));
        }
        file.write_attribute("/", "format", "trains");
        file.write_replicated<std::uint64_t>("/spikes/" + population.name + "/node_ids", nodes);
        file.write_replicated<double>("/spikes/" + population.name + "/timestamps", times);
        file.commit();
        population.parameters["spike_file"] = path.string();
    }
    return e;
}

class Continuation : public testing::TestWithParam<Experiment> {};

TEST_P(Continuation, GivesTheSameBits) {
    const auto folder = test::temporary_folder();
    const Experiment e = with_trains(GetParam(), folder);
    const auto layouts = test::layouts();
    begin(e, layouts.front(), folder / "whole", e.first + e.second, "end.h5");
    std::size_t number = 0;
    for (const Layout& layout : layouts) {
        const std::string own = std::to_string(number++);
        const Layout& other = layouts[number % layouts.size()];
        begin(e, layout, folder / ("cut" + own), e.first, "middle.h5");
        go_on(e, other, folder / ("cut" + own), folder / ("on" + own), "middle.h5", e.second,
              "end.h5");
        test::on_first_rank([&] { fs::remove(folder / ("on" + own) / "middle.h5"); });
        expect_same(
            folder / "whole", folder / ("on" + own),
            fmt::format("{} cut on {}, resumed on {}", e.name, layout.text(), other.text()));
    }
}

TEST_P(Continuation, ThroughACheckpointOfAResumedRun) {
    const auto folder = test::temporary_folder();
    const Experiment e = with_trains(GetParam(), folder);
    const auto layouts = test::layouts();
    const int piece = e.second / 3;
    begin(e, layouts[1], folder / "whole", e.first + 3 * piece, "end.h5");
    begin(e, layouts[3], folder / "cut", e.first, "first.h5");
    // Twice from one file; one of them a second time, and a third.
    for (const std::string name : {"a", "b"}) {
        const std::size_t first = name == "a" ? 4 : 6;
        go_on(e, layouts[first], folder / "cut", folder / name, "first.h5", piece, "second.h5");
        go_on(e, layouts[2], folder / name, folder / (name + "2"), "second.h5", piece, "third.h5");
        go_on(e, layouts[0], folder / (name + "2"), folder / (name + "3"), "third.h5", piece,
              "end.h5");
        test::on_first_rank([&] {
            EXPECT_TRUE(test::same_bytes(folder / "a" / "second.h5", folder / name / "second.h5"));
            for (const char* passed : {"first.h5", "second.h5", "third.h5"})
                fs::remove(folder / (name + "3") / passed);
        });
        expect_same(folder / "whole", folder / (name + "3"), e.name + " in three parts, " + name);
    }
}

INSTANTIATE_TEST_SUITE_P(Models, Continuation, testing::ValuesIn(experiments()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace engram
