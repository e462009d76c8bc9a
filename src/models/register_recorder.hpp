// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/register_info.hpp"

namespace engram {

template <class Model>
void register_recorder(Registry& registry, const char* name) {
    registry.add(describe<Model>(ModelKind::recorder, name));
}

}  // namespace engram
