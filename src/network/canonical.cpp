// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engram/description.hpp"

#include "network/defaults.hpp"
#include "network/value_text.hpp"

namespace engram {
namespace {

void write(std::string& text, const Parameters& parameters) {
    for (const auto& [name, value] : parameters)
        text += fmt::format("    {} = {}\n", name, to_text(value));
}

std::string rule_text(const Rule& rule) {
    std::string text = rule.name;
    for (const auto& [name, value] : rule.parameters)
        text += fmt::format(", {} = {}", name, to_text(value));
    if (rule.list)
        text += fmt::format(", source = {}, target = {}, weight = {}, delay = {}",
                            to_text(rule.list->source), to_text(rule.list->target),
                            to_text(rule.list->weight), to_text(rule.list->delay));
    return text;
}

void write(std::string& text, const NetworkDescription& network, const Projection& projection,
           const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += fmt::format("projection {} from {} to {}\n    rule = {}\n    synapse_model = {}\n",
                            names[i], projection.source, projection.target[i],
                            rule_text(projection.rule), projection.synapse.model);
        text += fmt::format("    weight = {}\n    delay = {}\n",
                            to_text(effective_weight(network, projection.synapse)),
                            to_text(effective_delay(network, projection.synapse)));
        if (projection.synapse.receptor_type)
            text += fmt::format("    receptor_type = {}\n", *projection.synapse.receptor_type);
    }
}

}  // namespace

std::string canonical_text(const NetworkDescription& network) {
    std::string text = fmt::format("resolution = {}\nseed = {}\nweight_precision = {}\n",
                                   network.resolution, network.seed, network.weight_precision);
    for (const auto& p : network.populations) {
        text += fmt::format("population {} of {} {}\n", p.name, p.size, p.model);
        write(text, p.parameters);
    }
    for (const auto& m : network.synapse_models) {
        text += fmt::format("synapse_model {} copy_of {}\n", m.name, m.copy_of);
        write(text, m.parameters);
    }
    for (const auto& d : network.devices) {
        text += fmt::format("device {} {}\n", d.name, d.model);
        write(text, d.parameters);
    }
    const auto names = projection_names(network.projections);
    for (std::size_t i = 0; i < names.size(); ++i)
        write(text, network, network.projections[i], names[i]);
    for (const auto& r : network.recorders) {
        text += fmt::format("recorder {} {} from {}\n", r.name, r.model, fmt::join(r.from, ", "));
        write(text, r.parameters);
    }
    return text;
}

}  // namespace engram
