// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cmath>
#include <filesystem>
#include <limits>
#include <random>

#include "engram/description.hpp"

#include "engram_test.hpp"

namespace engram {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

NetworkDescription parse(const std::string& text) { return parse_network(text, "net.toml"); }

/// Everything but lines and problems; what is equal under == here may differ in the sign of 0.
void expect_equal(const NetworkDescription& a, const NetworkDescription& b) {
    EXPECT_EQ(canonical_text(a), canonical_text(b));
    EXPECT_EQ(a.duration, b.duration);
    EXPECT_EQ(a.checkpoints, b.checkpoints);
    for (std::size_t i = 0; i < std::min(a.projections.size(), b.projections.size()); ++i) {
        const Projection &p = a.projections[i], &q = b.projections[i];
        EXPECT_EQ(p.name, q.name);
        EXPECT_EQ(p.target, q.target);
        EXPECT_EQ(p.synapse.weight, q.synapse.weight);
        EXPECT_EQ(p.synapse.delay, q.synapse.delay);
        ASSERT_EQ(p.rule.list == nullptr, q.rule.list == nullptr);
        EXPECT_TRUE(!p.rule.list || *p.rule.list == *q.rule.list);
    }
}

/// The description that is read back.
NetworkDescription round_trip(const NetworkDescription& network) {
    const std::string text = network_toml(network);
    NetworkDescription read = parse(text);
    EXPECT_TRUE(read.problems.empty()) << read.problems[0].text << '\n' << text;
    expect_equal(read, network);
    EXPECT_EQ(network_toml(read), text);
    return read;
}

TEST(WriteToml, ReadsAsANetworkFile) {
    NetworkDescription n;
    n.duration = 250.0;
    n.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    n.population(
        "E", "iaf_psc_delta", 2,
        {{"V_m", normal(-65.0, 5.0)}, {"tau_m", std::vector{10.0, 20.5}}, {"V_min", -infinity}});
    n.device("drive", "poisson_generator", {{"rate", 800.5}});
    n.connect("E", {"E"}, fixed_indegree(1, false), {.model = "e_syn", .weight = 1.0});
    n.connect("drive", {"E"}, all_to_all(), {.delay = 0.1, .receptor_type = 0}, "driven");
    n.recorder("spikes", "spike_recorder", {"E"});
    n.checkpoints.every = "10min";
    EXPECT_EQ(network_toml(n), R"([simulation]
resolution = 0.1
seed = 1
duration = 250
weight_precision = "double"

[synapse_models.e_syn]
copy_of = "stdp_synapse_hom"
Wmax = 2

[populations.E]
model = "iaf_psc_delta"
size = 2
V_m = { normal = { mean = -65, std = 5 } }
V_min = -inf
tau_m = [10, 20.5]

[devices.drive]
model = "poisson_generator"
rate = 800.5

[[projections]]
source = "E"
target = ["E"]
rule = { fixed_indegree = { allow_autapses = false, indegree = 1 } }
synapse_model = "e_syn"
weight = 1

[[projections]]
name = "driven"
source = "drive"
target = ["E"]
rule = "all_to_all"
synapse_model = "static_synapse"
delay = 0.1
receptor_type = 0

[recorders.spikes]
model = "spike_recorder"
from = ["E"]

[checkpoints]
every = "10min"
folder = ""
max_wall = ""
keep = 2
connectivity = "regenerate"
on_failure = "warn"
)");
}

TEST(WriteToml, IsReadBack) {
    NetworkDescription n;
    n.resolution = 0.05;
    n.seed = std::numeric_limits<std::int64_t>::max();
    n.duration = 1e5;
    n.weight_precision = "single";
    n.copy_model("static_synapse", "zeta", {{"weight", normal(1.0, 0.1)}});
    n.copy_model("zeta", "alpha", {{"delay", 2.0}});
    n.population("second", "iaf_psc_delta", 1U << 31, {{"refractory_input", true}});
    n.population("first", "iaf_psc_delta", 2, {{"V_m", std::vector{0.1, -60.0}}});
    n.population("-1", "parrot_neuron", 1);
    n.device("z", "spike_generator", {{"spike_times", std::vector{0.1, 7.0}}});
    n.device("a", "spike_generator", {{"spike_weights", std::vector<double>{}}});
    n.connect("second", {"first", "second"}, one_to_one(), {.weight = std::vector{1.0, -0.5}});
    n.connect("first", {"first"}, explicit_list({{0, 1, 1}, {1, 0, 1}, {}, {0.5, 1.0, 1.5}}),
              {.model = "alpha", .receptor_type = 1}, "listed");
    n.connect("first", {"second"}, explicit_list({{0}, {1ULL << 60}, {-0.25}, {}}));
    n.connect("first", {"-1"}, explicit_list({}), {.weight = 0.1, .delay = uniform(0.5, 2.0)});
    n.recorder("m", "multimeter", {"second", "first"},
               {{"record_from", std::vector<std::string>{"V_m", "ref"}}, {"stop", infinity}});
    n.recorder("k", "spike_recorder", {"-1"});
    n.checkpoints = {.every = "500ms", .folder = "a\\b \"c\"\n", .keep = 7, .on_failure = "stop"};
    const auto read = round_trip(n);
    EXPECT_EQ(read.seed, n.seed);
    for (std::size_t i = 0; i < n.populations.size(); ++i) {
        EXPECT_EQ(read.populations[i].name, n.populations[i].name);
        EXPECT_EQ(read.populations[i].parameters, n.populations[i].parameters);
    }
    EXPECT_EQ(read.devices.at(0).name, "z");
    EXPECT_EQ(read.recorders.at(0).parameters, n.recorders[0].parameters);
    EXPECT_EQ(read.recorders[0].from, n.recorders[0].from);
}

TEST(WriteToml, KeepsRandomValues) {
    NetworkDescription n;
    n.population("E", "iaf_psc_delta", 2,
                 {{"a", normal(-0.0, 1e-300)},
                  {"b", redraw(normal(0.1, 5.0), -1.0, infinity)},
                  {"c", uniform(1.0, 2.0)},
                  {"d", redraw(uniform(0.0, 1.0), 0.25, 0.75)},
                  {"e", redraw(lognormal(0.0, 0.5), -infinity, 10.0)},
                  {"f", redraw(exponential(3.0), 0.1, 1e10)}});
    const auto read = round_trip(n);
    EXPECT_EQ(read.populations[0].parameters, n.populations[0].parameters);
    EXPECT_TRUE(std::signbit(std::get<Random>(read.populations[0].parameters.at("a").value).a));
}

TEST(WriteToml, KeepsEveryBitOfNumbers) {
    std::vector<double> numbers{0.0,    -0.0,       infinity, -infinity,          1e300,
                                5e-324, 1e15,       1e16,     9007199254740994.0, 1e22,
                                0.1,    -1.0 / 3.0, 2.5e-7,   1.0 + 1e-15};
    numbers.push_back(std::numeric_limits<double>::max());
    numbers.push_back(std::numeric_limits<double>::min());
    std::mt19937_64 bits(1);
    while (numbers.size() < 2000)
        if (const auto number = std::bit_cast<double>(bits()); std::isfinite(number))
            numbers.push_back(number);
    NetworkDescription n;
    n.population("E", "iaf_psc_delta", 2, {{"array", numbers}, {"zero", -0.0}});
    const auto read = round_trip(n).populations[0].parameters;
    EXPECT_TRUE(std::signbit(std::get<double>(read.at("zero").value)));
    const auto array = std::get<std::vector<double>>(read.at("array").value);
    ASSERT_EQ(array.size(), numbers.size());
    for (std::size_t i = 0; i < array.size(); ++i)
        EXPECT_EQ(std::bit_cast<std::uint64_t>(array[i]), std::bit_cast<std::uint64_t>(numbers[i]))
            << numbers[i];
}

TEST(WriteToml, EscapesTexts) {
    std::string text = "\"quoted\" \\ back \xC3\xA9";
    for (char c = 1; c < 0x20; ++c) text += c;
    text += '\x7f';
    NetworkDescription n;
    n.population("a b.\"c\"", "x", 1, {{"a key", text}, {"", std::vector<std::string>{text, ""}}});
    const auto read = round_trip(n);
    EXPECT_EQ(read.populations[0].name, n.populations[0].name);
    EXPECT_EQ(read.populations[0].parameters, n.populations[0].parameters);
}

TEST(WriteToml, WritesAllNetworkFilesOfTheProject) {
    const std::filesystem::path source(ENGRAM_SOURCE_DIR);
    int files = 0;
    for (const auto* folder : {"cluster", "docs/examples", "tests"})
        for (const auto& file : std::filesystem::recursive_directory_iterator(source / folder))
            if (file.path().extension() == ".toml") {
                round_trip(read_network(file.path().string()));
                ++files;
            }
    EXPECT_GE(files, 3);
}

TEST(WriteToml, WritesLongLists) {
    ConnectionList list;
    for (std::uint64_t i = 0; i < 100000; ++i) {
        list.source.push_back(i);
        list.target.push_back(99999 - i);
        list.weight.push_back(0.1 * static_cast<double>(i));
        list.delay.push_back(1.5);
    }
    NetworkDescription n;
    n.connect("E", {"E"}, explicit_list(list));
    round_trip(n);
}

}  // namespace
}  // namespace engram
