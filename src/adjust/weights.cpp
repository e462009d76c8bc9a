// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "build/connect.hpp"
#include "store/collect.hpp"
#include "store/target_order.hpp"
#include "adjust/adjust.hpp"

namespace engram {
namespace {

/// The new weights of one projection, and where those of this rank begin among them.
class NewWeights {
public:
    NewWeights(const Adjusted& adjusted, std::size_t projection, const std::vector<double>& weights,
               std::uint64_t begin)
        : adjusted_(adjusted), number_(projection), weights_(weights), begin_(begin) {}

    void check() {
        const auto& p = adjusted_.network.projections[number_];
        const auto& target = *adjusted_.network.populations[p.target].model;
        const NeuronModel& neuron = adjusted_.registry.neuron(target.name);
        const SynapseDriver* plastic = adjusted_.registry.plastic(p.base_model);
        visit([&](VirtualProcess& vp, std::uint64_t place, const Segment& s, std::size_t) {
            const double weight = at(place);
            std::string why;
            if (!std::isfinite(weight)) why = "must be finite";
            else if (plastic != nullptr) why = plastic->objection(p.common, weight);
            const std::size_t receptor = vp.synapses.kind(s).receptor;
            if (why.empty() && !p.receptor && neuron.receptor_of(weight) != receptor)
                why = fmt::format("the synapse acts on receptor {}, {}, and keeps it", receptor,
                                  target.receptors[receptor]);
            if (!why.empty())
                throw Error(fmt::format("projection '{}': weight[{}] = {} ({}). Change the weight",
                                        p.name, weights_.size() == 1 ? 0 : place, weight, why));
        });
    }

    void apply() {
        for (VirtualProcess& vp : adjusted_.state.vps) {
            SynapseColumns& columns = vp.synapses.columns_of(number_);
            if (!columns.constant()) continue;
            if (weights_.size() == 1 && columns.projections.size() == 1)
                columns.weight = weights_.front();
            else give_each_its_own(vp.synapses, columns);
        }
        visit([&](VirtualProcess& vp, std::uint64_t place, const Segment&, std::size_t synapse) {
            SynapseColumns& columns = vp.synapses.columns_of(number_);
            if (!columns.constant()) columns.set_weight(synapse, at(place));
        });
    }

private:
    [[nodiscard]] double at(std::uint64_t place) const {
        return weights_.size() == 1 ? weights_.front() : weights_[place];
    }

    /// Calls visit(vp, place among all synapses, segment, place in the columns).
    template <class Visit>
    void visit(Visit visit_synapse) {
        const std::size_t target = adjusted_.network.projections[number_].target;
        std::uint64_t first = begin_;
        for (VirtualProcess& vp : adjusted_.state.vps)
            for (TargetOrder order(vp, number_, vp.slices[target].size); order.next();) {
                order.visit([&](std::size_t place, Row, const Segment& s, std::size_t k) {
                    visit_synapse(vp, first + place, s, s.begin() + k);
                });
                first += order.size();
            }
    }

    void give_each_its_own(SynapseTable& table, SynapseColumns& columns) const {
        if (adjusted_.network.single_precision) {
            columns.weights_single = Buffer<float>(columns.size);
            std::fill(columns.weights_single.begin(), columns.weights_single.end(),
                      static_cast<float>(columns.weight));
        } else {
            columns.weights = Buffer<double>(columns.size);
            std::fill(columns.weights.begin(), columns.weights.end(), columns.weight);
        }
        columns.kernel =
            table.kernels
                .emplace_back(build::make_kernel(columns, adjusted_.network, adjusted_.registry,
                                                 adjusted_.state.row_sources))
                .get();
    }

    const Adjusted& adjusted_;
    std::size_t number_;
    const std::vector<double>& weights_;
    std::uint64_t begin_;
};

}  // namespace

void adjust_weights(const Adjusted& adjusted, const std::string& projection,
                    const std::vector<double>& weights) {
    const Communicator& comm = adjusted.comm;
    const std::size_t number = find_projection(adjusted.network, projection);
    std::uint64_t local = 0;
    for (const auto& vp : adjusted.state.vps) local += vp.synapses.places[number].synapses;
    const std::uint64_t all = parallel::sum(comm, local), begin = parallel::sum_below(comm, local);
    if (weights.size() != 1 && weights.size() != all)
        throw Error(fmt::format(
            "projection '{}': {} weights (it has {} synapses). Give one for each, or one for all",
            projection, weights.size(), all));
    NewWeights change(adjusted, number, weights, begin);
    parallel::collectively(comm, [&] { change.check(); });
    parallel::collectively(comm, [&] { change.apply(); });
}

}  // namespace engram
