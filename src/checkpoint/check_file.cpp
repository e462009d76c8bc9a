// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>

#include "parallel/collectives.hpp"
#include "state/post_history.hpp"
#include "checkpoint/checkpoint_file.hpp"
#include "checkpoint/paths.hpp"

namespace engram::checkpoint {
namespace {

constexpr std::uint64_t elements_at_once = std::uint64_t{1} << 18;

/// Calls `check` with all elements of an array, some at a time.
template <class T, class Check>
void for_elements(const hdf5::File& file, const std::string& path, Check check) {
    const std::uint64_t size = file.array_size(path);
    for (std::uint64_t at = 0; at < size; at += elements_at_once)
        for (const T value : file.read_array<T>(path, at, std::min(elements_at_once, size - at)))
            check(value);
}

void require_size(const hdf5::File& file, const std::string& path, std::uint64_t size) {
    if (file.array_size(path) != size)
        damaged(file.path(), path, "its length does not fit the population");
}

void require_finite(const hdf5::File& file, const std::string& path) {
    for_elements<double>(file, path, [&](double value) {
        if (!std::isfinite(value)) damaged(file.path(), path, "a value is not finite");
    });
}

void require_steps(const hdf5::File& file, const std::string& path, Step first, Step last) {
    for_elements<Step>(file, path, [&](Step step) {
        if (step < first || step > last)
            damaged(file.path(), path, "a spike lies outside the time that was simulated");
    });
}

void check_traces(const hdf5::File& file, const std::string& group, std::uint64_t size, Step now) {
    require_size(file, group + "/last_spike_step", size);
    require_steps(file, group + "/last_spike_step", 0, now);
    require_size(file, group + "/settled", size);
    for (const auto& name : file.children(group)) {
        if (name == "last_spike_step" || name == "settled") continue;
        require_size(file, group + "/" + name, size);
        require_finite(file, group + "/" + name);
    }
}

void check_history(const hdf5::File& file, const std::string& group, std::uint64_t size, Step now) {
    require_size(file, group + "/count", size);
    require_size(file, group + "/trace", size * PostWindow::traced);
    std::uint64_t spikes = 0;
    for_elements<std::uint64_t>(file, group + "/count", [&](auto count) { spikes += count; });
    if (spikes != file.array_size(group + "/spike_step"))
        damaged(file.path(), group + "/spike_step", "its length is not the sum of the counts");
    require_steps(file, group + "/spike_step", 1, now);
    require_finite(file, group + "/trace");
    if (const std::string triplets = group + "/triplet_trace"; file.exists(triplets)) {
        require_size(file, triplets, size);
        require_finite(file, triplets);
    }
}

void check_transit(const hdf5::File& file, std::uint64_t neurons, Step now) {
    const std::string steps = transit_path + std::string("/step"),
                      sources = transit_path + std::string("/source");
    if (file.array_size(steps) != file.array_size(sources))
        damaged(file.path(), sources, "it is not as long as the steps");
    require_steps(file, steps, 1, now);
    for_elements<std::uint64_t>(file, sources, [&](auto source) {
        if (source >= neurons) damaged(file.path(), sources, "a source is no neuron");
    });
}

}  // namespace

void CheckpointFile::check() const {
    const hdf5::File& file = nodes_.file();
    std::vector<std::function<void()>> checks;
    std::uint64_t neurons = 0;
    for (const auto& population : nodes_.populations()) {
        const std::string& name = population.name;
        const std::uint64_t size = population.size;
        neurons += size;
        checks.emplace_back([&file, &name, size, this] {
            for (const auto& model : file.children(traces_root))
                if (const std::string group = traces_path(model, name); file.exists(group))
                    check_traces(file, group, size, step_);
            if (const std::string group = histories_path(name); file.exists(group))
                check_history(file, group, size, step_);
        });
    }
    for (const auto& projection : file.children(weights_root))
        checks.emplace_back(
            [&file, path = weights_path(projection)] { require_finite(file, path); });
    checks.emplace_back([&] { check_transit(file, neurons, step_); });
    parallel::collectively(comm_, [&] {
        for (std::size_t i = 0; i < checks.size(); ++i)
            if (static_cast<int>(i % static_cast<std::size_t>(comm_.size())) == comm_.rank())
                checks[i]();
    });
}

}  // namespace engram::checkpoint
