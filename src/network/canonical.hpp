// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engram/description.hpp"

namespace engram {

/// A part of a network in canonical words, equal for equal parts whatever form they were written
/// in.
struct CanonicalPart {
    std::string kind, name;
    std::vector<std::pair<std::string, std::string>> settings;  ///< names and values

    [[nodiscard]] std::string title() const;  ///< `population 'E'`
};

/// What the dynamics of a network depend on: all but recorders, in the order of the network.
std::vector<CanonicalPart> dynamics(const NetworkDescription& network);

/// The recorders likewise; what each records is its setting `from`: `E, I`.
std::vector<CanonicalPart> recorders(const NetworkDescription& network);

/// The dynamics as text: canonical_text without recorders.
std::string dynamics_text(const NetworkDescription& network);

/// Checksum of dynamics_text, in hexadecimal digits.
std::string description_hash(const NetworkDescription& network);

}  // namespace engram
