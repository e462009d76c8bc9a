# SPDX-License-Identifier: Apache-2.0
"""engram.nest: nodes, their collections, and their values."""
import json

import numpy as np
from on_ranks import Case, main

import engram.nest as nest


class NestCase(Case):
    def setUp(self):
        nest.ResetKernel()
        nest.set_verbosity("M_ERROR")


class Collections(NestCase):
    def test_ids_count_all_nodes_from_1(self):
        neurons, generator = nest.Create("iaf_psc_delta", 4), nest.Create("poisson_generator")
        more = nest.Create("iaf_psc_alpha", n=2)
        self.assertEqual([neurons.tolist(), generator.tolist(), more.tolist()], [[1, 2, 3, 4], [5], [6, 7]])
        self.assertEqual(more.global_id, (6, 7))
        self.assertEqual(generator.global_id, 5)
        self.assertEqual(nest.network_size, 7)
        self.assertEqual(nest.GetNodes().tolist(), list(range(1, 8)))

    def test_sums_slices_and_iteration(self):
        a, b = nest.Create("iaf_psc_delta", 4), nest.Create("iaf_psc_alpha", 3)
        both = b + a
        self.assertEqual(both.tolist(), [1, 2, 3, 4, 5, 6, 7])
        self.assertEqual(both[::3].tolist(), [1, 4, 7])
        self.assertEqual(both[2:5].tolist(), [3, 4, 5])
        self.assertEqual(both[-1].tolist(), [7])
        self.assertEqual(both[[0, 4]].tolist(), [1, 5])
        self.assertEqual(both[np.array([True, False] * 3 + [True])].tolist(), [1, 3, 5, 7])
        self.assertEqual([node.global_id for node in a], [1, 2, 3, 4])
        self.assertTrue(3 in a and 5 not in a and a[1:3] in a)
        self.assertEqual(both.index(5), 4)
        self.assertEqual(a, nest.NodeCollection([1, 2, 3, 4]))
        self.assertEqual(np.asarray(b).tolist(), [5, 6, 7])
        self.assertEqual((len(both), bool(nest.NodeCollection([]))), (7, False))
        self.assertIn("iaf_psc_alpha", str(both))

    def test_errors(self):
        a = nest.Create("iaf_psc_delta", 4)
        self.fails("some nodes are in both", lambda: a + a[1:])
        self.fails("must be a NodeCollection", lambda: a + 3)
        self.fails("must be positive", lambda: a[::-1])
        self.fails("ids must ascend", nest.NodeCollection, [2, 1])
        self.fails("there are nodes 1 to 4", nest.NodeCollection, [5])
        self.fails_with(IndexError, "index 4 (it has 4 nodes)", lambda: a[4])
        self.fails_with(ValueError, "node 9 is not in it", a.index, 9)
        self.fails_with(AttributeError, "__wrapped__", getattr, a, "__wrapped__")
        self.fails_with(AttributeError, "no nodes that have 'V_m'", lambda: nest.NodeCollection([]).V_m)
        self.fails("unknown model 'iaf_psc_delt'. Did you mean 'iaf_psc_delta'?", nest.Create, "iaf_psc_delt")
        self.fails("must be a name", nest.Create, 3)
        self.fails("n = 0", nest.Create, "iaf_psc_delta", 0)
        self.fails("n = 2.5 (must be a whole number", nest.Create, "iaf_psc_delta", 2.5)
        self.fails("positions", nest.Create, "iaf_psc_delta", positions=[1])
        self.fails("unknown 'tau_n'. Did you mean 'tau_m'?", nest.Create, "iaf_psc_delta", 2, {"tau_n": 1.0})
        self.fails("2 dictionaries (3 nodes)", nest.Create, "iaf_psc_delta", 3, [{}, {}])
        self.fails("V_m has 2 values (3 nodes)", nest.Create, "iaf_psc_delta", 3, {"V_m": [1.0, 2.0]})

    def test_before_reset(self):
        old = nest.Create("iaf_psc_delta", 4)
        nest.Connect(old, old)
        synapses = nest.GetConnections()
        nest.ResetKernel()
        new = nest.Create("iaf_psc_alpha", 5)
        for call in (lambda: old.V_m, lambda: old.get("V_m"), lambda: nest.Connect(old, new), lambda: nest.Connect(new, old),
                     lambda: nest.GetConnections(old), lambda: old.set(V_m=1.0), lambda: old + new, lambda: old[0]):
            self.fails("NodeCollection of before ResetKernel", call)
        for call in (lambda: synapses.weight, lambda: synapses.set(weight=1.0), lambda: synapses[0]):
            self.fails("SynapseCollection of before ResetKernel", call)
        self.assertEqual((str(old), str(synapses)), ("NodeCollection(of before ResetKernel)",
                                                     "SynapseCollection(of before ResetKernel)"))


class Values(NestCase):
    def test_get(self):
        n = nest.Create("iaf_psc_delta", 3, {"V_m": [-61.0, -62.0, -63.0], "tau_m": 20.0})
        self.assertEqual(n.get("V_m"), (-61.0, -62.0, -63.0))
        self.assertEqual(n.V_m, n.get("V_m"))
        self.assertEqual(n[1].V_m, -62.0)
        self.assertEqual(n.get(["V_m", "tau_m"])["tau_m"], (20.0,) * 3)
        self.assertEqual(n[0].get(["V_m", "C_m"]), {"V_m": -61.0, "C_m": 250.0})
        self.assertLessEqual({"V_m", "tau_m", "global_id", "model"}, set(n.get()))
        self.assertEqual(n[0].get()["model"], "iaf_psc_delta")
        table = n.get(["V_m"], output="pandas")
        self.assertEqual((table.index.tolist(), table.V_m.tolist()), ([1, 2, 3], [-61.0, -62.0, -63.0]))
        self.assertEqual(json.loads(n.get("V_m", output="json")), {"V_m": [-61.0, -62.0, -63.0]})
        self.assertIs(type(n[0].refractory_input), bool)

    def test_get_of_several_models(self):
        both = nest.Create("iaf_psc_delta", 2) + nest.Create("iaf_psc_alpha", 1, {"V_m": -60.0})
        self.assertEqual(both.V_m, (-70.0, -70.0, -60.0))
        self.assertNotIn("tau_syn_ex", both.get())
        self.fails("iaf_psc_delta has no 'tau_syn_ex'", both.get, "tau_syn_ex")
        self.fails_with(AttributeError, "iaf_psc_delta has no 'tau_syn_ex'", lambda: both.tau_syn_ex)
        self.assertFalse(hasattr(both, "tau_syn_ex"))

    def test_set(self):
        n = nest.Create("iaf_psc_delta", 4)
        n.V_m = -60.0
        n[1].V_m = -50.5
        n[2:].set({"V_m": [-40.0, -30.0], "I_e": 5.0})
        n[:2].set([{"C_m": 100.0}, {"C_m": 200.0}])
        n.set(tau_m=nest.random.uniform(5.0, 6.0))
        self.assertEqual(n.V_m, (-60.0, -50.5, -40.0, -30.0))
        self.assertEqual(n.I_e, (0.0, 0.0, 5.0, 5.0))
        self.assertEqual(n.C_m, (100.0, 200.0, 250.0, 250.0))
        taus = self.same_on_all(n.tau_m)
        self.assertTrue(len(set(taus)) == 4 and all(5.0 <= tau < 6.0 for tau in taus))
        n[1].tau_m = 7.0
        self.assertEqual(n.tau_m, (taus[0], 7.0, *taus[2:]))

    def test_create_with_one_dictionary_for_each(self):
        n = nest.Create("iaf_psc_delta", 2, [{"V_m": -1.0}, {"I_e": 3.0}])
        self.assertEqual((n.V_m, n.I_e), ((-1.0, -70.0), (0.0, 3.0)))

    def test_the_same_before_and_in_the_simulation(self):
        n = nest.Create("iaf_psc_delta", 6, {"V_m": nest.random.normal(-65.0, 5.0)})
        before = self.same_on_all(n.V_m)
        self.assertEqual(len(set(before)), 6)
        n[2].V_m = -55.5
        nest.Simulate(0.0)
        self.assertEqual(n.V_m, (*before[:2], -55.5, *before[3:]))

    def test_a_running_simulation_follows(self):
        n, noise = nest.Create("iaf_psc_alpha", 5), nest.Create("poisson_generator", {"rate": 0.0})
        current = nest.Create("dc_generator")
        recorder = nest.Create("spike_recorder")
        nest.Connect(noise, n, syn_spec={"weight": 500.0})
        nest.Connect(current, n)
        nest.Connect(n, recorder)
        nest.Simulate(100.0)
        self.assertEqual(recorder.n_events, 0)
        n[0].I_e = 800.0
        nest.Simulate(100.0)
        self.assertEqual(set(recorder.events["senders"]), {1})
        n.I_e = 0.0
        recorder.n_events = 0
        self.assertEqual(recorder.n_events, 0)
        noise.rate = 5000.0
        nest.Simulate(50.0)
        self.assertEqual(set(self.same_on_all(recorder.events["senders"])), {1, 2, 3, 4, 5})
        self.assertGreater(recorder.events["times"].min(), 200.0)
        noise.set(rate=0.0)
        current.amplitude = 900.0
        recorder.n_events = 0
        nest.Simulate(50.0)
        self.assertGreater(recorder.n_events, 4)
        n.V_m = -70.0
        self.assertEqual(n.V_m, (-70.0,) * 5)
        self.assertEqual((n[0].I_e, noise.rate, current.amplitude), (0.0, 0.0, 900.0))

    def test_errors(self):
        n, generators = nest.Create("iaf_psc_delta", 3), nest.Create("spike_generator", 2)
        recorder = nest.Create("spike_recorder")
        self.fails("iaf_psc_delta has no 'V_n'. Did you mean 'V_m'?", n.get, "V_n")
        self.fails("set: iaf_psc_delta has no 'V_n'", n.set, V_n=1.0)
        self.fails("set: global_id cannot be set", n.set, global_id=1)
        self.fails("V_m has 2 values (3 nodes)", n.set, V_m=[1.0, 2.0])
        self.fails("2 dictionaries (3 nodes)", n.set, [{}, {}])
        self.fails("both a dictionary and keywords", n.set, {"V_m": 1.0}, V_m=2.0)
        self.fails("output = 'xml'", n.get, "V_m", output="xml")
        self.fails("two keys", n.get, "V_m", "I_e")
        self.fails("the NodeCollection is empty", nest.NodeCollection([]).get, "V_m")
        self.fails("n_events = 3 (must be 0", recorder.set, n_events=3)
        self.fails("events have no 'V_m'. Known are senders, times", recorder.get, "events", "V_m")
        self.fails("record_to = 'screen' (must be 'memory' or 'ascii')", recorder.set, record_to="screen")
        self.fails("record_from = ['V_m', 'x'] (a voltmeter records V_m)", nest.Create, "voltmeter", 1,
                   {"record_from": ["V_m", "x"]})
        self.fails("precision = -1 (must be a whole number", recorder.set, precision=-1)
        generators.spike_times = [1.0, 2.0]
        self.assertEqual(generators.spike_times, ([1.0, 2.0], [1.0, 2.0]))
        generators.spike_times = [[1.0], [2.0, 3.0]]
        self.assertEqual(generators[1].spike_times, [2.0, 3.0])
        nest.Simulate(1.0)
        self.fails("tau_m = -1 ms", n.set, tau_m=-1.0)
        self.assertEqual(n.tau_m, (10.0,) * 3)
        nest.Connect(n, recorder)
        recorder.start = 0.5  # it has not recorded
        nest.Simulate(1.0)
        self.fails("set start of spike_recorder after Simulate", recorder.set, start=3.0)

    def test_array_longer_than_the_nodes(self):
        n = nest.Create("iaf_psc_delta", 2, {"V_m": np.array([-1.0, -2.0, -3.0])})
        self.assertEqual(n.V_m, (-1.0, -2.0))


class RandomValues(NestCase):
    def draws(self, parameter):
        return np.array(self.same_on_all(nest.Create("iaf_psc_delta", 2000, {"V_m": parameter}).V_m))

    def test_families(self):
        r = nest.random
        for parameter, mean, std in ((r.uniform(1.0, 3.0), 2.0, 1.0 / 3 ** 0.5), (r.normal(5.0, 2.0), 5.0, 2.0),
                                     (r.exponential(3.0), 3.0, 3.0), (r.uniform_int(11), 5.0, 10 ** 0.5),
                                     (r.lognormal(0.0, 0.5), np.exp(0.125), 0.604),
                                     (2.0 * r.normal(1.0, 0.5) - 3.0, -1.0, 1.0), (1.0 - r.uniform() / 2, 0.75, 0.144),
                                     (-r.uniform(), -0.5, 1.0 / 12 ** 0.5), (r.exponential() * 4.0, 4.0, 4.0)):
            values = self.draws(parameter)
            self.assertAlmostEqual(values.mean(), mean, delta=5 * std / 2000 ** 0.5)
            self.assertAlmostEqual(values.std(), std, delta=0.25 * std)
        whole = self.draws(r.uniform_int(3))
        self.assertEqual(set(whole), {0.0, 1.0, 2.0})
        bounded = self.draws(nest.math.redraw(r.normal(), -1.0, 1.0) * 2.0)
        self.assertTrue(bounded.min() >= -2.0 and bounded.max() <= 2.0 and bounded.std() > 0.5)
        self.assertIs(type(r.uniform_int(5).GetValue()), int)

    def test_errors(self):
        r = nest.random
        self.fails("arithmetic of two random parameters", lambda: r.normal() + r.normal())
        self.fails("arithmetic with exponential", lambda: r.exponential() + 1.0)
        self.fails("arithmetic with uniform_int", lambda: r.uniform_int(3) * 2)
        self.fails("max = 0", r.uniform_int, 0)
        self.fails("must be a random parameter", nest.math.redraw, 3.0, 0.0, 1.0)
        self.fails("nest.math.exp (is not there", lambda: nest.math.exp)
        self.fails_with(AttributeError, "__wrapped__", getattr, nest.math, "__wrapped__")
        self.fails("less than one draw", lambda: (nest.Create("iaf_psc_delta", 2, {"V_m": nest.math.redraw(
            r.normal(), 50.0, 51.0)}), nest.Simulate(1.0)))


if __name__ == "__main__":
    main()
