// SPDX-License-Identifier: Apache-2.0
// What pairs and triplets of spikes do to a weight, against the exponentials of the papers.
#include <cmath>

#include "engram_test.hpp"
#include "prescribed.hpp"

namespace engram {
namespace {

using test::Train;

constexpr double resolution = 0.1;  // ms
constexpr double delay = 10.0;      // ms; dendritic
constexpr Step delay_steps = 100;

/// Trains of one pre-synaptic and one post-synaptic neuron.
struct Protocol {
    Train pre, post;
};

/// Spikes at pre and post so that the latter reaches the synapse `dt` steps after the former, and a
/// last pre-synaptic one long after, with which the weight changes.
Protocol pair(Step dt) { return {{2000, 20000}, {2000 + dt - delay_steps}}; }

/// Collective. The changes of a weight of this initial value by each of the protocols.
std::vector<double> changes(const std::string& model, const Parameters& parameters,
                            const std::vector<Protocol>& protocols, double weight,
                            const Parameters& post = {}) {
    NetworkDescription d;
    d.resolution = resolution;
    std::vector<Train> pre_trains, post_trains;
    ConnectionList list;
    for (std::size_t i = 0; i < protocols.size(); ++i) {
        pre_trains.push_back(protocols[i].pre);
        post_trains.push_back(protocols[i].post);
        list.source.push_back(i);
        list.target.push_back(i);
    }
    test::add_parrots(d, "pre", pre_trains);
    test::add_parrots(d, "post", post_trains, post);
    d.copy_model(model, "learning", parameters);
    d.connect("pre", {"post"}, explicit_list(list),
              {.model = "learning", .weight = weight, .delay = delay, .receptor_type = 1},
              "plastic");
    RunOptions options;
    options.threads = test::threads();
    Simulation simulation(test::world(), d, options);
    simulation.run(2100.0);
    std::vector<double> result;
    for (const double after : simulation.connections("plastic").weight)
        result.push_back(after - weight);
    EXPECT_EQ(result.size(), protocols.size());
    return result;
}

const std::vector<Step> differences{-600, -200, -50, -1, 0, 1, 37, 200, 800};

std::vector<Protocol> pairs() {
    std::vector<Protocol> result;
    for (const Step dt : differences) result.push_back(pair(dt));
    return result;
}

double decay(Step age, double tau) {
    return std::exp(-static_cast<double>(age) * resolution / tau);
}

/// dw of spike-timing dependent plasticity that depends on the weight by `up` and `down`.
void expect_window(const std::vector<double>& got, double up, double down, double tau_plus,
                   double tau_minus) {
    for (std::size_t i = 0; i < differences.size(); ++i) {
        const Step dt = differences[i];
        const double wanted = dt > 0   ? up * decay(dt, tau_plus)
                              : dt < 0 ? -down * decay(-dt, tau_minus)
                                       : 0.0;
        EXPECT_NEAR(got[i], wanted, 1e-12) << "dt = " << dt;
    }
}

TEST(StdpWindows, AreExponentialWhereStepsAreAdditive) {
    for (const double sign : {1.0, -1.0})
        for (const char* model : {"stdp_synapse", "stdp_synapse_hom"})
            expect_window(changes(model,
                                  {{"Wmax", sign * 10.0},
                                   {"lambda", 0.02},
                                   {"alpha", 1.2},
                                   {"mu_plus", 0.0},
                                   {"mu_minus", 0.0},
                                   {"tau_plus", 15.0}},
                                  pairs(), sign * 4.0, {{"tau_minus", 25.0}}),
                          sign * 0.02 * 10.0, sign * 1.2 * 0.02 * 10.0, 15.0, 25.0);
}

TEST(StdpWindows, ScaleWithTheWeightWhereStepsAreMultiplicative) {
    expect_window(changes("stdp_synapse", {{"Wmax", 10.0}, {"lambda", 0.02}}, pairs(), 4.0),
                  0.02 * (10.0 - 4.0), 0.02 * 4.0, 20.0, 20.0);
}

TEST(StdpWindows, OfVogelsSprekelerAreSymmetric) {
    constexpr double eta = 0.01, alpha = 0.3;
    for (const double sign : {1.0, -1.0}) {
        const auto got =
            changes("vogels_sprekeler_synapse",
                    {{"Wmax", sign * 5.0}, {"eta", eta}, {"alpha", alpha}}, pairs(), sign * 2.0);
        for (std::size_t i = 0; i < differences.size(); ++i) {
            const Step dt = differences[i];
            // Spikes that coincide are not paired; there are two pre-synaptic ones.
            const double paired = dt == 0 ? 0.0 : decay(std::abs(dt), 20.0);
            EXPECT_NEAR(got[i], sign * eta * (paired - 2.0 * alpha), 1e-12) << "dt = " << dt;
        }
    }
}

TEST(StdpWindows, OfVogelsSprekelerEndAtItsBounds) {
    const Parameters steep{{"Wmax", -2.0}, {"eta", 10.0}, {"alpha", 0.01}};
    EXPECT_NEAR(changes("vogels_sprekeler_synapse", steep, {pair(10)}, -1.0)[0],
                -2.0 + 10.0 * 0.01 + 1.0, 1e-12);
    const Parameters weakening{{"Wmax", -2.0}, {"eta", 10.0}, {"alpha", 0.2}};
    EXPECT_EQ(changes("vogels_sprekeler_synapse", weakening, {{{2000}, {}}}, -1.0)[0], 1.0);
}

/// Amplitudes that show which of them was at work.
const Parameters triplets{
    {"Aplus", 0.01},    {"Aplus_triplet", 0.03},     {"Aminus", 0.02}, {"Aminus_triplet", 0.05},
    {"tau_plus", 17.0}, {"tau_plus_triplet", 101.0}, {"Wmax", 10.0}};
const Parameters triplet_target{{"tau_minus", 34.0}, {"tau_minus_triplet", 125.0}};

std::vector<double> triplet_changes(const std::vector<Protocol>& protocols, double weight) {
    return changes("stdp_triplet_synapse", triplets, protocols, weight, triplet_target);
}

TEST(StdpWindows, OfTripletsAreThoseOfPairsForAPair) {
    expect_window(triplet_changes(pairs(), 4.0), 0.01, 0.02, 17.0, 34.0);
}

TEST(StdpWindows, OfPostPrePostTripletsHaveTheSlowerPostSynapticTrace) {
    for (const Step first : {-30, -400})
        for (const Step second : {5, 300}) {
            const Protocol protocol{{2000, 20000},
                                    {2000 + first - delay_steps, 2000 + second - delay_steps}};
            const double lowered = -decay(-first, 34.0) * 0.02;
            const double raised =
                decay(second, 17.0) * (0.01 + 0.03 * decay(second - first, 125.0));
            EXPECT_NEAR(triplet_changes({protocol}, 4.0)[0], lowered + raised, 1e-12)
                << first << ", " << second;
        }
}

TEST(StdpWindows, OfPrePostPreTripletsHaveTheSlowerPreSynapticTrace) {
    for (const Step post : {10, 250})
        for (const Step second : {260, 900}) {
            const Protocol protocol{{2000, 2000 + second, 20000}, {2000 + post - delay_steps}};
            const double raised = decay(post, 17.0) * 0.01;
            const double lowered =
                -decay(second - post, 34.0) * (0.02 + 0.05 * decay(second, 101.0));
            EXPECT_NEAR(triplet_changes({protocol}, 4.0)[0], raised + lowered, 1e-12)
                << post << ", " << second;
        }
}

/// Bursts of more post-synaptic spikes than a window holds, between two spikes of the source.
TEST(StdpWindows, OfTripletsAddUpInBursts) {
    Protocol protocol{{2000, 20000}, {}};
    double wanted = 0.0;
    for (Step i = 0; i < 40; ++i) {
        protocol.post.push_back(2001 + 10 * i - delay_steps);
        double slower = 0.0;
        for (Step j = 0; j < i; ++j) slower += decay(10 * (i - j), 125.0);
        wanted += decay(1 + 10 * i, 17.0) * (0.01 + 0.03 * slower);
    }
    EXPECT_NEAR(triplet_changes({protocol}, 4.0)[0], wanted, 1e-12);
}

/// As if the source had spiked before the beginning.
TEST(StdpWindows, BeginWithTheTracesThatAreGiven) {
    const Protocol protocol{{20000}, {2000 - delay_steps}};
    Parameters given = triplets;
    given["Kplus"] = 3.0;
    EXPECT_NEAR(changes("stdp_triplet_synapse", given, {protocol}, 4.0, triplet_target)[0],
                3.0 * decay(2000, 17.0) * 0.01, 1e-15);
    EXPECT_NEAR(changes("stdp_synapse", {{"Kplus", 3.0}, {"mu_plus", 0.0}}, {protocol}, 4.0)[0],
                3.0 * decay(2000, 20.0) * 0.01 * 100.0, 1e-13);
}

}  // namespace
}  // namespace engram
