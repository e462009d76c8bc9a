// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "models/register_info.hpp"

namespace engram {

template <class Model>
void register_device(Registry& registry, const char* name) {
    ModelInfo info = describe<Model>(ModelKind::device, name);
    info.injects_current = requires { requires Model::injects_current; };
    registry.add(std::move(info));
}

}  // namespace engram
