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
    const Trace trace = last_[row].unpack();
    records_[next_ & mask_] = {emission, trace.last, trace.value, row, trace.settled};
    const double age = static_cast<double>(emission - trace.last);
    last_[row] = PackedTrace({emission, trace.value * math::exp(-age / tau_steps_) + 1.0, false});
    ++next_;
}

std::vector<PreTraces::Trace> PreTraces::before(Step from) const {
    std::vector<Trace> traces;
    traces.reserve(last_.size());
    for (const PackedTrace& trace : last_) traces.push_back(trace.unpack());
    for (std::uint32_t k = 1; k <= records_.size(); ++k) {  // newest first: the oldest one stays
        const Record& spike = record(next_ - k);
        if (spike.emission <= from) break;
        traces[spike.row] = {spike.previous, spike.trace, spike.settled};
    }
    return traces;
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
