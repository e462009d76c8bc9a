// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// What a model file includes: fields, named once, from which reading and checking of user input,
/// columns, recording, storing and the reference page are made (docs/add-a-model.md).
namespace engram {

/// The values a parameter may take; in words in messages.
struct Bounds {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool open_low = false;
    const char* text = "must be a number";

    [[nodiscard]] constexpr bool contain(double value) const {
        return value <= high && (open_low ? value > low : value >= low);
    }
};
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr Bounds any_value{};
inline constexpr Bounds positive{0.0, infinity, true, "must be positive"};
inline constexpr Bounds not_negative{0.0, infinity, false, "must not be negative"};

enum class FieldType { real, integer, boolean, real_array };

/// What a recorder records.
enum class Records { spikes, samples, weights };

/// A field as the rest of Engram sees it, whatever the model.
struct FieldInfo {
    std::string name;
    std::string unit;
    std::string doc;
    FieldType type = FieldType::real;
    Bounds bounds;
    double default_value = 0.0;
};

/// One parameter or state variable of the struct `Owner`.
template <class Owner, class T>
struct Field {
    std::string_view name;
    T Owner::*member;
    std::string_view unit;
    Bounds bounds;
    std::string_view doc;
    using type = T;
};

template <class Owner, class T>
constexpr Field<Owner, T> field(std::string_view name, T Owner::*member, std::string_view unit,
                                Bounds bounds, std::string_view doc) {
    return {name, member, unit, bounds, doc};
}

template <class T>
constexpr FieldType field_type() {
    if constexpr (std::is_same_v<T, bool>) return FieldType::boolean;
    else if constexpr (std::is_integral_v<T>) return FieldType::integer;
    else if constexpr (std::is_floating_point_v<T>) return FieldType::real;
    else return FieldType::real_array;
}

/// The field list of `Owner` as data.
template <class Owner, class... T>
std::vector<FieldInfo> describe_fields(const std::tuple<Field<Owner, T>...>& list) {
    const Owner defaults{};
    std::vector<FieldInfo> result;
    std::apply(
        [&](const auto&... f) {
            const auto describe = [&](const auto& one) {
                FieldInfo info{std::string(one.name),
                               std::string(one.unit),
                               std::string(one.doc),
                               {},
                               one.bounds,
                               0.0};
                using Type = typename std::remove_cvref_t<decltype(one)>::type;
                info.type = field_type<Type>();
                if constexpr (std::is_arithmetic_v<Type>)
                    info.default_value = static_cast<double>(defaults.*(one.member));
                result.push_back(std::move(info));
            };
            (describe(f), ...);
        },
        list);
    return result;
}

inline std::vector<FieldInfo> describe_fields(const std::tuple<>&) { return {}; }

/// Calls `visit(field)` for each field of the list.
template <class List, class Visit>
constexpr void for_each_field(const List& list, Visit visit) {
    std::apply([&](const auto&... f) { (visit(f), ...); }, list);
}

/// Sets the arithmetic field `name` of `object`; false when there is none of this name.
template <class Owner, class... T>
bool set_field(Owner& object, const std::tuple<Field<Owner, T>...>& list, std::string_view name,
               double value) {
    bool found = false;
    for_each_field(list, [&](const auto& f) {
        using Type = typename std::remove_cvref_t<decltype(f)>::type;
        if constexpr (std::is_arithmetic_v<Type>)
            if (f.name == name) {
                object.*(f.member) = static_cast<Type>(value);
                found = true;
            }
    });
    return found;
}

template <class Owner>
bool set_field(Owner&, const std::tuple<>&, std::string_view, double) {
    return false;
}

/// The arithmetic field `name` of `object` as a number.
template <class Owner, class... T>
double get_field(const Owner& object, const std::tuple<Field<Owner, T>...>& list,
                 std::string_view name) {
    double value = std::numeric_limits<double>::quiet_NaN();
    for_each_field(list, [&](const auto& f) {
        using Type = typename std::remove_cvref_t<decltype(f)>::type;
        if constexpr (std::is_arithmetic_v<Type>)
            if (f.name == name) value = static_cast<double>(object.*(f.member));
    });
    return value;
}

/// For a model's check(): a neuron must not be reset to where it spikes again.
void require_reset_below_threshold(double V_reset, double V_th, std::vector<std::string>& problems);

/// Milliseconds in steps of `resolution`, as NEST converts durations: to whole microseconds, then
/// up.
std::int32_t steps_up(double ms, double resolution);

}  // namespace engram
