// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "state/device_input.hpp"

namespace engram {
namespace {

class SpikeInput final : public DeviceInput {
public:
    SpikeInput(std::vector<DeviceConnection> connections, std::vector<Step> times,
               std::vector<double> factors)
        : connections_(std::move(connections)),
          times_(std::move(times)),
          factors_(std::move(factors)) {
        // Connections of one delay side by side: the spikes are looked up once for each delay.
        std::stable_sort(connections_.begin(), connections_.end(),
                         [](const auto& a, const auto& b) { return a.delay < b.delay; });
    }

    void add(Step arrival, const std::vector<double*>& inputs) override {
        for (std::size_t i = 0; i < connections_.size();) {
            const Step delay = connections_[i].delay;
            const auto [from, to] = std::equal_range(times_.begin(), times_.end(), arrival - delay);
            for (; i < connections_.size() && connections_[i].delay == delay; ++i)
                for (auto spike = from; spike != to; ++spike) {
                    const auto number = static_cast<std::size_t>(spike - times_.begin());
                    const double factor = factors_.empty() ? 1.0 : factors_[number];
                    inputs[connections_[i].receptor][connections_[i].target] +=
                        connections_[i].weight * factor;
                }
        }
    }
    [[nodiscard]] std::size_t bytes() const override {
        return connections_.size() * sizeof(DeviceConnection) + times_.size() * sizeof(Step) +
               factors_.size() * sizeof(double);
    }

private:
    std::vector<DeviceConnection> connections_;
    std::vector<Step> times_;
    std::vector<double> factors_;
};

}  // namespace

std::unique_ptr<DeviceInput> make_spike_input(std::vector<DeviceConnection> connections,
                                              std::vector<Step> times,
                                              std::vector<double> factors) {
    if (connections.empty() || times.empty()) return nullptr;
    return std::make_unique<SpikeInput>(std::move(connections), std::move(times),
                                        std::move(factors));
}

}  // namespace engram
