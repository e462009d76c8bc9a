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

/// `where`: what is compared with the description: "checkpoint".
void compare_settings(const char* where, const CanonicalPart& before,
                      const CanonicalPart& description, std::vector<std::string>& lines) {
    for (const auto& [name, value] : before.settings) {
        const std::string* other = find(description, name);
        if (!other || *other != value)
            lines.push_back(fmt::format("{}: {} = {} in the {}, {} in the description",
                                        before.title(), name, value, where,
                                        other ? *other : "not set"));
    }
    for (const auto& [name, value] : description.settings)
        if (!find(before, name))
            lines.push_back(fmt::format("{}: {} is not set in the {}, {} in the description",
                                        description.title(), name, where, value));
}

/// What of `before` the description has not, or otherwise.
void compare_parts(const char* where, const Parts& before, const Parts& description,
                   std::vector<std::string>& lines) {
    for (const auto& part : before)
        if (const auto* same = find(description, part)) compare_settings(where, part, *same, lines);
        else lines.push_back(fmt::format("{}: only in the {}", part.title(), where));
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
void compare_order(const char* where, const Parts& before, const Parts& description,
                   std::vector<std::string>& lines) {
    const Parts there = common(before, description), here = common(description, before);
    std::string told;
    for (std::size_t i = 0; i < std::min(there.size(), here.size()); ++i) {
        if (there[i].name == here[i].name || there[i].kind == told) continue;
        told = there[i].kind;
        lines.push_back(fmt::format("{}: stands before '{}' in the {}, after it in the description",
                                    there[i].title(), here[i].name, where));
    }
}

/// Those whose order decides random numbers.
Parts ordered(Parts parts) {
    std::erase_if(parts, [](const auto& part) {
        return part.kind != "population" && part.kind != "projection";
    });
    return parts;
}

bool holds_all(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    });
}

/// The recorders of the description, but as if those that record more than before did not.
Parts recorders_as_before(const NetworkDescription& running,
                          const NetworkDescription& description) {
    const Parts before = recorders(running);
    Parts parts = recorders(description);
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (std::size_t j = 0; j < before.size(); ++j)
            if (before[j].name == parts[i].name &&
                holds_all(description.recorders[i].from, running.recorders[j].from))
                for (auto& [name, value] : parts[i].settings)
                    if (name == "from") value = *find(before[j], name);
    return parts;
}

/// New parts that do not stand behind all old ones of their kind.
void compare_places(const Parts& running, const Parts& description,
                    std::vector<std::string>& lines) {
    for (auto at = description.begin(); at != description.end(); ++at) {
        if (find(running, *at)) continue;
        const auto old = std::find_if(at, description.end(), [&](const auto& part) {
            return part.kind == at->kind && find(running, part);
        });
        if (old != description.end())
            lines.push_back(fmt::format("{}: is new, and stands before '{}' in the description",
                                        at->title(), old->name));
    }
}

}  // namespace

std::vector<std::string> differences(const NetworkDescription& checkpoint,
                                     const NetworkDescription& description) {
    const Parts there = dynamics(checkpoint), here = dynamics(description);
    std::vector<std::string> lines;
    compare_parts("checkpoint", there, here, lines);
    for (const auto& part : here)
        if (!find(there, part)) lines.push_back(part.title() + ": only in the description");
    compare_order("checkpoint", there, here, lines);
    return lines;
}

std::vector<std::string> obstacles_to_growth(const NetworkDescription& running,
                                             const NetworkDescription& description) {
    constexpr const char* where = "running network";
    std::vector<std::string> lines;
    compare_parts(where, dynamics(running), dynamics(description), lines);
    const Parts there = ordered(dynamics(running)), here = ordered(dynamics(description));
    compare_order(where, there, here, lines);
    compare_places(there, here, lines);
    compare_parts(where, recorders(running), recorders_as_before(running, description), lines);
    return lines;
}

}  // namespace engram
