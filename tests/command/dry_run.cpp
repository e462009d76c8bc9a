// SPDX-License-Identifier: Apache-2.0
// What `engram run --dry-run` refuses, and what it prints.
#include "command/dry_run.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::temporary_folder;
using test::world;

Communicator self() { return parallel::Access::duplicate(MPI_COMM_SELF); }

class DryRunCommand : public testing::Test {
protected:
    DryRunCommand() {
        const std::string name = "network" + std::to_string(world().rank()) + ".toml";
        request.network = (folder / name).string();
        std::ofstream(request.network) << R"(
            [simulation]
            duration = 20.0
            [populations.E]
            model = "parrot_neuron"
            size = 120
            [devices.drive]
            model = "poisson_generator"
            rate = 50.0
            [[projections]]
            source = "E"
            target = "E"
            rule = { fixed_indegree = { indegree = 1, allow_autapses = false } }
            [[projections]]
            source = "drive"
            target = "E"
            rule = "all_to_all"
            [recorders.spikes]
            model = "spike_recorder"
            from = "E"
            [checkpoints]
            every = "10ms"
        )";
        request.quiet = true;
        request.dry_run = "6,4";
    }
    const std::filesystem::path folder = temporary_folder();
    command::RunRequest request;
};

TEST_F(DryRunCommand, RefusesWhatItCannotDoAllAtOnce) {
    request.dry_run = "8,8";
    request.store = "a.h5";
    request.store_at = {"1=b.h5"};
    request.options.restore = "c.h5";
    request.options.resume = true;
    request.output_given = true;
    request.dry_run_rate = -1.0;
    request.set = {"checkpoints.every=1s"};
    request.report = (folder / "missing" / "report.json").string();
    EXPECT_ERROR(command::dry_run(self(), request), "--dry-run", "'8,8'", "--store ", "--store-at",
                 "--restore", "--resume", "--output", "--dry-run-rate -1", "checkpoints.every",
                 "missing");
}

TEST_F(DryRunCommand, RefusesWhatIsNoRank) {
    for (const char* text :
         {"0", "-4", "4,4", "4,-1", "4,", ",1", "x", "4x", "4,1,2", "4.5", "1e3", "99999999999"}) {
        request.dry_run = text;
        EXPECT_ERROR(command::dry_run(self(), request), text, "4096,17");
    }
    request.dry_run = "2000000000";
    request.options.threads = 2;
    EXPECT_ERROR(command::dry_run(self(), request), "virtual processes");
    request.options.threads = 0;
    EXPECT_ERROR(command::dry_run(self(), request), "threads = 0");
}

TEST_F(DryRunCommand, IsForOneProcess) {
    if (world().size() == 1) {
        EXPECT_EQ(command::dry_run(world(), request), 0);
        return;
    }
    EXPECT_ERROR(command::dry_run(world(), request), "processes", "without mpirun");
}

TEST_F(DryRunCommand, KeepsMeasuredAndModelledApart) {
    request.report = request.network + ".json";
    request.options.threads = 2;
    ASSERT_EQ(command::dry_run(self(), request), 0);
    const auto report = nlohmann::json::parse(std::ifstream(request.report)).at("dry_run");
    EXPECT_EQ(report.at("ranks"), 6);
    EXPECT_EQ(report.at("rank"), 4);
    EXPECT_EQ(report.at("threads"), 2);
    EXPECT_EQ(report.at("network_neurons"), 120);
    const auto& measured = report.at("measured");
    const auto& modelled = report.at("modelled");
    EXPECT_EQ(measured.at("neurons"), 20);
    EXPECT_EQ(measured.at("synapses"), 20);
    EXPECT_EQ(measured.at("model_ms"), 20.0);
    EXPECT_GT(measured.at("bytes").at("synapses and their directory"), 0);
    EXPECT_GT(measured.at("bytes").at("neurons and inputs"), 0);
    for (const char* name : {"traces and histories", "calendar", "routes and exchange"}) {
        EXPECT_FALSE(measured.at("bytes").contains(name)) << name;
        EXPECT_TRUE(modelled.at("bytes").contains(name)) << name;
    }
    EXPECT_EQ(modelled.at("messages").at("rounds"), 20);
    EXPECT_GT(measured.at("rates").at("E"), 0.0);
    std::uint64_t sum = 0;
    for (const auto* part : {&measured, &modelled})
        for (const auto& bytes : part->at("bytes")) sum += bytes.get<std::uint64_t>();
    EXPECT_EQ(report.at("bytes"), sum);
}

TEST_F(DryRunCommand, TellsWhatItFound) {
    const dry_run::Options options{6, 4, 1, {}, "none"};
    const auto report = dry_run::run(self(), read_network(request.network, request.set), options);
    const std::string text = command::dry_run_table(report, options);
    for (const char* part :
         {"rank 4 of 6", "20 of 120 neurons", "  measured", "  modelled",
          "synapses and their directory", "calendar", "exchange", "rounds of MPI_Alltoall"})
        EXPECT_NE(text.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace engram
