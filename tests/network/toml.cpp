// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "engram/description.hpp"

#include "engram_test.hpp"

namespace engram {
namespace {

NetworkDescription parse(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return parse_network(text, "net.toml", overrides);
}

/// The text must have exactly one problem: on this line, with these words in it.
void expect_problem(const std::string& text, int line, const std::string& words,
                    const std::vector<std::string>& overrides = {}) {
    const auto problems = parse(text, overrides).problems;
    ASSERT_EQ(problems.size(), 1U)
        << text << (problems.empty() ? "" : problems[0].text + " | " + problems.back().text);
    EXPECT_EQ(problems[0].line, line) << problems[0].text;
    EXPECT_NE(problems[0].text.find(words), std::string::npos) << problems[0].text;
}

TEST(Toml, ReadsEverySection) {
    const auto network = parse(R"(
        [simulation]
        resolution = 0.05
        seed = 12345678901
        duration = 250
        weight_precision = "single"
        [synapse_models.e_syn]
        copy_of = "stdp_synapse_hom"
        Wmax = 2.0
        [populations.E]
        model = "iaf_psc_delta"
        size = 3
        V_m = [-60, -61.5, -62]
        refractory_input = true
        [devices.drive]
        model = "poisson_generator"
        rate = 800
        [[projections]]
        name = "recurrent"
        source = "E"
        target = "E"
        rule = { fixed_indegree = { indegree = 2, allow_autapses = false } }
        synapse_model = "e_syn"
        weight = 1.5
        delay = 2
        receptor_type = 0
        [recorders.m]
        model = "multimeter"
        from = ["E"]
        record_from = ["V_m"]
    )");
    EXPECT_TRUE(network.problems.empty());
    EXPECT_EQ(network.resolution, 0.05);
    EXPECT_EQ(network.seed, 12345678901U);
    EXPECT_EQ(network.duration, 250.0);
    EXPECT_EQ(network.weight_precision, "single");
    ASSERT_EQ(network.synapse_models.size(), 1U);
    EXPECT_EQ(network.synapse_models[0].copy_of, "stdp_synapse_hom");
    EXPECT_EQ(network.synapse_models[0].parameters.at("Wmax"), Value(2.0));
    ASSERT_EQ(network.populations.size(), 1U);
    EXPECT_EQ(network.populations[0].size, 3U);
    EXPECT_EQ(network.populations[0].line, 10);
    EXPECT_EQ(network.populations[0].parameters,
              (Parameters{{"V_m", std::vector{-60.0, -61.5, -62.0}}, {"refractory_input", true}}));
    EXPECT_EQ(network.populations[0].parameters.at("V_m").line, 13);
    EXPECT_EQ(network.devices.at(0).parameters, (Parameters{{"rate", 800.0}}));
    const auto& projection = network.projections.at(0);
    EXPECT_EQ(projection.name, "recurrent");
    EXPECT_EQ(projection.line, 18);
    EXPECT_EQ(projection.target, std::vector<std::string>{"E"});
    EXPECT_EQ(projection.rule.name, "fixed_indegree");
    EXPECT_EQ(projection.rule.parameters,
              (Parameters{{"indegree", 2.0}, {"allow_autapses", false}}));
    EXPECT_EQ(projection.synapse.model, "e_syn");
    EXPECT_EQ(projection.synapse.weight, Value(1.5));
    EXPECT_EQ(projection.synapse.delay, Value(2.0));
    EXPECT_EQ(projection.synapse.receptor_type, 0);
    EXPECT_EQ(network.recorders.at(0).from, std::vector<std::string>{"E"});
    EXPECT_EQ(network.recorders[0].parameters.at("record_from"),
              Value(std::vector<std::string>{"V_m"}));
}

TEST(Toml, LeavesUnsetWhatIsNotGiven) {
    const auto network = parse("[[projections]]\nsource = 'E'\ntarget = 'E'");
    EXPECT_FALSE(network.projections.at(0).synapse.weight);
    EXPECT_FALSE(network.projections.at(0).synapse.delay);
    EXPECT_FALSE(network.projections.at(0).synapse.receptor_type);
    EXPECT_EQ(network.projections.at(0).rule.name, "all_to_all");
}

TEST(Toml, KeepsTheOrderOfTheFile) {
    const auto network =
        parse("[populations.b]\n[populations.c]\n[populations]\na.size = 1\n[devices]\n");
    ASSERT_EQ(network.populations.size(), 3U);
    EXPECT_EQ(network.populations[0].name, "b");
    EXPECT_EQ(network.populations[1].name, "c");
    EXPECT_EQ(network.populations[2].name, "a");
}

TEST(Toml, ReadsRandomValues) {
    const auto network = parse(R"(
        [populations.E]
        a = { normal = { mean = -65, std = 5.0 } }
        b = { uniform = { min = 1, max = 2 } }
        c = { lognormal = { mean = 0, std = 0.5, max = 10 } }
        d = { exponential = { beta = 3, min = 0.1 } }
    )");
    EXPECT_TRUE(network.problems.empty());
    const Parameters expected{{"a", normal(-65.0, 5.0)},
                              {"b", uniform(1.0, 2.0)},
                              {"c", redraw(lognormal(0.0, 0.5), -Random{}.max, 10.0)},
                              {"d", redraw(exponential(3.0), 0.1, Random{}.max)}};
    EXPECT_EQ(network.populations.at(0).parameters, expected);
}

TEST(Toml, ReadsInfiniteNumbers) {
    const auto network = parse("[populations.E]\nV_min = -inf");
    EXPECT_EQ(network.populations.at(0).parameters.at("V_min"), Value(Random{}.min));
}

TEST(Toml, NamesLineAndFileOfASyntaxError) {
    EXPECT_ERROR(parse("[simulation]\nseed = = 1\n"), "net.toml:2: ");
    EXPECT_ERROR(parse("[simulation]\nseed = 1\nseed = 2\n"), "net.toml:3: ");
    EXPECT_ERROR(parse_network("x = ", ""), "network:1: ");
}

TEST(Toml, ReportsUnknownKeys) {
    expect_problem("[population.E]\nsize = 1", 1,
                   "unknown section 'population'. Did you mean 'populations'?");
    expect_problem("[simulation]\nseeds = 1", 2,
                   "simulation: unknown key 'seeds'. Did you mean 'seed'?");
    expect_problem("[[projections]]\nsource = 'E'\nwieght = 1", 3,
                   "projections[0]: unknown key 'wieght'. Did you mean 'weight'?");
}

TEST(Toml, ReportsWrongShapes) {
    expect_problem("simulation = 1", 1, "Write it as [simulation]");
    expect_problem("populations = 1", 1, "Write them as [populations.NAME]");
    expect_problem("[populations]\nE = 1", 2, "Write it as [populations.E]");
    expect_problem("[projections.a]\nsource = 'E'", 1, "Start each by [[projections]]");
}

TEST(Toml, ReportsWrongTypes) {
    expect_problem("[simulation]\nresolution = 'x'", 2, "simulation: resolution must be a number");
    expect_problem("[simulation]\nseed = -1", 2,
                   "seed must be a whole number that is not negative");
    expect_problem("[simulation]\nseed = 1.5", 2, "seed must be a whole number");
    expect_problem("[simulation]\nweight_precision = 1", 2, "weight_precision must be a text");
    expect_problem("[populations.E]\nsize = 'many'", 2,
                   "population 'E': size must be a whole number");
    expect_problem("[populations.E]\nmodel = 1", 2, "population 'E': model must be a text");
    expect_problem("[populations.E]\nV_m = [1, 'a']", 2, "population 'E': V_m has no usable value");
    expect_problem("[populations.E]\nV_m = 1979-05-27", 2, "V_m has no usable value");
    expect_problem("[recorders.r]\nfrom = [1]", 2,
                   "recorder 'r': from must be a text or an array of texts");
    expect_problem("[[projections]]\nreceptor_type = -1", 2,
                   "receptor_type must be a whole number");
    expect_problem("[[projections]]\nreceptor_type = 9999999999", 2, "receptor_type is too large");
}

TEST(Toml, ReportsWrongRandomValues) {
    const std::string e = "[populations.E]\nV_m = ";
    expect_problem(e + "{ gaussian = { mean = 1, std = 1 } }", 2,
                   "V_m: unknown distribution 'gaussian'. Known are normal");
    expect_problem(e + "{ normal = { mean = 1 } }", 2,
                   "population 'E': V_m: normal: std is missing");
    expect_problem(e + "{ normal = { mean = 1, std = 1, sigma = 2 } }", 2,
                   "V_m: normal: unknown key 'sigma'");
    expect_problem(e + "{ normal = { mean = 'a', std = 1 } }", 2,
                   "V_m: normal: mean must be a number");
    expect_problem(e + "{ normal = 1 }", 2, "V_m: normal has no parameters");
    expect_problem(e + "{ normal = { mean = 1, std = 1 }, uniform = { min = 0, max = 1 } }", 2,
                   "V_m is a table");
}

TEST(Toml, ReportsWrongRules) {
    const std::string p = "[[projections]]\nrule = ";
    expect_problem(p + "1", 2, "projections[0]: rule must be one name or one table");
    expect_problem(p + "{ fixed_indegree = 3 }", 2, "rule must be one name or one table");
    expect_problem(p + "{ fixed_indegree = { indegree = 3 }, one_to_one = {} }", 2,
                   "rule must be one name");
    expect_problem(p + "{ explicit_list = { source = [0], targets = [1], target = [0] } }", 2,
                   "explicit_list: unknown key 'targets'. Did you mean 'target'?");
    expect_problem(p + "{ explicit_list = { source = [0], target = [-1] } }", 2,
                   "explicit_list: target[0] (must be a whole number from 0 on)");
    expect_problem(p + "{ explicit_list = { source = [0] } }", 2,
                   "target must be an array of indices");
    expect_problem(p + "{ explicit_list = { source = [0], target = [0], weight = 1 } }", 2,
                   "weight must be an array of numbers");
    expect_problem(p + "{ explicit_list = { file = 'a.csv', source = [0] } }", 2,
                   "source stands beside file");
}

TEST(Toml, FindsAllProblemsAtOnce) {
    const auto problems =
        parse("[simulation]\nseed = 'a'\n[populations.E]\nsize = -1\n[recorder.r]\n").problems;
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_EQ(problems[0].line, 2);
    EXPECT_EQ(problems[1].line, 4);
    EXPECT_EQ(problems[2].line, 5);
}

TEST(Toml, ReadsExplicitLists) {
    const auto network = parse(R"(
        [[projections]]
        rule = { explicit_list = { source = [0, 2], target = [1, 1], weight = [1, -2.5], delay = [1.0, 2.0] } }
    )");
    const ConnectionList expected{{0, 2}, {1, 1}, {1.0, -2.5}, {1.0, 2.0}};
    ASSERT_TRUE(network.projections.at(0).rule.list);
    EXPECT_EQ(*network.projections[0].rule.list, expected);
}

class TomlFile : public ::testing::Test {
protected:
    /// Writes both files, each rank its own, and reads the network.
    NetworkDescription read(const std::string& csv) {
        std::ofstream(folder_ / "list.csv") << csv;
        std::ofstream(folder_ / "net.toml")
            << "[[projections]]\nrule = { explicit_list = { file = 'list.csv' } }\n";
        return read_network((folder_ / "net.toml").string());
    }
    void expect_bad(const std::string& csv, const std::string& words) {
        const auto problems = read(csv).problems;
        ASSERT_FALSE(problems.empty()) << csv;
        EXPECT_EQ(problems[0].line, 2);
        EXPECT_NE(problems[0].text.find(words), std::string::npos) << problems[0].text;
    }
    std::filesystem::path folder_ = own_folder();

private:
    static std::filesystem::path own_folder() {
        const auto folder = test::temporary_folder() / std::to_string(test::world().rank());
        std::filesystem::create_directory(folder);
        return folder;
    }
};

TEST_F(TomlFile, ReadsTablesNextToTheFile) {
    const auto network = read("# a comment\ntarget, source,weight\r\n1,0, 1.5\r\n\n2 ,3,-2e-1");
    EXPECT_TRUE(network.problems.empty());
    EXPECT_EQ(*network.projections.at(0).rule.list,
              (ConnectionList{{0, 3}, {1, 2}, {1.5, -0.2}, {}}));
}

TEST_F(TomlFile, ReportsBadTables) {
    expect_bad("", "list.csv (cannot be read, or is empty)");
    expect_bad("source,weight\n", "list.csv:1: column 'target' is missing");
    expect_bad("source,target,wieght\n",
               "list.csv:1: unknown column 'wieght'. Did you mean 'weight'?");
    expect_bad("source,target,source\n", "list.csv:1: column 'source' stands twice");
    expect_bad("source,target\n0,1\n\n0,1,2\n",
               "list.csv:4: 3 values (the first line names 2 columns)");
    expect_bad("source,target\n0,-1\n",
               "list.csv:2: target = '-1' (must be a whole number from 0 on)");
    expect_bad("source,target\n0.5,1\n", "list.csv:2: source = '0.5' (must be a whole number");
    expect_bad("source,target,weight\n0,1,\n", "list.csv:2: weight = '' (must be a number)");
}

TEST_F(TomlFile, StopsAfterTenBadLines) {
    std::string csv = "source,target\n";
    for (int i = 0; i < 100; ++i) csv += "a,0\n";
    EXPECT_EQ(read(csv).problems.size(), 10U);
}

TEST_F(TomlFile, ReportsFilesThatCannotBeRead) {
    EXPECT_ERROR(read_network((folder_ / "none.toml").string()), "none.toml (cannot be read");
    EXPECT_ERROR(read_network(folder_.string()), "(cannot be read");
}

const std::string base = R"([populations.E]
size = 2
V_m = { normal = { mean = -65.0, std = 5.0 } }
[[projections]]
source = "E"
target = "E"
[[projections]]
name = "second"
source = "E"
rule = { fixed_indegree = { indegree = 2 } }
)";

TEST(Overrides, SetAnyValue) {
    const auto network =
        parse(base, {"populations.E.size=4000", "simulation.seed=7", "populations.E.tau_m=20.0",
                     "populations.E.model=parrot_neuron", "populations.E.V_m.normal.mean=-60",
                     "projections[0].weight=2", "projections.second.weight=3.5",
                     "projections[1].rule.fixed_indegree.indegree=9",
                     "projections.second.target=[\"E\"]"});
    EXPECT_TRUE(network.problems.empty()) << network.problems[0].text;
    EXPECT_EQ(network.seed, 7U);
    EXPECT_EQ(network.populations[0].size, 4000U);
    EXPECT_EQ(network.populations[0].model, "parrot_neuron");
    EXPECT_EQ(network.populations[0].parameters,
              (Parameters{{"V_m", normal(-60.0, 5.0)}, {"tau_m", 20.0}}));
    EXPECT_EQ(network.projections[0].synapse.weight, Value(2.0));
    EXPECT_EQ(network.projections[1].synapse.weight, Value(3.5));
    EXPECT_EQ(network.projections[1].rule.parameters.at("indegree"), Value(9.0));
    EXPECT_EQ(network.projections[1].target, std::vector<std::string>{"E"});
}

TEST(Overrides, HaveNoLineOfTheFile) {
    const auto network = parse(base, {"populations.E.tau_m=1", "projections[0].weight=2"});
    EXPECT_EQ(network.populations[0].parameters.at("tau_m").line, 0);
    EXPECT_EQ(network.projections[0].synapse.weight->line, 0);
    EXPECT_EQ(network.populations[0].parameters.at("V_m").line, 3);
}

TEST(Overrides, ReportUnknownPaths) {
    expect_problem(base, 0,
                   "--set populations.e.size=1: there is no 'e' in populations. Did you mean 'E'?",
                   {"populations.e.size=1"});
    expect_problem(base, 0, "unknown section 'population'. Did you mean 'populations'?",
                   {"population.E.size=1"});
    expect_problem(base, 0, "the file has no [devices]", {"devices.d.rate=1"});
    expect_problem(base, 0, "there is no projections[2] (the file has 2, counted from 0)",
                   {"projections[2].weight=1"});
    expect_problem(base, 0, "there is no projections[x]", {"projections[x].weight=1"});
    expect_problem(base, 0, "there is no projection with name = 'secnd'. Did you mean 'second'?",
                   {"projections.secnd.weight=1"});
    expect_problem(base, 0, "there is no 'uniform' in V_m. Known are normal",
                   {"populations.E.V_m.uniform.min=1"});
    expect_problem("", 0, "the file has no [[projections]]", {"projections[0].weight=1"});
}

TEST(Overrides, ReportWrongForms) {
    expect_problem(base, 0, "there is no '='", {"populations.E.size"});
    expect_problem(base, 0, "the path is too short", {"populations.E={}"});
    expect_problem(base, 0, "the path is too short", {"projections[0]=1"});
    expect_problem(base, 0, "the path is too short", {"simulation=1"});
    expect_problem(base, 0, "a name in the path is empty", {"populations..size=1"});
    expect_problem(base, 0, "'[1,' is no TOML value", {"populations.E.V_m=[1,"});
    expect_problem(base, 0, "is no TOML value", {"populations.E.size=1\nV_m = 2"});
    expect_problem(base, 0, "is no TOML value", {"populations.E.size="});
}

TEST(Overrides, ReportUnknownKeysAndWrongTypes) {
    expect_problem(base, 4, "projections[0]: unknown key 'wieght'", {"projections[0].wieght=1"});
    expect_problem(base, 1, "population 'E': size must be a whole number",
                   {"populations.E.size=x"});
}

}  // namespace
}  // namespace engram
