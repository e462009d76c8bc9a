// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/math.hpp"
#include "state/device_input.hpp"

namespace engram {
namespace {

class NoiseInput final : public DeviceInput {
public:
    NoiseInput(std::vector<DeviceConnection> connections, ActiveTime active, Step interval,
               std::function<NormalCurrent(Step)> current, RandomKey key, std::uint32_t projection)
        : connections_(std::move(connections)),
          values_(connections_.size()),
          active_(active),
          interval_(interval),
          current_(std::move(current)),
          key_(key),
          projection_(projection) {
        std::stable_sort(connections_.begin(), connections_.end(),
                         [](const auto& a, const auto& b) { return a.delay < b.delay; });
        for (std::size_t i = 0; i < connections_.size(); ++i)
            if (i == 0 || connections_[i].delay != connections_[i - 1].delay)
                groups_.push_back({i, i, -1});
            else ++groups_.back().last;
    }

    void add(Step arrival, const std::vector<double*>& inputs) override {
        double* const currents = inputs.back();
        for (Group& group : groups_) {
            const Step emission = arrival - connections_[group.first].delay;
            if (!active_.contains(emission)) continue;
            const Step first = active_.begin + 1;
            const Step number = (emission - first) / interval_;
            if (number != group.number) {
                draw(group, number, current_(first - 1 + number * interval_));
                group.number = number;
            }
            for (std::size_t i = group.first; i <= group.last; ++i)
                currents[connections_[i].target] += connections_[i].weight * values_[i];
        }
    }
    [[nodiscard]] std::size_t bytes() const override {
        return connections_.capacity() * sizeof(DeviceConnection) +
               values_.capacity() * sizeof(double) + groups_.capacity() * sizeof(Group);
    }

private:
    /// Connections of one delay, and the interval that their values are of.
    struct Group {
        std::size_t first, last;
        Step number;
    };

    /// A Philox counter gives the numbers of two neighbours: they are drawn once for both.
    void draw(const Group& group, Step number, NormalCurrent current) {
        const std::span values(values_.data() + group.first, group.last - group.first + 1);
        std::array<std::uint32_t, 4> counter{}, words{};
        bool drawn = false;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const DeviceConnection& c = connections_[group.first + i];
            const std::array<std::uint32_t, 4> wanted{
                static_cast<std::uint32_t>(c.node / 2), static_cast<std::uint32_t>(number),
                static_cast<std::uint32_t>(number >> 32) | c.k << 16, projection_};
            if (!drawn || wanted != counter) words = philox(counter = wanted, key_);
            drawn = true;
            const std::size_t half = 2 * (c.node % 2);
            const std::uint64_t word = words[half] | std::uint64_t{words[half + 1]} << 32;
            values[i] = (static_cast<double>(word >> 11) + 0.5) * 0x1p-53;
        }
        math::normal_quantiles(values);
        for (double& value : values) value = current.mean + current.std * value;
    }

    std::vector<DeviceConnection> connections_;
    std::vector<double> values_;
    std::vector<Group> groups_;
    ActiveTime active_;
    Step interval_;
    std::function<NormalCurrent(Step)> current_;
    RandomKey key_;
    std::uint32_t projection_;
};

}  // namespace

std::unique_ptr<DeviceInput> make_noise_input(std::vector<DeviceConnection> connections,
                                              ActiveTime active, Step interval,
                                              std::function<NormalCurrent(Step)> current,
                                              RandomKey key, std::uint32_t projection) {
    if (connections.empty()) return nullptr;
    return std::make_unique<NoiseInput>(std::move(connections), for_currents(active), interval,
                                        std::move(current), key, projection);
}

}  // namespace engram
