// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "hdf5/array_writer.hpp"
#include "hdf5/file.hpp"

namespace engram {

/// What identifies a network file and its network.
struct StoredHeader {
    std::string kind = "engram-network";
    std::int64_t version = 1;    ///< of the format
    std::string engram_version;  ///< of the program that wrote it
    double resolution = 0.0;     ///< ms
    double time_ms = 0.0;
    std::uint64_t seed = 0;
};

/// One number for each neuron of a population.
struct StoredColumn {
    std::string name, unit;
    /// This rank's elements. Called once, when they are written: one column is in memory at a time.
    std::function<std::vector<double>()> local;
};

struct StoredPopulation {
    std::string name, model;
    std::uint64_t size = 0;
    std::uint64_t begin = 0;                   ///< first node on this rank
    std::map<std::string, double> parameters;  ///< those that are the same for all neurons
    std::vector<StoredColumn> columns;         ///< state variables, and parameters that differ
};

/// Takes the elements of a long array, piece by piece.
template <class T>
using Sink = std::function<void(std::span<const T>)>;

/// Synapses ordered by (target, source, delay). A rank holds those onto a range of targets; the
/// ranges follow one another in rank order. Each function is called once, when its array is
/// written.
struct StoredProjection {
    std::string name, source, target, synapse_model, base_model;
    std::map<std::string, double> common;  ///< parameters that all synapses share
    std::optional<std::int64_t> receptor;  ///< where the weight's sign does not decide
    std::uint64_t source_size = 0, target_size = 0;
    std::uint64_t target_begin = 0, target_count = 0;
    std::function<std::vector<std::uint64_t>()> indegree;  ///< for each local target
    /// Hands over the source of each local synapse in order; likewise what follows.
    std::function<void(const Sink<std::uint64_t>&)> source_index;
    std::function<void(const Sink<double>&)> weight, delay_ms;
    std::string weight_unit;
};

/// This rank's part of an array: `count` elements from `begin` on, of `total`.
struct Extent {
    std::uint64_t begin = 0, count = 0, total = 0;
};

/// Collective. Writes an array whose elements `produce` hands over in order, piece by piece.
template <class T>
void write_pieces(hdf5::File& file, const std::string& path, const Extent& extent,
                  const std::function<void(const Sink<T>&)>& produce,
                  const std::string& unit = {}) {
    hdf5::ArrayWriter<T> writer(file, path, extent.begin, extent.count, extent.total);
    parallel::collectively(file.communicator(), [&] {
        produce([&](std::span<const T> piece) { writer.write(piece); });
    });
    writer.finish();
    if (!unit.empty()) file.write_attribute(path, "units", unit);
}

/// Collective. The parts of a network file, for files that hold more.
void write_header(hdf5::File& file, const StoredHeader& header);
void write_population(hdf5::File& file, const StoredPopulation& population);
void write_projection(hdf5::File& file, const StoredProjection& projection);

/// Collective. Writes a network file (docs/file-formats.md); the same content for every layout.
void write_network_file(const Communicator& comm, const std::string& path,
                        const StoredHeader& header,
                        const std::vector<StoredPopulation>& populations,
                        const std::vector<StoredProjection>& projections);

/// Throws: an object of the file cannot be right.
[[noreturn]] void damaged(const std::string& file, const std::string& object,
                          const std::string& why);

/// A network file to read. The constructor is collective and checks the description; column() and
/// synapses() are local to the rank (call them inside parallel::collectively) and check what they
/// return.
class NetworkFile {
public:
    struct Population {
        std::string name, model;
        std::uint64_t size = 0;
        std::map<std::string, double> parameters;
        std::vector<std::string> columns;
    };
    struct Projection {
        std::string name, source, target, synapse_model, base_model, weight_unit;
        std::map<std::string, double> common;
        std::optional<std::int64_t> receptor;
        std::uint64_t source_size = 0, target_size = 0, synapses = 0;
    };
    struct Synapses {
        std::vector<std::uint64_t> indegree;  ///< for each target asked for
        std::vector<std::uint64_t>
            source;  ///< for each synapse, ordered by (target, source, delay)
        std::vector<double> weight, delay_ms;
    };

    /// Collective. `kind`: the format that the file must have.
    NetworkFile(const Communicator& comm, const std::string& path,
                const std::string& kind = StoredHeader{}.kind);

    /// Whatever else the file holds.
    [[nodiscard]] const hdf5::File& file() const { return file_; }

    [[nodiscard]] const StoredHeader& header() const { return header_; }
    /// Both ordered by name.
    [[nodiscard]] const std::vector<Population>& populations() const { return populations_; }
    [[nodiscard]] const std::vector<Projection>& projections() const { return projections_; }

    /// Values of the neurons [begin, begin + count).
    [[nodiscard]] std::vector<double> column(const std::string& population, const std::string& name,
                                             std::uint64_t begin, std::uint64_t count) const;
    /// Synapses onto the targets [target_begin, target_begin + target_count).
    [[nodiscard]] Synapses synapses(const std::string& projection, std::uint64_t target_begin,
                                    std::uint64_t target_count) const;

private:
    void read_header(const std::string& kind);
    void read_population(const std::string& name);
    void read_projection(const std::string& name);
    [[nodiscard]] const Population& population(const std::string& name) const;
    [[nodiscard]] const Projection& projection(const std::string& name) const;

    hdf5::File file_;
    StoredHeader header_;
    std::vector<Population> populations_;
    std::vector<Projection> projections_;
};

}  // namespace engram
