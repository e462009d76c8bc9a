// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace engram {

/// A random value, drawn for each neuron or synapse on its own; values outside [min, max] are drawn
/// again.
struct Random {
    enum class Kind { normal, uniform, lognormal, exponential };
    Kind kind = Kind::normal;
    double a = 0.0;  ///< normal: mean; uniform: lower bound; lognormal: mean of the logarithm;
                     ///< exponential: scale
    double b =
        1.0;  ///< normal: standard deviation; uniform: upper bound; lognormal: sd of the logarithm
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    bool operator==(const Random&) const = default;
};

Random normal(double mean, double std);
/// Uniform in [min, max).
Random uniform(double min, double max);
/// exp of a normal variable with this mean and standard deviation (as in NEST).
Random lognormal(double mean, double std);
/// Exponential with mean `beta` (as in NEST).
Random exponential(double beta);
/// `random` with values outside [min, max] drawn again.
Random redraw(Random random, double min, double max);

/// What a parameter is set to: a constant, an array (one value for each neuron or synapse), or
/// random.
struct Value {
    std::variant<double, bool, std::string, std::vector<double>, std::vector<std::string>, Random>
        value = 0.0;
    int line = 0;  ///< where it stands in the network file (0: nowhere); no part of the value

    Value() = default;
    Value(double number) : value(number) {}
    Value(int number) : value(static_cast<double>(number)) {}
    Value(bool truth) : value(truth) {}
    Value(const char* text) : value(std::string(text)) {}
    Value(std::string text) : value(std::move(text)) {}
    Value(std::vector<double> array) : value(std::move(array)) {}
    Value(std::vector<std::string> names) : value(std::move(names)) {}
    Value(Random random) : value(random) {}
    bool operator==(const Value& other) const { return value == other.value; }
};

/// Parameters by NEST's names.
using Parameters = std::map<std::string, Value>;

/// Explicit connections: equally long arrays, one entry a synapse. `weight` and `delay` may be
/// empty: then the projection's hold. Indices are 0-based within the populations.
struct ConnectionList {
    std::vector<std::uint64_t> source, target;
    std::vector<double> weight;  ///< unit of the target's input (mV, pA or nS)
    std::vector<double> delay;   ///< ms
    bool operator==(const ConnectionList&) const = default;
};

/// Which neurons of two populations are connected: the name of a rule and its parameters.
struct Rule {
    std::string name = "all_to_all";
    Parameters parameters;
    std::shared_ptr<const ConnectionList> list;  ///< rule explicit_list only
    int line = 0;
};

Rule one_to_one();
Rule all_to_all(bool allow_autapses = true);
Rule fixed_indegree(std::uint64_t indegree, bool allow_autapses = true,
                    bool allow_multapses = true);
Rule fixed_outdegree(std::uint64_t outdegree, bool allow_autapses = true,
                     bool allow_multapses = true);
/// `N` synapses in all, each between a source and a target drawn with equal probability.
Rule fixed_total_number(std::uint64_t N, bool allow_autapses = true, bool allow_multapses = true);
/// Each pair of a source and a target is connected with probability `p`.
Rule pairwise_bernoulli(double p, bool allow_autapses = true);
/// Each pair of different neurons of one population is connected both ways with probability `p`.
/// With multapses, as in NEST, (i, j) and (j, i) count as two such pairs.
Rule symmetric_pairwise_bernoulli(double p, bool allow_multapses = true);
/// Each pair of a source and a target has a Poisson number of synapses with this mean.
Rule pairwise_poisson(double pairwise_avg_num_conns, bool allow_autapses = true);
Rule explicit_list(ConnectionList list);

/// How the synapses of a projection are made.
struct Synapse {
    std::string model = "static_synapse";
    std::optional<Value> weight = {};  ///< unit of the target's input (mV, pA or nS); by default
                                       ///< the synapse model's, and 1 where that has none
    std::optional<Value> delay = {};   ///< ms; defaults as those of weight
    std::optional<int> receptor_type =
        {};  ///< NEST's receptor; by default the sign of the weight decides
};

struct Population {
    std::string name, model;
    std::uint64_t size = 0;
    Parameters parameters;
    int line = 0;
};

struct SynapseModel {
    std::string name, copy_of;
    Parameters parameters;
    int line = 0;
};

struct Device {
    std::string name, model;
    Parameters parameters;
    int line = 0;
};

struct Projection {
    std::string name;  ///< "" is named after its ends: `E_to_I`
    std::string source;
    std::vector<std::string> target;
    Rule rule;
    Synapse synapse;
    int line = 0;
};

struct Recorder {
    std::string name, model;
    std::vector<std::string> from;
    Parameters parameters;
    int line = 0;
};

/// When and where a run writes checkpoints. Nothing here changes a bit of the result.
struct CheckpointOptions {
    /// `10min` of wall time, `500ms` of model time; "" for none at intervals.
    std::string every = {};
    /// "" is `checkpoints` in the output folder.
    std::string folder = {};
    /// `23h50m` after the start of the program: write a checkpoint, and end to be queued again; ""
    /// for never.
    std::string max_wall = {};
    /// How many of the newest stay.
    int keep = 2;
    /// Or "store": whether synapses that the description makes again are stored.
    std::string connectivity = "regenerate";
    /// Or "stop": what the run does when a checkpoint cannot be written.
    std::string on_failure = "warn";
    bool operator==(const CheckpointOptions&) const = default;
};

/// Ends a run whose rates say that it has gone wrong, after a checkpoint. The rates are those of
/// each population, over windows of model time. Nothing here changes a bit of what is simulated.
struct GuardOptions {
    double max_rate = std::numeric_limits<double>::infinity();  ///< spikes/s of a neuron
    double min_rate = 0.0;                                      ///< spikes/s of a neuron
    double window = 1000.0;                                     ///< ms
    bool operator==(const GuardOptions&) const = default;
};

/// What is wrong with a description, and the line of the network file (0: nowhere).
struct Problem {
    std::string text;
    int line = 0;
};

/// What is simulated: a plain value that knows no ranks. The network file and C++ both make one.
/// Nothing is checked while it is filled; the whole is checked when a Simulation is made of it.
class NetworkDescription {
public:
    double resolution = 0.1;  ///< ms
    std::uint64_t seed = 1;
    double duration = 0.0;  ///< ms, of `engram run`
    std::string weight_precision =
        "double";  ///< "double" or "single": how synapses hold their weights

    std::string origin;  ///< the file it was read from, for messages; "" for none
    std::vector<Population> populations;
    std::vector<SynapseModel> synapse_models;
    std::vector<Device> devices;
    std::vector<Projection> projections;
    std::vector<Recorder> recorders;
    CheckpointOptions checkpoints;
    int checkpoints_line = 0;  ///< of their section
    GuardOptions guard;
    int guard_line = 0;
    std::vector<Problem> problems;  ///< found while reading; reported when the whole is checked

    /// Each adds a part and returns its name.
    std::string population(std::string name, std::string model, std::uint64_t size,
                           Parameters parameters = {});
    std::string copy_model(std::string copy_of, std::string name, Parameters parameters = {});
    std::string device(std::string name, std::string model, Parameters parameters = {});
    std::string recorder(std::string name, std::string model, std::vector<std::string> from,
                         Parameters parameters = {});
    void connect(std::string source, std::vector<std::string> target, Rule rule,
                 Synapse synapse = {}, std::string name = "");
};

/// Reads a network file (TOML; docs/network-file.md). `overrides` are `path.to.key=value` as given
/// to `engram run --set`. Throws Error when the file cannot be read or is no TOML; whatever else is
/// wrong is kept in `problems`, so that the user sees it together with what the check of the whole
/// finds.
NetworkDescription read_network(const std::string& path,
                                const std::vector<std::string>& overrides = {});

/// The same from text.
NetworkDescription parse_network(const std::string& text, const std::string& origin,
                                 const std::vector<std::string>& overrides = {});

/// The whole description as the text of a network file, from which `parse_network` makes an equal
/// one: numbers to the bit, lists of connections in full.
std::string network_toml(const NetworkDescription& network);

/// The description in one canonical text, equal for equal networks whatever form they were written
/// in.
std::string canonical_text(const NetworkDescription& network);

}  // namespace engram
