// SPDX-License-Identifier: Apache-2.0
#include "store/network_file.hpp"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "hdf5/file.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

constexpr std::uint64_t n_e = 90000, n_i = 7;

double v_m(std::uint64_t node) { return -70.0 + 0.001 * static_cast<double>(node); }
std::uint64_t indegree(std::uint64_t target) { return target % 5; }
std::uint64_t first_synapse(std::uint64_t target) {
    return target / 5 * 10 + (target % 5) * (target % 5 - 1) / 2;
}
std::uint64_t source(std::uint64_t target, std::uint64_t k) { return (target + k) % n_e; }
double weight(std::uint64_t target, std::uint64_t k) {
    return static_cast<double>(target) + 0.25 * static_cast<double>(k);
}

/// All f(target, k) of the synapses onto [begin, begin + count).
template <class F>
auto synapses_of(std::uint64_t begin, std::uint64_t count, F f) {
    std::vector<decltype(f(begin, begin))> result;
    for (std::uint64_t target = begin; target < begin + count; ++target)
        for (std::uint64_t k = 0; k < indegree(target); ++k) result.push_back(f(target, k));
    return result;
}

/// Hands the same over, in pieces.
template <class F>
auto hand_over(std::uint64_t begin, std::uint64_t count, F f) {
    using T = decltype(f(begin, begin));
    return [=](const Sink<T>& sink) {
        constexpr std::size_t piece = 1000;
        const std::vector<T> all = synapses_of(begin, count, f);
        for (std::size_t at = 0; at < all.size(); at += piece)
            sink(std::span(all).subspan(at, std::min(piece, all.size() - at)));
    };
}

std::vector<double> v_m_of(std::uint64_t begin, std::uint64_t count) {
    std::vector<double> result;
    for (std::uint64_t node = begin; node < begin + count; ++node) result.push_back(v_m(node));
    return result;
}

std::vector<std::uint64_t> indegree_of(std::uint64_t begin, std::uint64_t count) {
    std::vector<std::uint64_t> result;
    for (std::uint64_t target = begin; target < begin + count; ++target)
        result.push_back(indegree(target));
    return result;
}

StoredPopulation population(const Communicator& comm, const std::string& name, std::uint64_t size) {
    const auto rank = static_cast<std::uint64_t>(comm.rank()),
               ranks = static_cast<std::uint64_t>(comm.size());
    const std::uint64_t begin = size * rank / ranks, count = size * (rank + 1) / ranks - begin;
    return {name,
            "iaf_psc_delta",
            size,
            begin,
            {{"tau_m", 10.0}, {"C_m", 250.0}},
            {{"V_m", "mV", [=] { return v_m_of(begin, count); }}}};
}

StoredProjection projection(const Communicator& comm, const std::string& name,
                            const std::string& target, std::uint64_t size) {
    const StoredPopulation slice = population(comm, target, size);
    const std::uint64_t begin = slice.begin, count = slice.columns[0].local().size();
    StoredProjection result;
    result.name = name;
    result.source = "E";
    result.target = target;
    result.synapse_model = "stdp_copy";
    result.base_model = "stdp_synapse";
    result.common = {{"tau_plus", 20.0}, {"Wmax", 100.0}};
    result.source_size = n_e;
    result.target_size = size;
    result.target_begin = begin;
    result.target_count = count;
    result.indegree = [=] { return indegree_of(begin, count); };
    result.source_index = hand_over(begin, count, source);
    result.weight = hand_over(begin, count, weight);
    result.delay_ms =
        hand_over(begin, count, [](auto, auto k) { return 1.0 + 0.1 * static_cast<double>(k); });
    result.weight_unit = "pA";
    return result;
}

void write(const Communicator& comm, const fs::path& path) {
    StoredHeader header;
    header.engram_version = "0.1.0";
    header.resolution = 0.1;
    header.time_ms = 1000.5;
    header.seed = ~std::uint64_t{0} - 1;
    write_network_file(
        comm, path.string(), header, {population(comm, "E", n_e), population(comm, "I", n_i)},
        {projection(comm, "E_to_E", "E", n_e), projection(comm, "E_to_I", "I", n_i)});
}

/// Everything that is read of a file.
struct Content {
    std::vector<std::string> texts;
    std::vector<std::uint64_t> integers;
    std::vector<double> reals;
    bool operator==(const Content&) const = default;

    template <class T>
    static void add(std::vector<T>& list, const std::vector<T>& more) {
        list.insert(list.end(), more.begin(), more.end());
    }
    void add(const std::map<std::string, double>& parameters) {
        for (const auto& [name, value] : parameters) {
            texts.push_back(name);
            reals.push_back(value);
        }
    }
};

/// Collective. Throws what reading throws, on all ranks.
Content read_all(const fs::path& path) {
    const NetworkFile file(world(), path.string());
    Content result;
    result.reals = {file.header().resolution, file.header().time_ms};
    result.integers = {file.header().seed};
    result.texts = {file.header().engram_version};
    parallel::collectively(world(), [&] {
        for (const auto& one : file.populations()) {
            Content::add(result.texts, {one.name, one.model});
            result.add(one.parameters);
            for (const auto& column : one.columns)
                Content::add(result.reals, file.column(one.name, column, 0, one.size));
        }
        for (const auto& one : file.projections()) {
            Content::add(result.texts, {one.name, one.source, one.target, one.synapse_model,
                                        one.base_model, one.weight_unit});
            result.add(one.common);
            const auto synapses = file.synapses(one.name, 0, one.target_size);
            Content::add(result.integers, synapses.indegree);
            Content::add(result.integers, synapses.source);
            Content::add(result.reals, synapses.weight);
            Content::add(result.reals, synapses.delay_ms);
        }
    });
    return result;
}

TEST(NetworkFile, GivesBackWhatWasWritten) {
    const auto path = test::temporary_folder() / "network.h5";
    write(world(), path);
    const NetworkFile file(world(), path.string());
    EXPECT_EQ(file.header().resolution, 0.1);
    EXPECT_EQ(file.header().time_ms, 1000.5);
    EXPECT_EQ(file.header().seed, ~std::uint64_t{0} - 1);
    ASSERT_EQ(file.populations().size(), 2U);
    EXPECT_EQ(file.populations()[0].name, "E");
    EXPECT_EQ(file.populations()[0].model, "iaf_psc_delta");
    EXPECT_EQ(file.populations()[0].size, n_e);
    EXPECT_EQ(file.populations()[0].parameters,
              (std::map<std::string, double>{{"tau_m", 10.0}, {"C_m", 250.0}}));
    EXPECT_EQ(file.populations()[0].columns, std::vector<std::string>{"V_m"});
    ASSERT_EQ(file.projections().size(), 2U);
    EXPECT_EQ(file.projections()[1].name, "E_to_I");
    EXPECT_EQ(file.projections()[1].target, "I");
    EXPECT_EQ(file.projections()[1].synapse_model, "stdp_copy");
    EXPECT_EQ(file.projections()[1].base_model, "stdp_synapse");
    EXPECT_EQ(file.projections()[1].weight_unit, "pA");
    EXPECT_EQ(file.projections()[1].common.at("Wmax"), 100.0);
    EXPECT_EQ(file.projections()[0].synapses, first_synapse(n_e));
    EXPECT_EQ(file.column("E", "V_m", 0, n_e), v_m_of(0, n_e));
    EXPECT_EQ(file.column("E", "V_m", 65530, 100), v_m_of(65530, 100));
    for (const auto& [begin, count] :
         {std::pair{0UL, n_e}, {12345UL, 50000UL}, {n_e, 0UL}, {n_e - 1, 1UL}}) {
        const auto synapses = file.synapses("E_to_E", begin, count);
        EXPECT_EQ(synapses.indegree, indegree_of(begin, count));
        EXPECT_EQ(synapses.source, synapses_of(begin, count, source));
        EXPECT_EQ(synapses.weight, synapses_of(begin, count, weight));
        EXPECT_EQ(synapses.delay_ms.size(), synapses.source.size());
    }
    EXPECT_ERROR(file.column("E", "V_x", 0, 1), "'V_x'", path.string());
    EXPECT_ERROR(file.synapses("X", 0, 1), "'X'", path.string());
    EXPECT_ERROR(file.column("E", "V_m", n_e, 1), "V_m");
}

TEST(NetworkFile, DoesNotDependOnTheRanks) {
    const auto folder = test::temporary_folder();
    write(world(), folder / "many.h5");
    const Communicator alone = parallel::Access::duplicate(MPI_COMM_SELF);
    if (world().rank() == 0) {
        write(alone, folder / "one.h5");
        std::ifstream many(folder / "many.h5", std::ios::binary),
            one(folder / "one.h5", std::ios::binary);
        const std::string a(std::istreambuf_iterator<char>(many), {}),
            b(std::istreambuf_iterator<char>(one), {});
        EXPECT_TRUE(a == b) << "the files differ";
    }
}

/// Collective. Changes one bit of a file.
void flip(const fs::path& path, std::uint64_t byte, unsigned bit) {
    parallel::barrier(world());
    if (world().rank() == 0) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(byte));
        const char changed = static_cast<char>(file.get() ^ (1 << bit));
        file.seekp(static_cast<std::streamoff>(byte));
        file.put(changed);
    }
    parallel::barrier(world());
}

TEST(NetworkFile, FlippedBitsAreFoundOrHarmless) {
    const auto path = test::temporary_folder() / "network.h5";
    write(world(), path);
    const Content whole = read_all(path);
    const std::uint64_t bytes = fs::file_size(path);
    int found = 0;
    for (unsigned i = 0; i < 80; ++i) {
        SCOPED_TRACE("flip " + std::to_string(i));
        const std::uint64_t byte = i < 40 ? i * 67 : bytes / 80 * i;  // metadata stand in front
        flip(path, byte, i % 8);
        try {
            EXPECT_TRUE(read_all(path) ==
                        whole);  // unused bytes, and target_node_id, which is not read
        } catch (const Error& error) {
            ++found;
            EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos)
                << error.what();
        }
        flip(path, byte, i % 8);
    }
    EXPECT_GT(found, 30);
}

TEST(NetworkFile, TruncatedFilesAreFound) {
    const auto path = test::temporary_folder() / "network.h5";
    write(world(), path);
    const std::uint64_t bytes = fs::file_size(path);
    for (const std::uint64_t left : {bytes - 1, bytes / 2, bytes / 10, std::uint64_t{2048},
                                     std::uint64_t{96}, std::uint64_t{1}, std::uint64_t{0}}) {
        parallel::barrier(world());
        if (world().rank() == 0) fs::resize_file(path, left);
        parallel::barrier(world());
        EXPECT_ERROR(read_all(path), path.string());
    }
}

TEST(NetworkFile, OfAnotherKindIsRefused) {
    const auto path = (test::temporary_folder() / "a.h5").string();
    hdf5::File file = hdf5::File::create(world(), path);
    file.write_attribute("/", "format", "sonata-spikes");
    file.commit();
    EXPECT_ERROR(NetworkFile(world(), path), path, "'sonata-spikes'");
    hdf5::File newer = hdf5::File::create(world(), path);
    newer.write_attribute("/", "format", "engram-network");
    newer.write_attribute("/", "format_version", 77);
    newer.commit();
    EXPECT_ERROR(NetworkFile(world(), path), path, "version 77");
}

/// Writes the file with `change` made to its only projection.
void write_changed(const std::string& path, const std::function<void(StoredProjection&)>& change) {
    auto changed = projection(world(), "E_to_I", "I", n_i);
    change(changed);
    StoredHeader header;
    header.resolution = 0.1;
    write_network_file(world(), path, header,
                       {population(world(), "E", n_e), population(world(), "I", n_i)}, {changed});
}

TEST(NetworkFile, ImpossibleValuesAreRefused) {
    const auto path = (test::temporary_folder() / "a.h5").string();
    const auto begin = projection(world(), "", "I", n_i).target_begin,
               count = projection(world(), "", "I", n_i).target_count;
    write_changed(path, [](auto&) {});
    read_all(path);
    write_changed(path, [&](auto& p) {
        p.source_index = hand_over(begin, count, [](auto, auto) { return n_e; });
    });
    EXPECT_ERROR(read_all(path), "source_node_id", "no neuron of population 'E'");
    write_changed(path, [&](auto& p) {
        p.weight = hand_over(begin, count, [](auto, auto) { return std::nan(""); });
    });
    EXPECT_ERROR(read_all(path), "weight", "not finite");
    write_changed(path, [&](auto& p) {
        p.delay_ms = hand_over(begin, count, [](auto, auto) { return 0.0; });
    });
    EXPECT_ERROR(read_all(path), "delay", "not positive");
    write_changed(path, [&](auto& p) { p.target = "X"; });
    EXPECT_ERROR(read_all(path), "no population 'X'");
}

TEST(NetworkFile, FailuresOfOneRankWhileWritingAreErrorsOnAll) {
    const auto path = test::temporary_folder() / "a.h5";
    EXPECT_ERROR(write_changed(path.string(),
                               [](auto& p) {
                                   if (world().rank() == world().size() - 1)
                                       p.weight = [](const Sink<double>&) {
                                           throw Error("no weights here");
                                       };
                               }),
                 "no weights here");
    EXPECT_ERROR(write_changed(path.string(),
                               [](auto& p) {
                                   p.weight = [](const Sink<double>& sink) {
                                       sink(std::vector<double>(1));
                                   };
                               }),
                 "cannot write '/edges/E_to_I/weight'", "elements");
    parallel::barrier(world());
    EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace engram
