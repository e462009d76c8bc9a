// SPDX-License-Identifier: Apache-2.0
// Whatever is wrong, all ranks throw one Error alike that says what, and nothing half-written is
// left.
#include <chrono>
#include <fstream>
#include <iterator>
#include <limits>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

NetworkDescription network() {
    NetworkDescription d;
    d.population("E", "iaf_psc_delta", 40, {{"V_m", normal(-65.0, 5.0)}});
    d.population("I", "iaf_psc_delta", 10);
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    d.device("drive", "poisson_generator", {{"rate", 2000.0}});
    d.connect("E", {"E", "I"}, fixed_indegree(4), {"e_syn", 1.0});
    d.connect("I", {"E"}, fixed_indegree(2), {.weight = -4.0});
    d.connect("drive", {"E", "I"}, all_to_all());
    d.recorder("spikes", "spike_recorder", {"E"});
    d.recorder("meter", "multimeter", {"I"});
    return d;
}

RunOptions restoring(const std::string& file, bool allow_changes = false) {
    RunOptions options = test::on_threads(test::threads(), file);
    options.allow_changes = allow_changes;
    return options;
}

RunOptions writing(const std::string& folder) {
    RunOptions options = test::on_threads(test::threads());
    options.output = folder;
    return options;
}

/// Collective. Only on one rank.
void on_first_rank(const std::function<void()>& work) {
    parallel::collectively(world(), [&] {
        if (world().rank() == 0) work();
    });
}

/// Names in a folder, in order; the same on all ranks.
std::vector<std::string> names_in(const fs::path& folder) {
    parallel::barrier(world());
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    parallel::barrier(world());
    return names;
}

class Errors : public testing::Test {
protected:
    /// Collective. A stored network.
    std::string stored() const {
        Simulation simulation(world(), network(), test::on_threads(test::threads()));
        simulation.run(20.0);
        simulation.store(folder / "stored.h5");
        return folder / "stored.h5";
    }
    const fs::path folder = test::temporary_folder();
};

TEST_F(Errors, WrongDurations) {
    Simulation simulation(world(), network(), test::on_threads(test::threads()));
    EXPECT_ERROR(simulation.run(-1.0), "duration = -1", "not negative");
    EXPECT_ERROR(simulation.run(0.05), "duration = 0.05", "multiple of the resolution");
    EXPECT_ERROR(simulation.run(std::numeric_limits<double>::quiet_NaN()), "duration = nan");
    EXPECT_ERROR(simulation.run(std::numeric_limits<double>::infinity()), "duration = inf");
    EXPECT_EQ(simulation.time(), 0.0);
    simulation.run(0.3);  // and it still runs
    EXPECT_EQ(simulation.time(), 0.3);
}

TEST_F(Errors, WrongThreads) {
    EXPECT_ERROR(Simulation(world(), network(), test::on_threads(0)), "threads = 0", "at least 1");
    EXPECT_ERROR(Simulation(world(), network(), test::on_threads(-3)), "threads = -3");
    if (world().size() > 1) {
        EXPECT_ERROR(Simulation(world(), network(), test::on_threads(world().rank() == 1 ? 2 : 1)),
                     "threads differ between ranks");
    }
}

TEST_F(Errors, UnknownNames) {
    Simulation simulation(world(), network(), test::on_threads(test::threads()));
    simulation.run(1.0);
    EXPECT_ERROR(simulation.spikes("spike", "E"), "'spike'", "Did you mean 'spikes'?");
    EXPECT_ERROR(simulation.spikes("meter", "I"), "'meter'");
    EXPECT_ERROR(simulation.spikes("spikes", "I"), "'I'", "recorded");
    EXPECT_ERROR(simulation.trace("metre", "I", "V_m"), "'metre'");
    EXPECT_ERROR(simulation.trace("meter", "I", "V_x"), "'V_x'");
    EXPECT_ERROR(simulation.trace("meter", "E", "V_m"), "'E'");
    EXPECT_ERROR(simulation.state("F", "V_m"), "population 'F'");
    EXPECT_ERROR(simulation.state("E", "Vm"), "'Vm'", "Did you mean 'V_m'?");
    EXPECT_ERROR(simulation.connections("E_to_F"), "projection 'E_to_F'", "Did you mean");
    EXPECT_ERROR(simulation.connections("drive_to_E"), "projection 'drive_to_E'");
}

TEST_F(Errors, UnwritableOutput) {
    on_first_rank([&] { std::ofstream(folder / "file") << "no folder"; });
    EXPECT_ERROR(Simulation(world(), network(), writing(folder / "file" / "output")),
                 "output folder", (folder / "file" / "output").string());
    EXPECT_ERROR(Simulation(world(), network(), writing(folder / "file")),
                 (folder / "file").string());
    on_first_rank([&] { fs::create_directories(folder / "output" / "spikes.h5"); });
    EXPECT_ERROR(Simulation(world(), network(), writing(folder / "output")), "spikes.h5",
                 "it is a folder");
}

TEST_F(Errors, UnwritableStore) {
    Simulation simulation(world(), network(), test::on_threads(test::threads()));
    simulation.run(1.0);
    EXPECT_ERROR(simulation.store(folder / "missing" / "network.h5"), "missing/network.h5",
                 "No such file or directory");
    EXPECT_ERROR(simulation.store(folder), "it is a folder");
    EXPECT_EQ(names_in(folder), std::vector<std::string>{});
    simulation.store(folder / "network.h5");
    EXPECT_EQ(names_in(folder), std::vector<std::string>{"network.h5"});
}

/// What is not finished does not have its final name; what was recorded stays, for a checkpoint.
TEST_F(Errors, UnfinishedRecordings) {
    const fs::path output = folder / "output";
    {
        Simulation simulation(world(), network(), writing(output));
        simulation.run(5.0);
        EXPECT_EQ(names_in(output), (std::vector<std::string>{".running", "meter.I.raw",
                                                              "spikes.E.raw", "status.json"}));
        EXPECT_ERROR(simulation.spikes("spikes", "E"), "recorder 'spikes'", "in files of");
        EXPECT_ERROR(Simulation(world(), network(), writing(output)), output.string(),
                     "another run writes there");
    }
    EXPECT_EQ(names_in(output),
              (std::vector<std::string>{"meter.I.raw", "spikes.E.raw", "status.json"}));
    { const Simulation without_steps(world(), network(), writing(output)); }
    EXPECT_EQ(names_in(output), std::vector<std::string>{"status.json"});
}

TEST_F(Errors, MissingStoredFile) {
    EXPECT_ERROR(Simulation(world(), network(), restoring(folder / "missing.h5")), "missing.h5",
                 "no such file");
    EXPECT_ERROR(Simulation(world(), network(), restoring(folder)), folder.string());
    on_first_rank([&] { std::ofstream(folder / "text.h5") << "this is no HDF5 file"; });
    EXPECT_ERROR(Simulation(world(), network(), restoring(folder / "text.h5")), "no HDF5 file");
}

TEST_F(Errors, RecordingIsNoNetwork) {
    Simulation simulation(world(), network(), writing(folder));
    simulation.run(5.0);
    simulation.finish();
    EXPECT_ERROR(Simulation(world(), network(), restoring(folder / "spikes.h5")), "sonata-spikes");
}

TEST_F(Errors, AllThatDoesNotFitIsListed) {
    const std::string file = stored();
    NetworkDescription d = network();
    d.resolution = 0.2;
    d.populations[0].size = 41;
    d.populations[1].parameters["tau_m"] = 12.0;
    d.synapse_models[0].parameters["Wmax"] = 3.0;
    d.population("extra", "parrot_neuron", 3);
    d.projections[1].name = "renamed";
    d.projections[0].synapse.model = "static_synapse";
    EXPECT_ERROR(Simulation(world(), d, restoring(file)), "it is of another network", "resolution",
                 "population 'E'", "40", "41", "population 'I'", "tau_m", "10", "12",
                 "population 'extra'", "projection 'renamed'", "projection 'I_to_E'",
                 "projection 'E_to_E'", "static_synapse");
    EXPECT_ERROR(Simulation(world(), d, restoring(file, true)), "it is of another network",
                 "population 'E'");
}

TEST_F(Errors, ChangedParametersNeedConsent) {
    const std::string file = stored();
    NetworkDescription d = network();
    d.populations[1].parameters["tau_m"] = 12.0;
    d.synapse_models[0].parameters["lambda"] = 0.02;
    EXPECT_ERROR(Simulation(world(), d, restoring(file)), "tau_m", "lambda", "--allow-changes");
    Simulation allowed(world(), d, restoring(file, true));
    allowed.run(1.0);
}

/// A changed weight that the model does not allow.
TEST_F(Errors, StoredWeightBeyondWmax) {
    const std::string file = stored();
    NetworkDescription d = network();
    d.synapse_models[0].parameters["Wmax"] = 0.1;
    for (auto& projection : d.projections)
        if (projection.synapse.model == "e_syn") projection.synapse.weight = 0.05;
    EXPECT_ERROR(Simulation(world(), d, restoring(file, true)), "Wmax", "projection 'E_to_");
}

/// Known from the description, and found when drawn.
TEST_F(Errors, NegativeWeightOfAPowerLaw) {
    for (const Value& weight : {Value(-0.5), Value(-0.0), Value(normal(-2.0, 0.1))}) {
        NetworkDescription d = network();
        d.connect("E", {"I"}, fixed_indegree(3), {"stdp_pl_synapse_hom", weight}, "power");
        EXPECT_ERROR(Simulation(world(), d, test::on_threads(test::threads())),
                     "projection 'power': weight = -", "(the weight must not be negative)");
    }
}

/// One byte of a file that differs is either noticed or of no importance; wherever it is, nothing
/// crashes.
TEST_F(Errors, DamagedStoredFile) {
    const std::string file = stored(), damaged = folder / "damaged.h5";
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    test::Observed sound;
    {
        Simulation simulation(world(), network(), restoring(file));
        sound = test::observe_synapses(simulation);
        sound.merge(test::observe_state(simulation, "V_m", {"E", "I"}));
    }
    int noticed = 0;
    constexpr std::size_t positions = 150;
    for (std::size_t i = 0; i < positions; ++i) {
        std::string changed = bytes;
        const std::size_t at = i < 40 ? 12 * i : bytes.size() * i / positions;
        changed[at] = static_cast<char>(changed[at] ^ (i % 2 == 0 ? 0x10 : 0xff));
        on_first_rank([&] { std::ofstream(damaged, std::ios::binary) << changed; });
        try {
            Simulation simulation(world(), network(), restoring(damaged));
            test::Observed got = test::observe_synapses(simulation);
            got.merge(test::observe_state(simulation, "V_m", {"E", "I"}));
            test::expect_same(
                sound, got,
                fmt::format("what was read with byte {} of {} damaged", at, bytes.size()));
        } catch (const Error& error) {
            ++noticed;
            EXPECT_NE(std::string(error.what()).find("damaged.h5"), std::string::npos)
                << error.what();
        }
    }
    EXPECT_GT(noticed, 20);
}

TEST_F(Errors, TruncatedStoredFile) {
    const std::string file = stored(), damaged = folder / "damaged.h5";
    const auto size = fs::file_size(file);
    for (const double part : {0.0, 0.001, 0.1, 0.5, 0.9, 0.999}) {
        on_first_rank([&] {
            fs::copy_file(file, damaged, fs::copy_options::overwrite_existing);
            fs::resize_file(damaged, static_cast<std::uintmax_t>(part * static_cast<double>(size)));
        });
        EXPECT_ERROR(Simulation(world(), network(), restoring(damaged)), "damaged.h5");
    }
}

class TooLarge : public testing::TestWithParam<std::pair<std::uint64_t, Rule>> {};

/// More memory than there is: said before anything is built, not after the system ended the
/// program.
TEST_P(TooLarge, IsRefusedAtOnce) {
    NetworkDescription d;
    d.population("E", "iaf_psc_delta", GetParam().first);
    if (!GetParam().second.name.empty())
        d.connect("E", {"E"}, GetParam().second, {.weight = normal(0.0, 1.0)});
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_ERROR(Simulation(world(), d, test::on_threads(test::threads())), "needs", "GiB",
                 "are free");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

Rule no_rule() {
    Rule rule;
    rule.name.clear();
    return rule;
}

INSTANTIATE_TEST_SUITE_P(
    Networks, TooLarge,
    testing::Values(std::pair(std::uint64_t{1'000'000'000}, fixed_indegree(10'000)),
                    std::pair(std::uint64_t{1'000'000}, fixed_indegree(900'000, false, false)),
                    std::pair(std::uint64_t{1'000'000}, all_to_all()),
                    std::pair(std::uint64_t{100'000'000'000}, no_rule())));

}  // namespace
}  // namespace engram
