// SPDX-License-Identifier: Apache-2.0
#include "network/check_value.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "network/value_text.hpp"

namespace engram {
namespace {

std::string with_unit(const std::string& number, const FieldInfo& field) {
    return field.unit.empty() ? number : number + " " + field.unit;
}

constexpr double largest_whole = 9007199254740992.0;  // beyond, doubles skip whole numbers

/// Why `field` may not take this number; "" when it may. Infinity is allowed where it is the
/// default: it means no limit there.
std::string fault(const FieldInfo& field, double number) {
    if (std::isnan(number)) return "must be a number";
    if (std::isinf(number) && number != field.default_value) return "must be finite";
    if (field.type == FieldType::integer && number != std::round(number))
        return "must be a whole number";
    if (field.type == FieldType::integer && std::abs(number) > largest_whole)
        return "must be at most 2^53";
    if (field.type == FieldType::boolean && number != 0.0 && number != 1.0) return "must be 0 or 1";
    return field.bounds.contain(number) ? "" : field.bounds.text;
}

/// What a field takes, when it was given something of another kind.
std::string wanted(const FieldInfo& field) {
    switch (field.type) {
        case FieldType::boolean:
            return "must be true or false";
        case FieldType::integer:
            return "must be a whole number";
        case FieldType::real_array:
            return "must be an array of numbers";
        case FieldType::real:
            break;
    }
    return "must be a number";
}

bool wrong_kind(const Place& place, const FieldInfo& field, const Value& value) {
    place.problem(fmt::format("{} = {} ({})", field.name, to_text(value), wanted(field)),
                  value.line);
    return false;
}

bool check_elements(const Place& place, const FieldInfo& field, const std::vector<double>& array,
                    int line) {
    std::size_t first = array.size(), bad = 0;
    for (std::size_t i = 0; i < array.size(); ++i)
        if (!fault(field, array[i]).empty() && bad++ == 0) first = i;
    if (bad == 0) return true;
    place.problem(fmt::format("{}[{}] = {} ({}{})", field.name, first,
                              with_unit(to_text(array[first]), field), fault(field, array[first]),
                              bad > 1 ? fmt::format("; {} more are wrong", bad - 1) : ""),
                  line);
    return false;
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

/// The chance that a draw lies within [low, high].
double chance(const Random& random, double low, double high) {
    switch (random.kind) {
        case Random::Kind::normal:
            if (random.b == 0.0) return low <= random.a && random.a <= high ? 1.0 : 0.0;
            // By symmetry computed in the lower tail, where small chances are not lost to rounding.
            if (low > random.a) return chance(normal(-random.a, random.b), -high, -low);
            return normal_cdf((high - random.a) / random.b) -
                   normal_cdf((low - random.a) / random.b);
        case Random::Kind::lognormal:
            return high <= 0.0 ? 0.0
                               : chance(normal(random.a, random.b),
                                        low > 0.0 ? std::log(low) : -infinity, std::log(high));
        case Random::Kind::uniform:
            if (random.a == random.b) return low <= random.a && random.a <= high ? 1.0 : 0.0;
            return (std::fmin(high, random.b) - std::fmax(low, random.a)) / (random.b - random.a);
        case Random::Kind::exponential:
            return std::exp(-std::fmax(low, 0.0) / random.a) -
                   std::exp(-std::fmax(high, 0.0) / random.a);
    }
    return 0.0;
}

/// What is wrong with a distribution by itself; "" for nothing.
std::string distribution_fault(const Random& random) {
    constexpr double least_chance = 1e-3;  // as NEST, which gives up after 1000 draws
    const bool spread =
        random.kind == Random::Kind::normal || random.kind == Random::Kind::lognormal;
    if (!std::isfinite(random.a) || !std::isfinite(random.b))
        return "its parameters must be finite";
    if (spread && random.b < 0.0) return "std must not be negative";
    if (random.kind == Random::Kind::uniform && random.a > random.b)
        return "min must not exceed max";
    if (random.kind == Random::Kind::exponential && random.a <= 0.0) return "beta must be positive";
    if (std::isnan(random.min) || std::isnan(random.max)) return "min and max must be numbers";
    if (random.min >= random.max) return "min must be below max";
    if (chance(random, random.min, random.max) < least_chance)
        return "less than one draw of 1000 lies between min and max";
    return "";
}

bool check_random(const Place& place, const FieldInfo& field, const Random& random, int line) {
    const auto problem = [&](const std::string& why) {
        place.problem(fmt::format("{} = {} ({})", field.name, to_text(random), why), line);
        return false;
    };
    if (field.type != FieldType::real) return problem(wanted(field) + ", not random");
    if (const std::string why = distribution_fault(random); !why.empty()) return problem(why);
    const Support values = support(random);
    const bool low = field.bounds.contain(values.low), high = field.bounds.contain(values.high);
    if (low && high) return true;
    return problem(fmt::format(
        "{}, but can be {}). Narrow it, or set min and max, outside of which values are "
        "drawn again (as {{ normal = {{ mean = 1.0, std = 0.2, min = 0.1 }} }}",
        field.bounds.text,
        with_unit(fmt::format("{:.4g}", low ? values.high : values.low), field)));
}

}  // namespace

Support support(const Random& random) {
    // Normal numbers made of 64 random bits stay within 10 standard deviations, exponential ones
    // below 45 beta.
    constexpr double deviations = 10.0, scales = 45.0;
    Support natural{random.a, random.b};
    if (random.kind == Random::Kind::normal || random.kind == Random::Kind::lognormal)
        natural = {random.a - deviations * random.b, random.a + deviations * random.b};
    if (random.kind == Random::Kind::lognormal)
        natural = {std::exp(natural.low), std::exp(natural.high)};
    if (random.kind == Random::Kind::exponential) natural = {0.0, scales * random.a};
    return {std::fmax(natural.low, random.min), std::fmin(natural.high, random.max)};
}

std::optional<double> check_constant(const Place& place, const FieldInfo& field,
                                     const Value& value) {
    const auto* number = std::get_if<double>(&value.value);
    const auto* truth = std::get_if<bool>(&value.value);
    if (truth && field.type == FieldType::boolean) return *truth ? 1.0 : 0.0;
    if (!number || field.type == FieldType::boolean || field.type == FieldType::real_array) {
        const bool spread = std::holds_alternative<Random>(value.value) ||
                            std::holds_alternative<std::vector<double>>(value.value);
        if (spread && field.type != FieldType::real_array)
            place.problem(
                fmt::format("{} must be one constant (it cannot be an array or random here)",
                            field.name),
                value.line);
        else wrong_kind(place, field, value);
        return std::nullopt;
    }
    const std::string why = fault(field, *number);
    if (why.empty()) return *number;
    place.problem(fmt::format("{} = {} ({})", field.name, with_unit(to_text(*number), field), why),
                  value.line);
    return std::nullopt;
}

std::optional<std::vector<double>> check_array(const Place& place, const FieldInfo& field,
                                               const Value& value) {
    const auto* array = std::get_if<std::vector<double>>(&value.value);
    if (!array) {
        wrong_kind(place, field, value);
        return std::nullopt;
    }
    if (!check_elements(place, field, *array, value.line)) return std::nullopt;
    return *array;
}

bool check_value(const Place& place, const FieldInfo& field, const Value& value,
                 const std::optional<ArrayLength>& length) {
    if (const auto* random = std::get_if<Random>(&value.value))
        return check_random(place, field, *random, value.line);
    const auto* array = std::get_if<std::vector<double>>(&value.value);
    if (!array) return check_constant(place, field, value).has_value();
    if (length && array->size() != length->count) {
        place.problem(fmt::format("{} has {} values ({} {} {}). Give one for each", field.name,
                                  array->size(), length->owner, length->count, length->what),
                      value.line);
        return false;
    }
    return check_elements(place, field, *array, value.line);
}

Numbers check_constants(const Place& place, const std::vector<FieldInfo>& fields,
                        const Parameters& parameters, const std::string& model) {
    Numbers numbers;
    std::vector<std::string> known;
    for (const auto& field : fields) {
        known.push_back(field.name);
        if (field.type != FieldType::real_array) numbers[field.name] = field.default_value;
    }
    for (const auto& [name, value] : parameters) {
        const auto at = std::find(known.begin(), known.end(), name);
        if (at == known.end()) {
            unknown_parameter(place, name, value, model, known);
            continue;
        }
        const FieldInfo& field = fields[static_cast<std::size_t>(at - known.begin())];
        if (field.type == FieldType::real_array) continue;  // read by check_array
        if (const auto number = check_constant(place, field, value)) numbers[name] = *number;
    }
    return numbers;
}

void check_choice(const Place& place, const std::string& name, const std::string& word,
                  const std::vector<std::string>& choices) {
    if (std::find(choices.begin(), choices.end(), word) != choices.end()) return;
    place.problem(fmt::format("{} = \"{}\" (must be \"{}\"). {}", name, word,
                              fmt::join(choices, "\" or \""), suggestion(word, choices)));
}

void unknown_parameter(const Place& place, const std::string& name, const Value& value,
                       const std::string& model, const std::vector<std::string>& known) {
    place.problem(
        fmt::format("unknown parameter '{}' of {}. {}", name, model, suggestion(name, known)),
        value.line);
}

}  // namespace engram
