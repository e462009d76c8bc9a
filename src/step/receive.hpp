// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "state/virtual_process.hpp"

namespace engram::step {

/// Enters the segments of the sources that spiked at step `emission` into the VP's calendar. `rows`
/// ascends, and calls follow one another in time: so the lists of the calendar are in canonical
/// order.
void receive(VirtualProcess& vp, std::span<const Row> rows, Step emission);

/// The same of one source, in a network that is resumed at step `now`: only what arrives later, and
/// not through synapses that were added after the emission.
void receive_again(VirtualProcess& vp, Row row, Step emission, Step now);

}  // namespace engram::step
