// SPDX-License-Identifier: Apache-2.0
#include "models/registry.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace engram {

void require_reset_below_threshold(double V_reset, double V_th,
                                   std::vector<std::string>& problems) {
    if (V_reset >= V_th)
        problems.push_back(
            fmt::format("V_reset = {} mV (must be below V_th = {} mV). Lower V_reset or raise V_th",
                        V_reset, V_th));
}

namespace {

const FieldInfo* find_field(const std::vector<FieldInfo>& fields, std::string_view name) {
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [&](const FieldInfo& f) { return f.name == name; });
    return at == fields.end() ? nullptr : &*at;
}

template <class Model>
const Model* find_model(
    const std::vector<std::pair<std::string, std::shared_ptr<const Model>>>& models,
    std::string_view name) {
    const auto at =
        std::find_if(models.begin(), models.end(), [&](const auto& m) { return m.first == name; });
    return at == models.end() ? nullptr : at->second.get();
}

}  // namespace

const FieldInfo* ModelInfo::parameter(std::string_view wanted) const {
    return find_field(parameters, wanted);
}
const FieldInfo* ModelInfo::state(std::string_view wanted) const {
    return find_field(states, wanted);
}

std::vector<std::string> ModelInfo::names() const {
    std::vector<std::string> result;
    for (const auto& f : parameters) result.push_back(f.name);
    for (const auto& f : states) result.push_back(f.name);
    return result;
}

void Registry::add(ModelInfo info) { infos_.push_back(std::move(info)); }

void Registry::add(ModelInfo info, std::shared_ptr<const NeuronModel> model) {
    neurons_.emplace_back(info.name, std::move(model));
    add(std::move(info));
}

void Registry::add(ModelInfo info, std::shared_ptr<const SynapseDriver> driver) {
    synapses_.emplace_back(info.name, std::move(driver));
    add(std::move(info));
}

void Registry::add(ModelInfo info, std::shared_ptr<const DeviceModel> model) {
    devices_.emplace_back(info.name, std::move(model));
    add(std::move(info));
}

const ModelInfo* Registry::find(ModelKind kind, std::string_view name) const {
    const auto at = std::find_if(infos_.begin(), infos_.end(), [&](const ModelInfo& m) {
        return m.kind == kind && m.name == name;
    });
    return at == infos_.end() ? nullptr : &*at;
}

const NeuronModel& Registry::neuron(std::string_view name) const {
    return *find_model(neurons_, name);
}
const DeviceModel& Registry::device(std::string_view name) const {
    return *find_model(devices_, name);
}
const SynapseDriver* Registry::synapse(std::string_view name) const {
    return find_model(synapses_, name);
}
const SynapseDriver* Registry::plastic(std::string_view name) const {
    const ModelInfo* info = find(ModelKind::synapse, name);
    return info != nullptr && info->plastic ? synapse(name) : nullptr;
}

std::vector<std::string> Registry::names(ModelKind kind) const {
    std::vector<std::string> result;
    for (const auto& info : infos_)
        if (info.kind == kind) result.push_back(info.name);
    return result;
}

}  // namespace engram
