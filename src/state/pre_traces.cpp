// SPDX-License-Identifier: Apache-2.0
#include "state/pre_traces.hpp"

#include "core/math.hpp"

namespace engram {

PreTraces::PreTraces(std::size_t rows, double tau_plus, double resolution, Step max_delay,
                     Step reach)
    : tau_steps_(tau_plus / resolution),
      max_delay_(max_delay),
      reach_(reach),
      last_(rows),
      records_(64),
      mask_(63) {}

void PreTraces::add(Row row, Step emission) {
    // The oldest record is overwritten only when its last segment has been delivered, also in an
    // interval that is delivered up to max_delay later than `emission`.
    if (records_[next_ & mask_].emission >= emission - 2 * max_delay_) grow();
    Last& last = last_[row];
    records_[next_ & mask_] = {emission, last.step, last.trace, row, last.settled};
    const double age = static_cast<double>(emission - last.step);
    last = {emission, last.trace * math::exp(-age / tau_steps_) + 1.0, false};
    ++next_;
}

void PreTraces::grow() {
    std::vector<Record> larger(2 * records_.size());
    const auto mask = static_cast<std::uint32_t>(larger.size()) - 1;
    for (std::uint32_t k = 0; k < records_.size(); ++k) {
        const std::uint32_t number = next_ - 1 - k;
        larger[number & mask] = records_[number & mask_];
    }
    records_ = std::move(larger);
    mask_ = mask;
}

}  // namespace engram
