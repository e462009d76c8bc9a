// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "models/register_info.hpp"

namespace engram {

template <class Model>
void register_recorder(Registry& registry, const char* name) {
    ModelInfo info = describe<Model>(ModelKind::recorder, name);
    info.records = Model::records;
    if constexpr (requires { Model::variable; }) info.variable = Model::variable;
    registry.add(std::move(info));
}

}  // namespace engram
