# SPDX-License-Identifier: Apache-2.0
"""engram.nest: GetConnections and SynapseCollection."""
import json

import numpy as np
from on_ranks import Case, main

import engram.nest as nest


class Synapses(Case):
    def setUp(self):
        nest.ResetKernel()
        nest.set_verbosity("M_ERROR")
        self.a, self.b = nest.Create("iaf_psc_delta", 4), nest.Create("iaf_psc_delta", 3)
        nest.CopyModel("stdp_synapse_hom", "learning", {"Wmax": 9.0})
        nest.Connect(self.a, self.b, syn_spec={"weight": 0.5, "delay": 1.5})
        nest.Connect(self.b, self.a, syn_spec={"synapse_model": "learning", "weight": 2.0})

    def test_selection(self):
        a, b = self.a, self.b
        self.assertEqual(len(nest.GetConnections()), 24)
        self.assertEqual(len(nest.GetConnections(synapse_model="learning")), 12)
        self.assertEqual(len(nest.GetConnections(a[:2], b[1:])), 4)
        self.assertEqual(len(nest.GetConnections(source=a[::3])), 6)
        self.assertEqual(len(nest.GetConnections(target=a + b)), 24)
        self.assertEqual(len(nest.GetConnections(a, a)), 0)
        self.assertFalse(nest.GetConnections(a, a))
        self.assertEqual(nest.GetConnections(a, a).weight, [])

    def test_reading(self):
        one = nest.GetConnections(self.a[1], self.b[2])
        self.assertEqual(one.get(), {"source": 2, "target": 7, "weight": 0.5, "delay": 1.5,
                                     "synapse_model": "static_synapse", "receptor": 0})
        self.assertEqual((one.weight, one.source), (0.5, 2))
        every = nest.GetConnections(synapse_model="learning")
        table = every.get(("source", "target", "weight"), output="pandas")
        self.same_on_all(table.to_dict("list"))
        self.assertEqual(list(table.columns), ["source", "target", "weight"])
        self.assertEqual(sorted(zip(table.source, table.target)), [(s, t) for s in (5, 6, 7) for t in (1, 2, 3, 4)])
        self.assertEqual(every.get("weight"), [2.0] * 12)
        self.assertEqual(every.get(["delay"]), {"delay": [1.0] * 12})
        self.assertEqual(every.get("weight", output="numpy").tolist(), [2.0] * 12)
        self.assertEqual(json.loads(one.get("weight", output="json")), {"weight": 0.5})
        self.assertEqual(nest.GetStatus(every, "weight"), (2.0,) * 12)
        self.assertEqual(nest.GetStatus(one, ["source", "target"]), ((2, 7),))
        self.assertEqual(nest.GetStatus(one)[0]["delay"], 1.5)
        self.assertEqual(nest.GetStatus(self.a, "V_m"), (-70.0,) * 4)
        self.assertEqual(nest.GetStatus(self.a[:1], ["V_m", "C_m"]), ((-70.0, 250.0),))
        self.assertEqual(nest.GetStatus(self.a)[3]["global_id"], 4)

    def test_collection(self):
        every = nest.GetConnections()
        self.assertEqual(len(every[3:20:2]), 9)
        self.assertEqual(every[-1].get("source"), every.source[-1])
        self.assertEqual([c.target for c in every], every.target)
        self.assertEqual(every, nest.GetConnections())
        self.assertNotEqual(every, every[1:])
        self.assertEqual(str(every), "SynapseCollection(24 synapses of learning, static_synapse)")
        self.fails_with(IndexError, "index 24 (it has 24 synapses)", lambda: every[24])

    def test_setting_weights(self):
        some = nest.GetConnections(self.a[:2])
        some.weight = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        self.assertEqual(some.weight, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        self.assertEqual(set(nest.GetConnections(self.a[2:]).weight), {0.5})
        every = nest.GetConnections()
        every.set(weight=3.0)
        self.assertEqual(set(every.weight), {3.0})
        every[5].set({"weight": 4.0})
        nest.SetStatus(every[6], "weight", 5.0)
        nest.SetStatus(every[7:9], [{"weight": 6.0}, {"weight": 7.0}])
        self.assertEqual(every.weight[4:10], [3.0, 4.0, 5.0, 6.0, 7.0, 3.0])
        every.weight = nest.random.uniform(1.0, 2.0)
        weights = self.same_on_all(every.weight)
        self.assertEqual(len(set(weights)), 24)

    def test_weights_stay_when_the_network_grows_before_simulate(self):
        nest.GetConnections(self.a[0], self.b[0]).weight = 8.0
        recorder = nest.Create("spike_recorder")
        nest.Connect(self.a, recorder)
        nest.Connect(self.a, self.a, syn_spec={"weight": 0.25})
        nest.Connect(self.a[1], self.b[1])
        self.assertEqual(nest.GetConnections(self.a[0], self.b[0]).weight, 8.0)
        nest.Simulate(1.0)
        self.assertEqual(nest.GetConnections(self.a[0], self.b[0]).weight, 8.0)
        self.assertEqual(set(nest.GetConnections(self.a, self.a).weight), {0.25})

    def test_weights_act(self):
        generator, parrot = nest.Create("spike_generator", params={"spike_times": [5.0]}), nest.Create("parrot_neuron")
        nest.Connect(generator, parrot)
        nest.Connect(parrot, self.a, syn_spec={"delay": 1.0})
        nest.GetConnections(parrot, self.a).weight = [1.0, 2.0, 3.0, 4.0]
        nest.Simulate(7.0)
        np.testing.assert_allclose(np.array(self.a.V_m) + 70.0, np.array([1.0, 2.0, 3.0, 4.0]))

    def test_devices_and_recorders(self):
        noise, recorder = nest.Create("poisson_generator", 2), nest.Create("spike_recorder")
        nest.Connect(noise, self.a, syn_spec={"weight": 3.0})
        nest.Connect(noise[0], self.b[1], syn_spec={"weight": 4.0, "delay": 2.0})
        nest.Connect(self.a, recorder)
        self.assertEqual(len(nest.GetConnections(source=noise)), 9)
        one = nest.GetConnections(noise[0], self.b)
        self.assertEqual((one.source, one.target, one.weight, one.delay), (8, 6, 4.0, 2.0))
        self.assertEqual(nest.GetConnections(target=recorder).source, [1, 2, 3, 4])
        self.assertEqual(nest.num_connections, 24 + 9 + 4)
        self.fails("weight of connections from poisson_generator (cannot change", one.set, weight=1.0)
        nest.ResetKernel()
        n, noise = nest.Create("iaf_psc_delta", 2), nest.Create("poisson_generator")
        nest.Connect(noise, n, syn_spec={"weight": nest.random.normal()})
        self.fails("random ones are drawn where", lambda: nest.GetConnections().weight)

    def test_errors(self):
        every = nest.GetConnections()
        self.fails("unknown 'weigth'. Did you mean 'weight'?", every.get, "weigth")
        self.fails_with(AttributeError, "synapses have no 'weigth'", lambda: every.weigth)
        self.fails("delay of synapses (cannot change", every.set, delay=1.0)
        self.fails("unknown 'Wmax'", every.set, Wmax=1.0)
        self.fails("2 weights (24 synapses)", every.set, weight=[1.0, 2.0])
        self.fails("must hold 24 dictionaries", every.set, [{"weight": 1.0}])
        self.fails("both a dictionary and keywords", every.set, {"weight": 1.0}, weight=1.0)
        self.fails("output = 'xml'", every.get, "weight", output="xml")
        self.fails("lies beyond Wmax", nest.GetConnections(synapse_model="learning").set, weight=10.0)
        self.fails("synapse_label", nest.GetConnections, synapse_label=1)
        self.fails("unknown model 'learned'. Did you mean 'learning'?", nest.GetConnections, synapse_model="learned")
        self.fails("must be a NodeCollection", nest.GetConnections, [1, 2])
        self.fails("GetStatus of 3", nest.GetStatus, 3)
        self.fails("SetStatus of 3", nest.SetStatus, 3, {})


if __name__ == "__main__":
    main()
