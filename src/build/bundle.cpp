// SPDX-License-Identifier: Apache-2.0
#include "build/bundle.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "build/connect.hpp"

namespace engram::build {

std::vector<Bundle> bundle_projections(const VirtualProcess& vp, const Network& network,
                                       const Registry& registry,
                                       const std::vector<StoredSynapses>& stored) {
    const auto& all = network.projections;
    std::map<std::pair<std::size_t, std::size_t>, int> between;  // source and target population
    for (const auto& p : all)
        if (!p.device) ++between[{p.source, p.target}];
    const bool fit = vp.input_rows.empty() || vp.input_rows.front().size() <= most_targets;
    std::vector<Bundle> bundles;
    using Shared = std::tuple<std::size_t, std::optional<double>, Step>;  // source, weight, since
    std::map<Shared, std::size_t> open;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& p = all[i];
        if (p.device) continue;
        const bool alone =
            !fit || registry.synapse(p.base_model) != nullptr || between[{p.source, p.target}] > 1;
        const auto weight = constant_weight(p, stored_of(stored, i));
        if (!alone) {
            const auto [at, fresh] = open.try_emplace({p.source, weight, p.since}, bundles.size());
            if (!fresh) {
                bundles[at->second].push_back(i);
                continue;
            }
        }
        bundles.push_back({i});
    }
    for (Bundle& bundle : bundles)
        std::sort(bundle.begin(), bundle.end(),
                  [&](std::size_t a, std::size_t b) { return all[a].target < all[b].target; });
    return bundles;
}

}  // namespace engram::build
