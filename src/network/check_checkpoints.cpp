// SPDX-License-Identifier: Apache-2.0
#include "network/check_checkpoints.hpp"

#include <optional>

#include <fmt/format.h>

#include "engram/error.hpp"

#include "core/duration.hpp"
#include "core/time.hpp"
#include "network/check_value.hpp"

namespace engram {
namespace {

/// Nothing for "", and nothing and a problem for what is no duration.
std::optional<Duration> check_duration(const Place& place, const char* name,
                                       const std::string& text) {
    if (text.empty()) return std::nullopt;
    try {
        return parse_duration(text);
    } catch (const Error& error) {
        place.problem(fmt::format("{} = {}", name, error.what()));
        return std::nullopt;
    }
}

}  // namespace

void check_checkpoints(const Place& place, const CheckpointOptions& options, double resolution) {
    const auto every = check_duration(place, "every", options.every);
    if (every && !every->wall &&
        (!on_grid(every->ms, resolution) || to_steps(every->ms, resolution) < 1))
        place.problem(fmt::format(
            "every = \"{}\" (must be a multiple of the resolution, {} ms). Choose a multiple",
            options.every, resolution));
    const auto max_wall = check_duration(place, "max_wall", options.max_wall);
    if (max_wall && !max_wall->wall)
        place.problem(fmt::format(
            "max_wall = \"{}\" (ms is model time; must be wall time). Write for example 23h50m",
            options.max_wall));
    if (options.keep < 1)
        place.problem(fmt::format("keep = {} (must be at least 1). Say how many of the newest stay",
                                  options.keep));
    check_choice(place, "connectivity", options.connectivity, {"regenerate", "store"});
    check_choice(place, "on_failure", options.on_failure, {"warn", "stop"});
}

}  // namespace engram
