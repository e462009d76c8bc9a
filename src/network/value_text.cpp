// SPDX-License-Identifier: Apache-2.0
#include "network/value_text.hpp"

#define XXH_INLINE_ALL
#include <algorithm>
#include <cmath>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include "engram/model.hpp"

#include "network/distributions.hpp"

namespace engram {
namespace {

template <class T>
std::string array_text(const std::vector<T>& array) {
    constexpr std::size_t longest = 64;
    if (array.size() <= longest) return fmt::format("[{}]", fmt::join(array, ", "));
    return fmt::format("[{} values, xxh128 {}]", array.size(),
                       checksum_text(array.data(), array.size() * sizeof(T)));
}

std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

}  // namespace

std::string checksum_text(const void* data, std::size_t bytes) {
    const XXH128_hash_t hash = XXH3_128bits(data, bytes);
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string to_text(double number) {
    // As a whole number, which `-0` is, it would lose its sign.
    if (number == 0.0 && std::signbit(number)) return "-0.0";
    return fmt::format("{}", number);
}

std::string to_text(const std::vector<double>& array) { return array_text(array); }
std::string to_text(const std::vector<std::uint64_t>& array) { return array_text(array); }

RandomText random_text(const Random& random) {
    const auto* names = std::find_if(std::begin(distributions), std::end(distributions),
                                     [&](const auto& d) { return d.kind == random.kind; });
    std::string parameters = fmt::format("{} = {}", names->a, to_text(random.a));
    const auto add = [&](std::string_view name, double number) {
        parameters += fmt::format(", {} = {}", name, to_text(number));
    };
    if (!names->b.empty()) add(names->b, random.b);
    if (random.min != -infinity) add(names->min, random.min);
    if (random.max != infinity) add(names->max, random.max);
    return {std::string(names->name), parameters};
}

std::string to_text(const Random& random) {
    const auto [name, parameters] = random_text(random);
    return fmt::format("{}({})", name, parameters);
}

std::string to_text(const Value& value) {
    return std::visit(
        [](const auto& v) -> std::string {
            using Type = std::remove_cvref_t<decltype(v)>;
            if constexpr (std::is_same_v<Type, bool>) {
                return v ? "true" : "false";
            } else if constexpr (std::is_same_v<Type, std::string>) {
                return in_quotes(v);
            } else if constexpr (std::is_same_v<Type, std::vector<std::string>>) {
                std::vector<std::string> names;
                names.reserve(v.size());
                for (const auto& name : v) names.push_back(in_quotes(name));
                return fmt::format("[{}]", fmt::join(names, ", "));
            } else {
                return to_text(v);
            }
        },
        value.value);
}

}  // namespace engram
