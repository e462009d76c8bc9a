// SPDX-License-Identifier: Apache-2.0
#include "command/description.hpp"

#include <utility>

#include "models/registry.hpp"
#include "sonata/read_network.hpp"

namespace engram::command {
namespace {

/// Lines of text that no user wrote.
void forget_lines(NetworkDescription& network) {
    const auto forget = [](auto& parts) {
        for (auto& part : parts) {
            part.line = 0;
            if constexpr (requires { part.parameters; })
                for (auto& [name, value] : part.parameters) value.line = 0;
        }
    };
    forget(network.populations);
    forget(network.synapse_models);
    forget(network.devices);
    forget(network.projections);
    forget(network.recorders);
    for (auto& projection : network.projections) {
        projection.rule.line = 0;
        for (auto* value : {&projection.synapse.weight, &projection.synapse.delay})
            if (*value) (*value)->line = 0;
    }
    for (auto& problem : network.problems) problem.line = 0;
    network.checkpoints_line = 0;
}

}  // namespace

NetworkDescription read_description(RunRequest& request, std::vector<std::string>& warnings) {
    if (!sonata::is_config(request.network)) return read_network(request.network, request.set);
    auto [network, not_read, output] = sonata::read_network(request.network, builtin_models());
    warnings = std::move(not_read);
    if (!request.output_given && !output.empty()) request.options.output = output;
    if (request.set.empty()) return std::move(network);
    auto changed = parse_network(network_toml(network), network.origin, request.set);
    forget_lines(changed);
    changed.problems.insert(changed.problems.begin(), network.problems.begin(),
                            network.problems.end());
    return changed;
}

}  // namespace engram::command
