// SPDX-License-Identifier: Apache-2.0
#include "network/value_text.hpp"

#define XXH_INLINE_ALL
#include <limits>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

namespace engram {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T>
std::string array_text(const std::vector<T>& array) {
    constexpr std::size_t longest = 64;
    if (array.size() <= longest) return fmt::format("[{}]", fmt::join(array, ", "));
    const XXH128_hash_t hash = XXH3_128bits(array.data(), array.size() * sizeof(T));
    return fmt::format("[{} values, xxh128 {:016x}{:016x}]", array.size(), hash.high64, hash.low64);
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string redraw_text(const Random& random) {
    // min and max of a uniform distribution are its own bounds.
    const char* redraw = random.kind == Random::Kind::uniform ? "redraw_" : "";
    std::string text;
    if (random.min != -infinity) text += fmt::format(", {}min = {}", redraw, random.min);
    if (random.max != infinity) text += fmt::format(", {}max = {}", redraw, random.max);
    return text;
}

}  // namespace

std::string to_text(double number) { return fmt::format("{}", number); }
std::string to_text(const std::vector<double>& array) { return array_text(array); }
std::string to_text(const std::vector<std::uint64_t>& array) { return array_text(array); }

std::string to_text(const Random& random) {
    const std::string bounds = redraw_text(random);
    switch (random.kind) {
        case Random::Kind::normal:
            return fmt::format("normal(mean = {}, std = {}{})", random.a, random.b, bounds);
        case Random::Kind::uniform:
            return fmt::format("uniform(min = {}, max = {}{})", random.a, random.b, bounds);
        case Random::Kind::lognormal:
            return fmt::format("lognormal(mean = {}, std = {}{})", random.a, random.b, bounds);
        case Random::Kind::exponential:
            return fmt::format("exponential(beta = {}{})", random.a, bounds);
    }
    return {};
}

std::string to_text(const Value& value) {
    return std::visit(
        [](const auto& v) -> std::string {
            using Type = std::remove_cvref_t<decltype(v)>;
            if constexpr (std::is_same_v<Type, bool>) {
                return v ? "true" : "false";
            } else if constexpr (std::is_same_v<Type, std::string>) {
                return quoted(v);
            } else if constexpr (std::is_same_v<Type, std::vector<std::string>>) {
                std::vector<std::string> names;
                names.reserve(v.size());
                for (const auto& name : v) names.push_back(quoted(name));
                return fmt::format("[{}]", fmt::join(names, ", "));
            } else {
                return to_text(v);
            }
        },
        value.value);
}

}  // namespace engram
