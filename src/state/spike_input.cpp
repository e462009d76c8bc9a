// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "state/device_input.hpp"

namespace engram {
namespace {

class SpikeInput final : public DeviceInput {
public:
    SpikeInput(std::vector<DeviceConnection> connections, std::vector<DeviceSpike> spikes)
        : connections_(std::move(connections)), spikes_(std::move(spikes)) {
        // Connections of one delay side by side: the spikes are looked up once for each delay.
        std::stable_sort(connections_.begin(), connections_.end(),
                         [](const auto& a, const auto& b) { return a.delay < b.delay; });
    }

    void add(Step arrival, const std::vector<double*>& inputs) override {
        for (std::size_t i = 0; i < connections_.size();) {
            const Step delay = connections_[i].delay;
            const auto at_step = std::equal_range(
                spikes_.begin(), spikes_.end(), DeviceSpike{arrival - delay},
                [](const DeviceSpike& a, const DeviceSpike& b) { return a.step < b.step; });
            for (; i < connections_.size() && connections_[i].delay == delay; ++i)
                for (auto spike = at_step.first; spike != at_step.second; ++spike)
                    inputs[connections_[i].receptor][connections_[i].target] +=
                        connections_[i].weight * spike->factor;
        }
    }
    [[nodiscard]] std::size_t bytes() const override {
        return connections_.size() * sizeof(DeviceConnection) +
               spikes_.size() * sizeof(DeviceSpike);
    }

private:
    std::vector<DeviceConnection> connections_;
    std::vector<DeviceSpike> spikes_;
};

}  // namespace

std::unique_ptr<DeviceInput> make_spike_input(std::vector<DeviceConnection> connections,
                                              std::vector<DeviceSpike> spikes, ActiveTime active) {
    std::erase_if(spikes, [&](const DeviceSpike& spike) { return !active.contains(spike.step); });
    if (connections.empty() || spikes.empty()) return nullptr;
    return std::make_unique<SpikeInput>(std::move(connections), std::move(spikes));
}

}  // namespace engram
