// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "state/synapses.hpp"

namespace engram::bench {

/// What delivery should do, the plain way: synapse by synapse and, for stdp_synapse_hom with its
/// default parameters, pair of spikes by pair of spikes. One projection, one delay.
class PlainDelivery {
public:
    PlainDelivery(const SynapseTable& table, std::size_t targets, Step delay)
        : table_(table),
          delay_(delay),
          input_(targets, 0.0),
          posts_(targets),
          last_(table.row_begin.size()) {
        const SynapseColumns& columns = table.columns[0];
        for (std::size_t i = 0; i < columns.size; ++i) weights_.push_back(columns.weight_of(i));
    }

    /// The spikes of these rows, emitted at this step, arrive.
    void deliver(std::span<const Row> rows, Step emission) {
        for (const Row row : rows) {
            for (const Segment& s : table_.row(row))
                for (std::size_t i = s.begin; i < std::size_t{s.begin} + s.length; ++i) {
                    const std::size_t target =
                        (std::size_t{s.block} << 16) + table_.columns[0].targets[i];
                    if (table_.columns[0].traces != nullptr)
                        weights_[i] = change(weights_[i], posts_[target], last_[row], emission);
                    input_[target] += weights_[i];
                }
            Pre& last = last_[row];
            last = {emission, last.trace * decay(emission - last.step) + 1.0};
        }
    }
    void add_posts(std::span<const LocalIndex> neurons, Step t) {
        for (const LocalIndex neuron : neurons) posts_[neuron].push_back(t);
    }

    [[nodiscard]] const std::vector<double>& input() const { return input_; }
    [[nodiscard]] bool agrees(const SynapseColumns& columns, double tolerance) const {
        for (std::size_t i = 0; i < columns.size; ++i)
            if (std::abs(columns.weight_of(i) - weights_[i]) > tolerance * weights_[i])
                return false;
        return true;
    }

private:
    static constexpr double w_max = 100.0, lambda = 0.01, tau = 20.0, resolution = 0.1;
    struct Pre {
        Step step = 0;
        double trace = 0.0;
    };

    static double decay(Step age) { return std::exp(-static_cast<double>(age) * resolution / tau); }

    [[nodiscard]] double change(double w, const std::vector<Step>& posts, const Pre& last,
                                Step emission) const {
        double trace = 0.0;
        for (const Step post : posts) {
            const Step seen = post + delay_;
            if (seen > last.step && seen <= emission)
                w = std::min(w_max,
                             w + lambda * (w_max - w) * last.trace * decay(seen - last.step));
            if (seen < emission) trace += decay(emission - seen);
        }
        return std::max(0.0, w - lambda * w * trace);
    }

    const SynapseTable& table_;
    Step delay_;
    std::vector<double> input_, weights_;
    std::vector<std::vector<Step>> posts_;
    std::vector<Pre> last_;
};

}  // namespace engram::bench
