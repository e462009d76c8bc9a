// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engram {

/// The member of `known` that `word` most likely meant (least edit distance), or "" when none is
/// near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// `Did you mean 'x'?` or, when nothing is near, `Known are a, b, c`.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace engram
