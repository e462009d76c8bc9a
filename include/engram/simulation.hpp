// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engram/communicator.hpp"
#include "engram/description.hpp"

namespace engram {

/// How a network is run: nothing here changes a bit of the result, except `restore` and
/// `allow_changes`.
struct RunOptions {
    int threads = 1;          ///< virtual processes on this rank; the same on all ranks
    std::string output = {};  ///< folder for recordings; "" keeps them in memory (recorders may
                              ///< choose otherwise: record_to)
    std::string restore =
        {};  ///< network file whose state variables and synapses replace the described ones
    bool allow_changes = false;  ///< restore or continue although the file's parameters differ
    std::optional<CheckpointOptions> checkpoints = {};  ///< in place of the description's
    /// Continue from the newest whole checkpoint in the folder of the checkpoints; from the
    /// beginning when there is none. Comes before `restore`.
    bool resume = false;
    std::string resume_from = {};  ///< continue from this checkpoint file
    /// SIGUSR1 writes a checkpoint, SIGTERM writes one and ends run(), at the end of the interval.
    bool signals = false;
    std::string progress =
        "none";  ///< "bar", "lines", "none", or "auto": a bar on a terminal, else lines
    /// How often the status of the run is written to status.json in the output folder, as wall time
    /// (docs/observation.md).
    std::string status_every = "10s";
    /// End the run, and name the rank, when one gives no sign of life for so long: `10min`; "" for
    /// never. Needs an output folder.
    std::string stall_limit = {};
    /// Asked by this rank at the end of each interval: when it is true on any rank, run() ends on
    /// all. May be empty.
    std::function<bool()> interrupted = {};
};

/// A recorded spike: when (end of the step, ms) and which neuron (0-based within `population`).
struct SpikeTrain {
    std::vector<double> times;  ///< ms
    std::vector<std::uint64_t> nodes;
};

/// Samples of a state variable: values[f * nodes + i] is that of neuron i at times[f].
struct Trace {
    std::vector<double> times;  ///< ms
    std::vector<double> values;
    std::uint64_t nodes = 0;
};

/// What a recorder holds in the memory of one rank, of one population: columns with an entry for
/// each event, ordered by time, then neuron. Or, of a weight_recorder, of one projection: an entry
/// for each spike that arrived at a synapse, ordered by arrival, source, target.
struct Events {
    std::string from;                    ///< the population or projection
    std::vector<double> times;           ///< ms; of a weight_recorder when the spike was emitted
    std::vector<std::uint64_t> nodes;    ///< 0-based within the (source) population
    std::vector<std::uint64_t> targets;  ///< of a weight_recorder, likewise
    /// Sampled variables, by name; of a weight_recorder `weight`, `delay` (ms), `receptor`.
    std::map<std::string, std::vector<double>> values;
};

/// Memory by category, bytes summed over all ranks; what it is spread over; and that of the
/// processes.
struct MemoryReport {
    struct Entry {
        std::string name;
        std::uint64_t bytes = 0;
    };
    struct ProjectionEntry {
        std::string name, model;
        std::uint64_t synapses = 0;
        std::uint64_t bytes =
            0;  ///< everything that grows with the synapses: targets, weights, directory
    };
    std::vector<Entry> categories;
    std::vector<ProjectionEntry> projections;
    std::uint64_t synapses = 0;
    std::uint64_t neurons = 0;
    /// Of the processes with all that is in them, as the operating system counts it; 0 where it
    /// does not say. A peak is the largest since the process began.
    struct OverRanks {
        std::uint64_t max = 0, sum = 0;
    };
    OverRanks peak_building, resident_built;  ///< up to and at the end of building
    OverRanks peak, resident;
};

/// How a call of run() ended.
enum class RunEnd {
    done,
    requeue,  ///< its time was over (max_wall, SIGTERM): a checkpoint is written, nothing follows
    interrupted  ///< a rank was asked to end (RunOptions::interrupted); may be run on
};

/// Wall time of the phases, s: maximum and mean over the ranks; and counts for rates.
struct TimeReport {
    struct Entry {
        std::string name;
        double max = 0.0, mean = 0.0;
    };
    std::vector<Entry> phases;
    double build = 0.0, run = 0.0;  ///< s
    double model_time = 0.0;        ///< ms simulated by run()
    std::uint64_t spikes = 0;       ///< emitted by neurons
    std::uint64_t events = 0;       ///< synaptic events delivered
    std::uint64_t exchanges = 0, second_rounds = 0;
    std::uint64_t checkpoints = 0;       ///< written
    double checkpoint_seconds = 0.0;     ///< that they took, s, within `run`
    std::uint64_t checkpoint_bytes = 0;  ///< of the last one
};

/// A network on a group of ranks. Owns everything: two can live in one process. Member functions
/// are collective unless they say otherwise: all ranks call them, with the same arguments, in the
/// same order.
class Simulation {
public:
    /// Collective. Checks the description and builds it. Throws Error with all problems, alike on
    /// all ranks.
    Simulation(const Communicator& comm, const NetworkDescription& network,
               const RunOptions& options = {});
    ~Simulation();
    Simulation(Simulation&&) noexcept;
    Simulation& operator=(Simulation&&) noexcept;

    /// Collective. Advances the network by `duration` ms, and writes checkpoints on the way as the
    /// options say. Any sequence of calls gives the bits of one long call.
    RunEnd run(double duration);

    /// Collective. Goes on with a description that has more: populations and projections behind the
    /// old ones, and devices, synapse models and recorders. What was there keeps all that it has,
    /// and must be described as it is; recorders may record more than before. What is new starts
    /// now, from the described values: it receives what is emitted from now on. min_delay and
    /// max_delay follow. Checkpoints and guard stay as they were planned. Throws Error with all
    /// that differs, alike on all ranks; then the network runs on as it was. Takes the memory of
    /// both while it builds.
    void grow(const NetworkDescription& network);

    /// Local. Model time, ms.
    [[nodiscard]] double time() const;
    /// Local. The least and the largest delay of all connections, ms.
    [[nodiscard]] double min_delay() const;
    [[nodiscard]] double max_delay() const;
    /// Local. How the next calls of run() show their progress, as RunOptions::progress.
    void show_progress(const std::string& mode);

    /// Collective. Writes the state variables and all connections to a network file
    /// (docs/file-formats.md).
    void store(const std::string& path);

    /// Collective. Writes everything that an exact continuation needs, on whatever ranks and
    /// threads, to the file `path`, with its record beside it (docs/checkpoints.md). Spikes that
    /// recorders keep in memory are no part of it.
    void checkpoint(const std::string& path);

    /// Collective. Writes what the recorders hold and closes their files under their final names,
    /// after a last checkpoint where the options ask for checkpoints. Called once, at the end.
    void finish();

    /// Local. What a recorder holds in the memory of this rank: its neurons' events, up to the last
    /// run(), one Events for each population (or projection) it records. Throws Error when it
    /// records to a file.
    [[nodiscard]] std::vector<Events> events(const std::string& recorder) const;

    /// Local. Forgets what a recorder holds in memory. Where one rank calls it, all must.
    void clear_events(const std::string& recorder);

    /// Collective. The spikes a spike_recorder holds, ordered by time and neuron, the same on all
    /// ranks. In memory only.
    [[nodiscard]] SpikeTrain spikes(const std::string& recorder, const std::string& population);

    /// Collective. What a multimeter sampled of a variable of a population, on all ranks. In memory
    /// only.
    [[nodiscard]] Trace trace(const std::string& recorder, const std::string& population,
                              const std::string& variable);

    /// Collective. A state variable of all neurons of a population, on all ranks.
    [[nodiscard]] std::vector<double> state(const std::string& population,
                                            const std::string& variable);

    /// Collective. The synapses of a projection ordered by target, source, delay; on all ranks.
    [[nodiscard]] ConnectionList connections(const std::string& projection);

    /// Local. Those onto the neurons of this rank, which are consecutive parts of connections() in
    /// the order of the ranks.
    [[nodiscard]] ConnectionList local_connections(const std::string& projection) const;

    /// Local. Names of the projections between populations.
    [[nodiscard]] std::vector<std::string> projections() const;

    /// Local. A parameter of the neurons of a population as it was set or drawn: one value for each
    /// neuron, or a single one when all share it.
    [[nodiscard]] std::vector<double> parameter(const std::string& population,
                                                const std::string& name) const;

    /// Collective. Gives the synapses of a projection other weights (unit of the target's input):
    /// as many as, and in the order of, connections(), or a single one for all. Checkpoints store
    /// the synapses from now on.
    void set_weights(const std::string& projection, const std::vector<double>& weights);

    /// Collective. Sets a state variable: one value for each neuron, or a single one for all.
    void set_state(const std::string& population, const std::string& variable,
                   const std::vector<double>& values);

    /// Collective. Changes parameters of a population from now on, also in the description that
    /// checkpoints hold. Checked as in a description. State variables keep their values.
    void set_parameters(const std::string& population, const Parameters& parameters);

    /// Collective. Changes parameters of a device from now on, likewise: what arrives at its
    /// targets after now follows them, also what was on its way.
    void set_device(const std::string& device, const Parameters& parameters);

    /// Collective.
    [[nodiscard]] MemoryReport memory() const;
    /// Collective.
    [[nodiscard]] TimeReport timing() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace engram
