// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/registry.hpp"
#include "network/network.hpp"
#include "state/virtual_process.hpp"
#include "build/segment_order.hpp"
#include "build/target_synapses.hpp"

namespace engram::build {

/// Targets whose numbers fit the 16 bits of a synapse.
constexpr std::size_t block_size = std::size_t{1} << 16;

/// One projection of a bundle.
struct Member {
    const Network::Projection& projection;
    const NeuronSlice& slice;
    const NeuronModel& target_model;
    TargetSynapses make;
    std::size_t first_target;  ///< number of the slice's first neuron in the columns
    std::uint64_t synapses = 0;

    [[nodiscard]] std::uint8_t receptor(double weight) const {
        return static_cast<std::uint8_t>(projection.receptor
                                             ? static_cast<std::size_t>(*projection.receptor)
                                             : target_model.receptor_of(weight));
    }
    /// Of the synapses of a target that were drawn last; returns the bits that are set in any.
    std::uint32_t draw_keys(const SegmentKeys& format, std::size_t target,
                            std::vector<std::uint32_t>& keys) const {
        const auto block = static_cast<std::uint8_t>(target / block_size);
        const bool one_delay = make.constant_delay().has_value();
        const auto delay = static_cast<std::uint16_t>(make.constant_delay().value_or(0));
        const std::uint16_t* const delays = make.delays().data();
        const bool one_receptor =
            make.constant_weight() || projection.receptor || target_model.receptors() == 1;
        const std::uint8_t first = receptor(make.constant_weight().value_or(0.0));
        const double* const weights = make.weights().data();
        keys.resize(make.sources().size());
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < keys.size(); ++k) {
            keys[k] = format.number(one_delay ? delay : delays[k],
                                    one_receptor ? first : receptor(weights[k]), block);
            bits |= keys[k];
        }
        return bits;
    }
    /// Of all its synapses, if it is one.
    [[nodiscard]] std::optional<std::uint32_t> key(const SegmentKeys& format) const {
        if (!make.constant_delay() || first_target + slice.size > block_size) return std::nullopt;
        if (!projection.receptor && !make.constant_weight() && target_model.receptors() > 1)
            return std::nullopt;
        return format.number(static_cast<std::uint16_t>(*make.constant_delay()),
                             receptor(make.constant_weight().value_or(0.0)), 0);
    }
};

}  // namespace engram::build
