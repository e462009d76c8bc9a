// SPDX-License-Identifier: Apache-2.0
// 500 damaged checkpoints: each is refused with a message that names it, or, where the damage lies
// in unused bytes, gives the state of the sound one. Nothing crashes or hangs.
#include <cstring>
#include <fstream>
#include <functional>

#include <hdf5.h>

#include "core/random.hpp"
#include "checkpoint/layouts.hpp"
#include "checkpoint/record.hpp"
#include "same_bytes.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

NetworkDescription network() {
    NetworkDescription d;
    d.seed = 3;
    d.population("E", "iaf_psc_delta", 40, {{"V_m", normal(-65.0, 5.0)}});
    d.population("I", "iaf_psc_delta", 10, {{"V_m", normal(-65.0, 5.0)}});
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    d.device("drive", "poisson_generator", {{"rate", 900.0}});
    d.connect("E", {"E", "I"}, fixed_indegree(8), {"e_syn", uniform(0.2, 1.8), uniform(1.5, 9.0)});
    d.connect("I", {"E"}, fixed_indegree(3), {.weight = -4.0, .delay = 1.5});
    d.connect("drive", {"E", "I"}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    return d;
}

class Damage : public testing::Test {
protected:
    void SetUp() override {
        folder_ = test::temporary_folder();
        sound_ = (folder_ / "sound.h5").string();
        damaged_ = (folder_ / "damaged.h5").string();
        Simulation simulation(world(), network(), test::on_threads(test::threads()));
        simulation.run(60.0);
        simulation.checkpoint(sound_);
        expected_ = observe(sound_);
    }

    /// Collective. What a run that continues from a checkpoint does next.
    static test::Observed observe(const std::string& checkpoint) {
        RunOptions options = test::on_threads(test::threads());
        options.resume_from = checkpoint;
        Simulation simulation(world(), network(), options);
        simulation.run(20.0);
        test::Observed result = test::observe_synapses(simulation);
        result.merge(test::observe_state(simulation, "V_m", {"E", "I"}));
        return result;
    }

    /// Collective. Copies the sound file with its record, and lets one rank damage the copy.
    void damage(const std::function<void()>& work) const {
        test::on_first_rank([&] {
            fs::copy_file(sound_, damaged_, fs::copy_options::overwrite_existing);
            fs::copy_file(checkpoint::record_path(sound_), checkpoint::record_path(damaged_),
                          fs::copy_options::overwrite_existing);
            work();
        });
    }
    /// Collective. Lets the record agree with the damaged file: what is wrong must be noticed
    /// inside.
    void renew_record() const {
        checkpoint::Record record;
        parallel::collectively(world(), [&] { record = checkpoint::read_record(damaged_); });
        checkpoint::make_checkpoint(world(), damaged_, damaged_, record);
    }

    /// Collective. Whether the damage was noticed; it does no harm where it was not.
    bool noticed(const std::string& what) const {
        try {
            test::expect_same(expected_, observe(damaged_), what);
        } catch (const Error& error) {
            EXPECT_NE(std::string(error.what()).find("damaged."), std::string::npos)
                << what << ": " << error.what();
            return true;
        }
        return false;
    }

    static void flip(const std::string& path, std::uint64_t bit) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(bit / 8));
        const int byte = file.get();
        file.seekp(static_cast<std::streamoff>(bit / 8));
        file.put(static_cast<char>(byte ^ (1 << (bit % 8))));
    }

    fs::path folder_;
    std::string sound_, damaged_;
    test::Observed expected_;
    RandomStream random_{{1, 2}, 3, 4};
};

TEST_F(Damage, EveryFlippedBitIsNoticed) {
    const std::uint64_t bits = 8 * fs::file_size(sound_);
    for (int i = 0; i < 160; ++i) {
        const std::uint64_t bit = random_.below(bits);
        damage([&] { flip(damaged_, bit); });
        EXPECT_TRUE(noticed(fmt::format("bit {}", bit)));
    }
}

TEST_F(Damage, OfTheRecordIsNoticed) {
    const std::string record = checkpoint::record_path(damaged_);
    const std::uint64_t bits = 8 * fs::file_size(checkpoint::record_path(sound_));
    int count = 0;
    for (int i = 0; i < 60; ++i) {
        const std::uint64_t bit = random_.below(bits);
        damage([&] { flip(record, bit); });
        count += noticed(fmt::format("bit {} of the record", bit));
    }
    EXPECT_GE(count, 50);  // blanks may turn into other blanks
    damage([&] { fs::remove(record); });
    EXPECT_TRUE(noticed("no record"));
}

TEST_F(Damage, TruncationIsNoticed) {
    const std::uint64_t bytes = fs::file_size(sound_);
    for (std::uint64_t i = 0; i < 60; ++i) {
        const std::uint64_t length = i < 8 ? i * 8 : bytes * i / 60;
        damage([&] { fs::resize_file(damaged_, length); });
        if (i % 2 == 1) renew_record();
        EXPECT_TRUE(noticed(fmt::format("{} of {} bytes", length, bytes)));
    }
}

/// What the record does not know of is found by HDF5's checksums of structure or ours of arrays.
TEST_F(Damage, WithAnAgreeingRecordDoesNoHarm) {
    const std::uint64_t bits = 8 * fs::file_size(sound_);
    int count = 0;
    for (int i = 0; i < 140; ++i) {
        const std::uint64_t bit =
            i < 40 ? 8 * 12 * static_cast<std::uint64_t>(i) : random_.below(bits);
        damage([&] { flip(damaged_, bit); });
        renew_record();
        count += noticed(fmt::format("bit {} with an agreeing record", bit));
    }
    EXPECT_GT(count, 20);
}

/// Changes a file as a program with HDF5 would.
void edit(const std::string& path, const std::function<void(hid_t file)>& change) {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    change(file);
    H5Fclose(file);
}

const std::vector<std::string> arrays{"/description",
                                      "/nodes/E/V_m",
                                      "/nodes/I/V_m",
                                      "/weights/E_to_E",
                                      "/weights/E_to_I",
                                      "/traces/e_syn/E/trace",
                                      "/traces/e_syn/E/settled",
                                      "/traces/e_syn/E/last_spike_step",
                                      "/histories/E/count",
                                      "/histories/E/spike_step",
                                      "/histories/E/trace",
                                      "/histories/I/count",
                                      "/transit/step",
                                      "/transit/source"};

TEST_F(Damage, SwappedArraysAreNoticed) {
    int count = 0;
    for (std::size_t a = 0; a < arrays.size(); ++a)
        for (std::size_t b = a + 1; b < arrays.size() && count < 60; b += 2, ++count) {
            damage([&] {
                edit(damaged_, [&](hid_t file) {
                    H5Lmove(file, arrays[a].c_str(), file, "/moved", H5P_DEFAULT, H5P_DEFAULT);
                    H5Lmove(file, arrays[b].c_str(), file, arrays[a].c_str(), H5P_DEFAULT,
                            H5P_DEFAULT);
                    H5Lmove(file, "/moved", file, arrays[b].c_str(), H5P_DEFAULT, H5P_DEFAULT);
                });
            });
            if (count % 2 == 1) renew_record();
            EXPECT_TRUE(noticed(arrays[a] + " and " + arrays[b] + " swapped"));
        }
}

TEST_F(Damage, MissingAndAbsurdArraysAreNoticed) {
    for (const auto& array : arrays)
        for (const hsize_t length : {hsize_t{0}, hsize_t{1}, hsize_t{1} << 40}) {
            damage([&] {
                edit(damaged_, [&](hid_t file) {
                    H5Ldelete(file, array.c_str(), H5P_DEFAULT);
                    if (length == 0) return;
                    const hid_t space = H5Screate_simple(1, &length, nullptr);
                    const hid_t set = H5Dcreate2(file, array.c_str(), H5T_NATIVE_DOUBLE, space,
                                                 H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
                    H5Dclose(set);
                    H5Sclose(space);
                });
            });
            renew_record();
            EXPECT_TRUE(noticed(fmt::format("{} with {} elements", array, length)));
        }
}

TEST_F(Damage, AbsurdAttributesAreNoticed) {
    const auto absurd = [&](const char* object, const char* name, std::int64_t value) {
        damage([&] {
            edit(damaged_, [&](hid_t file) {
                H5Adelete_by_name(file, object, name, H5P_DEFAULT);
                const hid_t space = H5Screate(H5S_SCALAR);
                const hid_t at = H5Acreate_by_name(file, object, name, H5T_NATIVE_INT64, space,
                                                   H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
                H5Awrite(at, H5T_NATIVE_INT64, &value);
                H5Aclose(at);
                H5Sclose(space);
            });
        });
        renew_record();
        EXPECT_TRUE(noticed(fmt::format("{} of {} = {}", name, object, value)));
    };
    for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{1} << 62, std::int64_t{7}}) {
        absurd("/", "step", value);
        absurd("/", "time_ms", value);
        absurd("/", "format", value);
        absurd("/", "description_hash", value);
        absurd("/", "connectivity_hash", value);
        absurd("/nodes/E", "size", value);
    }
}

/// When connections were added, of a network that did not grow: times that are none, or for which
/// there are no traces.
TEST_F(Damage, AbsurdGrowthIsNoticed) {
    for (const std::int64_t since :
         {std::int64_t{-1}, std::int64_t{0}, std::int64_t{601}, std::int64_t{300}}) {
        damage([&] {
            edit(damaged_, [&](hid_t file) {
                const hid_t group =
                    H5Gcreate2(file, "/grown", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
                const hid_t space = H5Screate(H5S_SCALAR);
                const hid_t at =
                    H5Acreate2(group, "E_to_E", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
                H5Awrite(at, H5T_NATIVE_INT64, &since);
                H5Aclose(at);
                H5Sclose(space);
                H5Gclose(group);
            });
        });
        renew_record();
        if (since == 300) EXPECT_TRUE(noticed("E_to_E added at step 300"));
        else EXPECT_ERROR(observe(damaged_), "'/grown'", "outside the time", "damaged.");
    }
}

}  // namespace
}  // namespace engram
