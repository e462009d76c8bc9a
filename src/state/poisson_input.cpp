// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "state/device_input.hpp"
#include "state/poisson_counts.hpp"

namespace engram {
namespace {

/// Every neuron of the slice once, with one weight, delay and receptor.
class DensePoisson final : public DeviceInput {
public:
    DensePoisson(const std::vector<DeviceConnection>& connections, PoissonTable table,
                 ActiveTime active, RandomKey key, std::uint32_t projection)
        : first_(connections.front()),
          size_(connections.size()),
          table_(std::move(table)),
          active_(active),
          key_(key),
          projection_(projection) {}

    void add(Step arrival, const std::vector<double*>& inputs) override {
        const Step emission = arrival - first_.delay;
        if (!active_.contains(emission)) return;
        double* input = inputs[first_.receptor];
        const double weight = first_.weight;
        std::array<std::int32_t, poisson_group> counts;
        const NodeIndex begin = first_.node, end = begin + size_;
        for (NodeIndex group = begin / poisson_group; group * poisson_group < end; ++group) {
            draw_poisson(table_, {group, emission, first_.k, projection_}, key_, counts);
            const NodeIndex low = std::max(begin, group * poisson_group);
            const NodeIndex high = std::min(end, (group + 1) * poisson_group);
            const std::int32_t* count = counts.data() + (low - group * poisson_group);
            double* in = input + (low - begin);
            for (std::size_t i = 0; i < high - low; ++i) in[i] += weight * count[i];
        }
    }
    [[nodiscard]] std::size_t bytes() const override { return sizeof *this; }

private:
    DeviceConnection first_;
    std::size_t size_;
    PoissonTable table_;
    ActiveTime active_;
    RandomKey key_;
    std::uint32_t projection_;
};

/// Any connections: the numbers are the same, drawn group by group as the connections need them.
class ListedPoisson final : public DeviceInput {
public:
    ListedPoisson(std::vector<DeviceConnection> connections, PoissonTable table, ActiveTime active,
                  RandomKey key, std::uint32_t projection)
        : connections_(std::move(connections)),
          table_(std::move(table)),
          active_(active),
          key_(key),
          projection_(projection) {}

    void add(Step arrival, const std::vector<double*>& inputs) override {
        std::array<std::int32_t, poisson_group> counts;
        PoissonCounter drawn{~NodeIndex{0}, 0, 0, 0};
        for (const DeviceConnection& c : connections_) {
            const PoissonCounter wanted{c.node / poisson_group, arrival - c.delay, c.k,
                                        projection_};
            if (!active_.contains(wanted.step)) continue;
            if (wanted.group != drawn.group || wanted.step != drawn.step || wanted.k != drawn.k)
                draw_poisson(table_, drawn = wanted, key_, counts);
            inputs[c.receptor][c.target] += c.weight * counts[c.node % poisson_group];
        }
    }
    [[nodiscard]] std::size_t bytes() const override {
        return connections_.size() * sizeof(DeviceConnection);
    }

private:
    std::vector<DeviceConnection> connections_;
    PoissonTable table_;
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
                                                double mean_per_step, ActiveTime active,
                                                RandomKey key, std::uint32_t projection) {
    if (connections.empty() || mean_per_step <= 0.0) return nullptr;
    PoissonTable table(mean_per_step);
    if (dense(connections))
        return std::make_unique<DensePoisson>(connections, std::move(table), active, key,
                                              projection);
    return std::make_unique<ListedPoisson>(std::move(connections), std::move(table), active, key,
                                           projection);
}

}  // namespace engram
