// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engram/engram.hpp"

#include "models/registry.hpp"
#include "compare.hpp"

/// What the cases of README.md have in common: their numbers, and the parts of a description.
namespace engram::reference {

using Json = nlohmann::json;

/// With what the cases are simulated.
struct Setup {
    const Communicator& comm;
    Registry registry;
    RunOptions options;
};

/// Thrown, alike on all ranks, by a case that needs what Engram does not have.
class NoModel : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One function for each kind of case: simulates it and finds out how it differs.
void check_neuron(const Setup& setup, const Json& given, Findings& findings);
void check_synapses(const Setup& setup, const Json& given, Findings& findings);
void check_network(const Setup& setup, const Json& given, Findings& findings);

/// A number, which may stand there as "inf" or as one so large that it means no bound.
double number(const Json& value);
std::vector<double> numbers(const Json& array);

/// Parameters as `model` takes them: without those that say nothing about the dynamics. nullptr: a
/// model that Engram lacks.
Parameters parameters(const ModelInfo* model, const Json& given);

/// An empty network of the resolution of the case.
NetworkDescription describe(const Json& given);

/// Adds a spike_generator that reaches one neuron of a population, if it spikes at all.
void add_spikes(NetworkDescription& network, const std::string& name, std::vector<double> times,
                const std::string& population, std::uint64_t neuron, const Synapse& synapse);

/// Collective. Builds the network; throws NoModel when it names a model that Engram lacks.
Simulation build(const Setup& setup, const NetworkDescription& network);

}  // namespace engram::reference
