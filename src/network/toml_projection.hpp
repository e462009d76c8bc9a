// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

#include "engram/description.hpp"

namespace engram {

/// One `[[projections]]` table, the `index`-th of the file `origin`, next to which it looks for
/// lists of connections.
Projection read_projection(const toml::table& table, std::size_t index, const std::string& origin,
                           std::vector<Problem>& problems);

}  // namespace engram
