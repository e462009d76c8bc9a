// SPDX-License-Identifier: Apache-2.0
// Files that somebody damaged: reading them gives an answer or an Error, and nothing else.
//   fuzz TARGET CORPUS --seconds 10 --seed 1
// Takes files of the corpus (HDF5 files, and their records, it writes itself), changes them at
// random, and has them read. An input that crashes the program, or throws anything but an Error, is
// kept as fuzz_TARGET.input in the working folder.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <random>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engram/engram.hpp"

#include "network/network.hpp"
#include "checkpoint/record.hpp"
#include "command/export.hpp"
#include "command/info.hpp"
#include "command/verify.hpp"
#include "observe/status.hpp"
#include "sonata/read_network.hpp"

namespace engram::fuzz {
namespace {

namespace fs = std::filesystem;
using Bytes = std::string;

constexpr const char* target_names = "toml, csv, record, status, hdf5, sonata, sonata_arrays";

Bytes read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// What is read, and how.
struct Target {
    std::string extension;  ///< of its files in the corpus
    /// Writes them, where they are not kept as they are read; may be empty.
    std::function<void(const Communicator&)> write_corpus;
    std::function<void(const Communicator&, const fs::path& input, const Bytes& bytes)> read;
};

NetworkDescription small_network() {
    NetworkDescription d;
    d.population("E", "iaf_psc_delta", 20, {{"V_m", normal(-65.0, 5.0)}});
    d.copy_model("stdp_synapse_hom", "learning", {{"Wmax", 2.0}});
    d.device("drive", "poisson_generator", {{"rate", 2000.0}});
    d.connect("E", {"E"}, fixed_indegree(4), {"learning", uniform(0.2, 1.8), uniform(1.0, 3.0)});
    d.connect("drive", {"E"}, all_to_all());
    d.recorder("spikes", "spike_recorder", {"E"});
    return d;
}

/// A run of the small network: a stored network, a checkpoint and its record, a recording.
void write_hdf5(const Communicator& comm, const fs::path& folder) {
    RunOptions options;
    options.output = (folder / "run").string();
    Simulation simulation(comm, small_network(), options);
    simulation.run(20.0);
    simulation.store((folder / "stored.h5").string());
    simulation.checkpoint((folder / "checkpoint.h5").string());
    simulation.finish();
    fs::copy_file(folder / "run/spikes.h5", folder / "spikes.h5");
    fs::rename(folder / "checkpoint.json", folder / "checkpoint.record");
    fs::remove_all(folder / "run");
}

void describe(const Bytes& text) {
    static_cast<void>(resolve(parse_network(text, "fuzz.toml"), builtin_models()));
}

/// The files of a SONATA network that people write, and those that programs do.
const std::vector<std::string> sonata_texts{
    "simulation_config.json", "circuit_config.json", "node_sets.json", "node_types.table",
    "edge_types.table",       "neurons.json",        "synapses.json"};
const std::vector<std::string> sonata_arrays{"E_nodes.h5", "S_nodes.h5", "E_to_E_edges.h5",
                                             "S_to_E_edges.h5", "spikes.h5"};
const Bytes between_files = "\n=====\n";

/// One input of several files, which are changed together.
Bytes pack(const fs::path& folder, const std::vector<std::string>& names) {
    Bytes bundle;
    for (const auto& name : names) bundle += read_file(folder / name) + between_files;
    return bundle;
}

void unpack(const Bytes& bundle, const fs::path& folder, const std::vector<std::string>& names) {
    std::size_t begin = 0;
    for (const auto& name : names) {
        const std::size_t end = std::min(bundle.find(between_files, begin), bundle.size());
        write_file(folder / name, bundle.substr(begin, end - begin));
        begin = std::min(end + between_files.size(), bundle.size());
    }
}

/// The arrays of the network that the texts of the corpus describe, with spikes of its virtual
/// nodes.
void write_sonata(const Communicator& comm, const fs::path& texts, const fs::path& folder) {
    NetworkDescription spiking;
    spiking.population("S", "iaf_psc_delta", 5, {{"I_e", 1000.0}});
    spiking.recorder("spikes", "spike_recorder", {"S"});
    RunOptions options;
    options.output = folder.string();
    Simulation recorded(comm, spiking, options);
    recorded.run(20.0);
    recorded.finish();
    NetworkDescription d = small_network();
    d.devices.clear();
    d.recorders.clear();
    d.projections.resize(1);
    d.population("S", "spike_source", 5, {{"spike_file", (folder / "spikes.h5").string()}});
    d.connect("S", {"E"}, fixed_indegree(2));
    Simulation(comm, d).store((folder / "stored.h5").string());
    command::export_sonata(comm, (folder / "stored.h5").string(), (folder / "export").string());
    for (const auto& file : fs::directory_iterator(folder / "export/network"))
        fs::copy_file(file, folder / file.path().filename());
    for (const auto& name : sonata_texts) fs::copy_file(texts / name, folder / name);
    write_file(folder / "network.texts", pack(folder, sonata_texts));
    write_file(folder / "network.arrays", pack(folder, sonata_arrays));
    // Whole, it is read without an error: what the changes find is theirs.
    Simulation(comm,
               sonata::read_network((folder / sonata_texts[0]).string(), builtin_models()).network);
}

/// `folder` is for what targets write; `given` is the corpus that is kept.
std::map<std::string, Target> targets(const fs::path& folder, const fs::path& given) {
    const auto write_run = [folder](const Communicator& comm) { write_hdf5(comm, folder); };
    const auto write_network = [folder, given](const Communicator& comm) {
        write_sonata(comm, given / "sonata", folder);
    };
    const std::string configuration = (folder / sonata_texts[0]).string();
    return {
        {"toml",
         {".toml", {}, [](const auto&, const auto&, const Bytes& bytes) { describe(bytes); }}},
        {"csv",
         {".csv",
          {},
          [](const auto&, const fs::path& input, const Bytes&) {
              describe(
                  fmt::format("[populations.A]\nmodel = \"iaf_psc_delta\"\nsize = 10\n"
                              "[[projections]]\nsource = \"A\"\ntarget = \"A\"\n"
                              "rule = {{ explicit_list = {{ file = \"{}\" }} }}\n",
                              input.string()));
          }}},
        {"record",
         {".record", write_run,
          [](const auto&, const fs::path& input, const Bytes& bytes) {
              write_file(input.string() + ".json", bytes);
              static_cast<void>(checkpoint::read_record(input.string() + ".h5"));
          }}},
        {"status",
         {".status",
          {},
          [](const auto&, const fs::path& input, const Bytes& bytes) {
              write_file(input.parent_path() / "status.json", bytes);
              static_cast<void>(
                  observe::status_text(observe::read_status(input.parent_path().string()), 0.0));
          }}},
        {"hdf5",
         {".h5", write_run,
          [](const Communicator& comm, const fs::path& input, const Bytes&) {
              static_cast<void>(command::info(comm, input.string()));
              static_cast<void>(command::verify(comm, input.string()));
          }}},
        {"sonata",
         {".texts", write_network,
          [folder, configuration](const auto&, const auto&, const Bytes& bytes) {
              unpack(bytes, folder, sonata_texts);
              const Registry models = builtin_models();
              static_cast<void>(
                  resolve(sonata::read_network(configuration, models).network, models));
          }}},
        {"sonata_arrays",
         {".arrays", write_network,
          [folder, configuration](const Communicator& comm, const auto&, const Bytes& bytes) {
              unpack(bytes, folder, sonata_arrays);
              Simulation(comm, sonata::read_network(configuration, builtin_models()).network);
          }}},
    };
}

/// Random changes, as many as a file of this size survives.
class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : random_(seed) {}

    Bytes change(Bytes bytes, const std::vector<Bytes>& corpus) {
        for (std::size_t n = 1 + below(4); n > 0; --n) change_once(bytes, corpus);
        return bytes;
    }
    std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
    }

private:
    void change_once(Bytes& bytes, const std::vector<Bytes>& corpus) {
        static const std::vector<Bytes> words{
            "-1",   "0",  "1e999", "nan",  "-inf", "18446744073709551616",
            "\"\"", "[]", "{}",    "\xff", "\n",   "[[",
            "=",    "#",  "null",  "true", ",,",   "\"\"\""};
        const std::size_t at = below(bytes.size() + 1);
        const std::size_t length = std::min(bytes.size() - at, 1 + below(below(2) == 0 ? 8 : 200));
        switch (below(7)) {
            case 0:
                if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
                break;
            case 1:
                if (at < bytes.size()) bytes[at] = static_cast<char>(below(256));
                break;
            case 2:
                bytes.erase(at, length);
                break;
            case 3:
                bytes.insert(at, bytes.substr(at, length));
                break;
            case 4:
                bytes.replace(at, length, words[below(words.size())]);
                break;
            case 5: {
                const Bytes& other = corpus[below(corpus.size())];
                const std::size_t from = below(other.size() + 1);
                bytes.replace(at, length, other.substr(from, length));
                break;
            }
            default:
                for (std::size_t i = at; i < std::min(at + 8, bytes.size()); ++i)
                    bytes[i] = static_cast<char>(below(2) == 0 ? 0xff : 0x00);
        }
    }

    std::mt19937_64 random_;
};

struct Arguments {
    std::string target, corpus;
    double seconds = 10.0;
    std::uint64_t seed = 1;
};

std::vector<Bytes> read_corpus(const Communicator& comm, const Target& target,
                               const fs::path& folder, const std::string& given) {
    if (target.write_corpus) target.write_corpus(comm);
    std::vector<Bytes> corpus;
    for (const auto& entry :
         fs::recursive_directory_iterator(target.write_corpus ? folder : fs::path(given)))
        if (entry.is_regular_file() && entry.path().extension() == target.extension)
            corpus.push_back(read_file(entry.path()));
    if (corpus.empty()) throw Error("no files of this kind in the corpus. Name another folder");
    std::sort(corpus.begin(), corpus.end());
    return corpus;
}

/// False when something else than an Error was thrown.
bool survives(const Communicator& comm, const Target& target, const fs::path& input,
              const Bytes& bytes, std::uint64_t& refused) {
    try {
        target.read(comm, input, bytes);
    } catch (const Error&) {
        ++refused;
    } catch (const std::exception& other) {
        std::fprintf(stderr, "not an Error: %s\n", other.what());
        return false;
    }
    return true;
}

int run(const Communicator& comm, const Arguments& a) {
    const fs::path folder = fs::temp_directory_path() / fmt::format("engram-fuzz-{}", ::getpid());
    const auto all = targets(folder, a.corpus);
    const auto found = all.find(a.target);
    if (found == all.end())
        throw Error(fmt::format("unknown target {}. Name one of {}", a.target, target_names));
    fs::create_directories(folder);
    const fs::path kept = fs::absolute("fuzz_" + a.target + ".input");
    const auto corpus = read_corpus(comm, found->second, folder, a.corpus);
    Mutator mutator(a.seed);
    std::uint64_t inputs = 0, refused = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(a.seconds);
    for (; std::chrono::steady_clock::now() < end; ++inputs) {
        const Bytes bytes = mutator.change(corpus[mutator.below(corpus.size())], corpus);
        write_file(kept, bytes);  // before, in case of a crash
        if (!survives(comm, found->second, kept, bytes, refused)) return 1;
    }
    fs::remove_all(folder);
    for (const auto& entry : fs::directory_iterator(kept.parent_path()))
        if (entry.path().string().starts_with(kept.string())) fs::remove(entry.path());
    std::printf("%s: %llu inputs, %llu refused with an error\n", a.target.c_str(),
                static_cast<unsigned long long>(inputs), static_cast<unsigned long long>(refused));
    const bool effective = inputs > 0 && refused > 0 && refused <= inputs;
    if (!effective) std::fprintf(stderr, "the changes changed nothing\n");
    return effective ? 0 : 1;
}

}  // namespace
}  // namespace engram::fuzz

int main(int argc, char** argv) {
    engram::Environment environment(argc, argv);
    engram::fuzz::Arguments arguments;
    CLI::App app("Reads damaged files");
    app.add_option("target", arguments.target, engram::fuzz::target_names)->required();
    app.add_option("corpus", arguments.corpus, "Folder of files to damage")->required();
    app.add_option("--seconds", arguments.seconds, "How long");
    app.add_option("--seed", arguments.seed, "Of the changes");
    try {
        app.parse(argc, argv);
        return engram::fuzz::run(environment.world(), arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fuzz: %s\n", error.what());
        return 1;
    }
}
