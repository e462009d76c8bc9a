// SPDX-License-Identifier: Apache-2.0
// Plastic weights against the rule written out spike by spike, with the same tables: the same bits.
#include "state/plastic_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/random.hpp"
#include "core/time.hpp"
#include "models/synapses/stdp_synapse_hom.hpp"
#include "engram_test.hpp"
#include "prescribed.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::Train;
using test::world;

constexpr double resolution = 0.1;
constexpr double tau_minus = 15.0;

/// A source's and a target's spikes are prescribed; what happens to the synapses is asked for.
struct Experiment {
    stdp_synapse_hom::Parameters model;
    std::vector<Train> pre, post;
    ConnectionList list;  ///< ordered by target, source, delay
    std::string weight_precision = "double";
    Step end = 0;  ///< every source spikes a last time, and that spike has arrived
};

/// `count` spikes at random, each at a step of its own, in [2, end).
Train random_train(RandomStream& random, std::size_t count, Step end) {
    std::set<Step> steps;
    while (steps.size() < count)
        steps.insert(2 + static_cast<Step>(random.below(static_cast<std::uint64_t>(end) - 2)));
    return {steps.begin(), steps.end()};
}

/// Several synapses between all pairs, with random weights and delays of `shortest` to `longest`
/// steps.
ConnectionList random_list(RandomStream& random, std::size_t sources, std::size_t targets,
                           std::uint64_t shortest, std::uint64_t longest, double largest_weight) {
    ConnectionList list;
    for (std::size_t t = 0; t < targets; ++t)
        for (std::size_t s = 0; s < sources; ++s) {
            std::vector<std::uint64_t> delays;
            for (int k = 0; k < 3; ++k)
                delays.push_back(shortest + random.below(longest - shortest + 1));
            std::ranges::sort(delays);
            for (const auto delay : delays) {
                list.source.push_back(s);
                list.target.push_back(t);
                list.delay.push_back(to_ms(static_cast<Step>(delay), resolution));
                list.weight.push_back(largest_weight * random.uniform());
            }
        }
    return list;
}

/// Lets every source spike a last time when all else is over.
void finish(Experiment& e, Step after) {
    constexpr Step longest = 400;
    for (auto& train : e.pre) train.push_back(after + longest);
    e.end = after + 2 * longest;
}

Parameters parameters(const stdp_synapse_hom::Parameters& p) {
    return {{"Wmax", p.Wmax},       {"alpha", p.alpha},       {"lambda", p.lambda},
            {"mu_plus", p.mu_plus}, {"mu_minus", p.mu_minus}, {"tau_plus", p.tau_plus}};
}

/// Collective. The weights that Engram gives.
std::vector<double> simulated(const Experiment& e, const std::vector<int>& pieces) {
    NetworkDescription d;
    d.resolution = resolution;
    d.weight_precision = e.weight_precision;
    test::add_parrots(d, "pre", e.pre);
    test::add_parrots(d, "post", e.post, {{"tau_minus", tau_minus}});
    d.copy_model("stdp_synapse_hom", "learning", parameters(e.model));
    Synapse synapse{.model = "learning", .receptor_type = 1};
    d.connect("pre", {"post"}, explicit_list(e.list), synapse, "plastic");
    Simulation simulation(world(), d, test::on_threads(test::threads()));
    test::run_in_pieces(simulation, static_cast<int>(e.end), pieces, resolution);
    const ConnectionList got = simulation.connections("plastic");
    EXPECT_EQ(got.source, e.list.source);
    EXPECT_EQ(got.delay, e.list.delay);
    return got.weight;
}

/// The rule. A synapse with delay d sees a post-synaptic spike s at s + d. When the spike `pre[i]`
/// comes by, the weight has been raised by each s with pre[i-1] < s + d <= pre[i], then it falls by
/// the trace of those with s + d < pre[i].
template <class Weight>
double learnt(const Experiment& e, const Train& pre, const Train& post, Step delay,
              double initial) {
    const auto constants = stdp_synapse_hom::constants(e.model);
    const DecayTable plus(e.model.tau_plus, resolution), minus(tau_minus, resolution);
    const auto tick = [](Step age) { return static_cast<Tick>(std::clamp<Step>(age, 0, 1 << 30)); };
    auto weight = static_cast<Weight>(initial);
    stdp_synapse_hom::with_potentiation(constants, [&](auto raise) {
        stdp_synapse_hom::with_depression(constants, [&](auto lower) {
            double trace = 0.0;  // of the pre-synaptic spikes, just after the last
            Step last = 0;
            for (const Step now : pre) {
                double post_trace = 0.0;
                Step post_last = 0;
                for (const Step s : post) {
                    if (trace > 0.0 && s + delay > last && s + delay <= now)
                        weight = static_cast<Weight>(
                            raise(weight, trace * plus[tick(s + delay - last)]));
                    if (s + delay >= now) continue;
                    post_trace = post_trace * minus[tick(s - post_last)] + 1.0;
                    post_last = s;
                }
                weight = static_cast<Weight>(
                    lower(weight, post_trace * minus[tick(now - delay - post_last)]));
                trace = trace * math::exp(-static_cast<double>(now - last) /
                                          (e.model.tau_plus / resolution)) +
                        1.0;
                last = now;
            }
        });
    });
    return weight;
}

std::vector<double> expected(const Experiment& e) {
    std::vector<double> weights;
    for (std::size_t i = 0; i < e.list.source.size(); ++i) {
        const Train &pre = e.pre[e.list.source[i]], &post = e.post[e.list.target[i]];
        const Step delay = to_steps(e.list.delay[i], resolution);
        weights.push_back(e.weight_precision == "single"
                              ? learnt<float>(e, pre, post, delay, e.list.weight[i])
                              : learnt<double>(e, pre, post, delay, e.list.weight[i]));
    }
    return weights;
}

/// Differences that come from where the trace of a target's spikes is summed up from, when more of
/// them than the window holds are newer than the spike that comes by: relative.
constexpr double rounding = 1e-13;

void expect_rule(const Experiment& e, double tolerance,
                 const std::vector<int>& pieces = {1 << 30}) {
    const auto got = simulated(e, pieces), wanted = expected(e);
    ASSERT_EQ(got.size(), wanted.size());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        if (std::abs(got[i] - wanted[i]) <= tolerance * std::abs(wanted[i])) continue;
        if (++wrong <= 3)
            ADD_FAILURE() << fmt::format(
                "synapse {} of source {} onto {}, delay {} ms: weight {}, expected {}", i,
                e.list.source[i], e.list.target[i], e.list.delay[i], got[i], wanted[i]);
    }
    EXPECT_EQ(wrong, 0u);
    EXPECT_NE(wanted, e.list.weight);  // something was learnt
}

Experiment random_experiment(std::uint64_t seed, const stdp_synapse_hom::Parameters& model,
                             std::uint64_t longest) {
    RandomStream random(random_key(seed, Stream::rule), 0, 0);
    constexpr Step end = 10000;
    Experiment e;
    e.model = model;
    for (int i = 0; i < 8; ++i) e.pre.push_back(random_train(random, 5 + random.below(60), end));
    for (int i = 0; i < 9; ++i) e.post.push_back(random_train(random, 5 + random.below(60), end));
    e.list = random_list(random, 8, 9, 5, longest, model.Wmax);
    finish(e, end);
    return e;
}

stdp_synapse_hom::Parameters model(double w_max, double mu_plus, double mu_minus) {
    stdp_synapse_hom::Parameters p;
    p.Wmax = w_max;
    p.lambda = 0.05;
    p.alpha = 1.1;
    p.mu_plus = mu_plus;
    p.mu_minus = mu_minus;
    return p;
}

const std::vector<stdp_synapse_hom::Parameters> models{
    model(3.0, 1.0, 1.0),  model(3.0, 0.0, 0.0),  model(3.0, 0.3, 0.7), model(-2.0, 1.0, 1.0),
    model(-2.0, 0.0, 0.0), model(-2.0, 0.5, 0.4), model(3.0, 0.0, 1.0)};

TEST(PlasticKernel, FollowsTheRuleForRandomTrains) {
    for (const auto& p : models) expect_rule(random_experiment(1, p, 300), rounding);
}

/// With short delays the newest spikes suffice.
TEST(PlasticKernel, FollowsTheRuleToTheBit) {
    for (const auto& p : models) expect_rule(random_experiment(1, p, 15), 0.0);
}

TEST(PlasticKernel, FollowsTheRuleToTheBitInSinglePrecision) {
    for (const auto& p : models) {
        Experiment e = random_experiment(2, p, 15);
        e.weight_precision = "single";
        expect_rule(e, 0.0);
    }
}

TEST(PlasticKernel, FollowsTheRuleHoweverTheRunIsCut) {
    expect_rule(random_experiment(3, models[0], 15), 0.0, {1, 2, 7, 300, 1, 50});
}

/// More than eight post-synaptic spikes between two pre-synaptic ones, and while a spike is under
/// way.
TEST(PlasticKernel, FollowsTheRuleInBursts) {
    Experiment e = random_experiment(4, models[0], 300);
    for (std::size_t t = 0; t < e.post.size(); ++t) {
        std::set<Step> steps(e.post[t].begin(), e.post[t].end());
        for (Step burst = 500; burst < 9500; burst += 1000 + 37 * static_cast<Step>(t))
            for (Step i = 0; i < 7 + 3 * static_cast<Step>(t); ++i)
                steps.insert(burst + i * (1 + static_cast<Step>(t) % 4));
        e.post[t].assign(steps.begin(), steps.end());
    }
    for (Step s = 3000; s < 3200; ++s) e.pre[0].push_back(s);  // a source that spikes in every step
    std::ranges::sort(e.pre[0]);
    e.pre[0].erase(std::unique(e.pre[0].begin(), e.pre[0].end()), e.pre[0].end());
    expect_rule(e, rounding);
}

/// Six to eighteen spikes between two of the source, and newer ones.
TEST(PlasticKernel, FollowsTheRuleWhereTheWindowEnds) {
    Experiment e;
    e.model = model(3.0, 1.0, 1.0);
    e.pre = {{100, 400, 405, 900}};
    for (Step count = 6; count <= 18; ++count) {
        Train train;
        for (Step i = 0; i < count; ++i) train.push_back(390 + 3 * i);
        e.post.push_back(train);
    }
    RandomStream random(random_key(5, Stream::rule), 0, 0);
    e.list = random_list(random, 1, e.post.size(), 1, 60, 3.0);
    finish(e, 1000);
    expect_rule(e, rounding);
}

/// Sources that are silent for longer than two spikes can interact, so that their synapses are
/// settled in between, at every second multiple of 5 s; they spike again shortly before that, then,
/// and after.
TEST(PlasticKernel, FollowsTheRuleForSilentSources) {
    constexpr Step period = 50000, end = 8 * period;
    Experiment e;
    e.model = model(3.0, 1.0, 1.0);
    RandomStream random(random_key(6, Stream::rule), 0, 0);
    for (Step shift = -320; shift <= 20; shift += 20) {
        Train train;
        for (Step multiple = period; multiple < end; multiple += period)
            train.insert(train.end(), {multiple - 12000, multiple + shift});
        e.pre.push_back(train);
    }
    e.pre.push_back(
        {period - 1, period, period + 1, 4 * period - 8299, 4 * period, 6 * period + 1});
    e.pre.push_back(random_train(random, 12, end));
    e.pre.push_back(random_train(random, 25, end));
    for (int t = 0; t < 3; ++t) e.post.push_back(random_train(random, 1500, end));
    e.post.push_back(random_train(random, 20, end));
    e.list = random_list(random, e.pre.size(), e.post.size(), 100, 300, 3.0);
    finish(e, end);
    expect_rule(e, rounding);
}

}  // namespace
}  // namespace engram
