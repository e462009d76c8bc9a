// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>

#include "build/connect.hpp"

namespace engram::build {
namespace {

/// How often pairings that can no longer change are applied to the synapses of silent sources, so
/// that histories stay bounded (docs/decisions/0002-bounded-post-synaptic-history.md).
constexpr double settle_interval = 10000.0;  // ms

Weights weights_of(const SynapseColumns& columns, const Network& network) {
    if (columns.constant()) return Weights::one;
    return network.single_precision ? Weights::single_precision : Weights::double_precision;
}

/// A parameter that is one constant for all neurons of a population.
double constant_parameter(const Network::Population& population, const char* name) {
    const auto set = population.values.find(name);
    return set != population.values.end() ? std::get<double>(set->second.value)
                                          : population.model->parameter(name)->default_value;
}

class Preparation {
public:
    Preparation(VirtualProcess& vp, const Network& network, const Registry& registry,
                const RowSources& row_sources, Step max_delay)
        : vp_(vp),
          network_(network),
          registry_(registry),
          row_sources_(row_sources),
          max_delay_(max_delay) {}

    void run() {
        for (SynapseColumns& columns : vp_.synapses.columns) make_kernel(columns);
        for (SynapseColumns& columns : vp_.synapses.columns) {
            if (driver(columns) == nullptr) continue;
            columns.traces = &vp_.synapses.traces[columns.trace_group];
            if (driver(columns)->learns()) make_history(columns);
        }
    }

private:
    [[nodiscard]] const Network::Projection& projection(const SynapseColumns& columns) const {
        return network_.projections[columns.projections.front()];
    }
    [[nodiscard]] const SynapseDriver* driver(const SynapseColumns& columns) const {
        return registry_.synapse(projection(columns).base_model);
    }

    void make_kernel(SynapseColumns& columns) {
        const auto& p = projection(columns);
        const SynapseDriver* const model = driver(columns);
        columns.first_node = vp_.slices[p.target].begin;
        if (model != nullptr) columns.trace_group = trace_group(p, *model);
        // Kernels are shared, so that their segments are delivered in one run.
        SynapseKernel*& kernel =
            kernels_[{model != nullptr ? p.synapse_model : "", weights_of(columns, network_)}];
        if (kernel == nullptr)
            kernel =
                vp_.synapses.kernels
                    .emplace_back(build::make_kernel(columns, network_, registry_, row_sources_))
                    .get();
        columns.kernel = kernel;
    }

    std::size_t trace_group(const Network::Projection& p, const SynapseDriver& model) {
        auto& traces = vp_.synapses.traces;
        const auto [at, fresh] = groups_.try_emplace({p.synapse_model, p.since}, traces.size());
        if (!fresh) return at->second;
        const Step reach =
            model.learns() ? DecayTable(model.tau_plus(p.common), network_.resolution).reach() : 0;
        longest_reach_ = std::max(longest_reach_, reach);
        traces.emplace_back(row_sources_.size(),
                            model.make_pre_dynamics(p.common, network_.resolution), max_delay_,
                            reach, p.since);
        return at->second;
    }

    void make_history(SynapseColumns& columns) {
        const std::size_t target = projection(columns).target;
        const auto& population = network_.populations[target];
        vp_.settle_every = static_cast<Step>(std::ceil(settle_interval / network_.resolution));
        const Step horizon = vp_.settle_every + longest_reach_ + 4 * max_delay_;
        NeuronSlice& slice = vp_.slices[target];
        if (!slice.history)
            slice.history = std::make_unique<PostHistory>(
                slice.size, constant_parameter(population, "tau_minus"), network_.resolution,
                horizon);
        if (driver(columns)->needs_triplets())
            slice.history->keep_triplets(constant_parameter(population, "tau_minus_triplet"),
                                         network_.resolution);
        columns.history = slice.history.get();
    }

    VirtualProcess& vp_;
    const Network& network_;
    const Registry& registry_;
    const RowSources& row_sources_;
    Step max_delay_;
    std::map<std::pair<std::string, Step>, std::size_t> groups_;  ///< of traces
    std::map<std::pair<std::string, Weights>, SynapseKernel*> kernels_;
    Step longest_reach_ = 0;
};

}  // namespace

std::unique_ptr<SynapseKernel> make_kernel(const SynapseColumns& columns, const Network& network,
                                           const Registry& registry,
                                           const RowSources& row_sources) {
    const auto& p = network.projections[columns.projections.front()];
    const Weights weights = weights_of(columns, network);
    const SynapseDriver* const model = registry.synapse(p.base_model);
    return model == nullptr ? make_static_kernel(weights)
                            : model->make_kernel(p.common, {network.resolution, network.seed,
                                                            weights, row_sources});
}

void prepare_plasticity(VirtualProcess& vp, const Network& network, const Registry& registry,
                        const RowSources& row_sources, Step max_delay) {
    Preparation(vp, network, registry, row_sources, max_delay).run();
}

}  // namespace engram::build
