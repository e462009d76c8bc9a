// SPDX-License-Identifier: Apache-2.0
#include "observe/status.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

#include "engram_test.hpp"
#include "full_disk.hpp"

namespace engram::observe {
namespace {

namespace fs = std::filesystem;

class StatusFile : public testing::Test {
protected:
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    static Status running() {
        Status s;
        s.state = "running";
        s.network = "net.toml";
        s.host = "node1";
        s.pid = 12;
        s.ranks = 3;
        s.threads = 2;
        s.every = 10.0;
        s.start = 0.0;
        s.end = 2000.0;
        s.now = 500.0;
        s.wall = 100.0;
        s.real_time_factor = 200.0;
        s.seconds_left = 300.0;
        s.rates = {{"E", 4.5}, {"inhibitory", 12.0}};
        s.weights = {{"E_to_E", 0.75}, {"none", std::nan("")}};
        return s;
    }

    fs::path folder = fs::temp_directory_path() / fmt::format("engram-status-{}", ::getpid());
};

TEST_F(StatusFile, IsReadAsItWasWritten) {
    write_status(folder.string(), running());
    const Status s = read_status(folder.string());
    EXPECT_NEAR(s.written, clock_now(), 60.0);
    EXPECT_EQ(s.rates, running().rates);
    EXPECT_EQ(s.weights[0], running().weights[0]);
    EXPECT_TRUE(std::isnan(s.weights[1].second));
    EXPECT_EQ(s.seconds_left, 300.0);
    EXPECT_FALSE(s.checkpoint);
    EXPECT_EQ(status_text(s, s.written + 2.0),
              "net.toml: running\n"
              "  500.0 of 2000.0 ms (25 %), 200 s per model s, 5:00 min left\n"
              "  3 ranks x 2 threads, rank 0 on node1 (process 12), 1:40 min so far\n"
              "  E           4.5 spikes/s\n"
              "  inhibitory  12 spikes/s\n"
              "  E_to_E      0.75 mean weight\n"
              "  none        nan mean weight\n"
              "  no checkpoint\n");
}

TEST_F(StatusFile, TellsHowARunEnded) {
    Status s = running();
    s.state = "failed";
    s.message = "the disk is full";
    s.checkpoint = 400.0;
    s.checkpoint_written = "2026-01-02T03:04:05Z";
    const std::string text = status_text(s, s.written);
    EXPECT_TRUE(text.starts_with("net.toml: FAILED: the disk is full\n"));
    EXPECT_TRUE(text.ends_with("  newest checkpoint: 400.0 ms, written 2026-01-02T03:04:05Z\n"));
    s.state = "requeue";
    EXPECT_TRUE(
        status_text(s, s.written).starts_with("net.toml: checkpointed, to be queued again\n"));
}

TEST_F(StatusFile, ThatIsOldIsDoubted) {
    const Status s = running();
    EXPECT_TRUE(status_text(s, s.written + 35.0).starts_with("net.toml: running\n"));
    EXPECT_TRUE(status_text(s, s.written + 3600.0)
                    .starts_with("net.toml: running when last heard of, 1:00 h ago\n"));
}

TEST_F(StatusFile, ThatIsMissingOrDamagedIsAnError) {
    EXPECT_ERROR(read_status(folder.string()), "no status in", "Name the output folder of a run");
    std::ofstream(status_path(folder.string())) << "{\"format\": \"engram-status\"";
    EXPECT_ERROR(read_status(folder.string()), "is damaged");
    std::ofstream(status_path(folder.string())) << "{\"format\": \"other\"}";
    EXPECT_ERROR(read_status(folder.string()), "is no status");
}

TEST_F(StatusFile, StaysReadableWhenTheNextCannotBeWritten) {
    write_status(folder.string(), running());
    const test::FullDisk disk(0);
    for (const char* state : {"running", "failed"}) {
        Status next = running();
        next.state = state;
        write_status(folder.string(), next);
        EXPECT_EQ(read_status(folder.string()).state, "running");
        EXPECT_FALSE(fs::exists(status_path(folder.string()) + ".part"));
    }
}

TEST_F(StatusFile, ThatCannotBeWrittenEndsNothing) {
    write_status((folder / "missing").string(), running());
    EXPECT_FALSE(fs::exists(folder / "missing"));
}

}  // namespace
}  // namespace engram::observe
