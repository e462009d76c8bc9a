// SPDX-License-Identifier: Apache-2.0
#include "command/models.hpp"

#include "network/small_registry.hpp"
#include "engram_test.hpp"

namespace engram::command {
namespace {

using test::small_registry;

TEST(Models, AreListedByKind) {
    const std::string text = list_models(small_registry());
    EXPECT_TRUE(text.starts_with(
        "Neuron models\n  iaf_psc_delta  a neuron\n  parrot_neuron  \n\nSynapse models\n"));
    EXPECT_NE(text.find("\nConnection rules\n  all_to_all      every neuron of the source onto"),
              std::string::npos);
    EXPECT_NE(text.find("\nRecorders\n  multimeter       records state"), std::string::npos);
}

TEST(Models, ShowParametersInColumns) {
    EXPECT_EQ(describe_model(small_registry(), "iaf_psc_delta"),
              "iaf_psc_delta (neuron model): a neuron\n"
              "  source: a paper\n"
              "\n"
              "  parameter         default  unit  range         meaning\n"
              "  tau_m             10       ms    > 0           doc of tau_m\n"
              "  V_th              -55      mV    any           doc of V_th\n"
              "  V_reset           -70      mV    any           doc of V_reset\n"
              "  V_min             -inf     mV    any           doc of V_min\n"
              "  tau_minus         20       ms    > 0           doc of tau_minus\n"
              "  order             1              integer >= 0  doc of order\n"
              "  refractory_input  false          true, false   doc\n"
              "\n"
              "  state variable  default  unit  range  meaning\n"
              "  V_m             -70      mV    any    doc of V_m\n"
              "\n"
              "  weight in mV\n"
              "  receptors: 0 spikes\n");
}

TEST(Models, OfEveryKindAreShown) {
    const Registry registry = small_registry();
    EXPECT_NE(describe_model(registry, "fixed_indegree").find("  indegree         none     "),
              std::string::npos);
    EXPECT_NE(describe_model(registry, "spike_generator").find("  spike_times    []       ms "),
              std::string::npos);
    EXPECT_NE(describe_model(registry, "multimeter").find("  stop       inf      ms "),
              std::string::npos);
    EXPECT_NE(describe_model(registry, "static_synapse").find("static_synapse (synapse model)"),
              std::string::npos);
}

TEST(Models, MakeAPage) {
    const std::string page = models_page(small_registry());
    EXPECT_NE(page.find("\n## Neuron models\n| neuron model | what it is |\n|---|---|\n"
                        "| [iaf_psc_delta](#iaf_psc_delta) | a neuron |\n"),
              std::string::npos);
    EXPECT_NE(page.find("\n### iaf_psc_delta\nA neuron.\n\nSource: a paper.\n\n"
                        "| parameter | default | unit | range | meaning |\n|---|---|---|---|---|\n"
                        "| `tau_m` | 10 | ms | > 0 | doc of tau_m |\n"),
              std::string::npos);
    EXPECT_NE(page.find("\nWeights are in mV. Receptors: 0 spikes.\n"), std::string::npos);
}

TEST(Models, UnknownOnesAreSuggested) {
    EXPECT_ERROR(describe_model(small_registry(), "iaf_psc_detla"),
                 "unknown model 'iaf_psc_detla'. Did you mean 'iaf_psc_delta'?");
}

}  // namespace
}  // namespace engram::command
