// SPDX-License-Identifier: Apache-2.0
#include "network/check_checkpoints.hpp"

#include "resolve_checks.hpp"

namespace engram {
namespace {

using test::expect_problem;
using test::resolved;
using test::sound;

NetworkDescription parse(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return parse_network(text, "net.toml", overrides);
}

test::Change options(const CheckpointOptions& checkpoints) {
    return [=](NetworkDescription& d) { d.checkpoints = checkpoints; };
}

TEST(Checkpoints, AreReadFromTheFile) {
    const auto network = parse(R"(
        [checkpoints]
        every = "10min"
        folder = "safe"
        max_wall = "23h50m"
        keep = 3
        connectivity = "store"
        on_failure = "stop"
    )");
    EXPECT_TRUE(network.problems.empty());
    EXPECT_EQ(network.checkpoints, (CheckpointOptions{.every = "10min",
                                                      .folder = "safe",
                                                      .max_wall = "23h50m",
                                                      .keep = 3,
                                                      .connectivity = "store",
                                                      .on_failure = "stop"}));
    EXPECT_EQ(network.checkpoints_line, 2);
    EXPECT_EQ(parse("[checkpoints]").checkpoints, CheckpointOptions{});
    EXPECT_EQ(parse("[checkpoints]\nkeep = 9223372036854775807").checkpoints.keep,
              std::numeric_limits<int>::max());
}

TEST(Checkpoints, AreSetOnTheCommandLine) {
    const auto network = parse("", {"checkpoints.every=10min", "checkpoints.max_wall=1.5h",
                                    "checkpoints.folder=/fast/run-1.d", "checkpoints.keep=1"});
    EXPECT_TRUE(network.problems.empty());
    EXPECT_EQ(network.checkpoints,
              (CheckpointOptions{
                  .every = "10min", .folder = "/fast/run-1.d", .max_wall = "1.5h", .keep = 1}));
    EXPECT_EQ(parse("[checkpoints]\nevery = '1h'", {"checkpoints.every=\"5s\""}).checkpoints.every,
              "5s");
}

TEST(Checkpoints, ReportWhatIsNoOption) {
    const auto expect = [](const std::string& text, int line, const std::string& problem) {
        const auto problems = parse(text).problems;
        ASSERT_EQ(problems.size(), 1U) << text;
        EXPECT_EQ(problems[0].text, problem);
        EXPECT_EQ(problems[0].line, line);
    };
    expect("[checkpoint]", 1, "unknown section 'checkpoint'. Did you mean 'checkpoints'?");
    expect("checkpoints = 1", 1, "checkpoints must be a section. Write it as [checkpoints]");
    expect("[checkpoints]\nevry = '1h'", 2,
           "checkpoints: unknown key 'evry'. Did you mean 'every'?");
    expect("[checkpoints]\nkeep = 1\nevery = 10", 3,
           "checkpoints: every must be a text, as every = \"10min\"");
    expect("[checkpoints]\nkeep = -1", 2,
           "checkpoints: keep must be a whole number that is not negative");
}

TEST(Checkpoints, MayBeAnyOfTheForms) {
    auto d = sound();
    d.checkpoints = {.every = "0.3ms",
                     .folder = "x",
                     .max_wall = "1d12h",
                     .keep = 1,
                     .connectivity = "store",
                     .on_failure = "stop"};
    EXPECT_NO_THROW(resolved(d));
    d.checkpoints = {.every = "1s"};
    EXPECT_NO_THROW(resolved(d));
}

TEST(Checkpoints, AreChecked) {
    expect_problem(options({.every = "10"}),
                   "checkpoints: every = \"10\" (has no unit). Write model time as 500ms, wall "
                   "time as 90s, 10min, 1.5h, 23h50m or 1d12h");
    expect_problem(options({.every = "0.25ms"}),
                   "checkpoints: every = \"0.25ms\" (must be a multiple of the resolution, 0.1 "
                   "ms). Choose a multiple");
    expect_problem(options({.every = "0.00000000001ms"}),
                   "checkpoints: every = \"0.00000000001ms\" (must be a multiple of the "
                   "resolution, 0.1 ms). Choose a multiple");
    expect_problem(options({.max_wall = "500ms"}),
                   "checkpoints: max_wall = \"500ms\" (ms is model time; must be wall time). Write "
                   "for example 23h50m");
    expect_problem(options({.max_wall = "0h"}),
                   "checkpoints: max_wall = \"0h\" (must be positive). Write model time as 500ms, "
                   "wall time as 90s, 10min, 1.5h, 23h50m or 1d12h");
    expect_problem(options({.keep = 0}),
                   "checkpoints: keep = 0 (must be at least 1). Say how many of the newest stay");
    expect_problem(options({.connectivity = "stored"}),
                   "checkpoints: connectivity = \"stored\" (must be \"regenerate\" or \"store\"). "
                   "Did you mean 'store'?");
    expect_problem(options({.on_failure = "ignore"}),
                   "checkpoints: on_failure = \"ignore\" (must be \"warn\" or \"stop\"). Known are "
                   "warn, stop");
}

TEST(Checkpoints, ProblemsNameTheLineOfTheSection) {
    EXPECT_ERROR(resolved(parse("[populations.E]\nmodel = 'parrot_neuron'\nsize = 1\n"
                                "[checkpoints]\nevery = 'soon'")),
                 "net.toml:4: checkpoints: every = \"soon\" (must be a number and its unit)");
}

}  // namespace
}  // namespace engram
