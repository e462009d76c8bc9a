// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.hpp"

#include "engram_test.hpp"

namespace engram {
namespace {

const std::vector<std::string> known{"tau_m", "tau_minus", "V_m",
                                     "V_th",  "C_m",       "refractory_input"};

TEST(Nearest, FindsWhatWasMeant) {
    EXPECT_EQ(nearest("tau", known), "tau_m");
    EXPECT_EQ(nearest("taum", known), "tau_m");
    EXPECT_EQ(nearest("tau_minus ", known), "tau_minus");
    EXPECT_EQ(nearest("refractory_imput", known), "refractory_input");
}

TEST(Nearest, IgnoresCase) { EXPECT_EQ(nearest("v_TH", known), "V_th"); }

TEST(Nearest, FindsNothingWhereNothingIsNear) {
    EXPECT_EQ(nearest("weight_recorder", known), "");
    EXPECT_EQ(nearest("tau_m", {}), "");
    EXPECT_EQ(nearest("", known), "");
}

TEST(Nearest, PrefersTheFirstOfEquallyNear) { EXPECT_EQ(nearest("ab", {"ac", "ad"}), "ac"); }

TEST(Suggestion, NamesTheNearestOrAll) {
    EXPECT_EQ(suggestion("V_rh", known), "Did you mean 'V_th'?");
    EXPECT_EQ(suggestion("gaussian", {"normal", "uniform"}), "Known are normal, uniform");
    EXPECT_EQ(suggestion("x", {}), "There are none");
}

}  // namespace
}  // namespace engram
