// SPDX-License-Identifier: Apache-2.0
#include "network/differences.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "network/canonical.hpp"

namespace engram {
namespace {

using Parts = std::vector<CanonicalPart>;

const CanonicalPart* find(const Parts& parts, const CanonicalPart& wanted) {
    const auto at = std::find_if(parts.begin(), parts.end(), [&](const auto& part) {
        return part.kind == wanted.kind && part.name == wanted.name;
    });
    return at == parts.end() ? nullptr : &*at;
}

const std::string* find(const CanonicalPart& part, const std::string& setting) {
    const auto at = std::find_if(part.settings.begin(), part.settings.end(),
                                 [&](const auto& s) { return s.first == setting; });
    return at == part.settings.end() ? nullptr : &at->second;
}

void compare_settings(const CanonicalPart& checkpoint, const CanonicalPart& description,
                      std::vector<std::string>& lines) {
    for (const auto& [name, value] : checkpoint.settings) {
        const std::string* other = find(description, name);
        if (!other || *other != value)
            lines.push_back(fmt::format("{}: {} = {} in the checkpoint, {} in the description",
                                        checkpoint.title(), name, value,
                                        other ? *other : "not set"));
    }
    for (const auto& [name, value] : description.settings)
        if (!find(checkpoint, name))
            lines.push_back(
                fmt::format("{}: {} is not set in the checkpoint, {} in the description",
                            description.title(), name, value));
}

/// Those that `others` have too.
Parts common(const Parts& parts, const Parts& others) {
    Parts result;
    std::copy_if(parts.begin(), parts.end(), std::back_inserter(result),
                 [&](const auto& part) { return find(others, part) != nullptr; });
    return result;
}

/// The order counts, since it decides which random numbers a part gets. Once it differs, everything
/// behind does: one line for each kind.
void compare_order(const Parts& checkpoint, const Parts& description,
                   std::vector<std::string>& lines) {
    const Parts there = common(checkpoint, description), here = common(description, checkpoint);
    std::string told;
    for (std::size_t i = 0; i < std::min(there.size(), here.size()); ++i) {
        if (there[i].name == here[i].name || there[i].kind == told) continue;
        told = there[i].kind;
        lines.push_back(
            fmt::format("{}: stands before '{}' in the checkpoint, after it in the description",
                        there[i].title(), here[i].name));
    }
}

}  // namespace

std::vector<std::string> differences(const NetworkDescription& checkpoint,
                                     const NetworkDescription& description) {
    const Parts there = dynamics(checkpoint), here = dynamics(description);
    std::vector<std::string> lines;
    for (const auto& part : there)
        if (const auto* same = find(here, part)) compare_settings(part, *same, lines);
        else lines.push_back(part.title() + ": only in the checkpoint");
    for (const auto& part : here)
        if (!find(there, part)) lines.push_back(part.title() + ": only in the description");
    compare_order(there, here, lines);
    return lines;
}

}  // namespace engram
