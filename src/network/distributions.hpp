// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "engram/description.hpp"

namespace engram {

/// What network files call a distribution, its parameters ("" for one that it has not), and the
/// bounds outside of which values are drawn again.
struct Distribution {
    std::string_view name;
    Random::Kind kind;
    std::string_view a, b, min, max;
};
constexpr Distribution distributions[] = {
    {"normal", Random::Kind::normal, "mean", "std", "min", "max"},
    {"uniform", Random::Kind::uniform, "min", "max", "redraw_min", "redraw_max"},
    {"lognormal", Random::Kind::lognormal, "mean", "std", "min", "max"},
    {"exponential", Random::Kind::exponential, "beta", "", "min", "max"},
};

}  // namespace engram
