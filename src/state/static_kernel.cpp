// SPDX-License-Identifier: Apache-2.0
#include "state/synapses.hpp"

namespace engram {
namespace {

enum class Weights { constant, doubles, singles };

template <Weights kind>
class StaticKernel final : public SynapseKernel {
public:
    void deliver(std::span<const CalendarEntry> entries,
                 std::span<SynapseColumns> projections) override {
        Prefetcher prefetch(entries, projections);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            prefetch.advance(i);
            const CalendarEntry& e = entries[i];
            const SynapseColumns& columns = projections[e.projection];
            double* input = columns.inputs[e.receptor] + (std::size_t{e.block} << 16);
            const std::uint16_t* targets = columns.targets.data() + e.begin;
            if constexpr (kind == Weights::constant) {
                for (std::size_t k = 0; k < e.length; ++k) input[targets[k]] += columns.weight;
            } else if constexpr (kind == Weights::doubles) {
                const double* weights = columns.weights.data() + e.begin;
                for (std::size_t k = 0; k < e.length; ++k) input[targets[k]] += weights[k];
            } else {
                const float* weights = columns.weights_single.data() + e.begin;
                for (std::size_t k = 0; k < e.length; ++k)
                    input[targets[k]] += static_cast<double>(weights[k]);
            }
        }
    }
};

}  // namespace

std::unique_ptr<SynapseKernel> make_static_kernel(bool constant, bool single_precision) {
    if (constant) return std::make_unique<StaticKernel<Weights::constant>>();
    if (single_precision) return std::make_unique<StaticKernel<Weights::singles>>();
    return std::make_unique<StaticKernel<Weights::doubles>>();
}

}  // namespace engram
