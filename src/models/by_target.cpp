// SPDX-License-Identifier: Apache-2.0
#include "models/by_target.hpp"

namespace engram {

void ByTarget::reset(NodeIndex begin, NodeIndex end) {
    begin_ = begin;
    end_ = end;
    found_.clear();
    place_.assign(end - begin + 1, 0);
}

void ByTarget::order() {
    for (std::size_t i = 1; i < place_.size(); ++i) place_[i] += place_[i - 1];
    sources_.resize(found_.size());
    for (const Synapse& synapse : found_) sources_[place_[synapse.target]++] = synapse.source;
}

}  // namespace engram
