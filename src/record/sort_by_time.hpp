// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "core/types.hpp"
#include "parallel/collectives.hpp"

namespace engram {

/// Collective. Events of the steps (from, to] in the order `is_before`, in which the step that
/// `step_of` tells comes first; the ranks get consecutive parts of the steps. Events that are equal
/// in it keep their order.
template <class Event, class StepOf, class IsBefore>
std::vector<Event> sort_by_time(const Communicator& comm, const std::vector<Event>& local,
                                Step from, Step to, StepOf step_of, IsBefore is_before) {
    const auto ranks = static_cast<Step>(comm.size());
    std::vector<std::vector<Event>> outgoing(static_cast<std::size_t>(ranks));
    std::vector<Event> result;
    parallel::collectively(comm, [&] {
        for (const Event& event : local) {
            const Step step = step_of(event);
            if (step <= from || step > to)
                throw Error("cannot record what happened at step " + std::to_string(step) +
                            " (the steps are " + std::to_string(from + 1) + " to " +
                            std::to_string(to) + "). Please report it");
            outgoing[static_cast<std::size_t>((step - from - 1) * ranks / (to - from))].push_back(
                event);
        }
    });
    const auto incoming = parallel::exchange(comm, outgoing);
    parallel::collectively(comm, [&] {
        for (const auto& part : incoming) result.insert(result.end(), part.begin(), part.end());
        std::stable_sort(result.begin(), result.end(), is_before);
    });
    return result;
}

}  // namespace engram
