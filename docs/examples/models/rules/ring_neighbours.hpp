// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// Neurons on a ring: each receives from its nearest neighbours on both sides. The example of
/// docs/add-a-model.md.
struct ring_neighbours {
    static constexpr std::string_view doc =
        "each target receives from its nearest neighbours on both sides of a ring";
    static constexpr std::string_view source = "docs/add-a-model.md";
    struct Parameters {
        std::int64_t neighbours = 0;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("neighbours", &Parameters::neighbours, "", not_negative, "sources on each side"),
    };

    static void sources(const Parameters& p, const RuleContext& context, NodeIndex target,
                        RuleDraws&, auto&& connect) {
        const std::uint64_t size = context.source_size;
        for (std::uint64_t distance = 1; distance <= static_cast<std::uint64_t>(p.neighbours);
             ++distance) {
            connect((target + size - distance) % size);
            connect((target + distance) % size);
        }
    }

    static void check(const Parameters& p, const RuleContext& context,
                      std::vector<std::string>& problems) {
        if (context.source_size != context.target_size)
            problems.push_back(
                "source and target differ in size (a ring has one size). Give both one size");
        else if (2 * static_cast<std::uint64_t>(p.neighbours) >= context.source_size)
            problems.push_back("neighbours = " + std::to_string(p.neighbours) +
                               " (the ring has only " + std::to_string(context.source_size) +
                               " neurons). Lower neighbours");
    }
};

}  // namespace engram
