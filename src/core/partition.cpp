// SPDX-License-Identifier: Apache-2.0
#include "core/partition.hpp"

#include <algorithm>

namespace engram {

Partition::Partition(const std::vector<std::uint64_t>& population_sizes, int ranks, int threads)
    : ranks_(ranks),
      threads_(threads),
      vps_(static_cast<std::uint64_t>(ranks) * static_cast<std::uint64_t>(threads)) {
    std::uint64_t next = 0;
    for (const std::uint64_t size : population_sizes) {
        shares_.push_back({size, size / vps_, size % vps_, next});
        next = (next + size % vps_) % vps_;
    }
}

NodeIndex Partition::begin(const Share& share, std::uint64_t vp) const {
    // VPs first_extra .. first_extra + extras - 1, modulo the number of VPs, hold one neuron more.
    const std::uint64_t last = share.first_extra + share.extras;
    const std::uint64_t upper =
        std::clamp(vp, share.first_extra, std::min(last, vps_)) - share.first_extra;
    const std::uint64_t wrapped = last > vps_ ? std::min(vp, last - vps_) : 0;
    return share.base * vp + upper + wrapped;
}

Partition::Slice Partition::slice(std::size_t population, int vp) const {
    const auto v = static_cast<std::uint64_t>(vp);
    return {begin(shares_[population], v), begin(shares_[population], v + 1)};
}

Partition::Slice Partition::rank_slice(std::size_t population, int rank) const {
    return {slice(population, rank * threads_).begin,
            slice(population, (rank + 1) * threads_ - 1).end};
}

int Partition::owner(std::size_t population, NodeIndex node) const {
    const Share& share = shares_[population];
    std::uint64_t low = 0, high = vps_;  // begin(low) <= node < begin(high)
    while (high - low > 1) {
        const std::uint64_t middle = (low + high) / 2;
        (begin(share, middle) <= node ? low : high) = middle;
    }
    return static_cast<int>(low);
}

}  // namespace engram
