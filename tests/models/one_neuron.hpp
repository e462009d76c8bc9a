// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/registry.hpp"
#include "state/neuron_block.hpp"

namespace engram::test {

/// Parameters and initial states by name.
using Values = std::vector<std::pair<std::string, double>>;

/// A neuron of a built-in model, moved by hand.
class OneNeuron {
public:
    OneNeuron(const std::string& model, const Values& values, double resolution) {
        const Registry registry = builtin_models();
        const ModelInfo& info = *registry.find(ModelKind::neuron, model);
        std::vector<ParameterColumn> columns;
        for (const auto& [name, value] : values)
            if (info.parameter(name)) columns.push_back({name, {value}});
        receptors_ = registry.neuron(model).receptors();
        block_ = registry.neuron(model).make_block(1, resolution, columns);
        for (const auto& [name, value] : values)
            if (info.state(name)) block_->set_state(name, std::span(&value, 1));
    }
    /// A step at whose end weights arrive, at its two receptors or at the one that it has; whether
    /// it spikes.
    bool step(double excitation = 0.0, double inhibition = 0.0) {
        const std::array<double*, 2> rows{&excitation, &inhibition};
        LocalIndex spiking = 0;
        return block_->update(std::span(rows).first(receptors_), &spiking) == 1;
    }
    [[nodiscard]] double operator[](std::string_view name) const { return block_->state(name)[0]; }

private:
    std::size_t receptors_ = 0;
    std::unique_ptr<NeuronBlock> block_;
};

/// The slope of a vector.
using Slope = std::function<std::vector<double>(const std::vector<double>&)>;

/// One step of the classical method of Runge and Kutta.
inline void classical_step(std::vector<double>& y, double h, const Slope& slope) {
    const auto plus = [&y](double by, const std::vector<double>& k) {
        std::vector<double> sum = y;
        for (std::size_t i = 0; i < y.size(); ++i) sum[i] += by * k[i];
        return sum;
    };
    const auto a = slope(y), b = slope(plus(0.5 * h, a)), c = slope(plus(0.5 * h, b)),
               d = slope(plus(h, c));
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] += h / 6.0 * (a[i] + 2.0 * (b[i] + c[i]) + d[i]);
}

}  // namespace engram::test
