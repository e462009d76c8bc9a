// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "network/network.hpp"

namespace engram::sonata {

/// The neuron of a population that a node of SONATA files is, if it is one of its.
inline std::optional<NodeIndex> neuron_of(std::uint64_t id, const Network::Population& population) {
    const auto& ids = population.node_ids;
    if (ids.empty()) return id < population.size ? std::optional<NodeIndex>(id) : std::nullopt;
    const auto at = std::lower_bound(ids.begin(), ids.end(), id);
    if (at == ids.end() || *at != id) return std::nullopt;
    return static_cast<NodeIndex>(at - ids.begin());
}

}  // namespace engram::sonata
