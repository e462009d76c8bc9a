// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// Pre-synaptic side of the plastic synapses of one model on one VP: since all synapses of a source
/// share it, the trace and the last spike are held once for each row. A segment that is delivered
/// later than the next spike of its source still needs the values of its own spike: these are kept
/// in records, one a spike in transit.
class PreTraces {
public:
    struct Record {
        Step emission = std::numeric_limits<Step>::min() / 2;
        Step previous = 0;   ///< the spike before
        double trace = 0.0;  ///< just after the spike before
        Row row = 0;
        bool settled = true;  ///< nothing is left of the spike before that post-synaptic spikes
                              ///< could pair with
    };

    PreTraces() = default;
    /// `max_delay`: how long records are needed. `reach`: age beyond which two spikes do not
    /// interact. Steps.
    PreTraces(std::size_t rows, double tau_plus, double resolution, Step max_delay, Step reach);

    /// A spike of the source of `row` at step `emission`, in order of emission.
    void add(Row row, Step emission);
    /// The number of the record of the spike added last.
    [[nodiscard]] std::uint32_t newest() const { return next_ - 1; }
    [[nodiscard]] const Record& record(std::uint32_t number) const {
        return records_[number & mask_];
    }

    /// What a row holds of its source's past.
    struct Trace {
        Step last = 0;        ///< the newest spike
        double value = 0.0;   ///< just after it
        bool settled = true;  ///< post-synaptic spikes have nothing to pair with any more
    };
    /// The traces of all rows as they were before the spikes emitted after step `from`, which is
    /// not earlier than max_delay ago: adding these again gives the same traces and records. The
    /// same on every VP that has synapses of the row.
    [[nodiscard]] std::vector<Trace> before(Step from) const;
    /// Puts a row back where before() saw it.
    void restore(Row row, const Trace& trace) { last_[row] = PackedTrace(trace); }

    /// A spike whose source has been silent for longer than any pairing reaches.
    struct Silence {
        Row row;
        Step previous;  ///< the spike
        double trace;   ///< just after it
        Step next;  ///< the spike after it, on its way to some synapses; the end of time when there
                    ///< is none
    };

    /// Calls settle_one(silence) for each of them that was not settled before, at step `now`. Which
    /// these are depends on `now` and the spike times alone, not on what was exchanged so far, so
    /// that the weights one can look at depend on nothing else either.
    template <class Settle>
    void settle(Step now, Settle settle_one) {
        const Step before = now - reach_ - max_delay_;
        for (auto& r : records_)
            if (r.emission > now - max_delay_ && !r.settled && r.previous <= before) {
                settle_one(Silence{r.row, r.previous, r.trace, r.emission});
                r.settled = true;
            }
        for (std::size_t row = 0; row < last_.size(); ++row) {
            const Trace trace = last_[row].unpack();
            if (trace.settled || trace.last > before) continue;
            settle_one(Silence{static_cast<Row>(row), trace.last, trace.value,
                               std::numeric_limits<Step>::max()});
            last_[row] = PackedTrace({trace.last, trace.value, true});
        }
    }

    [[nodiscard]] std::size_t bytes() const {
        return last_.size() * sizeof(PackedTrace) + records_.size() * sizeof(Record);
    }

private:
    /// Rows may be nearly as many as synapses. Traces are not negative: the sign tells what is
    /// settled.
    class PackedTrace {
    public:
        PackedTrace() : PackedTrace(Trace{}) {}
        explicit PackedTrace(const Trace& trace)
            : last_(trace.last), value_(trace.settled ? -trace.value : trace.value) {}
        [[nodiscard]] Trace unpack() const {
            return {last_, std::abs(value_), std::signbit(value_)};
        }

    private:
        Step last_;
        double value_;
    };
    static_assert(sizeof(PackedTrace) == 16);

    void grow();

    double tau_steps_ = 1.0;
    Step max_delay_ = 0, reach_ = 0;
    std::vector<PackedTrace> last_;  ///< of each row
    std::vector<Record> records_;
    std::uint32_t next_ = 0, mask_ = 0;
};

}  // namespace engram
