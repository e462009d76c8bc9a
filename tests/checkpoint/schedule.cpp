// SPDX-License-Identifier: Apache-2.0
// When checkpoints are written, which stay, which one a run resumes from, and what happens when one
// cannot be written.
#include <csignal>
#include <fstream>

#include <sys/resource.h>

#include "checkpoint/folder.hpp"
#include "checkpoint/layouts.hpp"
#include "checkpoint/record.hpp"
#include "full_disk.hpp"
#include "same_bytes.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

NetworkDescription network() {
    NetworkDescription d;
    d.seed = 8;
    d.population("E", "iaf_psc_delta", 40, {{"V_m", normal(-65.0, 5.0)}});
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    d.device("drive", "poisson_generator", {{"rate", 1000.0}});
    d.connect("E", {"E"}, fixed_indegree(8), {"e_syn", uniform(0.2, 1.8), uniform(1.5, 9.0)});
    d.connect("drive", {"E"}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    d.recorder("spikes", "spike_recorder", {"E"});
    return d;
}

class Schedule : public testing::Test {
protected:
    [[nodiscard]] RunOptions options(const std::string& every, bool resume = false) const {
        RunOptions result = test::on_threads(test::threads());
        result.output = folder.string();
        result.checkpoints = CheckpointOptions{.every = every};
        result.resume = resume;
        return result;
    }
    /// Collective. The model times of the checkpoints, newest first, ms.
    [[nodiscard]] std::vector<double> times() const {
        std::vector<double> result;
        for (const auto& entry : checkpoint::list(world(), checkpoints.string()))
            result.push_back(static_cast<double>(entry.step) * 0.1);
        return result;
    }
    /// Collective. Destroys some bytes in the middle of a checkpoint.
    void destroy(double time) const {
        test::on_first_rank([&] {
            const std::string path = path_of(time);
            std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(static_cast<std::streamoff>(fs::file_size(path) / 2));
            file << "destroyed";
        });
    }
    [[nodiscard]] std::string path_of(double time) const {
        return checkpoint::path_in(checkpoints.string(), static_cast<Step>(time * 10.0 + 0.5));
    }
    /// Collective. The whole run of 200 ms in another folder.
    [[nodiscard]] std::string uninterrupted() const {
        const fs::path other = folder / "uninterrupted";
        RunOptions run = options("");
        run.output = other.string();
        Simulation simulation(world(), network(), run);
        simulation.run(200.0);
        simulation.finish();
        return (other / "spikes.h5").string();
    }

    fs::path folder = test::temporary_folder();
    fs::path checkpoints = folder / "checkpoints";
};

TEST_F(Schedule, InModelTimeKeepsTheNewest) {
    Simulation simulation(world(), network(), options("30ms"));
    EXPECT_EQ(simulation.run(100.0), RunEnd::done);
    EXPECT_EQ(times(), (std::vector<double>{90.0, 60.0}));
    simulation.run(25.0);
    EXPECT_EQ(times(), (std::vector<double>{120.0, 90.0}));
    simulation.finish();
    EXPECT_EQ(times(), (std::vector<double>{125.0, 120.0}));
    EXPECT_EQ(simulation.timing().checkpoints, 5u);
}

/// A microsecond has passed after every interval, ten hours after none.
TEST_F(Schedule, InWallTime) {
    {
        Simulation simulation(world(), network(), options("0.000001s"));
        simulation.run(15.0);
        EXPECT_EQ(simulation.timing().checkpoints, simulation.timing().exchanges);
    }
    RunOptions run = options("10h");
    run.output = (folder / "rare").string();
    Simulation rare(world(), network(), run);
    rare.run(300.0);
    EXPECT_EQ(rare.timing().checkpoints, 0u);
}

TEST_F(Schedule, MaxWallEndsTheRun) {
    RunOptions run = options("");
    run.checkpoints->max_wall = "1s";  // which has passed, with what is kept for the checkpoint
    Simulation simulation(world(), network(), run);
    EXPECT_EQ(simulation.run(1000.0), RunEnd::requeue);
    EXPECT_LT(simulation.time(), 1000.0);
    ASSERT_EQ(times().size(), 1u);
    EXPECT_NEAR(times()[0], simulation.time(), 1e-9);
}

TEST_F(Schedule, ResumesFromTheNewest) {
    const std::string expected = uninterrupted();
    {
        Simulation simulation(world(), network(), options("30ms", true));  // there is none yet
        simulation.run(70.0);
    }
    Simulation simulation(world(), network(), options("30ms", true));
    EXPECT_NEAR(simulation.time(), 60.0, 1e-9);
    simulation.run(140.0);
    simulation.finish();
    EXPECT_TRUE(test::same_bytes(expected, folder / "spikes.h5"));
}

TEST_F(Schedule, FallsBackToTheOneBefore) {
    const std::string expected = uninterrupted();
    {
        Simulation simulation(world(), network(), options("30ms"));
        simulation.run(95.0);
    }
    destroy(90.0);
    {
        Simulation simulation(world(), network(), options("30ms", true));
        EXPECT_NEAR(simulation.time(), 60.0, 1e-9);
        EXPECT_TRUE(fs::exists(path_of(90.0) + ".damaged"));
        simulation.run(140.0);
        simulation.finish();
    }
    EXPECT_TRUE(test::same_bytes(expected, folder / "spikes.h5"));
    EXPECT_EQ(times(), (std::vector<double>{200.0, 180.0}));
}

TEST_F(Schedule, RefusesWhenAllAreDamaged) {
    {
        Simulation simulation(world(), network(), options("30ms"));
        simulation.run(95.0);
    }
    destroy(90.0);
    test::on_first_rank([&] { std::ofstream(checkpoint::record_path(path_of(60.0))) << "{}"; });
    EXPECT_ERROR(Simulation(world(), network(), options("30ms", true)), "all are damaged",
                 "checkpoint_000000000900.h5", "checkpoint_000000000600.json");
}

TEST_F(Schedule, RefusesToWriteOverAnotherRun) {
    {
        Simulation simulation(world(), network(), options("30ms"));
        simulation.run(65.0);
    }
    EXPECT_ERROR(Simulation(world(), network(), options("30ms")), "holds checkpoints of an earlier",
                 "--resume");
    EXPECT_EQ(times(), (std::vector<double>{60.0, 30.0}));
}

TEST_F(Schedule, ProlongsAFinishedRun) {
    const std::string expected = uninterrupted();
    {
        Simulation simulation(world(), network(), options("1000ms"));
        simulation.run(120.0);
        simulation.finish();
    }
    ASSERT_TRUE(fs::exists(folder / "spikes.h5"));
    Simulation simulation(world(), network(), options("1000ms", true));
    EXPECT_NEAR(simulation.time(), 120.0, 1e-9);
    simulation.run(80.0);
    simulation.finish();
    EXPECT_TRUE(test::same_bytes(expected, folder / "spikes.h5"));
}

TEST_F(Schedule, RemovesWhatADeadWriterLeft) {
    test::on_first_rank([&] {
        fs::create_directories(checkpoints);
        std::ofstream(path_of(10.0)) << "no record";
        std::ofstream(path_of(20.0) + ".part.tmp") << "under way";
        std::ofstream(path_of(25.0) + ".part") << "not yet named";
        std::ofstream(checkpoints / "notes.txt") << "not ours";
    });
    Simulation simulation(world(), network(), options("30ms", true));
    EXPECT_EQ(simulation.time(), 0.0);
    simulation.run(35.0);
    EXPECT_FALSE(fs::exists(path_of(10.0)));
    EXPECT_FALSE(fs::exists(path_of(20.0) + ".part.tmp"));
    EXPECT_FALSE(fs::exists(path_of(25.0) + ".part"));
    EXPECT_TRUE(fs::exists(checkpoints / "notes.txt"));
}

TEST_F(Schedule, GoesOnWithoutACheckpoint) {
    test::on_first_rank([&] { std::ofstream(checkpoints.string()) << "a file, no folder"; });
    const std::string expected = uninterrupted();
    {
        Simulation simulation(world(), network(), options("30ms"));
        simulation.run(200.0);
        EXPECT_EQ(simulation.timing().checkpoints, 0u);
        simulation.finish();
    }
    EXPECT_TRUE(test::same_bytes(expected, folder / "spikes.h5"));
    RunOptions run = options("30ms");
    run.checkpoints->on_failure = "stop";
    Simulation simulation(world(), network(), run);
    EXPECT_ERROR(simulation.run(200.0), "no checkpoint at 30 ms", "checkpoints");
}

/// A full disk on every second rank only, or on all.
class OnFullDisk : public Schedule, public testing::WithParamInterface<int> {
protected:
    [[nodiscard]] static test::FullDisk full_disk(std::uint64_t bytes) {
        constexpr std::uint64_t plenty = std::uint64_t{1} << 40;
        return test::FullDisk(world().rank() % 2 <= GetParam() ? bytes : plenty);
    }
};

TEST_P(OnFullDisk, LeavesTheEarlierCheckpoint) {
    RunOptions run = options("30ms");
    run.output = "";
    run.checkpoints->folder = checkpoints.string();
    Simulation simulation(world(), network(), run);
    simulation.run(35.0);
    ASSERT_EQ(times(), (std::vector<double>{30.0}));
    const std::string before = test::bytes_of(path_of(30.0));
    {
        const auto full = full_disk(before.size() / 3);
        simulation.run(60.0);
    }
    EXPECT_EQ(times(), (std::vector<double>{30.0}));
    EXPECT_EQ(before, test::bytes_of(path_of(30.0)));
    EXPECT_FALSE(fs::exists(path_of(60.0)));
    EXPECT_FALSE(fs::exists(path_of(60.0) + ".part.tmp"));
    EXPECT_FALSE(fs::exists(path_of(60.0) + ".part"));
    simulation.run(30.0);
    EXPECT_EQ(times(), (std::vector<double>{120.0, 30.0}));
}

TEST_P(OnFullDisk, LeavesTheCheckpointOfThisName) {
    const std::string path = (folder / "last.h5").string();
    Simulation simulation(world(), network(), test::on_threads(test::threads()));
    simulation.run(20.0);
    simulation.checkpoint(path);
    const std::string before = test::bytes_of(path);
    simulation.run(20.0);
    {
        const auto full = full_disk(before.size() / 3);
        EXPECT_ERROR(simulation.checkpoint(path), "last.h5");
    }
    RunOptions run = test::on_threads(test::threads());
    run.resume_from = path;
    EXPECT_NEAR(Simulation(world(), network(), run).time(), 20.0, 1e-9);
    simulation.checkpoint(path);
    EXPECT_NEAR(Simulation(world(), network(), run).time(), 40.0, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Ranks, OnFullDisk, testing::Values(0, 1));

TEST_F(Schedule, RefusesToGoBackAmongNewerCheckpoints) {
    {
        Simulation simulation(world(), network(), options("30ms"));
        simulation.run(65.0);
    }
    RunOptions run = options("30ms");
    run.resume_from = path_of(30.0);
    EXPECT_ERROR(Simulation(world(), network(), run), "newer", "another folder");
    run.output = (folder / "other").string();
    Simulation simulation(world(), network(), run);
    EXPECT_NEAR(simulation.time(), 30.0, 1e-9);
}

/// What differs from the checkpoint is listed; what does not touch the dynamics may differ.
TEST_F(Schedule, RefusesAnotherNetwork) {
    {
        Simulation simulation(world(), network(), options("30ms"));
        simulation.run(65.0);
    }
    NetworkDescription other = network();
    other.populations[0].parameters["tau_m"] = 15.0;
    other.devices[0].parameters["rate"] = 1100.0;
    EXPECT_ERROR(Simulation(world(), other, options("30ms", true)), "described otherwise",
                 "population 'E'", "tau_m", "device 'drive'", "rate", "--allow-changes");
    NetworkDescription smaller = network();
    smaller.populations[0].size = 39;
    RunOptions allowing = options("30ms", true);
    allowing.allow_changes = true;
    EXPECT_ERROR(Simulation(world(), smaller, allowing), "population 'E'", "39");
    NetworkDescription reseeded = network();
    reseeded.seed = 9;
    EXPECT_ERROR(Simulation(world(), reseeded, allowing), "other connections");
    Simulation changed(world(), other, allowing);
    EXPECT_NEAR(changed.time(), 60.0, 1e-9);
    changed.run(10.0);
}

TEST_F(Schedule, AllowsOtherRecordersAndDurations) {
    {
        Simulation simulation(world(), network(), options("30ms"));
        simulation.run(65.0);
    }
    NetworkDescription other = network();
    other.duration = 500.0;
    other.recorder("V", "multimeter", {"E"}, {{"interval", 1.0}});
    Simulation simulation(world(), other, options("50ms", true));
    simulation.run(10.0);
    simulation.finish();
}

}  // namespace
}  // namespace engram
