// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "case.hpp"

/// Synapse i goes from neuron i of `pre` to neuron i of `post`. `pre` are parrot_neurons, which
/// repeat what spike_generators send them. So are `post`, where weights are plastic and depend on
/// their spikes. Where the weight stays and a synapse transmits more or less of it (short-term
/// plasticity), `post` are neurons without memory: V_m is the input of the step.
namespace engram::reference {
namespace {

/// A pre-synaptic spike that arrives, and what it should transmit.
struct Arrival {
    std::size_t synapse = 0;
    double weight = 0.0;
};

class SynapseCase {
public:
    SynapseCase(const Setup& setup, const Json& given)
        : setup_(setup),
          given_(given),
          synapses_(given.at("synapses")),
          network_(describe(given)),
          h_(network_.resolution),
          plastic_(has_plastic_weights()) {
        find_shift();
        describe_neurons();
        for (std::size_t i = 0; i < synapses_.size(); ++i) describe_synapse(i);
        if (plastic_) describe_weight_recorder();
    }

    void check(Findings& findings) {
        Simulation simulation = build(setup_, network_);
        if (plastic_) check_weights(simulation, findings);
        else check_inputs(simulation, findings);
        check_final_weights(simulation, findings);
    }

private:
    [[nodiscard]] Step step(const Json& ms) const { return to_steps(number(ms), h_) + shift_; }
    [[nodiscard]] Step end() const { return step(given_.at("T_ms")); }
    [[nodiscard]] static std::string name(std::size_t i) { return "synapse_" + std::to_string(i); }
    [[nodiscard]] static double final_weight(const Json& synapse) {
        return number(synapse.at("final_synapse").at("weight"));
    }

    [[nodiscard]] bool has_plastic_weights() const {
        return std::any_of(synapses_.begin(), synapses_.end(), [](const Json& synapse) {
            const Json& sent = synapse.at("recorded_weights");
            return !sent.empty() && number(sent.back()) == final_weight(synapse);
        });
    }

    /// A parrot_neuron cannot spike before the second step: where it should, all spikes come later.
    void find_shift() {
        Step earliest = 2;
        for (const auto& synapse : synapses_)
            for (const char* side : {"pre_spikes_ms", "post_spikes_ms"})
                for (const auto& ms : synapse.at(side)) earliest = std::min(earliest, step(ms));
        shift_ = 2 - earliest;
    }

    void describe_neurons() {
        const auto* parrot = setup_.registry.find(ModelKind::neuron, "parrot_neuron");
        network_.population("pre", "parrot_neuron", synapses_.size());
        if (plastic_) {
            network_.population("post", "parrot_neuron", synapses_.size(),
                                parameters(parrot, given_.at("post_neuron_params")));
            return;
        }
        network_.population(
            "post", "iaf_psc_delta", synapses_.size(),
            {{"E_L", 0.0}, {"V_m", 0.0}, {"V_reset", 0.0}, {"V_th", 1e300}, {"tau_m", 1e-6 * h_}});
        network_.recorder("inputs", "multimeter", {"post"}, {{"interval", h_}});
    }

    /// Lets neuron i of `population`, parrots, spike at these times.
    void impose(const std::string& population, std::size_t i, const Json& times) {
        std::vector<double> sent;
        for (const auto& ms : times) sent.push_back(to_ms(step(ms) - 1, h_));
        add_spikes(network_, population + "_" + std::to_string(i), sent, population, i,
                   {.weight = 1.0, .delay = h_, .receptor_type = 0});
    }

    void describe_synapse(std::size_t i) {
        const Json& synapse = synapses_[i];
        impose("pre", i, synapse.at("pre_spikes_ms"));
        if (plastic_) impose("post", i, synapse.at("post_spikes_ms"));
        const auto model = given_.at("model").get<std::string>();
        Json given = given_.at("synapse_defaults");
        given.update(given_.at("common_set_explicitly"));
        given.update(synapse.at("initial_synapse"));
        const double weight = number(given.at("weight"));
        for (const char* other : {"weight", "delay", "receptor", "receptor_type"})
            given.erase(other);
        network_.copy_model(model, name(i),
                            parameters(setup_.registry.find(ModelKind::synapse, model), given));
        network_.connect("pre", {"post"},
                         explicit_list({.source = {i}, .target = {i}, .weight = {}, .delay = {}}),
                         {.model = name(i),
                          .weight = weight,
                          .delay = number(synapse.at("dendritic_delay_ms")),
                          .receptor_type = plastic_ ? 1 : 0},
                         name(i));
    }

    void describe_weight_recorder() {
        std::vector<std::string> projections;
        for (std::size_t i = 0; i < synapses_.size(); ++i) projections.push_back(name(i));
        network_.recorder("weights", "weight_recorder", projections);
    }

    [[nodiscard]] std::multimap<Step, Arrival> arrivals() const {
        std::multimap<Step, Arrival> result;
        for (std::size_t i = 0; i < synapses_.size(); ++i) {
            const Json& synapse = synapses_[i];
            const Step delay = to_steps(number(synapse.at("dendritic_delay_ms")), h_);
            for (std::size_t k = 0; k < synapse.at("pre_spikes_ms").size(); ++k)
                result.insert({step(synapse.at("pre_spikes_ms")[k]) + delay,
                               {i, number(synapse.at("recorded_weights")[k])}});
        }
        return result;
    }

    void run_to(Simulation& simulation, Step target) const {
        simulation.run(to_ms(target - to_steps(simulation.time(), h_), h_));
    }

    [[nodiscard]] std::string describe_arrival(Step step, const Arrival& arrival) const {
        return fmt::format("synapse {} on arrival at {:g} ms", arrival.synapse,
                           to_ms(step - shift_, h_));
    }

    /// A plastic synapse transmits the weight that it has once the spike has arrived.
    void check_weights(Simulation& simulation, Findings& findings) const {
        const auto arriving = arrivals();
        if (arriving.empty()) return;
        run_to(simulation, arriving.rbegin()->first);
        std::vector<std::vector<double>> sent;  // by each synapse, in order
        for (const Events& events : simulation.events("weights"))
            sent.push_back(parallel::concatenate(
                setup_.comm, std::span<const double>(events.values.at("weight"))));
        std::vector<std::size_t> arrived(sent.size(), 0);
        for (const auto& [step, arrival] : arriving)
            findings.weight(describe_arrival(step, arrival), arrival.weight,
                            sent.at(arrival.synapse).at(arrived[arrival.synapse]++));
    }

    void check_inputs(Simulation& simulation, Findings& findings) const {
        const auto arriving = arrivals();
        if (arriving.empty()) return;
        run_to(simulation, arriving.rbegin()->first);
        const Trace inputs = simulation.trace("inputs", "post", "V_m");
        for (const auto& [step, arrival] : arriving) {
            const auto sample = static_cast<std::size_t>(step - 1);
            findings.weight(describe_arrival(step, arrival), arrival.weight,
                            inputs.values.at(sample * inputs.nodes + arrival.synapse));
        }
    }

    void check_final_weights(Simulation& simulation, Findings& findings) const {
        run_to(simulation, std::max(end(), to_steps(simulation.time(), h_)));
        const Step min_delay = to_steps(number(given_.at("kernel").at("min_delay_ms")), h_);
        for (std::size_t i = 0; i < synapses_.size(); ++i) {
            const Json& synapse = synapses_[i];
            const Json& spikes = synapse.at("pre_spikes_ms");
            const Step delay = to_steps(number(synapse.at("dendritic_delay_ms")), h_);
            if (spikes.empty() || step(spikes.back()) > end() - delay - min_delay) continue;
            findings.weight("synapse " + std::to_string(i) + " in the end", final_weight(synapse),
                            simulation.connections(name(i)).weight.at(0));
        }
    }

    const Setup& setup_;
    const Json& given_;
    const Json& synapses_;
    NetworkDescription network_;
    double h_;
    bool plastic_;
    Step shift_ = 0;  ///< by which all spikes come later than they stand in the file
};

}  // namespace

void check_synapses(const Setup& setup, const Json& given, Findings& findings) {
    SynapseCase(setup, given).check(findings);
}

}  // namespace engram::reference
