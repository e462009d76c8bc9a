// SPDX-License-Identifier: Apache-2.0
#include "state/pre_traces.hpp"

#include "core/math.hpp"

namespace engram {
namespace {

class ExponentialTraces final : public PreDynamics {
public:
    ExponentialTraces(const std::vector<PreTrace>& traces, double resolution) {
        for (const PreTrace& trace : traces) {
            tau_steps_[names_.size()] = trace.tau / resolution;
            initial_[names_.size()] = trace.initial;
            names_.push_back(trace.name);
        }
    }
    [[nodiscard]] std::vector<std::string> names() const override { return names_; }
    [[nodiscard]] Values initial() const override { return initial_; }
    double advance(Values& values, Step last, Step now) const override {
        const auto age = static_cast<double>(now - last);
        for (std::size_t i = 0; i < names_.size(); ++i)
            values[i] = values[i] * math::exp(-age / tau_steps_[i]) + 1.0;
        return 1.0;
    }

private:
    std::vector<std::string> names_;
    Values tau_steps_{}, initial_{};
};

class NoTraces final : public PreDynamics {
public:
    [[nodiscard]] std::vector<std::string> names() const override { return {}; }
    [[nodiscard]] Values initial() const override { return {}; }
    double advance(Values&, Step, Step) const override { return 1.0; }
};

}  // namespace

std::unique_ptr<const PreDynamics> make_pre_traces(const std::vector<PreTrace>& traces,
                                                   double resolution) {
    return std::make_unique<ExponentialTraces>(traces, resolution);
}

std::unique_ptr<const PreDynamics> make_no_pre_traces() { return std::make_unique<NoTraces>(); }

PreTraces::PreTraces(std::size_t rows, std::unique_ptr<const PreDynamics> dynamics, Step max_delay,
                     Step reach, Step since)
    : dynamics_(std::move(dynamics)),
      names_(dynamics_->names()),
      max_delay_(max_delay),
      reach_(reach),
      since_(since),
      // With what was before they were added nothing is paired.
      rows_(rows, names_.size(),
            {0, dynamics_->initial(), reach == 0 || since > 0 || dynamics_->initial()[0] == 0.0}),
      records_(64),
      mask_(63) {}

void PreTraces::add(Row row, Step emission) {
    // The oldest record is overwritten only when its last segment has been delivered, also in an
    // interval that is delivered up to max_delay later than `emission`.
    if (records_[next_ & mask_].emission >= emission - 2 * max_delay_) grow();
    Record& record = records_[next_++ & mask_];
    record.emission = emission;
    record.row = row;
    if (names_.empty()) return;
    Trace trace = rows_.read(row);
    record.previous = trace.last;
    record.values = trace.values;
    record.settled = trace.settled;
    record.share = dynamics_->advance(trace.values, trace.last, emission);
    rows_.write(row, {emission, trace.values, reach_ == 0});
}

std::vector<PreTraces::Trace> PreTraces::before(Step from) const {
    std::vector<Trace> traces;
    traces.reserve(rows_.size());
    for (Row row = 0; row < rows_.size(); ++row) traces.push_back(rows_.read(row));
    for (std::uint32_t k = 1; k <= records_.size(); ++k) {  // newest first: the oldest one stays
        const Record& spike = record(next_ - k);
        if (spike.emission <= from) break;
        traces[spike.row] = {spike.previous, spike.values, spike.settled};
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
