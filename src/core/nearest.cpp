// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace engram {
namespace {

/// Levenshtein distance without regard to case.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 2) + 1;
    for (const auto& candidate : known) {
        // A beginning of a name, as `stdp_synapse` for `stdp_synapse_hom`, is nearer than any
        // misspelling.
        constexpr std::size_t long_enough = 3;
        const bool begins = word.size() >= long_enough && candidate.starts_with(word);
        const std::size_t distance = begins ? 1 : edit_distance(word, candidate);
        if (distance < least && distance < std::max(word.size(), candidate.size())) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
    const std::string best = nearest(word, known);
    if (!best.empty()) return "Did you mean '" + best + "'?";
    if (known.empty()) return "There are none";
    std::string list = "Known are ";
    for (std::size_t i = 0; i < known.size(); ++i) list += (i ? ", " : "") + known[i];
    return list;
}

}  // namespace engram
