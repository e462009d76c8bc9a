// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// One parameter of a block: constant, or one value for each neuron.
struct ParameterColumn {
    std::string name;
    std::vector<double> values;  ///< one for all, or one for each neuron
};

/// The neurons of one population on one virtual process, as columns. Used by the thread of that VP
/// alone; one virtual call moves the whole block by a step.
class NeuronBlock {
public:
    virtual ~NeuronBlock() = default;

    /// Moves all neurons by one step. `inputs[r]` is the input row of receptor r (a sum of weights
    /// for each neuron); one more may follow, of injected currents (a sum in pA for each neuron).
    /// Rows are read and set to zero. Writes the indices of those that spike, ascending, to
    /// `spiking` (room for all) and returns how many there are.
    virtual std::size_t update(std::span<double* const> inputs, LocalIndex* spiking) = 0;

    [[nodiscard]] virtual std::size_t size() const = 0;
    /// A state variable of all neurons; integer variables as whole numbers.
    [[nodiscard]] virtual std::vector<double> state(std::string_view name) const = 0;
    virtual void set_state(std::string_view name, std::span<const double> values) = 0;
    /// A state variable of all neurons, into `out`, without allocation.
    virtual void copy_state(std::string_view name, std::span<double> out) const = 0;
    [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// Makes blocks of one neuron model. Constant, shared by all.
class NeuronModel {
public:
    virtual ~NeuronModel() = default;
    /// `columns` holds the parameters that differ from the model's defaults.
    [[nodiscard]] virtual std::unique_ptr<NeuronBlock> make_block(
        std::size_t size, double resolution, const std::vector<ParameterColumn>& columns) const = 0;
    [[nodiscard]] virtual std::size_t receptors() const = 0;
    /// The receptor that a synapse of this weight acts on when the user names none.
    [[nodiscard]] virtual std::size_t receptor_of(double weight) const = 0;
};

}  // namespace engram
