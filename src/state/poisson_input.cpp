// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "state/device_input.hpp"
#include "state/poisson_counts.hpp"

namespace engram {
namespace {

/// The table of the mean number of spikes in a step: made anew where the mean changes.
class Mean {
public:
    explicit Mean(std::function<double(Step)> mean) : mean_(std::move(mean)) {}

    /// nullptr where no spikes are expected.
    const PoissonTable* table(Step step) {
        const double mean = mean_(step);
        if (mean != value_) {
            value_ = mean;
            table_ = PoissonTable(mean);
        }
        return mean > 0.0 ? &table_ : nullptr;
    }
    [[nodiscard]] std::size_t bytes() const {
        return sizeof *this + table_.thresholds().capacity() * sizeof(std::uint32_t);
    }

private:
    std::function<double(Step)> mean_;
    double value_ = 0.0;
    PoissonTable table_;
};

/// Every neuron of the slice once, with one weight, delay and receptor.
class DensePoisson final : public DeviceInput {
public:
    DensePoisson(const std::vector<DeviceConnection>& connections, std::function<double(Step)> mean,
                 ActiveTime active, RandomKey key, std::uint32_t projection)
        : first_(connections.front()),
          size_(connections.size()),
          mean_(std::move(mean)),
          active_(active),
          key_(key),
          projection_(projection) {}

    void add(Step arrival, const std::vector<double*>& inputs) override {
        const Step emission = arrival - first_.delay;
        if (!active_.contains(emission)) return;
        const PoissonTable* table = mean_.table(emission);
        if (table == nullptr) return;
        double* input = inputs[first_.receptor];
        const double weight = first_.weight;
        std::array<std::int32_t, poisson_group> counts;
        const NodeIndex begin = first_.node, end = begin + size_;
        for (NodeIndex group = begin / poisson_group; group * poisson_group < end; ++group) {
            draw_poisson(*table, {group, emission, first_.k, projection_}, key_, counts);
            const NodeIndex low = std::max(begin, group * poisson_group);
            const NodeIndex high = std::min(end, (group + 1) * poisson_group);
            const std::int32_t* count = counts.data() + (low - group * poisson_group);
            double* in = input + (low - begin);
            for (std::size_t i = 0; i < high - low; ++i) in[i] += weight * count[i];
        }
    }
    [[nodiscard]] std::size_t bytes() const override { return sizeof *this + mean_.bytes(); }

private:
    DeviceConnection first_;
    std::size_t size_;
    Mean mean_;
    ActiveTime active_;
    RandomKey key_;
    std::uint32_t projection_;
};

/// Any connections: the numbers are the same, drawn group by group as the connections need them.
class ListedPoisson final : public DeviceInput {
public:
    ListedPoisson(std::vector<DeviceConnection> connections,
                  const std::function<double(Step)>& mean, ActiveTime active, RandomKey key,
                  std::uint32_t projection)
        : connections_(std::move(connections)),
          active_(active),
          key_(key),
          projection_(projection) {
        for (const DeviceConnection& c : connections_) {
            const auto same = [&](const OneDelay& one) { return one.delay == c.delay; };
            auto at = std::find_if(delays_.begin(), delays_.end(), same);
            if (at == delays_.end()) at = delays_.insert(at, {c.delay, Mean(mean), nullptr});
            delay_of_.push_back(static_cast<std::uint16_t>(at - delays_.begin()));
        }
    }

    void add(Step arrival, const std::vector<double*>& inputs) override {
        for (OneDelay& one : delays_) {
            const Step emission = arrival - one.delay;
            one.table = active_.contains(emission) ? one.mean.table(emission) : nullptr;
        }
        std::array<std::int32_t, poisson_group> counts;
        PoissonCounter drawn{~NodeIndex{0}, 0, 0, 0};
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            const DeviceConnection& c = connections_[i];
            const PoissonTable* table = delays_[delay_of_[i]].table;
            if (table == nullptr) continue;
            const PoissonCounter wanted{c.node / poisson_group, arrival - c.delay, c.k,
                                        projection_};
            if (wanted.group != drawn.group || wanted.step != drawn.step || wanted.k != drawn.k)
                draw_poisson(*table, drawn = wanted, key_, counts);
            inputs[c.receptor][c.target] += c.weight * counts[c.node % poisson_group];
        }
    }
    [[nodiscard]] std::size_t bytes() const override {
        std::size_t sum = connections_.size() * (sizeof(DeviceConnection) + sizeof(std::uint16_t));
        for (const OneDelay& one : delays_) sum += one.mean.bytes();
        return sum;
    }

private:
    /// Connections of one delay carry spikes of one step: their mean, and its table in this step.
    struct OneDelay {
        Step delay;
        Mean mean;
        const PoissonTable* table;
    };
    std::vector<DeviceConnection> connections_;
    std::vector<std::uint16_t> delay_of_;  ///< of each connection
    std::vector<OneDelay> delays_;
    ActiveTime active_;
    RandomKey key_;
    std::uint32_t projection_;
};

bool dense(const std::vector<DeviceConnection>& connections) {
    for (std::size_t i = 0; i < connections.size(); ++i) {
        const DeviceConnection& c = connections[i];
        const DeviceConnection& first = connections.front();
        if (c.target != i || c.k != 0 || c.weight != first.weight || c.delay != first.delay ||
            c.receptor != first.receptor)
            return false;
    }
    return true;
}

}  // namespace

std::unique_ptr<DeviceInput> make_poisson_input(std::vector<DeviceConnection> connections,
                                                std::function<double(Step)> mean, ActiveTime active,
                                                RandomKey key, std::uint32_t projection) {
    if (connections.empty()) return nullptr;
    if (dense(connections))
        return std::make_unique<DensePoisson>(connections, std::move(mean), active, key,
                                              projection);
    return std::make_unique<ListedPoisson>(std::move(connections), mean, active, key, projection);
}

}  // namespace engram
