// SPDX-License-Identifier: Apache-2.0
#include "build/source_places.hpp"

#include <algorithm>
#include <numeric>

namespace engram::build {

// A synapse takes 8 bytes until sources are numbered, a source of the whole population 4.
SourcePlaces::SourcePlaces(std::uint64_t sources, std::uint64_t synapses)
    : all_(sources / 2 <= synapses) {
    if (all_) {
        next_.assign(sources, 0);
        return;
    }
    found_.reserve(synapses + synapses / 16);
    while ((sources >> shift_) > synapses + 1) ++shift_;
    first_.resize((sources >> shift_) + 1);
}

void SourcePlaces::expect(const std::vector<NodeIndex>& sources) {
    if (all_)
        for (const NodeIndex s : sources) ++next_[s];
    else found_.insert(found_.end(), sources.begin(), sources.end());
}

void SourcePlaces::assign() {
    if (!all_) number_found();
    used_ = next_.size() -
            static_cast<std::size_t>(std::count(next_.begin(), next_.end(), std::uint32_t{0}));
    std::exclusive_scan(next_.begin(), next_.end(), next_.begin(), std::uint32_t{0});
}

/// Leaves each source once, and how many synapses it has in next_.
void SourcePlaces::number_found() {
    std::sort(found_.begin(), found_.end());
    std::size_t kept = 0;
    for (std::size_t begin = 0, end = 0; begin < found_.size(); begin = end) {
        while (end < found_.size() && found_[end] == found_[begin]) ++end;
        next_.push_back(static_cast<std::uint32_t>(end - begin));
        found_[kept++] = found_[begin];
    }
    found_.resize(kept);
    std::size_t number = 0;
    for (std::size_t range = 0; range < first_.size(); ++range) {
        while (number < kept && found_[number] >> shift_ < range) ++number;
        first_[range] = static_cast<std::uint32_t>(number);
    }
}

const std::vector<NodeIndex>& SourcePlaces::numbers(const std::vector<NodeIndex>& sources) {
    if (all_) return sources;
    // Sources come in random order: what is looked up is asked for before, a target's at once.
    for (const NodeIndex source : sources) __builtin_prefetch(&first_[source >> shift_]);
    for (const NodeIndex source : sources) __builtin_prefetch(&found_[first_[source >> shift_]]);
    numbers_.clear();
    for (const NodeIndex source : sources) {
        numbers_.push_back(number_of(source));
        __builtin_prefetch(&next_[numbers_.back()], 1);
    }
    return numbers_;
}

}  // namespace engram::build
