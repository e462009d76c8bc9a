// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

#include "engram/description.hpp"

namespace engram {

/// Sets values of the parsed file, as `populations.E.size=4000`, `simulation.seed=7`,
/// `projections[0].weight=2` or, by the projection's name, `projections.NAME.weight=2`. Values are
/// TOML; a single word needs no quotes. A part that the file has not is a problem; a key may be
/// new.
void apply_overrides(toml::table& file, const std::vector<std::string>& overrides,
                     std::vector<Problem>& problems);

}  // namespace engram
