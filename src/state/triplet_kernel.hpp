// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "state/synapses.hpp"

namespace engram {

/// Delivery of plastic synapses whose model takes triplets of spikes into account: two traces on
/// either side, and for each post-synaptic spike the slower one that it met. Which spikes are
/// paired is as for pairs (state/plastic_kernel.hpp). Synapses without a spike to pair with need
/// the window of their target alone, the others its archive.
template <class Model, class Weight>
class TripletKernel final : public SynapseKernel {
    static constexpr std::size_t piece = 256;  // synapses; the work space stays in L1
    static constexpr std::size_t ahead = 16;   // synapses whose windows are asked for before

public:
    TripletKernel(const typename Model::Parameters& p, double resolution)
        : constants_(Model::constants(p)),
          decay_(p.tau_plus, resolution),
          triplet_decay_(p.tau_plus_triplet, resolution) {}

    void deliver(std::span<const CalendarEntry> entries, std::span<SynapseColumns> table) override {
        Prefetcher<Weight> prefetch(entries, table);
        for (const CalendarEntry& e : entries) {
            for (std::size_t at = 0; at < e.length; at += Prefetcher<Weight>::piece)
                prefetch.advance();
            arrive(e, table[e.columns]);
        }
    }

    void settle(const CalendarEntry& e, SynapseColumns& columns, Step previous,
                double trace) override {
        const PostHistory& history = *columns.history;
        const Tick low = history.tick(previous - e.delay);
        const std::uint16_t* targets = columns.targets.data() + e.begin;
        Weight* weights = columns.template weight_data<Weight>() + e.begin;
        for (std::size_t k = 0; k < e.length; ++k)
            potentiate(history, (LocalIndex{e.block} << 16) + targets[k], low, low + decay_.reach(),
                       trace, weights[k]);
    }

private:
    void arrive(const CalendarEntry& e, SynapseColumns& columns) {
        const PreTraces::Record& spike = columns.traces->record(e.spike);
        const PostHistory& history = *columns.history;
        const Tick high = history.tick(spike.emission - e.delay);
        const Tick low =
            spike.settled ? high : std::min(high, history.tick(spike.previous - e.delay));
        const auto age = static_cast<Tick>(
            std::min<Step>(spike.emission - spike.previous, triplet_decay_.reach()));
        const double slower = spike.values[1] * triplet_decay_[age];
        const std::uint16_t* targets = columns.targets.data() + e.begin;
        Weight* weights = columns.template weight_data<Weight>() + e.begin;
        double* input = columns.inputs[e.receptor] + (std::size_t{e.block} << 16);
        const LocalIndex first = LocalIndex{e.block} << 16;
        for (std::size_t at = 0; at < e.length; at += piece) {
            const std::size_t n = std::min<std::size_t>(piece, e.length - at);
            look_up(history, first, targets + at, n, low, high);
            for (std::size_t i = 0; i < paired_; ++i)
                potentiate(history, first + targets[at + list_[i]], low,
                           std::min(high, low + decay_.reach()), spike.values[0],
                           weights[at + list_[i]]);
            for (std::size_t k = at; k < at + n; ++k)
                weights[k] = static_cast<Weight>(Model::depressed(
                    constants_, static_cast<double>(weights[k]), depression_[k - at], slower));
            for (std::size_t k = at; k < at + n; ++k)
                input[targets[k]] += static_cast<double>(weights[k]);
        }
    }

    /// The trace that depresses each synapse; lists those that there is a spike to pair with.
    [[gnu::noinline]] void look_up(const PostHistory& history, LocalIndex first,
                                   const std::uint16_t* targets, std::size_t n, Tick low,
                                   Tick high) {
        const PostWindow* const windows = history.windows() + first;
        paired_ = 0;
        for (std::size_t k = 0; k < n; ++k) {
            __builtin_prefetch(&windows[targets[std::min(k + ahead, n - 1)]]);
            const PostWindow& window = windows[targets[k]];
            const WindowCount count = count_window(window, low, high);
            depression_[k] = count.from_high < PostWindow::traced
                                 ? window.traces[count.from_high] *
                                       history.decay()[high - window.times[count.from_high]]
                                 : history.trace_before(first + targets[k], high);
            const bool none =
                count.after_low == count.after_high && count.after_low < PostWindow::spikes;
            list_[paired_] = static_cast<std::uint16_t>(k);
            paired_ += static_cast<std::size_t>(!none);
        }
    }

    void potentiate(const PostHistory& history, LocalIndex neuron, Tick low, Tick high,
                    double trace, Weight& weight) const {
        history.for_each_triplet(neuron, low, high, [&](Tick spike, double slower) {
            weight = static_cast<Weight>(Model::potentiated(constants_, static_cast<double>(weight),
                                                            trace * decay_[spike - low], slower));
        });
    }

    typename Model::Constants constants_;
    DecayTable decay_, triplet_decay_;
    // Work space of one piece.
    std::array<double, piece> depression_;
    std::array<std::uint16_t, piece> list_;  ///< of those that there is a spike to pair with
    std::size_t paired_ = 0;
};

/// The SynapseDriver of a model file in src/models/synapses with triplets.
template <class Model>
class TripletPlasticity final : public SynapseDriver {
public:
    [[nodiscard]] std::unique_ptr<SynapseKernel> make_kernel(
        const Numbers& common, const Setting& setting) const override {
        const auto p = parameters_of<Model>(common);
        if (setting.weights == Weights::single_precision)
            return std::make_unique<TripletKernel<Model, float>>(p, setting.resolution);
        return std::make_unique<TripletKernel<Model, double>>(p, setting.resolution);
    }
    [[nodiscard]] std::unique_ptr<const PreDynamics> make_pre_dynamics(
        const Numbers& common, double resolution) const override {
        const auto p = parameters_of<Model>(common);
        return make_pre_traces({{"Kplus", p.tau_plus, p.Kplus},
                                {"Kplus_triplet", p.tau_plus_triplet, p.Kplus_triplet}},
                               resolution);
    }
    [[nodiscard]] bool learns() const override { return true; }
    [[nodiscard]] double tau_plus(const Numbers& common) const override {
        return parameters_of<Model>(common).tau_plus;
    }
    [[nodiscard]] bool needs_triplets() const override { return true; }
    [[nodiscard]] std::string objection(const Numbers& common, double weight) const override {
        return Model::objection(parameters_of<Model>(common), weight);
    }
};

}  // namespace engram
