// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network/check_value.hpp"
#include "network/resolve.hpp"

namespace engram {

/// What weight and delay may be: a weight any finite number; a delay 1 to 65535 steps once it is
/// rounded.
bool check_weight(const Place& place, const Value& weight, const std::string& unit,
                  const std::optional<ArrayLength>& length);
bool check_delay(const Resolving& r, const Place& place, const Value& delay,
                 const std::optional<ArrayLength>& length);

/// Model, shared parameters, weight and delay of a projection's synapses.
void resolve_synapse(Resolving& r, const Place& place, const Synapse& synapse,
                     Network::Projection& projection);

}  // namespace engram
