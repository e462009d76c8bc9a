// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/registry.hpp"
#include "network/place.hpp"

namespace engram {

/// The values that a random variable can take, but for a chance below 1e-20.
struct Support {
    double low, high;
};
Support support(const Random& random);

/// How many values an array must have, and what for: `the population has`, `neurons`.
struct ArrayLength {
    std::uint64_t count = 0;
    std::string owner, what;
};

/// The value as a number (booleans 0 and 1), or nothing and a problem when it is not one that
/// `field` may take.
std::optional<double> check_constant(const Place& place, const FieldInfo& field,
                                     const Value& value);

/// The same for an array of any length.
std::optional<std::vector<double>> check_array(const Place& place, const FieldInfo& field,
                                               const Value& value);

/// A constant, an array of this length (without one: of any), or random. False when a problem was
/// noted.
bool check_value(const Place& place, const FieldInfo& field, const Value& value,
                 const std::optional<ArrayLength>& length);

/// Constants by name, over the defaults of `fields`: unknown names are problems that suggest
/// another.
Numbers check_constants(const Place& place, const std::vector<FieldInfo>& fields,
                        const Parameters& parameters, const std::string& model);

/// A word that must be one of these.
void check_choice(const Place& place, const std::string& name, const std::string& word,
                  const std::vector<std::string>& choices);

/// Notes that `model` has no such parameter.
void unknown_parameter(const Place& place, const std::string& name, const Value& value,
                       const std::string& model, const std::vector<std::string>& known);

}  // namespace engram
