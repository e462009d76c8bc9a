// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "network/network.hpp"
#include "network/place.hpp"

namespace engram {

/// What the steps of resolve() share: the description, what is made of it, and the problems so far.
/// Parts with problems are entered all the same (models that are not known as nullptr), so that
/// indices agree with those of the description and one problem does not hide others.
struct Resolving {
    const NetworkDescription& description;
    const Registry& registry;
    Network network;
    std::vector<Problem> problems;

    [[nodiscard]] Place place(const std::string& kind, const std::string& name, int line) {
        return {problems, kind + " '" + name + "'", line};
    }
};

void resolve_populations(Resolving& r);
void resolve_devices(Resolving& r);
void resolve_recorders(Resolving& r);
void resolve_synapse_models(Resolving& r);
void resolve_projections(Resolving& r);

/// The model, or nullptr and a problem that suggests another.
const ModelInfo* find_model(const Resolving& r, const Place& place, ModelKind kind,
                            const std::string& name);

/// Notes what a model says of the relations between its parameters.
void check_relations(const Place& place, const ModelInfo& model, const Numbers& values);

}  // namespace engram
