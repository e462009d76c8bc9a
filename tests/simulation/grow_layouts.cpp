// SPDX-License-Identifier: Apache-2.0
// Networks that grow after they have run: all files are the same on every layout, and after a
// checkpoint that is resumed on another one.
#include <filesystem>

#include "checkpoint/layouts.hpp"
#include "same_bytes.hpp"
#include "simulation/growing.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::add_everything;
using test::Layout;
using test::options_of;
using test::small;
using test::world;

/// Changes a network that runs, and the description likewise.
void change(Simulation& simulation, NetworkDescription& d) {
    simulation.set_weights("ones", {0.5});
    simulation.set_state("one", "V_m", {-58.0});
    simulation.set_device("drive", {{"rate", 3300.0}});
    simulation.set_parameters("I", {{"tau_m", 12.0}});
    d.devices[0].parameters["rate"] = 3300.0;
    d.populations[1].parameters["tau_m"] = 12.0;
}

/// What is to be done with a network that grows twice: `changed`: set values before, so that
/// checkpoints store the synapses; `finished`: to the end, or as if killed after a checkpoint, when
/// what was sent before and after growing is on its way. Returns the description.
struct Course {
    bool changed = false, finished = false;
};
NetworkDescription run_growing(const Communicator& comm, const Layout& layout,
                               const fs::path& folder, const Course& course) {
    NetworkDescription first = small(), second;
    Simulation simulation(comm, first, options_of(layout.threads, folder));
    simulation.run(31.7);
    if (course.changed) change(simulation, first);
    add_everything(first, "C");
    simulation.grow(first);
    if (course.changed) {
        EXPECT_EQ(simulation.connections("ones").weight, std::vector<double>(23, 0.5));
        EXPECT_EQ(simulation.state("one", "V_m"), std::vector<double>{-58.0});
    }
    EXPECT_GT(simulation.max_delay(), 15.0);
    simulation.run(20.3);
    second = first;
    add_everything(second, "D");
    simulation.grow(second);
    simulation.run(2.1);
    simulation.checkpoint((folder / "middle.h5").string());
    simulation.run(course.finished ? 25.0 : 3.0);
    if (!course.finished) return second;
    simulation.checkpoint((folder / "end.h5").string());
    simulation.store((folder / "network.h5").string());
    simulation.finish();
    return second;
}

void resume(const Communicator& comm, const Layout& layout, const fs::path& folder,
            const NetworkDescription& network) {
    RunOptions options = options_of(layout.threads, folder);
    options.resume_from = folder / "middle.h5";
    Simulation simulation(comm, network, options);
    simulation.run(25.0);
    simulation.checkpoint((folder / "end.h5").string());
    simulation.store((folder / "network.h5").string());
    simulation.finish();
}

void expect_same_files(const fs::path& expected, const fs::path& got, const std::string& what) {
    if (world().rank() != 0) return;
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(expected))
        if (file.path().extension() == ".h5") names.push_back(file.path().filename());
    EXPECT_GE(names.size(), 8U);  // two checkpoints, the network, five recordings
    for (const auto& name : names)
        EXPECT_TRUE(test::same_bytes(expected / name, got / name)) << what << ": " << name;
}

TEST(GrowLayouts, GiveTheSameFilesAlsoAfterACheckpoint) {
    const Layout single{1, 1}, whole{world().size(), test::threads()};
    for (const bool changed : {false, true}) {
        const auto folder = test::temporary_folder();
        NetworkDescription grown;
        const auto grow_on = [&](const Layout& layout, const char* name, bool finished) {
            test::on_ranks(layout.ranks, [&](const Communicator& comm) {
                grown = run_growing(comm, layout, folder / name, {changed, finished});
            });
        };
        grow_on(single, "single", true);
        grow_on(whole, "whole", true);
        expect_same_files(folder / "single", folder / "whole", whole.text());
        grow_on(whole, "killed", false);
        test::on_ranks(
            1, [&](const Communicator& comm) { resume(comm, single, folder / "killed", grown); });
        expect_same_files(folder / "single", folder / "killed", "resumed on 1 x 1");
        if (changed) continue;
        test::on_first_rank([&] { fs::remove_all(folder / "killed"); });
        grow_on(single, "killed", false);
        grown = small();
        add_everything(grown, "C");
        add_everything(grown, "D");
        resume(world(), whole, folder / "killed", grown);
        expect_same_files(folder / "single", folder / "killed", "resumed on " + whole.text());
    }
}

}  // namespace
}  // namespace engram
