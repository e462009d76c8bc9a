// SPDX-License-Identifier: Apache-2.0
// How fast are the synapses of a source ordered by their delays, beside a sort that compares?
#include "build/segment_order.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "micro/run.hpp"

namespace engram::bench {
namespace {

using Key = std::uint16_t;

constexpr std::size_t room = 1 << 16;  // synapses of the sources that take turns

/// Keys of the delays of the cortical microcircuit: normal, 1.5 +- 0.75 ms.
std::vector<Key> draw_keys() {
    std::vector<double> ms(room);
    RandomStream(RandomKey{7, 8}, 1, 2).draw_all(redraw(normal(1.5, 0.75), 0.1, 100.0), ms);
    std::vector<Key> keys;
    keys.reserve(room);
    for (const double delay : ms) keys.push_back(static_cast<Key>(10.0 * delay));
    return keys;
}

/// A source: keys, targets, weights.
struct Columns {
    std::vector<Key> keys = draw_keys();
    std::vector<std::uint16_t> targets = std::vector<std::uint16_t>(room);
    std::vector<double> weights = std::vector<double>(room);
    Columns() {
        for (std::size_t i = 0; i < room; ++i) {
            targets[i] = static_cast<std::uint16_t>(i);
            weights[i] = static_cast<double>(i);
        }
    }
};

/// Orders what begins at `begin` into `to`.
void counted(build::SegmentOrder& order, const Columns& from, Columns& to, std::size_t begin,
             std::size_t size) {
    const auto part = [&](const auto& source, auto& column) {
        std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(begin), size, column.begin());
        return std::span(column.data(), size);
    };
    const auto keys = part(from.keys, to.keys);
    order.order(std::span<const Key>(keys));
    order.permute(keys);
    order.permute(part(from.targets, to.targets));
    order.permute(part(from.weights, to.weights));
}

void compared(std::vector<std::uint64_t>& order, const Columns& from, Columns& to,
              std::size_t begin, std::size_t size) {
    order.clear();
    for (std::size_t i = begin; i < begin + size; ++i)
        order.push_back(std::uint64_t{from.keys[i]} << 32 | i);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < size; ++i) {
        const auto at = static_cast<std::uint32_t>(order[i]);
        to.keys[i] = from.keys[at];
        to.targets[i] = from.targets[at];
        to.weights[i] = from.weights[at];
    }
}

template <class Order, class Work>
void measure(benchmark::State& state, std::size_t size, Work work) {
    const Columns from;
    Columns to;
    Order order;
    std::size_t begin = 0;
    for (auto _ : state) {
        work(order, from, to, begin, size);
        begin = begin + 2 * size <= room ? begin + size : 0;
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void prove(std::size_t size) {
    const Columns from;
    Columns to, plain;
    build::SegmentOrder order;
    std::vector<std::uint64_t> plain_order;
    counted(order, from, to, 3, size);
    compared(plain_order, from, plain, 3, size);
    require(
        std::equal(to.keys.begin(), to.keys.begin() + static_cast<std::ptrdiff_t>(size),
                   plain.keys.begin()) &&
            std::equal(to.targets.begin(), to.targets.begin() + static_cast<std::ptrdiff_t>(size),
                       plain.targets.begin()) &&
            std::equal(to.weights.begin(), to.weights.begin() + static_cast<std::ptrdiff_t>(size),
                       plain.weights.begin()),
        "SegmentOrder");
}

void add_benchmarks(const Machine&) {
    for (const std::size_t size : {4u, 20u, 200u, 4000u}) {
        prove(size);
        const std::string suffix = "/" + std::to_string(size);
        benchmark::RegisterBenchmark(("counted" + suffix).c_str(), [=](benchmark::State& state) {
            measure<build::SegmentOrder>(state, size, counted);
        });
        benchmark::RegisterBenchmark(("compared" + suffix).c_str(), [=](benchmark::State& state) {
            measure<std::vector<std::uint64_t>>(state, size, compared);
        });
    }
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    return engram::bench::run(argc, argv, engram::bench::add_benchmarks);
}
