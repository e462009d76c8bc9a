// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// A spike of a neuron of this VP that may not have arrived everywhere.
struct TransitSpike {
    Step step;  ///< of emission
    LocalIndex neuron;
};

/// The spikes of this VP's own neurons in the last `max_delay` steps, in order of (step, neuron):
/// what a checkpoint needs to know of the calendars, which differ from layout to layout.
class Transit {
public:
    void add(TransitSpike spike) { spikes_.push_back(spike); }

    /// Forgets what has arrived everywhere. Spikes leave in bulk, so that this costs next to
    /// nothing.
    void forget_until(Step step) {
        while (begin_ < spikes_.size() && spikes_[begin_].step <= step) ++begin_;
        if (2 * begin_ < spikes_.size()) return;
        spikes_.erase(spikes_.begin(), spikes_.begin() + static_cast<std::ptrdiff_t>(begin_));
        begin_ = 0;
    }

    [[nodiscard]] std::span<const TransitSpike> spikes() const {
        return std::span(spikes_).subspan(begin_);
    }
    [[nodiscard]] std::size_t bytes() const { return spikes_.capacity() * sizeof(TransitSpike); }

private:
    std::vector<TransitSpike> spikes_;
    std::size_t begin_ = 0;
};

}  // namespace engram
