// SPDX-License-Identifier: Apache-2.0
#include "core/duration.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "engram/error.hpp"

namespace engram {
namespace {

struct Unit {
    std::string_view name;
    double ms;
};
constexpr Unit units[] = {{"d", 86'400'000.0}, {"h", 3'600'000.0}, {"min", 60'000.0},
                          {"m", 60'000.0},     {"s", 1000.0},      {"ms", 1.0}};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error(fmt::format(
        "\"{}\" ({}). Write model time as 500ms, wall time as 90s, 10min, 1.5h, 23h50m or 1d12h",
        text, why));
}

/// Cuts what fulfils `belongs` from the beginning of `text`.
template <class Belongs>
std::string_view cut(std::string_view& text, Belongs belongs) {
    const auto end = std::find_if_not(text.begin(), text.end(), belongs);
    const std::string_view head = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(head.size());
    return head;
}

}  // namespace

Duration parse_duration(std::string_view text) {
    Duration duration;
    double last_unit = std::numeric_limits<double>::infinity();
    if (text.starts_with('-')) refuse(text, "must be positive");
    for (std::string_view rest = text; !rest.empty();) {
        const auto digits =
            cut(rest, [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
        const auto letters = cut(rest, [](unsigned char c) { return std::isalpha(c) != 0; });
        double number = 0.0;
        const char* end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, number, std::chars_format::fixed);
        if (parsed.ec != std::errc{} || parsed.ptr != end)
            refuse(text, "must be a number and its unit");
        if (letters.empty()) refuse(text, "has no unit");
        const auto* unit = std::find_if(std::begin(units), std::end(units),
                                        [&](const Unit& u) { return u.name == letters; });
        if (unit == std::end(units)) refuse(text, fmt::format("there is no unit '{}'", letters));
        const bool wall = unit->name != "ms";
        if (!wall && digits.data() != text.data())
            refuse(text, "ms is model time, and stands alone");
        if (unit->ms >= last_unit) refuse(text, "units must descend");
        last_unit = unit->ms;
        duration = {duration.ms + number * unit->ms, wall};
    }
    if (!(duration.ms > 0.0)) refuse(text, text.empty() ? "is empty" : "must be positive");
    if (!std::isfinite(duration.ms)) refuse(text, "must be finite");
    return duration;
}

std::string duration_text(double seconds) {
    const long s = std::lround(seconds);
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
    return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
}

}  // namespace engram
