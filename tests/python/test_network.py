# SPDX-License-Identifier: Apache-2.0
"""Engram's own interface: Network and Simulation."""
import os
import unittest

import numpy as np
from on_ranks import Case, main, on_all

import engram


def small(seed=1, **more):
    network = engram.Network(seed=seed, **more)
    network.copy_model("stdp_synapse_hom", "e_syn", Wmax=2.0)
    network.population("E", "iaf_psc_delta", 80, {"V_m": engram.normal(-65.0, 5.0)})
    network.population("I", "iaf_psc_delta", 20, V_m=np.linspace(-70.0, -60.0, 20))
    network.device("drive", "poisson_generator", rate=6000.0)
    network.connect("E", ["E", "I"], engram.fixed_indegree(8), "e_syn", weight=1.0, delay=1.0)
    network.connect("I", ["E", "I"], {"fixed_indegree": {"indegree": 2}}, weight=-4.0, delay=1.5)
    network.connect("drive", ["E", "I"], "all_to_all", weight=1.0, delay=1.0)
    network.recorder("spikes", "spike_recorder", ["E", "I"])
    network.recorder("meter", "multimeter", "I", record_from=["V_m"], interval=0.5)
    return network


TOML = """
[simulation]
seed = 1
[synapse_models.e_syn]
copy_of = "stdp_synapse_hom"
Wmax = 2.0
[populations.E]
model = "iaf_psc_delta"
size = 80
V_m = { normal = { mean = -65.0, std = 5.0 } }
[populations.I]
model = "iaf_psc_delta"
size = 20
V_m = %s
[devices.drive]
model = "poisson_generator"
rate = 6000.0
[[projections]]
source = "E"
target = ["E", "I"]
rule = { fixed_indegree = { indegree = 8 } }
synapse_model = "e_syn"
weight = 1.0
delay = 1.0
[[projections]]
source = "I"
target = ["E", "I"]
rule = { fixed_indegree = { indegree = 2 } }
weight = -4.0
delay = 1.5
[[projections]]
source = "drive"
target = ["E", "I"]
weight = 1.0
delay = 1.0
[recorders.spikes]
model = "spike_recorder"
from = ["E", "I"]
[recorders.meter]
model = "multimeter"
from = ["I"]
record_from = ["V_m"]
interval = 0.5
""" % np.linspace(-70.0, -60.0, 20).tolist()


class Description(Case):
    def test_is_the_network_of_the_file(self):
        path = os.path.join(self.folder(), "network.toml")
        if engram.rank() == 0:
            with open(path, "w") as file:
                file.write(TOML)
        self.same_on_all(1)
        self.assertEqual(engram.read(path), small())
        self.assertNotEqual(engram.read(path, "populations.E.size=81"), small())
        with open(path, "w") as file:
            file.write(small().toml())
        self.same_on_all(1)
        self.assertEqual(engram.read(path), small())
        self.fails("cannot be read", engram.read, path + "x")

    def test_has_the_attributes_of_simulation(self):
        network = small(seed=7, resolution=0.5, duration=3.0, weight_precision="single")
        network.seed += 1
        text = network.toml()
        for line in ("seed = 8", "resolution = 0.5", "duration = 3", 'weight_precision = "single"'):
            self.assertIn(line, text)

    def test_rules(self):
        network = small()
        network.connect("E", "E", engram.one_to_one(), weight=np.arange(80.0))
        network.connect("E", "I", engram.all_to_all(allow_autapses=False))
        network.connect("I", "I", engram.fixed_indegree(3, allow_autapses=False, allow_multapses=False))
        network.connect("I", "I", engram.fixed_total_number(30, allow_autapses=False))
        network.connect("I", "E", engram.explicit_list([0, 1], [2, 3], weight=[0.5, 1.5]), name="listed")
        network.connect("I", "E", {"explicit_list": {"source": [0], "target": [2], "delay": [2.0]}})
        network.connect("E", "E", engram.rule("one_to_one"))
        simulation = engram.Simulation(network)
        listed = simulation.connections("listed")
        self.assertEqual(listed["weight"].tolist(), [0.5, 1.5])
        self.assertEqual((listed["source"].tolist(), listed["target"].tolist()), ([0, 1], [2, 3]))
        self.fails("must be a name or", network.connect, "E", "E", 3)

    def test_random_values(self):
        network = small()
        values = [engram.uniform(0.5, 1.5), engram.lognormal(0.0, 0.1), engram.exponential(1.0),
                  engram.redraw(engram.normal(1.0, 1.0), 0.0, 2.0)]
        for value in values:
            network.connect("E", "I", engram.fixed_indegree(5), weight=value)
        simulation = engram.Simulation(network)
        names = simulation.projections()[-4:]
        weights = [self.same_on_all(simulation.connections(name)["weight"]) for name in names]
        self.assertTrue(all(len(np.unique(one)) == 100 for one in weights))
        self.assertTrue(weights[3].min() > 0.0 and weights[3].max() < 2.0)

    def test_all_problems_at_once(self):
        network = small()
        network.population("X", "iaf_psc_delt", 5, tau_m=-1.0)
        network.connect("E", "Y")
        self.fails(["unknown model 'iaf_psc_delt'", "Did you mean 'iaf_psc_delta'?", "unknown target 'Y'"],
                   engram.Simulation, network)
        self.fails("must be a number, a text", network.population, "Z", "iaf_psc_delta", 5, V_m=object())
        self.fails("must be a list of numbers", network.population, "Z", "iaf_psc_delta", 5, V_m=[1.0, "a"])

    def test_models(self):
        models = engram.models()
        self.assertEqual(models["iaf_psc_delta"]["kind"], "neuron")
        self.assertIn("tau_m", [field["name"] for field in models["iaf_psc_delta"]["parameters"]])
        self.assertEqual(models["fixed_indegree"]["kind"], "rule")


class Running(Case):
    def run_small(self, threads, pieces):
        simulation = engram.Simulation(small(), threads=threads)
        for piece in pieces:
            self.assertEqual(simulation.run(piece), "done")
        return simulation

    def test_results_are_the_same_on_all_ranks_and_layouts(self):
        reference = None
        for threads, pieces in ((1, [100.0]), (2, [30.0, 0.7, 69.3])):
            simulation = self.run_small(threads, pieces)
            self.assertEqual(simulation.time, 100.0)
            found = [*simulation.spikes("spikes", "E"), *simulation.trace("meter", "I"),
                     simulation.state("E", "V_m"), *simulation.connections("E_to_E").values()]
            self.same_on_all(found)
            self.assertGreater(len(found[0]), 100)
            self.assertEqual(found[3].shape, (200, 20))
            self.assertEqual(found[2][0], 0.5)
            reference = reference or found
            for one, other in zip(reference, found):
                np.testing.assert_array_equal(one, other)

    def test_arrays_are_not_copied_and_stay(self):
        simulation = self.run_small(1, [10.0])
        times = simulation.spikes("spikes", "E")[0]
        kept = times.copy()
        simulation.run(10.0)
        del simulation
        np.testing.assert_array_equal(times, kept)
        self.assertFalse(times.flags.owndata)

    def test_changes(self):
        simulation = self.run_small(1, [10.0])
        simulation.set_state("E", "V_m", -70.0)
        self.assertEqual(set(simulation.state("E", "V_m")), {-70.0})
        simulation.set_state("I", "V_m", np.arange(20.0) - 80.0)
        self.assertEqual(simulation.state("I", "V_m")[3], -77.0)
        simulation.set_parameters("E", I_e=100.0)
        self.assertEqual(simulation.parameter("E", "I_e").tolist(), [100.0])
        simulation.set_device("drive", {"rate": 0.0})
        before = len(simulation.spikes("spikes", "I")[0])
        simulation.set_weights("I_to_E", -1.0)
        self.assertEqual(set(simulation.connections("I_to_E")["weight"]), {-1.0})
        simulation.run(2.0)
        simulation.set_state("I", "V_m", -80.0)
        simulation.run(20.0)
        self.assertLess(len(simulation.spikes("spikes", "I")[0]) - before, 10)
        self.fails("V_m is a state variable", simulation.set_parameters, "E", V_m=1.0)
        self.fails("population 'e'", simulation.state, "e", "V_m")

    def test_weights_of_a_recorder(self):
        network = small()
        network.recorder("weights", "weight_recorder", ["E_to_E", "I_to_E"])
        simulation = engram.Simulation(network)
        simulation.run(60.0)
        found = self.same_on_all(simulation.weights("weights", "I_to_E"))
        times, neurons = simulation.spikes("spikes", "I")
        arrived = times + 1.5 <= 60.0
        targets = np.bincount(simulation.connections("I_to_E")["source"].astype(int), minlength=20)
        self.assertEqual(len(found["times"]), targets[neurons[arrived].astype(int)].sum())
        self.assertEqual(set(zip(found["times"], found["source"])), set(zip(times[arrived], neurons[arrived])))
        self.assertEqual((set(found["weight"]), set(found["delay"])), ({-4.0}, {1.5}))
        order = np.lexsort((found["target"], found["source"], found["times"]))
        np.testing.assert_array_equal(order, np.arange(len(order)))
        self.assertGreater(len(set(simulation.weights("weights", "E_to_E")["weight"])), 10)
        simulation.clear_events("weights")
        self.assertEqual(len(simulation.weights("weights", "E_to_E")["times"]), 0)
        self.fails("recorder 'spikes' holds no weights of 'E'", simulation.weights, "spikes", "E")
        self.fails("recorder 'weights' holds no weights of 'I_to_I'", simulation.weights, "weights", "I_to_I")

    def test_connections_in_tables_and_local(self):
        simulation = self.run_small(1, [])
        table = simulation.connections("E_to_I", output="pandas")
        self.assertEqual(list(table.columns), ["source", "target", "weight", "delay"])
        self.assertEqual(len(table), 160)
        local = simulation.connections("E_to_I", local=True)
        lengths = on_all(len(local["weight"]))
        self.assertEqual(sum(lengths), 160)
        self.fails("output", simulation.connections, "E_to_I", output="list")

    def test_reports(self):
        simulation = self.run_small(1, [10.0])
        memory, timing = simulation.memory(), simulation.timing()
        self.assertEqual((memory["neurons"], memory["synapses"]), (100, 1000))
        self.assertGreater(memory["resident"], 1000)
        self.assertEqual(timing["model_time"], 10.0)
        self.assertEqual((simulation.min_delay, simulation.max_delay), (1.0, 1.5))

    @unittest.skipIf(engram.size() == 1, "one rank cannot differ")
    def test_ranks_that_differ(self):
        simulation = self.run_small(1, [])
        self.fails(["ranks do not do the same (rank 0: run(0.0), rank 1: run(1.0)", "on all ranks"], simulation.run,
                   float(engram.rank()))
        engram.parallel._apart = False  # they go on together
        self.assertEqual(simulation.time, 0.0)

    def test_wrong_duration(self):
        simulation = self.run_small(1, [])
        self.fails("must be a multiple of the resolution", simulation.run, 0.05)


class Keeping(Case):
    def test_store_and_restore(self):
        path = os.path.join(self.folder(), "network.h5")
        first = engram.Simulation(small(), threads=2)
        first.run(50.0)
        first.store(path)
        second = engram.Simulation(small(seed=9), restore=path)
        np.testing.assert_array_equal(second.state("E", "V_m"), first.state("E", "V_m"))
        np.testing.assert_array_equal(second.connections("E_to_E")["weight"], first.connections("E_to_E")["weight"])
        self.assertEqual(second.time, 0.0)

    def test_checkpoint_and_resume(self):
        folder = self.folder()
        first = engram.Simulation(small(), threads=2)
        first.run(40.0)
        first.checkpoint(os.path.join(folder, "one.h5"))
        first.run(40.0)
        second = engram.Simulation(small(), resume_from=os.path.join(folder, "one.h5"))
        self.assertEqual(second.time, 40.0)
        second.run(40.0)
        np.testing.assert_array_equal(second.state("E", "V_m"), first.state("E", "V_m"))

    def test_checkpoints_on_the_way(self):
        folder = os.path.join(self.folder(), "checkpoints")
        options = {"checkpoints": {"every": "20ms", "folder": folder, "keep": 5}}
        engram.Simulation(small(), **options).run(50.0)
        self.same_on_all(len([name for name in os.listdir(folder) if name.endswith(".h5")]))
        resumed = engram.Simulation(small(), resume=True, **options)
        self.assertEqual(resumed.time, 40.0)
        self.fails("unknown key 'evry'", engram.Simulation, small(), checkpoints={"evry": "20ms"})

    def test_requeue(self):
        folder = self.folder()
        simulation = engram.Simulation(small(), checkpoints={"folder": folder, "max_wall": "1s"})
        self.assertEqual(simulation.run(1000.0), "requeue")
        self.assertLess(simulation.time, 1000.0)


if __name__ == "__main__":
    main()
