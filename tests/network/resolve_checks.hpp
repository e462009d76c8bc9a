// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "network/network.hpp"
#include "engram_test.hpp"
#include "small_registry.hpp"

namespace engram::test {

using Change = std::function<void(NetworkDescription&)>;

/// A network without problems: E (5 neurons) and I (3) connected, driven and recorded.
inline NetworkDescription sound() {
    NetworkDescription d;
    d.population("E", "iaf_psc_delta", 5, {{"V_m", normal(-65.0, 5.0)}, {"tau_m", 20}});
    d.population("I", "iaf_psc_delta", 3);
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    d.device("drive", "poisson_generator", {{"rate", 800.0}});
    d.connect("E", {"E", "I"}, fixed_indegree(2), {.model = "e_syn", .weight = 1.0, .delay = 1.5});
    d.connect("drive", {"E", "I"}, all_to_all());
    d.recorder("spikes", "spike_recorder", {"E", "I"});
    return d;
}

inline Network resolved(const NetworkDescription& d) { return resolve(d, small_registry()); }

/// The sound network with this change has these problems, and no others.
inline void expect_problems(const Change& change, const std::vector<std::string>& expected) {
    NetworkDescription d = sound();
    change(d);
    std::string text = "network: " + std::to_string(expected.size()) +
                       (expected.size() == 1 ? " problem" : " problems");
    for (const auto& problem : expected) text += "\n  " + problem;
    try {
        resolved(d);
        ADD_FAILURE() << "no problem, instead of " << text;
    } catch (const Error& error) {
        EXPECT_EQ(error.what(), text);
    }
}

inline void expect_problem(const Change& change, const std::string& expected) {
    expect_problems(change, {expected});
}

inline Value array(std::vector<double> values) { return values; }

}  // namespace engram::test
