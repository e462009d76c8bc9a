// SPDX-License-Identifier: Apache-2.0
// Input rows of the slices.
#include "build/populate.hpp"

#include "engram_test.hpp"

namespace engram {
namespace {

/// A row of currents is there for a population that receives any, on virtual processes without
/// neurons of it as well, and for no other.
TEST(Populate, HasRowsOfCurrentsOnlyWhereTheyAreInjected) {
    NetworkDescription d;
    d.population("delta", "iaf_psc_delta", 3);
    d.population("injected", "iaf_psc_delta", 3);
    d.population("exp", "iaf_psc_exp", 3);
    d.population("injected_exp", "iaf_psc_exp", 3);
    d.device("dc", "dc_generator");
    d.device("noise", "poisson_generator");
    d.connect("noise", {"delta", "injected", "exp", "injected_exp"}, all_to_all());
    d.connect("dc", {"injected", "injected_exp"}, all_to_all());
    const Registry registry = builtin_models();
    const Network network = resolve(d, registry);
    const Partition partition({3, 3, 3, 3}, 1, 4);
    for (int index = 0; index < 4; ++index) {
        VirtualProcess vp;
        vp.index = index;
        build::populate(vp, network, registry, partition);
        std::vector<std::size_t> rows;
        for (const auto& slice : vp.slices) rows.push_back(slice.inputs.size());
        EXPECT_EQ(rows, (std::vector<std::size_t>{1, 2, 2, 3}));
    }
}

}  // namespace
}  // namespace engram
