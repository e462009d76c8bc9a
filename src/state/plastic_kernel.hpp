// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "state/synapses.hpp"

namespace engram {

/// Delivery of plastic synapses whose model pairs all spikes and shares its parameters (STDP,
/// "hom"). When the spike of emission e arrives after delay d, the weight has still to be changed
/// by the post-synaptic spikes s with previous < s + d <= e, and then by the trace of those with s
/// + d < e (the delay is dendritic).
///
/// How many such spikes there are differs from synapse to synapse, so that a loop over them would
/// mispredict its way through the row. Instead the row is worked off in passes without branches:
/// one that looks up the window of each synapse and lists those with a spike in it, one for each
/// first spike, one for each second, ... The passes are not inlined into each other: together they
/// need more registers than there are.
template <class Model, class Weight>
class PairPlasticityKernel final : public SynapseKernel {
    static constexpr std::size_t piece = 256;  // synapses; the work space stays in L1
    static constexpr std::size_t ahead =
        16;  // synapses whose windows are asked for before they are needed

public:
    PairPlasticityKernel(typename Model::Constants constants, double tau_plus, double resolution)
        : constants_(constants), decay_(tau_plus, resolution) {}

    void deliver(std::span<const CalendarEntry> entries, std::span<SynapseColumns> table) override {
        prepare_views(entries, table);
        Model::with_potentiation(constants_, [&](auto potentiate) {
            Model::with_depression(constants_, [&](auto depress) {
                Prefetcher<Weight> prefetch(entries, table);
                for (const CalendarEntry& e : entries) {
                    for (std::size_t at = 0; at < e.length; at += Prefetcher<Weight>::piece)
                        prefetch.advance();
                    arrive(e, table[e.columns], potentiate, depress);
                }
            });
        });
    }

    void settle(const CalendarEntry& e, SynapseColumns& columns, Step previous,
                double trace) override {
        const PostHistory& history = *columns.history;
        const Tick low = history.tick(previous - e.delay);
        const std::uint16_t* targets = columns.targets.data() + e.begin;
        Weight* weights = columns.template weight_data<Weight>() + e.begin;
        Model::with_potentiation(constants_, [&](auto potentiate) {
            for (std::size_t k = 0; k < e.length; ++k)
                weights[k] = static_cast<Weight>(
                    replay(history, (LocalIndex{e.block} << 16) + targets[k], low,
                           low + decay_.reach(), weights[k], trace, potentiate));
        });
    }

private:
    /// Looks up all targets at once where about as many synapses ask for them as there are.
    void prepare_views(std::span<const CalendarEntry> entries, std::span<SynapseColumns> table) {
        demands_.clear();
        for (const CalendarEntry& e : entries) {
            SynapseColumns& columns = table[e.columns];
            const auto same = [&](const Demand& d) {
                return d.history == columns.history && d.delay == e.delay;
            };
            const auto demand = std::find_if(demands_.begin(), demands_.end(), same);
            if (demand != demands_.end()) demand->synapses += e.length;
            else if (demands_.size() < PostHistory::most_views)
                demands_.push_back(
                    {columns.history, columns.traces->record(e.spike).emission, e.delay, e.length});
        }
        for (const Demand& d : demands_)
            if (2 * d.synapses >= d.history->neurons())
                d.history->prepare_view(d.history->tick(d.emission - d.delay));
    }

    template <class Potentiate, class Depress>
    void arrive(const CalendarEntry& e, SynapseColumns& columns, Potentiate potentiate,
                Depress depress) {
        const PreTraces::Record& spike = columns.traces->record(e.spike);
        const PostHistory& history = *columns.history;
        const Tick high = history.tick(spike.emission - e.delay);
        const Tick low =
            spike.settled ? high : std::min(high, history.tick(spike.previous - e.delay));
        const std::uint16_t* targets = columns.targets.data() + e.begin;
        Weight* weights = columns.template weight_data<Weight>() + e.begin;
        double* input = columns.inputs[e.receptor] + (std::size_t{e.block} << 16);
        const LocalIndex first = LocalIndex{e.block} << 16;
        const PostView* const view = history.view(high);
        for (std::size_t at = 0; at < e.length; at += piece) {
            const std::size_t n = std::min<std::size_t>(piece, e.length - at);
            if (view != nullptr) look_up(history, *view, first, targets + at, n, low);
            else look_up(history, first, targets + at, n, low, high);
            pair(history, first, targets + at, weights + at, low, high, spike.values[0],
                 potentiate);
            finish(targets + at, weights + at, n, input, depress);
        }
    }

    template <class Depress>
    [[gnu::noinline]] void finish(const std::uint16_t* targets, Weight* weights, std::size_t n,
                                  double* input, Depress depress) {
        for (std::size_t k = 0; k < n; ++k)
            weights[k] =
                static_cast<Weight>(depress(static_cast<double>(weights[k]), depression_[k]));
        for (std::size_t k = 0; k < n; ++k) input[targets[k]] += static_cast<double>(weights[k]);
    }

    /// For each synapse: the trace that depresses it, and, when there are spikes to pair with, how
    /// many and which is the oldest. Synapses whose spikes may reach back beyond the window are
    /// listed apart.
    [[gnu::noinline]] void look_up(const PostHistory& history, LocalIndex first,
                                   const std::uint16_t* targets, std::size_t n, Tick low,
                                   Tick high) {
        const PostWindow* const windows = history.windows() + first;
        const double* const decay = history.decay().data();
        const auto reach = static_cast<std::uint32_t>(history.decay().reach());
        std::size_t paired = 0, deep = 0;
        for (std::size_t k = 0; k < n; ++k) {
            __builtin_prefetch(&windows[targets[std::min(k + ahead, n - 1)]]);
            const PostWindow& window = windows[targets[k]];
            const WindowCount count = count_window(window, low, high);
            const unsigned newest = std::min(count.from_high, PostWindow::traced - 1);
            // Negative for synapses that are listed as deep: any entry of the table will do.
            const auto age =
                std::min(static_cast<std::uint32_t>(high - window.times[newest]), reach);
            depression_[k] = window.traces[newest] * decay[age];
            const bool beyond =
                count.after_low == PostWindow::spikes || count.from_high >= PostWindow::traced;
            remaining_[k] = static_cast<std::uint16_t>(count.after_low - count.after_high);
            oldest_[k] = static_cast<std::uint16_t>(count.after_low - 1);
            list_[paired] = static_cast<std::uint16_t>(k);
            paired += static_cast<std::size_t>(!beyond & (remaining_[k] != 0));
            deep_list_[deep] = static_cast<std::uint16_t>(k);
            deep += static_cast<std::size_t>(beyond);
        }
        paired_ = paired;
        deep_ = deep;
    }

    /// The same through a view: only synapses with a spike to pair with need the window of their
    /// target.
    [[gnu::noinline]] void look_up(const PostHistory& history, const PostView& view,
                                   LocalIndex first, const std::uint16_t* targets, std::size_t n,
                                   Tick low) {
        const double* const depression = view.depression.data() + first;
        const Tick* const newest = view.newest.data() + first;
        std::size_t listed = 0;
        for (std::size_t k = 0; k < n; ++k) {
            depression_[k] = depression[targets[k]];
            list_[listed] = static_cast<std::uint16_t>(k);
            listed += static_cast<std::size_t>(newest[targets[k]] > low);
        }
        const PostWindow* const windows = history.windows() + first;
        std::size_t paired = 0, deep = 0;
        for (std::size_t i = 0; i < listed; ++i) {
            __builtin_prefetch(&windows[targets[list_[std::min(i + ahead, listed - 1)]]]);
            const std::size_t k = list_[i];
            const WindowCount count = count_window(windows[targets[k]], low, view.high);
            const bool beyond = count.after_low == PostWindow::spikes;
            remaining_[k] = static_cast<std::uint16_t>(count.after_low - count.after_high);
            oldest_[k] = static_cast<std::uint16_t>(count.after_low - 1);
            list_[paired] = static_cast<std::uint16_t>(k);
            paired += static_cast<std::size_t>(!beyond);
            deep_list_[deep] = static_cast<std::uint16_t>(k);
            deep += static_cast<std::size_t>(beyond);
        }
        paired_ = paired;
        deep_ = deep;
    }

    template <class Potentiate>
    [[gnu::noinline]] void pair(const PostHistory& history, LocalIndex first,
                                const std::uint16_t* targets, Weight* weights, Tick low, Tick high,
                                double trace, Potentiate potentiate) {
        const PostWindow* const windows = history.windows() + first;
        const double* const decay = decay_.data();
        const Tick reach = decay_.reach();
        std::size_t paired = paired_;
        for (std::size_t wave = 0; paired > 0; ++wave) {
            std::size_t left = 0;
            for (std::size_t i = 0; i < paired; ++i) {
                const std::size_t k = list_[i];
                const Tick age =
                    std::min(windows[targets[k]].times[oldest_[k] - wave] - low, reach);
                gathered_[i] = static_cast<double>(weights[k]);
                traces_[i] = trace * decay[age];
            }
            for (std::size_t i = 0; i < paired; ++i)
                gathered_[i] = potentiate(gathered_[i], traces_[i]);
            for (std::size_t i = 0; i < paired; ++i) {
                const std::size_t k = list_[i];
                weights[k] = static_cast<Weight>(gathered_[i]);
                list_[left] = static_cast<std::uint16_t>(k);
                left += static_cast<std::size_t>(remaining_[k] > wave + 1);
            }
            paired = left;
        }
        for (std::size_t i = 0; i < deep_; ++i) {
            const std::size_t k = deep_list_[i];
            const LocalIndex neuron = first + targets[k];
            weights[k] = static_cast<Weight>(replay(
                history, neuron, low, std::min(high, low + reach), weights[k], trace, potentiate));
            if (windows[targets[k]].times[PostWindow::traced - 1] >= high)
                depression_[k] = history.trace_before(neuron, high);
        }
    }

    /// The pairings of one synapse, from the archive.
    template <class Potentiate>
    double replay(const PostHistory& history, LocalIndex neuron, Tick low, Tick high, Weight weight,
                  double trace, Potentiate potentiate) const {
        Weight w = weight;
        history.for_each(neuron, low, high, [&](Tick spike) {
            w = static_cast<Weight>(
                potentiate(static_cast<double>(w), trace * decay_[spike - low]));
        });
        return static_cast<double>(w);
    }

    /// How many synapses of one delay ask for a population in this step.
    struct Demand {
        PostHistory* history;
        Step emission;
        std::uint16_t delay;
        std::size_t synapses;
    };

    typename Model::Constants constants_;
    DecayTable decay_;
    std::vector<Demand> demands_;
    // Work space of one piece.
    std::array<double, piece> depression_;
    std::array<double, piece> gathered_, traces_;  ///< of the listed synapses: weight, trace
    std::array<std::uint16_t, piece> remaining_, oldest_;
    std::array<std::uint16_t, piece + 1> list_, deep_list_;
    std::size_t paired_ = 0, deep_ = 0;
};

/// The SynapseDriver of a model file in src/models/synapses that pairs all spikes.
template <class Model>
class PairPlasticity final : public SynapseDriver {
public:
    [[nodiscard]] std::unique_ptr<SynapseKernel> make_kernel(
        const Numbers& common, const Setting& setting) const override {
        const auto p = parameters_of<Model>(common);
        const auto make = [&]<class Weight>(Weight) -> std::unique_ptr<SynapseKernel> {
            return std::make_unique<PairPlasticityKernel<Model, Weight>>(
                Model::constants(p), p.tau_plus, setting.resolution);
        };
        return setting.weights == Weights::single_precision ? make(float{}) : make(double{});
    }
    [[nodiscard]] std::unique_ptr<const PreDynamics> make_pre_dynamics(
        const Numbers& common, double resolution) const override {
        const auto p = parameters_of<Model>(common);
        double initial = 0.0;
        if constexpr (requires { p.Kplus; }) initial = p.Kplus;
        return make_pre_traces({{"trace", p.tau_plus, initial}}, resolution);
    }
    [[nodiscard]] bool learns() const override { return true; }
    [[nodiscard]] double tau_plus(const Numbers& common) const override {
        return parameters_of<Model>(common).tau_plus;
    }
    [[nodiscard]] std::string objection(const Numbers& common, double weight) const override {
        return Model::objection(parameters_of<Model>(common), weight);
    }
};

}  // namespace engram
