# SPDX-License-Identifier: Apache-2.0
"""Create and Connect after Simulate: the network grows; and Simulation.grow of Engram's own interface."""
import os

import numpy as np
from nest_case import NestCase
from on_ranks import Case, main

import engram
import engram.nest as nest


class Growing(NestCase):
    def state(self):
        """Collective. What the old part holds."""
        found = [self.recorder.events, self.voltmeter.events, self.n.V_m,
                 nest.GetConnections(self.n, self.n, "stdp_synapse_hom").get(output="numpy")]
        return self.same_on_all(found)


class Grow(Growing):
    def test_by_parts_apart_leaves_every_bit(self):
        self.network()
        nest.Simulate(60.0)
        expected = self.state()
        self.setUp()
        self.network()
        nest.Simulate(25.3)
        more = nest.Create("iaf_psc_exp", 3, {"I_e": 500.0})
        late, meter = nest.Create("spike_recorder"), nest.Create("multimeter", params={"record_from": ["V_m"]})
        nest.Connect(more, late)
        nest.Connect(self.n, late)
        nest.Connect(meter, more)
        nest.Connect(more, more, syn_spec={"weight": 1.0, "delay": 2.0})
        self.assertEqual(nest.biological_time, 25.3)
        nest.Simulate(34.7)
        np.testing.assert_equal(self.state(), expected)
        events, old = late.events, self.recorder.events
        after = old["times"] > 25.3
        own = events["senders"] <= 20
        np.testing.assert_equal(events["times"][own], old["times"][after])
        np.testing.assert_equal(events["senders"][own], old["senders"][after])
        self.assertGreater(events["times"][own].size, 10)
        self.assertGreater(events["times"][~own].size, 3)
        self.assertGreater(events["times"].min(), 25.3)
        self.assertEqual(meter.events["times"][0], 26.0)
        self.assertEqual(nest.network_size, 20 + 1 + 2 + 3 + 2)

    def test_neurons_connected_to_an_old_recorder(self):
        n = nest.Create("iaf_psc_delta", 6, {"I_e": np.linspace(500.0, 800.0, 6)})
        recorder, all_of_it = nest.Create("spike_recorder"), nest.Create("spike_recorder")
        nest.Connect(n[2:4], recorder)
        nest.Connect(n, all_of_it)
        nest.Simulate(40.0)
        before = recorder.n_events
        more = nest.Create("iaf_psc_delta", 2, {"I_e": 900.0})
        nest.Connect(n[1:3] + more, recorder)
        self.assertEqual(recorder.n_events, before)
        nest.Simulate(40.0)
        events, whole = self.same_on_all(recorder.events), all_of_it.events
        keep = np.isin(whole["senders"], [3, 4]) | ((whole["senders"] == 2) & (whole["times"] > 40.0))
        own = events["senders"] <= 6
        np.testing.assert_equal(events["times"][own], whole["times"][keep])
        np.testing.assert_equal(events["senders"][own], whole["senders"][keep])
        self.assertTrue((events["times"][~own] > 40.0).all() and (~own).sum() > 3)
        recorder.n_events = 0
        self.assertEqual(recorder.n_events, 0)
        nest.Simulate(20.0)
        self.assertGreater(self.same_on_all(recorder.events["times"]).min(), 80.0)

    def test_synapses_and_generators(self):
        self.network()
        nest.Simulate(20.0)
        old = nest.GetConnections(self.n, self.n)
        old.weight = np.linspace(0.1, 0.9, 100)
        self.n[3].V_m = -55.5
        self.n.tau_m = 12.0
        self.noise.rate = 8000.0
        pulse = nest.Create("spike_generator", params={"spike_times": [20.5, 21.0]})
        target = nest.Create("iaf_psc_delta", 2)
        nest.CopyModel("stdp_synapse_hom", "later", {"Wmax": 5.0})
        nest.SetDefaults("stdp_synapse", {"Wmax": 7.0})  # no synapse has it yet
        nest.Connect(self.n, target, syn_spec={"synapse_model": "later", "weight": 2.0, "delay": 20.0})
        nest.Connect(self.n, self.n[4:6], {"rule": "fixed_indegree", "indegree": 3}, {"synapse_model": "stdp_synapse"})
        nest.Connect(pulse, target, syn_spec={"weight": 30.0})
        self.noise.rate = 7000.0
        self.n[3].V_m = -56.5
        spikes = nest.Create("spike_recorder")
        nest.Connect(target, spikes)
        self.assertEqual(old.get("weight"), np.linspace(0.1, 0.9, 100).tolist())
        self.assertEqual([self.n[3].V_m, self.n[5].tau_m, self.noise.rate], [-56.5, 12.0, 7000.0])
        new = nest.GetConnections(synapse_model="later")
        self.assertEqual(new.get("weight"), [2.0] * 40)
        self.assertEqual(len(nest.GetConnections(self.n, self.n)), 106)
        self.assertEqual(nest.max_delay, 20.0)
        self.assertEqual(nest.GetDefaults("stdp_synapse", "Wmax"), 7.0)
        nest.Simulate(30.0)
        self.assertEqual(self.same_on_all(spikes.events["times"]).tolist()[:2], [21.5, 21.5])
        self.assertNotEqual(old.get("weight"), np.linspace(0.1, 0.9, 100).tolist())
        self.assertEqual(len(old), 100)
        new.weight = 3.0
        self.assertEqual(new.get("weight"), [3.0] * 40)

    def test_new_nodes_can_be_set_before_they_are_built(self):
        n = nest.Create("iaf_psc_delta", 2)
        n.V_m = -60.0
        nest.Simulate(1.0)
        more = nest.Create("iaf_psc_delta", 3, [{"V_m": -61.0}, {"V_m": -62.0}, {"I_e": 3.0}])
        more[2].V_m = -63.0
        more.t_ref = nest.random.uniform(1.0, 2.0)
        recorder = nest.Create("spike_recorder")
        recorder.start = 1.5
        nest.Connect(more, recorder)
        self.assertEqual(more.V_m, (-61.0, -62.0, -63.0))
        self.assertEqual(len(set(self.same_on_all(more.t_ref))), 3)
        self.assertNotEqual(n[0].V_m, -60.0)
        nest.Simulate(1.0)
        self.assertEqual(nest.biological_time, 2.0)

    def test_weight_recorder_of_a_model_gets_new_synapses(self):
        recorder = nest.Create("weight_recorder")
        nest.CopyModel("static_synapse", "watched", {"weight_recorder": recorder})
        parrots, n = nest.Create("parrot_neuron", 2), nest.Create("iaf_psc_delta", 2)
        pulse = nest.Create("spike_generator", params={"spike_times": [1.0, 4.0, 9.0]})
        nest.Connect(pulse, parrots)
        nest.Connect(parrots[0], n, syn_spec={"synapse_model": "watched", "weight": 1.0, "delay": 1.5})
        nest.Simulate(6.0)
        nest.Connect(parrots[1], n, syn_spec={"synapse_model": "watched", "weight": 2.0, "delay": 4.0})
        nest.Simulate(10.0)
        events = self.same_on_all(recorder.events)
        found = sorted(zip(events["times"], events["senders"], events["targets"]))
        self.assertEqual(found, [(2.0, 2, 4), (2.0, 2, 5), (5.0, 2, 4), (5.0, 2, 5), (10.0, 2, 4), (10.0, 2, 5),
                                 (10.0, 3, 4), (10.0, 3, 5)])

    def test_grows_after_storing_and_resuming(self):
        folder = self.folder()
        self.network()
        nest.Simulate(20.0)
        engram.checkpoint(os.path.join(folder, "a.h5"))
        found = []
        for resumed in (False, True):
            if resumed:
                self.setUp()
                self.network()
                self.assertEqual(engram.resume(os.path.join(folder, "a.h5")), 20.0)
            more = nest.Create("iaf_psc_delta", 4)
            nest.Connect(self.n, more, syn_spec={"weight": 3.0, "delay": 5.0})
            nest.Simulate(3.0)
            if not resumed:
                engram.checkpoint(os.path.join(folder, "b.h5"))
            nest.Simulate(17.0)
            found.append([self.n.V_m, more.V_m])
        self.setUp()
        self.network()
        more = nest.Create("iaf_psc_delta", 4)
        nest.Connect(self.n, more, syn_spec={"weight": 3.0, "delay": 5.0})
        self.assertEqual(engram.resume(os.path.join(folder, "b.h5")), 23.0)
        nest.Simulate(17.0)
        found.append([self.n.V_m, more.V_m])
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])

    def test_files_go_on(self):
        nest.data_path = self.folder()
        n = nest.Create("iaf_psc_delta", 5, {"I_e": 700.0})
        recorder = nest.Create("spike_recorder", params={"record_to": "ascii"})
        nest.Connect(n, recorder)
        nest.Simulate(30.0)
        name, count = recorder.filenames, recorder.n_events
        self.assertTrue(name[0].endswith("spike_recorder-6-0.dat"))
        more = nest.Create("iaf_psc_delta", 7, {"I_e": 900.0})  # ids have two digits now
        other = nest.Create("spike_recorder", params={"record_to": "ascii"})
        nest.Connect(more, recorder)
        nest.Connect(more, other)
        nest.Simulate(30.0)
        self.assertEqual(recorder.filenames, name)
        self.assertGreater(recorder.n_events, count)
        nest.SyncProcesses()
        with open(name[0]) as file:
            rows = [line.split() for line in file.readlines()[3:]]
        self.assertEqual(len(rows), recorder.n_events)
        self.assertEqual({int(row[0]) for row in rows}, {1, 2, 3, 4, 5, *range(7, 14)})
        self.assertTrue(all(float(row[1]) > 30.0 for row in rows if int(row[0]) > 6))
        self.assertTrue(other.filenames[0].endswith("spike_recorder-14-0.dat"))

    def test_what_cannot_change(self):
        self.network()
        nest.Simulate(5.0)
        self.fails("SetDefaults of stdp_synapse_hom after Simulate", nest.SetDefaults, "stdp_synapse_hom", {"Wmax": 1.0})
        self.fails("set start of spike_recorder after Simulate", self.recorder.set, start=3.0)
        self.fails("local_num_threads after Simulate", nest.SetKernelStatus, {"local_num_threads": 2})
        self.fails("rate = -1", self.noise.set, rate=-1.0)
        before = self.state()
        more = nest.Create("iaf_psc_delta", 2)
        nest.Connect(self.n, more, syn_spec={"delay": -1.0})
        self.fails(["projection", "delay = -1"], nest.Simulate, 1.0)
        self.assertEqual(nest.biological_time, 5.0)
        self.assertEqual(self.n.V_m, before[2])


class OwnInterface(Case):
    @staticmethod
    def describe():
        network = engram.Network(seed=3)
        network.population("E", "iaf_psc_delta", 10, I_e=700.0)
        network.recorder("spikes", "spike_recorder", ["E"])
        return network

    def test_grow(self):
        simulation, larger = engram.Simulation(self.describe()), self.describe()
        simulation.run(30.0)
        before = simulation.spikes("spikes", "E")
        larger.population("F", "iaf_psc_delta", 2)
        larger.connect("E", "F", weight=0.5, delay=2.0)
        larger.recorder("late", "voltmeter", ["F"])
        simulation.grow(larger)
        self.assertEqual(simulation.time, 30.0)
        np.testing.assert_equal(simulation.spikes("spikes", "E"), before)
        simulation.run(30.0)
        times, values = simulation.trace("late", "F")
        self.assertEqual(times[0], 31.0)
        self.assertGreater(self.same_on_all(values).max(), -69.0)
        other = self.describe()
        self.fails(["the network cannot grow so", "population 'F': only in the running network"], simulation.grow, other)
        simulation.run(1.0)


if __name__ == "__main__":
    main()
