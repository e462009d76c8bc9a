# SPDX-License-Identifier: Apache-2.0
"""engram.nest: Connect, with all rules, collections and arrays, and what GetConnections then finds."""
import json

import numpy as np
from on_ranks import Case, main

import engram.nest as nest


def pairs(connections):
    table = connections.get(["source", "target"], output="numpy")
    return sorted(zip(table["source"].tolist(), table["target"].tolist()))


class NestCase(Case):
    def setUp(self):
        nest.ResetKernel()
        nest.set_verbosity("M_ERROR")

    def neurons(self, *sizes):
        return [nest.Create("iaf_psc_delta", size) for size in sizes]


class Rules(NestCase):
    def test_all_to_all_and_one_to_one(self):
        a, b = self.neurons(3, 2)
        nest.Connect(a, b)
        nest.Connect(b, a[1:], "one_to_one")
        nest.Connect(a, a, {"rule": "all_to_all", "allow_autapses": False})
        found = pairs(nest.GetConnections())
        expected = ([(s, t) for s in (1, 2, 3) for t in (4, 5)] + [(4, 2), (5, 3)] +
                    [(s, t) for s in (1, 2, 3) for t in (1, 2, 3) if s != t])
        self.assertEqual(self.same_on_all(found), sorted(expected))

    def test_unions_and_slices_of_every_kind(self):
        a, b, c = self.neurons(3, 2, 2)
        every = a + b + c
        nest.Connect(every, every)
        nest.Connect(every[1:4], every[::3])
        nest.Connect(c[1], a[0])
        found = pairs(nest.GetConnections())
        ids = range(1, 8)
        self.assertEqual(found, sorted([(s, t) for s in ids for t in ids] +
                                       [(s, t) for s in (2, 3, 4) for t in (1, 4, 7)] + [(7, 1)]))

    def test_fixed_indegree(self):
        for ends in (lambda a, b: (a, a + b), lambda a, b: (a + b, b), lambda a, b: (a[:7], (a + b)[10:])):
            self.setUp()
            source, target = ends(*self.neurons(30, 20))
            nest.Connect(source, target, {"rule": "fixed_indegree", "indegree": 4})
            found = nest.GetConnections(source, target)
            self.assertEqual(set(np.unique(found.get("target", output="numpy"), return_counts=True)[1]), {4})
            self.assertTrue(set(found.source) <= set(source.tolist()))

    def test_autapses_and_multapses(self):
        a, b = self.neurons(6, 5)
        spec = {"rule": "fixed_indegree", "indegree": 4, "allow_autapses": False, "allow_multapses": False}
        nest.Connect(a[:5], a[:5], spec)
        found = pairs(nest.GetConnections())
        self.assertEqual(found, [(s, t) for s in range(1, 6) for t in range(1, 6) if s != t])
        nest.Connect(b, b, {**spec, "allow_multapses": True})
        self.assertTrue(all(s != t for s, t in pairs(nest.GetConnections(b, b))))

    def test_fixed_total_number(self):
        a, b = self.neurons(10, 10)
        nest.Connect(a, a + b, {"rule": "fixed_total_number", "N": 123, "allow_multapses": True})
        self.assertEqual(len(nest.GetConnections()), 123)

    def test_every_rule_of_the_build_is_there(self):
        self.assertLessEqual({"all_to_all", "one_to_one", "fixed_indegree", "fixed_total_number"},
                             set(nest.connection_rules))
        self.assertNotIn("explicit_list", nest.connection_rules)

    def test_the_same_network_on_all_layouts(self):
        found = []
        for threads in (1, 3):
            nest.ResetKernel()
            nest.set_verbosity("M_ERROR")
            nest.local_num_threads = threads
            a, b = self.neurons(20, 10)
            nest.Connect(a, b, {"rule": "fixed_indegree", "indegree": 3}, {"weight": nest.random.normal(), "delay": 2.0})
            nest.Connect(a[:5] + b, b, {"rule": "fixed_indegree", "indegree": 3},
                         {"weight": nest.random.uniform(), "delay": nest.random.uniform(1.0, 5.0)})
            found.append(nest.GetConnections().get(output="numpy"))
        for name, column in self.same_on_all(found[0]).items():
            np.testing.assert_array_equal(column, found[1][name])


class Arrays(NestCase):
    def test_ids_with_weights_and_delays(self):
        a, b = self.neurons(3, 3)
        sources, targets = np.array([1, 5, 2, 1, 1]), np.array([4, 1, 4, 6, 6])
        weights, delays = np.array([0.5, 1.5, 2.5, 3.5, 4.5]), np.array([1.0, 2.0, 3.0, 2.0, 1.0])
        nest.Connect(sources, targets, "one_to_one", {"weight": weights, "delay": delays})
        table = nest.GetConnections().get(["source", "target", "weight", "delay"], output="pandas")
        found = sorted(table.itertuples(index=False, name=None))
        self.assertEqual(found, sorted(zip(sources.tolist(), targets.tolist(), weights, delays)))

    def test_matrices(self):
        a, b = self.neurons(3, 2)
        nest.Connect(a, b, "all_to_all", {"weight": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]})
        table = nest.GetConnections(a, b).get(output="pandas")
        self.assertEqual({(s, t): w for s, t, w in zip(table.source, table.target, table.weight)},
                         {(s, t): w for (s, t), w in zip([(s, t) for t in (4, 5) for s in (1, 2, 3)], np.arange(1.0, 7.0))})
        nest.Connect(b, a, {"rule": "fixed_indegree", "indegree": 2}, {"weight": np.arange(6.0).reshape(3, 2)})
        table = nest.GetConnections(b, a).get(output="pandas").sort_values("weight")
        self.assertEqual((table.target.tolist(), table.weight.tolist()), ([1, 1, 2, 2, 3, 3], list(range(6))))

    def test_neuron_by_neuron(self):
        a, b = self.neurons(4, 4)
        for i in range(4):
            nest.Connect(a[i], b[3 - i], syn_spec={"weight": float(i + 1), "delay": 1.0 + 0.5 * i})
        table = nest.GetConnections(a, b).get(output="pandas").sort_values("source")
        self.assertEqual(table.target.tolist(), [8, 7, 6, 5])
        self.assertEqual(table.weight.tolist(), [1.0, 2.0, 3.0, 4.0])
        self.assertEqual(table.delay.tolist(), [1.0, 1.5, 2.0, 2.5])

    def test_what_is_connected_works(self):
        parrots, neuron = nest.Create("parrot_neuron", 2), nest.Create("iaf_psc_delta")
        generator = nest.Create("spike_generator", 2, [{"spike_times": [1.0]}, {"spike_times": [3.0]}])
        meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 1.0})
        recorder = nest.Create("spike_recorder")
        nest.Connect(generator, parrots, "one_to_one")
        nest.Connect(parrots, neuron, syn_spec={"weight": 5.0, "delay": 2.0})
        nest.Connect(meter, neuron)
        nest.Connect(parrots, recorder)
        nest.Simulate(10.0)
        events = self.same_on_all(recorder.events)
        self.assertEqual((events["senders"].tolist(), events["times"].tolist()), ([1, 2], [2.0, 4.0]))
        samples = self.same_on_all(meter.get("events"))
        self.assertEqual(samples["times"].tolist(), [float(t) for t in range(1, 11)])
        self.assertEqual(set(samples["senders"]), {3})
        self.assertEqual(samples["V_m"][3], -65.0)
        self.assertEqual(meter.get("events", "times").tolist(), samples["times"].tolist())
        self.assertEqual(list(meter.get("events", ["V_m", "times"])), ["V_m", "times"])

    def test_recording_some_neurons(self):
        n = nest.Create("iaf_psc_delta", 6, {"I_e": 500.0})
        few, all_of_them, voltmeter = nest.Create("spike_recorder"), nest.Create("spike_recorder"), nest.Create("voltmeter")
        nest.Connect(n[1:3], few)
        nest.Connect(n[5], few)
        nest.Connect(n, all_of_them)
        nest.Connect(voltmeter, n[::2])
        nest.Simulate(100.0)
        self.assertEqual(set(few.events["senders"]), {2, 3, 6})
        self.assertEqual(set(all_of_them.events["senders"]), set(range(1, 7)))
        self.assertEqual(set(voltmeter.events["senders"]), {1, 3, 5})
        self.assertEqual(few.n_events * 2, all_of_them.n_events)
        self.assertTrue(np.all(np.diff(few.events["times"]) >= 0))


class Models(NestCase):
    def test_copies_and_defaults(self):
        nest.CopyModel("stdp_synapse_hom", "learning", {"Wmax": 3.0, "weight": 1.25})
        nest.CopyModel("static_synapse", "fixed", {"delay": 2.5})
        nest.CopyModel("iaf_psc_delta", "slow", {"tau_m": 50.0})
        nest.SetDefaults("iaf_psc_delta", {"tau_m": 30.0})
        nest.SetDefaults("iaf_psc_delta", "C_m", 300.0)
        a, b = nest.Create("slow", 2), nest.Create("iaf_psc_delta", 2)
        self.assertEqual((a[0].tau_m, b[0].tau_m, b[0].C_m, a[0].model), (50.0, 30.0, 300.0, "slow"))
        nest.Connect(a, b, syn_spec="learning")
        nest.Connect(a, b, syn_spec={"synapse_model": "fixed", "weight": 0.5})
        learning, fixed = nest.GetConnections(synapse_model="learning"), nest.GetConnections(synapse_model="fixed")
        self.assertEqual((set(learning.weight), set(learning.delay)), ({1.25}, {1.0}))
        self.assertEqual((set(fixed.weight), set(fixed.delay)), ({0.5}, {2.5}))
        self.assertEqual(set(fixed.synapse_model), {"fixed"})
        self.assertEqual(nest.GetDefaults("learning", "Wmax"), 3.0)
        self.assertEqual(nest.GetDefaults("learning", ["Wmax", "weight"]), (3.0, 1.25))
        self.assertEqual(nest.GetDefaults("slow")["tau_m"], 50.0)
        self.assertEqual(json.loads(nest.GetDefaults("fixed", "delay", output="json")), 2.5)
        self.assertLessEqual({"slow", "spike_recorder"}, set(nest.Models("nodes")))
        self.assertIn("learning", nest.Models("synapses"))
        self.assertLessEqual({"learning", "slow"}, {*nest.synapse_models, *nest.node_models})

    def test_copies_while_the_network_runs(self):
        n, = self.neurons(2)
        recorder = nest.Create("spike_recorder")
        nest.Connect(n, recorder)
        n.I_e = 500.0
        nest.Simulate(50.0)
        events = recorder.n_events
        self.assertGreater(events, 0)
        nest.CopyModel("static_synapse", "fixed")
        nest.CopyModel("iaf_psc_delta", "slow", {"tau_m": 50.0})
        self.assertEqual(recorder.n_events, events)
        nest.Simulate(50.0)
        self.assertEqual(nest.biological_time, 100.0)
        self.assertGreater(recorder.n_events, events)

    def test_defaults_of_a_built_in_synapse_model(self):
        nest.SetDefaults("stdp_synapse_hom", {"Wmax": 7.0})
        nest.SetDefaults("static_synapse", {"weight": 2.0})
        a, = self.neurons(2)
        nest.Connect(a, a, syn_spec={"synapse_model": "stdp_synapse_hom", "weight": 6.5})
        nest.Connect(a, a)
        self.assertEqual(set(nest.GetConnections(synapse_model="stdp_synapse_hom").weight), {6.5})
        self.assertEqual(set(nest.GetConnections(synapse_model="static_synapse").weight), {2.0})

    def test_errors(self):
        self.fails("'static_synapse' (there is a model of this name)", nest.CopyModel, "iaf_psc_delta", "static_synapse")
        self.fails("unknown model 'x'", nest.CopyModel, "x", "y")
        self.fails("CopyModel: 3 (must be a name)", nest.CopyModel, "iaf_psc_delta", 3)
        self.fails("unknown 'Wmx'. Did you mean 'Wmax'?", nest.CopyModel, "stdp_synapse_hom", "y", {"Wmx": 1.0})
        self.fails("unknown 'tau'", nest.SetDefaults, "iaf_psc_delta", {"tau": 1.0})
        self.fails("unknown 'tau'", nest.GetDefaults, "iaf_psc_delta", "tau")
        self.fails("output = 'xml'", nest.GetDefaults, "iaf_psc_delta", output="xml")
        self.fails("mtype = 'x'", nest.Models, "x")


class Errors(NestCase):
    def test_of_connect(self):
        a, b = self.neurons(3, 2)
        noise, recorder, meter = (nest.Create(name) for name in ("poisson_generator", "spike_recorder", "multimeter"))
        connect = nest.Connect
        self.fails("unknown rule 'all_to_al'. Did you mean 'all_to_all'?", connect, a, b, "all_to_al")
        self.fails("conn_spec has no 'rule'", connect, a, b, {"indegree": 3})
        self.fails("unknown 'indegre'. Did you mean 'indegree'?", connect, a, b, {"rule": "fixed_indegree", "indegre": 1})
        self.fails("indegree (must be one number)", connect, a, b,
                   {"rule": "fixed_indegree", "indegree": nest.random.uniform_int(3)})
        self.fails("unknown 'weigth'. Did you mean 'weight'?", connect, a, b, syn_spec={"weigth": 1.0})
        self.fails("Wmax (all synapses of the model share it)", connect, a, b,
                   syn_spec={"synapse_model": "stdp_synapse_hom", "Wmax": 1.0})
        self.fails("unknown model 'static'", connect, a, b, syn_spec="static")
        self.fails("weight = uniform_int", connect, a, b, syn_spec={"weight": nest.random.uniform_int(3)})
        self.fails("must be a number, an array or random", connect, a, b, syn_spec={"weight": "strong"})
        self.fails("conn_spec = 3 (must be a name or a dictionary)", connect, a, b, 3)
        self.fails("syn_spec = [{}] (must be a name or a dictionary)", connect, a, b, syn_spec=[{}])
        self.fails("receptor_type = 'x' (must be a whole number)", connect, a, b, syn_spec={"receptor_type": "x"})
        self.fails("receptor_type is an array", connect, a, b, syn_spec={"receptor_type": [1, 2]})
        self.fails("3 sources and 2 targets", connect, a, b, "one_to_one")
        self.fails("has the shape (2,) (must be (2, 3))", connect, a, b, syn_spec={"weight": [1.0, 2.0]})
        self.fails("does not say how many synapses", connect, a, b, {"rule": "fixed_total_number", "N": 2},
                   {"weight": [1.0, 2.0]})
        self.fails("return_synapsecollection", connect, a, b, return_synapsecollection=True)
        self.fails("must be a NodeCollection or an array of ids", connect, a, 3.5)
        self.fails("ids from 1 to 99 (there are nodes 1 to 8)", connect, [1, 99], [1, 1], "one_to_one")
        self.fails("pre holds device and neuron", connect, a + noise, b)
        self.fails("post holds no nodes", connect, a, nest.NodeCollection([]))
        self.fails("device to device", connect, noise, noise)
        self.fails("a recorder and a device", connect, noise, recorder)
        self.fails("recorder to neuron", connect, recorder, a)
        self.fails("neuron to sampler", connect, a, meter)
        self.fails("to a recorder (must be all_to_all", connect, a, recorder, {"rule": "fixed_indegree", "indegree": 1})
        self.fails("is plastic). Put a parrot_neuron between", connect, noise, a, syn_spec="stdp_synapse_hom")
        self.fails("allow_autapses = False with nodes", connect, a, (a + b)[2:],
                   {"rule": "fixed_indegree", "indegree": 1, "allow_autapses": False})
        self.fails("indegree is missing", lambda: (connect(a, a, {"rule": "fixed_indegree"}), nest.Prepare()))

    def test_of_the_whole_network(self):
        self.fails("the network has no neurons", nest.Simulate, 1.0)
        a, b = self.neurons(3, 2)
        nest.Connect(a, b, syn_spec={"delay": -1.0})
        nest.Connect(a, b, syn_spec={"delay": 1e9})
        self.fails(["delay = -1", "delay = 1000000000"], nest.Simulate, 1.0)

    def test_after_simulate(self):
        a, b = self.neurons(3, 2)
        nest.Connect(a, b, syn_spec="stdp_synapse_hom")
        nest.Simulate(1.0)
        self.fails("SetDefaults of stdp_synapse_hom after Simulate", nest.SetDefaults, "stdp_synapse_hom", {"Wmax": 1.0})


if __name__ == "__main__":
    main()
