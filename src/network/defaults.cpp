// SPDX-License-Identifier: Apache-2.0
#include "network/defaults.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace engram {
namespace {

Value effective(const NetworkDescription& description, const Synapse& synapse,
                const std::optional<Value>& own, const std::string& key) {
    if (own) return *own;
    for (const auto* copy : copy_chain(description, synapse.model).copies)
        if (const auto at = copy->parameters.find(key); at != copy->parameters.end())
            return at->second;
    return 1.0;
}

/// `name`, or `name_2`, `name_3`, ... when it is taken.
std::string unique(const std::string& name, std::set<std::string>& taken) {
    std::string result = name;
    for (int i = 2; !taken.insert(result).second; ++i) result = name + "_" + std::to_string(i);
    return result;
}

}  // namespace

CopyChain copy_chain(const NetworkDescription& description, std::string_view name) {
    const auto& models = description.synapse_models;
    CopyChain chain;
    chain.base = name;
    for (;;) {
        const auto at = std::find_if(models.begin(), models.end(),
                                     [&](const auto& m) { return m.name == chain.base; });
        if (at == models.end()) return chain;
        chain.circular =
            std::find(chain.copies.begin(), chain.copies.end(), &*at) != chain.copies.end();
        if (chain.circular) return chain;
        chain.copies.push_back(&*at);
        chain.base = at->copy_of;
    }
}

Value effective_weight(const NetworkDescription& description, const Synapse& synapse) {
    return effective(description, synapse, synapse.weight, "weight");
}

Value effective_delay(const NetworkDescription& description, const Synapse& synapse) {
    return effective(description, synapse, synapse.delay, "delay");
}

std::vector<std::vector<std::string>> projection_names(const std::vector<Projection>& projections) {
    std::set<std::string> taken;  // names that the user gave come first, wherever they stand
    for (const auto& p : projections)
        if (!p.name.empty() && p.target.size() == 1) taken.insert(p.name);
    std::vector<std::vector<std::string>> names;
    for (const auto& p : projections) {
        auto& here = names.emplace_back();
        for (const auto& target : p.target) {
            if (!p.name.empty() && p.target.size() == 1) here.push_back(p.name);
            else
                here.push_back(
                    unique((p.name.empty() ? p.source : p.name) + "_to_" + target, taken));
        }
    }
    return names;
}

}  // namespace engram
