// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// How the numbers that a synapse model keeps for each source change from one of its spikes to the
/// next. Constant.
class PreDynamics {
public:
    static constexpr std::size_t most = 3;
    using Values = std::array<double, most>;
    virtual ~PreDynamics() = default;
    /// What checkpoints call them. Where there are none, nothing is kept of a source.
    [[nodiscard]] virtual std::vector<std::string> names() const = 0;
    /// Of a source that has not spiked.
    [[nodiscard]] virtual Values initial() const = 0;
    /// Brings `values` from just after the spike at step `last` (0: there was none) to just after
    /// that at `now`. Returns which share of its weight a synapse transmits for the latter.
    virtual double advance(Values& values, Step last, Step now) const = 0;
};

/// A trace: it grows by 1 at each spike, and decays.
struct PreTrace {
    std::string name;
    double tau;  ///< ms
    double initial;
};
std::unique_ptr<const PreDynamics> make_pre_traces(const std::vector<PreTrace>& traces,
                                                   double resolution);
/// Of models that keep nothing.
std::unique_ptr<const PreDynamics> make_no_pre_traces();

/// Pre-synaptic side of the synapses of one model on one VP: since all synapses of a source share
/// it, traces, or what stands for them in short-term plasticity, and the last spike are held once
/// for each row. A segment that is delivered later than the next spike of its source still needs
/// the values of its own spike: these are kept in records, one a spike in transit.
class PreTraces {
public:
    using Values = PreDynamics::Values;

    struct Record {
        Step emission = std::numeric_limits<Step>::min() / 2;
        Step previous = 0;   ///< the spike before
        Values values{};     ///< just after the spike before
        double share = 1.0;  ///< of the weight, which is transmitted
        Row row = 0;
        bool settled = true;  ///< nothing is left of the spike before that post-synaptic spikes
                              ///< could pair with
    };

    /// `max_delay`: how long records are needed. `reach`: age beyond which a post-synaptic spike is
    /// not paired any more with the first of the values; 0 where none is. `since`: when the
    /// synapses were added to a running network; earlier spikes are none of theirs. Steps.
    PreTraces(std::size_t rows, std::unique_ptr<const PreDynamics> dynamics, Step max_delay,
              Step reach, Step since = 0);

    /// A spike of the source of `row` at step `emission`, in order of emission.
    void add(Row row, Step emission);
    /// The number of the record of the spike added last.
    [[nodiscard]] std::uint32_t newest() const { return next_ - 1; }
    [[nodiscard]] const Record& record(std::uint32_t number) const {
        return records_[number & mask_];
    }

    [[nodiscard]] Step since() const { return since_; }
    /// The names of the values.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

    /// What a row holds of its source's past.
    struct Trace {
        Step last = 0;        ///< the newest spike
        Values values{};      ///< just after it
        bool settled = true;  ///< post-synaptic spikes have nothing to pair with any more
    };
    /// The traces of all rows as they were before the spikes emitted after step `from`, which is
    /// not earlier than max_delay ago: adding these again gives the same traces and records. The
    /// same on every VP that has synapses of the row.
    [[nodiscard]] std::vector<Trace> before(Step from) const;
    /// Puts a row back where before() saw it.
    void restore(Row row, const Trace& trace) { rows_.write(row, trace); }

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
        if (reach_ == 0) return;
        const Step before = now - reach_ - max_delay_;
        for (auto& r : records_)
            if (r.emission > now - max_delay_ && !r.settled && r.previous <= before) {
                settle_one(Silence{r.row, r.previous, r.values[0], r.emission});
                r.settled = true;
            }
        for (Row row = 0; row < rows_.size(); ++row) {
            Trace trace = rows_.read(row);
            if (trace.settled || trace.last > before) continue;
            settle_one(Silence{row, trace.last, trace.values[0], std::numeric_limits<Step>::max()});
            trace.settled = true;
            rows_.write(row, trace);
        }
    }

    [[nodiscard]] std::size_t bytes() const {
        return rows_.bytes() + records_.size() * sizeof(Record);
    }

private:
    /// The traces of all rows. Rows may be nearly as many as synapses: each has the values that
    /// there are, behind the step of the spike, whose sign tells what is settled.
    class Rows {
    public:
        Rows(std::size_t rows, std::size_t values, const Trace& initial)
            : values_(values), stride_(values + 1), numbers_(values > 0 ? rows * stride_ : 0) {
            for (Row row = 0; row < size(); ++row) write(row, initial);
        }
        [[nodiscard]] std::size_t size() const { return numbers_.size() / stride_; }
        [[nodiscard]] Trace read(Row row) const {
            const double* const numbers = numbers_.data() + row * stride_;
            Trace trace;
            trace.last = static_cast<Step>(std::abs(numbers[0]));
            trace.settled = std::signbit(numbers[0]);
            for (std::size_t i = 0; i < values_; ++i) trace.values[i] = numbers[i + 1];
            return trace;
        }
        void write(Row row, const Trace& trace) {
            double* const numbers = numbers_.data() + row * stride_;
            const auto last = static_cast<double>(trace.last);
            numbers[0] = trace.settled ? -last : last;
            for (std::size_t i = 0; i < values_; ++i) numbers[i + 1] = trace.values[i];
        }
        [[nodiscard]] std::size_t bytes() const { return numbers_.size() * sizeof(double); }

    private:
        std::size_t values_, stride_;
        std::vector<double> numbers_;
    };

    void grow();

    std::unique_ptr<const PreDynamics> dynamics_;
    std::vector<std::string> names_;
    Step max_delay_, reach_, since_;
    Rows rows_;
    std::vector<Record> records_;
    std::uint32_t next_ = 0, mask_ = 0;
};

}  // namespace engram
