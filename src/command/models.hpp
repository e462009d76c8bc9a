// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "models/registry.hpp"

namespace engram::command {

/// `engram models`: one line for each model, by kind.
std::string list_models(const Registry& registry);

/// `engram models NAME`: parameters and state variables with unit, default, range and meaning.
/// Throws Error with a suggestion when there is no such model.
std::string describe_model(const Registry& registry, const std::string& name);

/// `engram models --page`: all models as they stand in docs/models.md (Markdown).
std::string models_page(const Registry& registry);

}  // namespace engram::command
