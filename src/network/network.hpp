// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engram/description.hpp"

#include "core/types.hpp"
#include "models/registry.hpp"

namespace engram {

/// A checked description: names resolved, defaults filled in, one projection for each pair of ends.
/// A plain value, the same on all ranks; what the build stage reads.
struct Network {
    struct Population {
        std::string name;
        const ModelInfo* model = nullptr;
        std::uint64_t size = 0;
        GlobalIndex first = 0;          ///< of its neuron 0
        Parameters values;              ///< parameters and initial states that were set
        std::string sonata_population;  ///< its name in SONATA files: its own, unless set
        /// The node ids of its neurons there, ascending; none: as they are counted here.
        std::vector<std::uint64_t> node_ids;
        std::vector<std::string> spike_files;  ///< of a spike_source
    };
    struct Device {
        std::string name;
        const ModelInfo* model = nullptr;
        Numbers numbers;  ///< all scalar parameters, defaults included
        Arrays arrays;
    };
    /// Which edges of a SONATA file a projection has.
    struct EdgeFile {
        std::string file, population;
        std::vector<std::uint64_t> types;  ///< edge_type_id, ascending; none: all
    };
    struct Projection {
        std::string name;
        std::optional<std::size_t> device;  ///< index of the source when it is a device ...
        std::size_t source = 0;             ///< ... and of the population otherwise
        std::size_t target = 0;
        std::string rule;
        Numbers rule_numbers;  ///< all parameters of the rule, defaults included (booleans 0 and 1)
        std::shared_ptr<const ConnectionList> list;  ///< rule explicit_list
        std::shared_ptr<const EdgeFile> edges;       ///< rule sonata_edges; weight and delay hold
                                                     ///< where the file has none
        std::string synapse_model;                   ///< the user's name
        std::string base_model;  ///< the model it is a copy of, over all generations
        Numbers common;          ///< parameters shared by all its synapses, defaults included
        Value weight, delay;     ///< delay: a constant is a whole number of steps
        std::optional<int> receptor;
        Step since = 0;  ///< when it was added to a running network: what is emitted up to this
                         ///< step does not go through it
    };
    struct Recorder {
        std::string name;
        const ModelInfo* model = nullptr;
        std::vector<std::size_t> populations;
        std::vector<std::size_t> projections;  ///< of a recorder of weights, instead
        Numbers numbers;
        std::vector<std::string> record_from;
        std::string record_to;  ///< "file", "memory"; "": files where there is an output folder
        /// Neurons of its only population that a multimeter samples, ascending; none: all.
        std::vector<std::uint64_t> neurons;
    };

    double resolution = 0.1;
    std::uint64_t seed = 1;
    bool single_precision = false;
    std::vector<Population> populations;
    std::vector<Device> devices;
    std::vector<Projection> projections;
    std::vector<Recorder> recorders;

    [[nodiscard]] GlobalIndex neurons() const {
        return populations.empty() ? 0 : populations.back().first + populations.back().size;
    }
};

/// Checks a description as a whole. Throws Error with all its problems, in the order of the
/// description.
Network resolve(const NetworkDescription& description, const Registry& registry);

}  // namespace engram
