// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/random.hpp"
#include "core/types.hpp"

namespace engram {

/// Poisson numbers by inversion of one 32-bit word: the distribution function as thresholds, so
/// that the count is `lowest` plus the number of thresholds that the word reaches. Means from 0 to
/// 1e9.
class PoissonTable {
public:
    PoissonTable() = default;
    explicit PoissonTable(double mean);

    [[nodiscard]] std::int32_t count(std::uint32_t word) const;
    [[nodiscard]] std::int32_t lowest() const { return lowest_; }
    [[nodiscard]] const std::vector<std::uint32_t>& thresholds() const { return thresholds_; }

private:
    std::int32_t lowest_ = 0;
    std::vector<std::uint32_t> thresholds_;
};

/// Neurons are drawn for in groups of 64: 16 Philox counters of four words. Word w of counter j
/// belongs to neuron 64 group + 16 w + j of the population.
inline constexpr std::size_t poisson_group = 64;

/// What the draws of a group are for.
struct PoissonCounter {
    NodeIndex group = 0;
    Step step = 0;        ///< of emission
    std::uint32_t k = 0;  ///< which connection onto the same neuron
    std::uint32_t projection = 0;
};

/// The Poisson numbers of a group.
void draw_poisson(const PoissonTable& table, const PoissonCounter& counter, RandomKey key,
                  std::array<std::int32_t, poisson_group>& counts);

}  // namespace engram
