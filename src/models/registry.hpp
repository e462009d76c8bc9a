// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engram/model.hpp"

namespace engram {

class DeviceModel;    // state/device_input.hpp
class NeuronModel;    // state/neuron_block.hpp
class RuleSources;    // models/rule.hpp
struct RuleContext;   // models/rule.hpp
class SynapseDriver;  // state/synapses.hpp

using Numbers = std::map<std::string, double>;
using Arrays = std::map<std::string, std::vector<double>>;

enum class ModelKind { neuron, synapse, rule, device, recorder };

/// What `engram models` and the checks of a description know of a model: made from its field lists.
struct ModelInfo {
    std::string name;
    ModelKind kind = ModelKind::neuron;
    std::string doc;
    std::string source;  ///< paper and equations
    std::vector<FieldInfo> parameters;
    std::vector<FieldInfo> states;  ///< neurons: state variables; may be set initially and recorded
    std::vector<std::string> receptors;  ///< neurons: names of the inputs
    std::string input_unit;              ///< neurons: the unit of a weight
    bool takes_current = false;          ///< neurons: whether injected currents drive them
    bool spikes_from_files = false;      ///< neurons: whether files say when they spike
    bool injects_current = false;        ///< devices: whether they send a current (pA), not spikes
    bool plastic = false;                ///< synapses: whether weights change
    Records records = Records::spikes;   ///< recorders
    std::string variable;  ///< recorders of samples: the only one they record; "": any

    /// Relations between parameters, as V_reset < V_th; may be empty. Gets all parameters and state
    /// variables, defaults included, and adds problems that read `V_reset = -50 mV (must be below
    /// V_th = -55 mV). Lower V_reset or raise V_th`.
    std::function<void(const Numbers& values, std::vector<std::string>& problems)> check;
    /// Devices: the same, with arrays; problems begin with the name of a parameter. May be empty.
    std::function<void(const Numbers& numbers, const Arrays& arrays, double resolution,
                       std::vector<std::string>& problems)>
        check_device;
    /// Plastic synapses: why a synapse must not start with this weight, "" when it may; may be
    /// empty. Gets the parameters that all synapses share.
    std::function<std::string(const Numbers& common, double weight)> objection;
    /// Rules: whether the populations allow these parameters; may be empty.
    std::function<void(const Numbers& values, const RuleContext&,
                       std::vector<std::string>& problems)>
        check_rule;
    /// Rules that draw sources for each target: makes the drawing for two populations.
    std::function<std::unique_ptr<RuleSources>(const Numbers& values, const RuleContext&)>
        make_rule;

    [[nodiscard]] const FieldInfo* parameter(std::string_view name) const;
    [[nodiscard]] const FieldInfo* state(std::string_view name) const;
    /// Names of all parameters and state variables.
    [[nodiscard]] std::vector<std::string> names() const;
};

/// The models that this build holds; constant after start-up. One instance is made by
/// `builtin_models()` and passed on.
class Registry {
public:
    void add(ModelInfo info, std::shared_ptr<const NeuronModel> model);
    void add(ModelInfo info, std::shared_ptr<const SynapseDriver> driver);
    void add(ModelInfo info, std::shared_ptr<const DeviceModel> model);
    void add(ModelInfo info);

    /// nullptr when there is no such model of this kind.
    [[nodiscard]] const ModelInfo* find(ModelKind kind, std::string_view name) const;
    [[nodiscard]] const NeuronModel& neuron(std::string_view name) const;
    [[nodiscard]] const DeviceModel& device(std::string_view name) const;
    /// nullptr for static synapses.
    [[nodiscard]] const SynapseDriver* synapse(std::string_view name) const;
    /// The same where spikes change weights, else nullptr.
    [[nodiscard]] const SynapseDriver* plastic(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names(ModelKind kind) const;
    [[nodiscard]] const std::vector<ModelInfo>& all() const { return infos_; }

private:
    std::vector<ModelInfo> infos_;
    std::vector<std::pair<std::string, std::shared_ptr<const NeuronModel>>> neurons_;
    std::vector<std::pair<std::string, std::shared_ptr<const SynapseDriver>>> synapses_;
    std::vector<std::pair<std::string, std::shared_ptr<const DeviceModel>>> devices_;
};

/// All models under src/models and ENGRAM_MODEL_DIRS.
Registry builtin_models();

}  // namespace engram
