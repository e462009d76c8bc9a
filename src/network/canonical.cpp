// SPDX-License-Identifier: Apache-2.0
#include "network/canonical.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "network/defaults.hpp"
#include "network/value_text.hpp"

namespace engram {
namespace {

void add(CanonicalPart& part, const Parameters& parameters) {
    for (const auto& [name, value] : parameters) part.settings.emplace_back(name, to_text(value));
}

std::string rule_text(const Rule& rule) {
    std::vector<std::string> parameters;
    for (const auto& [name, value] : rule.parameters)
        parameters.push_back(fmt::format("{} = {}", name, to_text(value)));
    if (rule.list)
        parameters.push_back(fmt::format("source = {}, target = {}, weight = {}, delay = {}",
                                         to_text(rule.list->source), to_text(rule.list->target),
                                         to_text(rule.list->weight), to_text(rule.list->delay)));
    if (parameters.empty()) return rule.name;
    return fmt::format("{}({})", rule.name, fmt::join(parameters, ", "));
}

void add(std::vector<CanonicalPart>& parts, const NetworkDescription& network,
         const Projection& projection, const std::vector<std::string>& names) {
    const Synapse& synapse = projection.synapse;
    for (std::size_t i = 0; i < names.size(); ++i) {
        parts.push_back({"projection",
                         names[i],
                         {{"source", projection.source},
                          {"target", projection.target[i]},
                          {"rule", rule_text(projection.rule)},
                          {"synapse_model", synapse.model},
                          {"weight", to_text(effective_weight(network, synapse))},
                          {"delay", to_text(effective_delay(network, synapse))}}});
        if (synapse.receptor_type)
            parts.back().settings.emplace_back("receptor_type",
                                               fmt::format("{}", *synapse.receptor_type));
    }
}

std::string text_of(const std::vector<CanonicalPart>& parts) {
    std::string text;
    for (const auto& part : parts) {
        text += part.title() + '\n';
        for (const auto& [name, value] : part.settings)
            text += fmt::format("    {} = {}\n", name, value);
    }
    return text;
}

}  // namespace

std::string CanonicalPart::title() const {
    return name.empty() ? kind : fmt::format("{} '{}'", kind, name);
}

std::vector<CanonicalPart> dynamics(const NetworkDescription& network) {
    std::vector<CanonicalPart> parts;
    parts.push_back({"simulation",
                     "",
                     {{"resolution", to_text(network.resolution)},
                      {"seed", fmt::format("{}", network.seed)},
                      {"weight_precision", network.weight_precision}}});
    for (const auto& p : network.populations) {
        parts.push_back(
            {"population", p.name, {{"model", p.model}, {"size", fmt::format("{}", p.size)}}});
        add(parts.back(), p.parameters);
    }
    for (const auto& m : network.synapse_models) {
        parts.push_back({"synapse model", m.name, {{"copy_of", m.copy_of}}});
        add(parts.back(), m.parameters);
    }
    for (const auto& d : network.devices) {
        parts.push_back({"device", d.name, {{"model", d.model}}});
        add(parts.back(), d.parameters);
    }
    const auto names = projection_names(network.projections);
    for (std::size_t i = 0; i < names.size(); ++i)
        add(parts, network, network.projections[i], names[i]);
    return parts;
}

std::vector<CanonicalPart> recorders(const NetworkDescription& network) {
    std::vector<CanonicalPart> parts;
    for (const auto& r : network.recorders) {
        parts.push_back(
            {"recorder",
             r.name,
             {{"model", r.model}, {"from", fmt::format("{}", fmt::join(r.from, ", "))}}});
        add(parts.back(), r.parameters);
    }
    return parts;
}

std::string dynamics_text(const NetworkDescription& network) { return text_of(dynamics(network)); }

std::string description_hash(const NetworkDescription& network) {
    const std::string text = dynamics_text(network);
    return checksum_text(text.data(), text.size());
}

std::string canonical_text(const NetworkDescription& network) {
    return dynamics_text(network) + text_of(recorders(network));
}

}  // namespace engram
