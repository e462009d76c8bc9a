// SPDX-License-Identifier: Apache-2.0
#include "state/synapses.hpp"

namespace engram {
namespace {

/// `Weight`: double or float, void where the weight is constant.
template <class Weight>
class StaticKernel final : public SynapseKernel {
public:
    void deliver(std::span<const CalendarEntry> entries, std::span<SynapseColumns> table) override {
        Prefetcher<Weight> prefetch(entries, table);
        constexpr std::size_t piece = Prefetcher<Weight>::piece;
        for (const CalendarEntry& e : entries) {
            const SynapseColumns& columns = table[e.columns];
            double* input = columns.inputs[e.receptor] + (std::size_t{e.block} << 16);
            const std::uint16_t* targets = columns.targets.data() + e.begin;
            const auto weights = weights_of(columns, e.begin);
            std::size_t k = 0;
            for (; k + piece <= e.length; k += piece) {
                prefetch.advance();
#pragma GCC unroll 8
                for (std::size_t i = k; i < k + piece; ++i) input[targets[i]] += weights(i);
            }
            if (k == e.length) continue;
            prefetch.advance();
            for (; k < e.length; ++k) input[targets[k]] += weights(k);
        }
    }

private:
    static auto weights_of(const SynapseColumns& columns, std::size_t begin) {
        if constexpr (std::is_void_v<Weight>)
            return [weight = columns.weight](std::size_t) { return weight; };
        else if constexpr (std::is_same_v<Weight, double>)
            return [weights = columns.weights.data() + begin](std::size_t i) { return weights[i]; };
        else
            return [weights = columns.weights_single.data() + begin](std::size_t i) {
                return static_cast<double>(weights[i]);
            };
    }
};

}  // namespace

std::unique_ptr<SynapseKernel> make_static_kernel(bool constant, bool single_precision) {
    if (constant) return std::make_unique<StaticKernel<void>>();
    if (single_precision) return std::make_unique<StaticKernel<float>>();
    return std::make_unique<StaticKernel<double>>();
}

}  // namespace engram
