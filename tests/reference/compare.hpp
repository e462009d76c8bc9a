// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engram/simulation.hpp"

#include "core/types.hpp"

namespace engram::reference {

/// How NEST integrates a neuron model: this decides how near Engram must come (README.md).
enum class Integration { exact, izhikevich, adaptive };
Integration integration_of(const std::string& model);

/// Step and neuron of each spike, in this order.
using Spikes = std::vector<std::pair<Step, std::uint64_t>>;
Spikes to_spikes(const std::vector<double>& times, const std::vector<std::uint64_t>& nodes,
                 double resolution);
/// The spikes up to this step.
Spikes up_to(Step end, Spikes spikes);

/// The error that a sample may have.
class Tolerance {
public:
    /// `spike_times`: ms, ascending; those of the recorded neuron.
    Tolerance(Integration integration, std::vector<double> spike_times);
    /// Nothing where nothing is demanded.
    [[nodiscard]] std::optional<double> at(double ms, double value) const;

private:
    Integration integration_;
    std::vector<double> spike_times_;
};

/// What a state variable of one neuron should be: values[k] at first + k * interval.
struct Samples {
    std::string variable;
    double first = 0.0, interval = 0.0;  ///< ms
    std::vector<double> values;
};

/// Collects how much was compared, how large the errors were and what was out of tolerance.
class Findings {
public:
    /// Compares all spikes; each may be off by `slack` steps.
    void spikes(const Spikes& expected, const Spikes& found, Step slack, double resolution);
    void samples(const Samples& expected, const Trace& found, std::uint64_t node,
                 const Tolerance& tolerance);
    /// `what`, such as "synapse 3", is for the message.
    void weight(const std::string& what, double expected, double found);
    void problem(const std::string& text) { problems_.push_back(text); }

    [[nodiscard]] bool ok() const { return problems_.empty(); }
    /// One line.
    [[nodiscard]] std::string text() const;

private:
    struct Compared {
        std::size_t count = 0, failures = 0;
        double error = 0.0;
    };
    /// Notes one comparison; true for the first that is out of tolerance.
    static bool note(Compared& compared, double error, double allowed);

    std::optional<std::size_t> spike_count_;
    Compared samples_, weights_;
    std::vector<std::string> problems_;
};

}  // namespace engram::reference
