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

}  // namespace

void prepare_plasticity(VirtualProcess& vp, const Network& network, const Registry& registry,
                        std::size_t rows, Step max_delay) {
    SynapseTable& table = vp.synapses;
    std::map<std::string, std::size_t> groups;
    std::map<std::string, SynapseKernel*>
        kernels;  // shared, so that their segments are delivered in one run
    const auto kernel = [&](const std::string& kind, auto make) {
        auto& known = kernels[kind];
        if (known == nullptr) known = table.kernels.emplace_back(make()).get();
        return known;
    };
    Step longest_reach = 0;
    for (SynapseColumns& columns : table.columns) {
        const auto& p = network.projections[columns.projections.front()];
        const PlasticModel* model = registry.plastic(p.base_model);
        if (model == nullptr) {
            const bool constant = columns.constant();
            columns.kernel = kernel(constant ? "static, constant" : "static", [&] {
                return make_static_kernel(constant, network.single_precision);
            });
        } else {
            const double tau_plus = model->tau_plus(p.common);
            const Step reach = DecayTable(tau_plus, network.resolution).reach();
            longest_reach = std::max(longest_reach, reach);
            const auto [at, fresh] = groups.try_emplace(p.synapse_model, table.traces.size());
            if (fresh)
                table.traces.emplace_back(rows, tau_plus, network.resolution, max_delay, reach);
            columns.trace_group = at->second;
            columns.kernel = kernel("plastic " + p.synapse_model, [&] {
                return model->make_kernel(p.common, network.resolution, network.single_precision);
            });
        }
    }
    if (groups.empty()) return;
    vp.settle_every = static_cast<Step>(std::ceil(settle_interval / network.resolution));
    const Step horizon = vp.settle_every + longest_reach + 4 * max_delay;
    for (SynapseColumns& columns : table.columns) {
        const auto& p = network.projections[columns.projections.front()];
        if (registry.plastic(p.base_model) == nullptr) continue;
        NeuronSlice& slice = vp.slices[p.target];
        if (!slice.history) {
            const auto& target = network.populations[p.target];
            const auto set = target.values.find("tau_minus");
            const double tau_minus = set != target.values.end()
                                         ? std::get<double>(set->second.value)
                                         : target.model->parameter("tau_minus")->default_value;
            slice.history =
                std::make_unique<PostHistory>(slice.size, tau_minus, network.resolution, horizon);
        }
        columns.history = slice.history.get();
        columns.traces = &table.traces[columns.trace_group];
    }
}

}  // namespace engram::build
