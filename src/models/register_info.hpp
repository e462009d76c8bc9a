// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/registry.hpp"

namespace engram {

/// What every kind of model tells of itself through its struct and its field lists.
template <class Model>
ModelInfo describe(ModelKind kind, const char* name) {
    ModelInfo info;
    info.name = name;
    info.kind = kind;
    info.doc = Model::doc;
    info.source = Model::source;
    info.parameters = describe_fields(Model::parameter_fields);
    return info;
}

}  // namespace engram
