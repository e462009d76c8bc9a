// SPDX-License-Identifier: Apache-2.0
#include "state/synapses.hpp"

namespace engram {
namespace {

/// `Weight`: double or float, void where the weight is constant. `short_term`: the spike's record
/// says which share of the weight is transmitted.
template <class Weight, bool short_term>
class StaticKernel final : public SynapseKernel {
public:
    void deliver(std::span<const CalendarEntry> entries, std::span<SynapseColumns> table) override {
        Prefetcher<Weight> prefetch(entries, table);
        constexpr std::size_t piece = Prefetcher<Weight>::piece;
        for (const CalendarEntry& e : entries) {
            const SynapseColumns& columns = table[e.columns];
            double* input = columns.inputs[e.receptor] + (std::size_t{e.block} << 16);
            const std::uint16_t* targets = columns.targets.data() + e.begin;
            const auto weights = transmitted(columns, e);
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
    static auto transmitted(const SynapseColumns& columns, const CalendarEntry& e) {
        const auto weights = weights_from<Weight>(columns, e.begin);
        if constexpr (short_term)
            return [weights, share = columns.traces->record(e.spike).share](std::size_t i) {
                return share * weights(i);
            };
        else return weights;
    }
};

template <bool short_term>
std::unique_ptr<SynapseKernel> make(Weights weights) {
    return of_weights(weights, []<class Weight>(std::type_identity<Weight>) {
        return std::unique_ptr<SynapseKernel>(std::make_unique<StaticKernel<Weight, short_term>>());
    });
}

}  // namespace

std::unique_ptr<SynapseKernel> make_static_kernel(Weights weights) { return make<false>(weights); }

std::unique_ptr<SynapseKernel> make_short_term_kernel(Weights weights) {
    return make<true>(weights);
}

}  // namespace engram
