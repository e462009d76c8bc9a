// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>

#include "state/device_input.hpp"

namespace engram {
namespace {

/// The connections as runs of neighbours that share weight and delay: mostly one for the whole
/// slice.
class CurrentInput final : public DeviceInput {
public:
    CurrentInput(std::vector<DeviceConnection> connections, ActiveTime active,
                 std::function<double(Step)> current)
        : active_(active), current_(std::move(current)) {
        // One delay after another: the current is asked for once for each.
        std::stable_sort(connections.begin(), connections.end(),
                         [](const auto& a, const auto& b) { return a.delay < b.delay; });
        for (const DeviceConnection& c : connections) {
            if (!runs_.empty() && continues(runs_.back(), c)) ++runs_.back().length;
            else runs_.push_back({c.delay, c.weight, c.target, 1});
        }
    }

    void add(Step arrival, const std::vector<double*>& inputs) override {
        double* const currents = inputs.back();
        for (std::size_t begin = 0, end = 0; begin < runs_.size(); begin = end) {
            const Step emission = arrival - runs_[begin].delay;
            while (end < runs_.size() && runs_[end].delay == runs_[begin].delay) ++end;
            if (!active_.contains(emission)) continue;
            const double current = current_(emission - 1);
            for (const Run& run : std::span(runs_).subspan(begin, end - begin))
                for (LocalIndex i = 0; i < run.length; ++i)
                    currents[run.target + i] += run.weight * current;
        }
    }
    [[nodiscard]] std::size_t bytes() const override { return runs_.capacity() * sizeof(Run); }

private:
    struct Run {
        Step delay;
        double weight;
        LocalIndex target, length;
    };
    static bool continues(const Run& run, const DeviceConnection& c) {
        return c.delay == run.delay && c.weight == run.weight &&
               c.target == run.target + run.length;
    }

    ActiveTime active_;
    std::function<double(Step)> current_;
    std::vector<Run> runs_;
};

}  // namespace

std::unique_ptr<DeviceInput> make_current_input(std::vector<DeviceConnection> connections,
                                                ActiveTime active,
                                                std::function<double(Step)> current) {
    if (connections.empty()) return nullptr;
    return std::make_unique<CurrentInput>(std::move(connections), for_currents(active),
                                          std::move(current));
}

}  // namespace engram
