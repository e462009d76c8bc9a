// SPDX-License-Identifier: Apache-2.0
#include "state/random_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/philox_blocks.hpp"
#include "core/random.hpp"

namespace engram {
namespace {

std::uint32_t low_word(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high_word(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

/// A word for each of `n` targets: of the block whose counter begins with its number.
void draw(std::uint32_t first, const std::uint16_t* targets, std::size_t n,
          std::array<std::uint32_t, 4> counter, RandomKey key, std::uint32_t* words) {
    std::size_t k = 0;
#if defined(__AVX2__)
    for (; k + 4 <= n; k += 4) {
        const auto target = [&](std::size_t i) {
            const std::uint32_t number = first + targets[k + i];
            return std::int64_t{number};
        };
        const __m256i lowest = _mm256_set_epi64x(target(3), target(2), target(1), target(0));
        alignas(32) std::array<std::uint64_t, 4> drawn;
        _mm256_store_si256(reinterpret_cast<__m256i*>(drawn.data()),
                           philox_four(lowest, counter, key).x0);
        for (std::size_t i = 0; i < 4; ++i) words[k + i] = low_word(drawn[i]);
    }
#endif
    for (; k < n; ++k) {
        counter[0] = first + targets[k];
        words[k] = philox(counter, key)[0];
    }
}

template <class Weight>
class RandomKernel final : public SynapseKernel {
    static constexpr std::size_t piece = 256;  // synapses; the work space stays in L1

public:
    RandomKernel(double probability, std::uint64_t seed, RowSources row_sources)
        : limit_(static_cast<std::uint64_t>(std::llround(probability * 0x1p32))),
          key_(random_key(seed, Stream::transmission)),
          row_sources_(std::move(row_sources)) {}

    void deliver(std::span<const CalendarEntry> entries, std::span<SynapseColumns> table) override {
        Prefetcher<Weight> prefetch(entries, table);
        const CalendarEntry* before = nullptr;
        for (const CalendarEntry& e : entries) {
            for (std::size_t at = 0; at < e.length; at += Prefetcher<Weight>::piece)
                prefetch.advance();
            if (before == nullptr || !continues(*before, e)) last_ = none;
            arrive(e, table[e.columns]);
            before = &e;
        }
    }

private:
    static constexpr std::uint32_t none = std::uint32_t{1} << 16;

    /// Whether two segments are parts of one that was too long.
    static bool continues(const CalendarEntry& a, const CalendarEntry& b) {
        return a.spike == b.spike && a.begin + a.length == b.begin && a.columns == b.columns &&
               a.delay == b.delay && a.receptor == b.receptor && a.block == b.block;
    }

    void arrive(const CalendarEntry& e, const SynapseColumns& columns) {
        const PreTraces::Record& record = columns.traces->record(e.spike);
        const GlobalIndex source = row_sources_[record.row];
        const auto emission = static_cast<std::uint64_t>(record.emission);
        const auto of_spike = philox(
            {low_word(source), high_word(source), low_word(emission), high_word(emission)}, key_);
        const RandomKey key{of_spike[0], of_spike[1]};
        std::array<std::uint32_t, 4> counter{
            0, static_cast<std::uint32_t>(columns.projections.front()),
            static_cast<std::uint32_t>(e.delay) << 8 | e.receptor, 0};
        const std::uint32_t first =
            low_word(columns.first_node) + (static_cast<std::uint32_t>(e.block) << 16);
        double* input = columns.inputs[e.receptor] + (std::size_t{e.block} << 16);
        for (std::size_t at = 0; at < e.length; at += piece) {
            const std::size_t n = std::min<std::size_t>(piece, e.length - at);
            const std::uint16_t* const targets = columns.targets.data() + e.begin + at;
            const auto weights = weights_from<Weight>(columns, e.begin + at);
            draw(first, targets, n, counter, key, words_.data());
            draw_repeated(first, targets, n, counter, key);
            for (std::size_t k = 0; k < n; ++k)
                input[targets[k]] += words_[k] < limit_ ? weights(k) : 0.0;
        }
    }

    /// Synapses that repeat one of the same source and target: their counters say the how-manieth.
    void draw_repeated(std::uint32_t first, const std::uint16_t* targets, std::size_t n,
                       std::array<std::uint32_t, 4> counter, RandomKey key) {
        for (std::size_t k = 0; k < n; ++k) {
            repeated_ = targets[k] == last_ ? repeated_ + 1 : 0;
            last_ = targets[k];
            if (repeated_ == 0) continue;
            counter[3] = repeated_;
            draw(first, targets + k, 1, counter, key, words_.data() + k);
        }
    }

    std::uint64_t limit_;  ///< words below it transmit
    RandomKey key_;
    RowSources row_sources_;
    std::uint32_t last_ = none;  ///< target of the synapse before, if it may repeat
    std::uint32_t repeated_ = 0;
    std::array<std::uint32_t, piece> words_;
};

}  // namespace

std::unique_ptr<SynapseKernel> make_random_kernel(double probability,
                                                  const SynapseDriver::Setting& setting) {
    return of_weights(
        setting.weights,
        [&]<class Weight>(std::type_identity<Weight>) -> std::unique_ptr<SynapseKernel> {
            return std::make_unique<RandomKernel<Weight>>(probability, setting.seed,
                                                          setting.row_sources);
        });
}

}  // namespace engram
