// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engram/description.hpp"

namespace engram::bench {

/// The network of cluster/einetwork.toml, without its recorder and at any size.
struct EINetworkSize {
    std::uint64_t excitatory = 2000, inhibitory = 500;
    std::uint64_t indegree_excitatory = 200, indegree_inhibitory = 50;
};
NetworkDescription einetwork(const EINetworkSize& size = {});

}  // namespace engram::bench
