// SPDX-License-Identifier: Apache-2.0
// Recordings of a run that was killed or finished go on where a checkpoint was made.
#include "record/recorders.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "hdf5/file.hpp"
#include "build/build.hpp"
#include "engram_test.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

constexpr Step all_steps = 500;
const std::vector<std::string> reports = {"spikes", "volts", "all_V_m", "all_refractory_steps"};

NetworkDescription network_of(const std::vector<std::string>& spiking = {"E", "one"}) {
    NetworkDescription d;
    d.population("E", "iaf_psc_delta", 40);
    d.population("one", "iaf_psc_delta", 1);
    d.recorder("spikes", "spike_recorder", spiking);
    d.recorder("volts", "multimeter", {"E", "one"}, {{"interval", 0.7}, {"start", 3.0}});
    d.recorder("all", "multimeter", {"E"},
               {{"interval", 1.0},
                {"stop", 40.0},
                {"record_from", std::vector<std::string>{"V_m", "refractory_steps"}}});
    return d;
}

/// What a network would record from step `now` on, made up: spikes and values that follow from the
/// step and the neuron.
class MadeUp {
public:
    MadeUp(const fs::path& folder, Step now, const RecordingPositions* resume,
           const NetworkDescription& description = network_of())
        : network_(resolve(description, registry_)),
          partition_({40, 1}, world().size(), test::threads()),
          state_(build::build(world(), network_, registry_, partition_, {})) {
        state_.now = now;
        recorders_ =
            std::make_unique<Recorders>(world(), network_, partition_, state_, folder, resume);
    }

    void run_to(Step end, Step flush_every) {
        while (state_.now < end) {
            ++state_.now;
            for (auto& vp : state_.vps) record(vp, state_.now);
            if (state_.now % flush_every == 0) recorders_->flush(state_);
        }
        recorders_->flush(state_);
    }

    Recorders& recorders() { return *recorders_; }

private:
    static void record(VirtualProcess& vp, Step t) {
        for (std::size_t p = 0; p < vp.slices.size(); ++p)
            for (NodeIndex n = vp.slices[p].begin; n < vp.slices[p].begin + vp.slices[p].size; ++n)
                if ((t * 7 + static_cast<Step>(n)) % 13 == 0 && vp.slices[p].record_spikes)
                    vp.recorded[p].push_back({t, n});
        for (auto& s : vp.samplers) {
            if (!s.times.contains(t)) continue;
            const auto& slice = vp.slices[s.slice];
            for (NodeIndex n = slice.begin; n < slice.begin + slice.size; ++n)
                s.values.push_back(static_cast<double>(t * 1000) + static_cast<double>(n));
        }
    }

    Registry registry_ = builtin_models();
    Network network_;
    Partition partition_;
    RankState state_;
    std::unique_ptr<Recorders> recorders_;
};

void run_whole(const fs::path& folder) {
    MadeUp run(folder, 0, nullptr);
    run.run_to(all_steps, 100);
    run.recorders().finish();
}

/// Runs to `end`, beyond a checkpoint at step `at`; returns its positions.
RecordingPositions run_beyond(const fs::path& folder, Step at, Step end, bool finish = false) {
    MadeUp run(folder, 0, nullptr);
    run.run_to(at, 64);
    run.recorders().sync();
    RecordingPositions positions = run.recorders().positions();
    run.run_to(end, 50);
    if (finish) run.recorders().finish();
    return positions;
}

void expect_same_reports(const fs::path& expected, const fs::path& folder) {
    parallel::barrier(world());
    for (const auto& name : reports)
        EXPECT_TRUE(test::same_bytes(expected / (name + ".h5"), folder / (name + ".h5"))) << name;
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 4);
    parallel::barrier(world());
}

std::vector<double> times_of(const fs::path& path) {
    return hdf5::File::open(world(), path).read_array<double>("/report/E/mapping/time");
}

TEST(Recorders, GoOnAsIfNothingHadHappened) {
    const auto folder = test::temporary_folder();
    run_whole(folder / "whole");
    for (const bool finish : {false, true})
        for (const Step at : {Step{1}, Step{33}, Step{150}, Step{300}}) {
            SCOPED_TRACE("step " + std::to_string(at) + (finish ? ", finished" : ", killed"));
            const auto output = folder / (std::to_string(at) + (finish ? "f" : "k"));
            const RecordingPositions positions = run_beyond(output, at, 300, finish);
            MadeUp run(output, at, &positions);
            EXPECT_EQ(run.recorders().positions(), positions);
            run.run_to(all_steps, 77);
            run.recorders().finish();
            expect_same_reports(folder / "whole", output);
        }
}

TEST(Recorders, CountTheirPositions) {
    const auto folder = test::temporary_folder();
    const RecordingPositions positions = run_beyond(folder, 70, 70);
    EXPECT_EQ(positions.size(), 6U);
    EXPECT_EQ(positions.at("volts/E"), 6U);  // 35, 42, ..., 70
    EXPECT_EQ(positions.at("volts/one"), 6U);
    EXPECT_EQ(positions.at("all_V_m/E"), 7U);
    EXPECT_EQ(positions.at("all_refractory_steps/E"), 7U);
    EXPECT_EQ(positions.at("spikes/one"), 5U);  // 13, 26, ..., 65
    EXPECT_EQ(positions.at("spikes/E"), 215U);
}

TEST(Recorders, InMemoryCountOnFromWhereTheyWereResumed) {
    const auto folder = test::temporary_folder();
    const RecordingPositions positions = run_beyond(folder, 70, 100),
                             expected = run_beyond(folder, 140, 200);
    MadeUp run("", 70, &positions);
    EXPECT_EQ(run.recorders().positions(), positions);
    run.run_to(140, 30);
    EXPECT_EQ(run.recorders().positions(), expected);
    EXPECT_EQ(run.recorders().trace("all", "E", "V_m").times,
              (std::vector<double>{8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0}));
    EXPECT_EQ(run.recorders().trace("all", "E", "V_m").values.at(41), 90001.0);
    EXPECT_EQ(run.recorders().spikes("spikes", "one").times.front(), 7.8);
}

TEST(Recorders, InAnotherFolderBeginAtTheCheckpoint) {
    const auto folder = test::temporary_folder();
    const RecordingPositions positions = run_beyond(folder / "first", 100, 200);
    RecordingPositions later;
    {
        MadeUp run(folder / "second", 100, &positions);
        EXPECT_EQ(run.recorders().positions().at("spikes/E"), 0U);
        run.run_to(140, 100);
        later = run.recorders().positions();
        run.run_to(170, 100);
    }
    MadeUp run(folder / "second", 140, &later);
    run.run_to(all_steps, 100);
    run.recorders().finish();
    EXPECT_EQ(times_of(folder / "second" / "all_V_m.h5"), (std::vector<double>{11.0, 41.0, 1.0}));
    EXPECT_EQ(times_of(folder / "second" / "volts.h5"), (std::vector<double>{10.5, 50.4, 0.7}));
    const auto file = hdf5::File::open(world(), folder / "second" / "all_V_m.h5");
    EXPECT_EQ(file.read_array<double>("/report/E/data", 0, 1).front(), 110000.0);
    EXPECT_EQ(file.array_size("/report/E/data"), 30U);
}

TEST(Recorders, NewOnesBeginAtTheCheckpoint) {
    const auto folder = test::temporary_folder();
    RecordingPositions positions;
    {
        MadeUp run(folder, 0, nullptr, network_of({"E"}));
        run.run_to(100, 100);
        positions = run.recorders().positions();
    }
    MadeUp run(folder, 100, &positions);
    run.run_to(200, 100);
    run.recorders().finish();
    const auto file = hdf5::File::open(world(), folder / "spikes.h5");
    EXPECT_EQ(file.read_array<double>("/spikes/one/timestamps").front(), 10.4);
    EXPECT_EQ(file.read_array<double>("/spikes/E/timestamps").front(), 0.1);
}

TEST(Recorders, RefuseAFolderThatLacksSomeOfThem) {
    const auto folder = test::temporary_folder();
    const RecordingPositions positions = run_beyond(folder, 100, 200);
    const auto remove = [&](const char* name) {
        parallel::collectively(world(), [&] {
            if (world().rank() == 0) fs::remove(folder / name);
        });
    };
    remove("volts.one.raw");
    remove("all_V_m.E.raw");
    EXPECT_ERROR(MadeUp(folder, 100, &positions), folder.string(), "volts.one.raw", "all_V_m.E.raw",
                 "another folder");
}

TEST(Recorders, RefuseOnesThatAreShorterThanTheCheckpoint) {
    const auto folder = test::temporary_folder();
    const RecordingPositions positions = run_beyond(folder, 100, 200);
    run_beyond(folder, 50, 90);
    EXPECT_ERROR(MadeUp(folder, 100, &positions), "spikes.E.raw", "rows", "earlier checkpoint");
}

}  // namespace
}  // namespace engram
