// SPDX-License-Identifier: Apache-2.0
// aeif_cond_exp and aeif_cond_alpha against fine steps, which shrink in the upstroke.
#include "models/adaptive_exponential.hpp"

#include <algorithm>
#include <cmath>

#include "core/random.hpp"
#include "models/one_neuron.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::OneNeuron;

struct Setting {
    double resolution, I_e, Delta_T, V_peak, a, b, tau_w, t_ref, tau_ex, weight;
};

/// The neuron by steps so small that nothing else matters; spikes where V_m reaches V_peak.
class FineNeuron {
public:
    FineNeuron(const Setting& setting, bool exponential) : s_(setting), exponential_(exponential) {}

    /// Whether it spikes in a step.
    bool step(double weight) {
        bool spike = false;
        double rest = s_.resolution;
        while (rest > 0.0) {
            const double rate = std::abs(slope(y_)[0]);
            const double h =
                std::min({rest, s_.resolution / 100.0, 0.01 * s_.Delta_T / (rate + 1e-9),
                          held_ > 0.0 ? held_ : s_.resolution});
            test::classical_step(y_, h, [this](const auto& y) { return slope(y); });
            rest = h == rest ? 0.0 : rest - h;
            held_ = held_ - h > 1e-12 ? held_ - h : 0.0;
            if (y_[0] < s_.V_peak) continue;
            spike = true;
            y_[0] = reset;
            y_[1] += s_.b;
            // Until the end of a step, as NEST counts t_ref.
            if (s_.t_ref > 0.0) held_ = rest + s_.t_ref;
        }
        y_[exponential_ ? 2 : 3] += exponential_ ? weight : weight * std::exp(1.0) / s_.tau_ex;
        return spike;
    }
    [[nodiscard]] double V_m() const { return y_[0]; }
    [[nodiscard]] double w() const { return y_[1]; }

private:
    static constexpr double reset = -60.0;

    [[nodiscard]] std::vector<double> slope(const std::vector<double>& y) const {
        const double V = std::min(y[0], s_.V_peak);
        const double upstroke = 30.0 * s_.Delta_T * std::exp((V + 50.4) / s_.Delta_T);
        const double dV = (s_.I_e - 30.0 * (V + 70.6) + upstroke - y[2] * V - y[1]) / 281.0;
        const double feed = exponential_ ? 0.0 : y[3];
        return {held_ > 0.0 ? 0.0 : dV, (s_.a * (V + 70.6) - y[1]) / s_.tau_w,
                feed - y[2] / s_.tau_ex, -y[3] / s_.tau_ex};
    }

    Setting s_;
    bool exponential_;
    double held_ = 0.0;
    std::vector<double> y_{-70.6, 0.0, 0.0, 0.0};
};

void expect_agreement(const std::string& model, const Setting& s) {
    OneNeuron neuron(model,
                     {{"I_e", s.I_e},
                      {"Delta_T", s.Delta_T},
                      {"V_peak", s.V_peak},
                      {"a", s.a},
                      {"b", s.b},
                      {"tau_w", s.tau_w},
                      {"t_ref", s.t_ref},
                      {"tau_syn_ex", s.tau_ex}},
                     s.resolution);
    FineNeuron fine(s, model == "aeif_cond_exp");
    RandomStream random({9, 4}, 0, 0);
    int spikes = 0;
    double since = 1e9;
    for (double t = 0.0; t < 150.0; t += s.resolution) {
        const double weight = random.uniform() < 0.5 * s.resolution ? s.weight : 0.0;
        const bool spike = neuron.step(weight, 0.0);
        ASSERT_EQ(spike, fine.step(weight)) << model << " at " << t;
        spikes += spike ? 1 : 0;
        since = spike ? 0.0 : since + s.resolution;
        const double allowed = since < 2.0 ? 2e-3 : 2e-4;
        ASSERT_NEAR(neuron["w"], fine.w(), 1e-3) << model << " at " << t;
        if (neuron["V_m"] > -48.0) continue;  // in the upstroke
        ASSERT_NEAR(neuron["V_m"], fine.V_m(), allowed) << model << " at " << t;
    }
    EXPECT_GT(spikes, 3) << model;
}

TEST(AdaptiveExponential, AgreesWithFineSteps) {
    for (const char* model : {"aeif_cond_exp", "aeif_cond_alpha"}) {
        expect_agreement(model, {0.1, 900.0, 2.0, 0.0, 4.0, 80.5, 144.0, 0.0, 0.2, 8.0});
        expect_agreement(model, {0.1, 1100.0, 0.8, -20.0, 2.0, 20.0, 50.0, 2.0, 3.0, 1.0});
        expect_agreement(model, {1.0, 1000.0, 3.0, 10.0, -1.0, 60.0, 144.0, 3.0, 1.0, 4.0});
    }
}

/// An ordinary threshold, whatever V_peak.
TEST(AdaptiveExponential, HasAThresholdWithoutSlope) {
    for (const char* model : {"aeif_cond_exp", "aeif_cond_alpha"}) {
        OneNeuron neuron(model, {{"Delta_T", 0.0}, {"a", 0.0}, {"b", 0.0}, {"I_e", 900.0}}, 0.1);
        const double end = -70.6 + 900.0 / 30.0;
        const double rise = 281.0 / 30.0 * std::log((-70.6 - end) / (-50.4 - end));
        int steps = 1;
        while (!neuron.step()) ++steps;
        EXPECT_EQ(steps, static_cast<int>(std::ceil(rise / 0.1))) << model;
    }
}

TEST(AdaptiveExponential, NamesPotentialsThatCannotBe) {
    const auto first = [](double V_reset, double V_th, double V_peak, double Delta_T) {
        std::vector<std::string> problems;
        check_adaptive_exponential(V_reset, V_th, V_peak, Delta_T, problems);
        return problems.empty() ? std::string() : problems.front();
    };
    EXPECT_EQ(first(-60.0, -50.4, 0.0, 2.0), "");
    EXPECT_EQ(first(-45.0, -50.4, 0.0, 2.0), "");
    EXPECT_EQ(first(-60.0, -50.4, -50.4, 0.0), "");
    EXPECT_NE(first(-45.0, -50.4, 0.0, 0.0).find("must be below V_th"), std::string::npos);
    EXPECT_NE(first(1.0, -50.4, 0.0, 2.0).find("must be below V_peak"), std::string::npos);
    EXPECT_NE(first(-60.0, -50.4, -51.0, 2.0).find("must not be below V_th"), std::string::npos);
    EXPECT_NE(first(-60.0, -50.4, 0.0, 0.05).find("overflows"), std::string::npos);
}

}  // namespace
}  // namespace engram
