# SPDX-License-Identifier: Apache-2.0
"""What tests of running networks in engram.nest begin with."""
from on_ranks import Case

import engram.nest as nest


class NestCase(Case):
    def setUp(self):
        nest.ResetKernel()
        nest.set_verbosity("M_ERROR")

    def network(self):
        """A small network that spikes and learns; returns the recorder of its spikes."""
        self.n = nest.Create("iaf_psc_delta", 20, {"V_m": nest.random.normal(-65.0, 5.0)})
        self.noise = nest.Create("poisson_generator", params={"rate": 9000.0})
        self.recorder, self.voltmeter = nest.Create("spike_recorder"), nest.Create("voltmeter")
        nest.Connect(self.n, self.n, {"rule": "fixed_indegree", "indegree": 5}, {"synapse_model": "stdp_synapse_hom"})
        nest.Connect(self.noise, self.n)
        nest.Connect(self.n, self.recorder)
        nest.Connect(self.voltmeter, self.n[:3])
        return self.recorder
