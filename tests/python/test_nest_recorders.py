# SPDX-License-Identifier: Apache-2.0
"""engram.nest: weight_recorder, and recorders that record to files."""
import json
import os
from pathlib import Path

import numpy as np
from on_ranks import Case, main

import engram
import engram.nest as nest

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "cases" / "synapses"


class NestCase(Case):
    def setUp(self):
        nest.ResetKernel()
        nest.set_verbosity("M_ERROR")


class Weights(NestCase):
    def build(self, **recorder):
        """a drives b and itself by synapses that learn, and b by synapses that do not."""
        self.a, self.b = nest.Create("parrot_neuron", 4), nest.Create("iaf_psc_delta", 3)
        self.generator = nest.Create("spike_generator", params={"spike_times": [5.0, 9.0, 20.0]})
        self.recorder = nest.Create("weight_recorder", params=recorder)
        nest.CopyModel("stdp_synapse_hom", "learning", {"weight_recorder": self.recorder, "Wmax": 60.0})
        nest.CopyModel("static_synapse", "fixed", {"weight_recorder": self.recorder})
        nest.Connect(self.generator, self.a[:2])
        nest.Connect(self.a, self.b, syn_spec={"synapse_model": "learning", "weight": 30.0, "delay": 2.0})
        nest.Connect(self.a[1], self.b[1], syn_spec={"synapse_model": "fixed", "weight": -3.0, "delay": 1.0})
        nest.Connect(self.a, self.b, syn_spec={"weight": 0.5})

    def test_records_the_models_that_name_it(self):
        self.build()
        self.assertEqual(self.recorder.n_events, 0)
        nest.Simulate(30.0)
        events = self.same_on_all(self.recorder.events)
        self.assertEqual(list(events), ["senders", "times", "weights", "targets", "receptors"])
        expected = [(time, sender, target) for time in (6.0, 10.0, 21.0) for sender in (1, 2)
                    for target in ((5, 6, 7) if sender == 1 else (5, 6, 6, 7))]
        self.assertEqual(list(zip(events["times"], events["senders"], events["targets"])), expected)
        self.assertEqual(self.recorder.n_events, len(expected))
        fixed = events["weights"][events["weights"] < 0.0]
        self.assertEqual(fixed.tolist(), [-3.0] * 3)
        learning = nest.GetConnections(self.a[:2], self.b, "learning").get(output="pandas")
        for source, target, weight in zip(learning.source, learning.target, learning.weight):
            mine = (events["senders"] == source) & (events["targets"] == target) & (events["weights"] > 0.0)
            self.assertEqual(events["weights"][mine][-1], weight)
        self.assertEqual(set(events["receptors"]), {0})
        self.assertEqual(self.recorder.get("events", "weights").tolist(), events["weights"].tolist())
        self.assertGreater(len(set(events["weights"])), 2)  # some have learned

    def test_agrees_with_nest(self):
        """A case of tests/reference, whose weights NEST's weight_recorder recorded."""
        case = json.loads((REFERENCE / "stdp_synapse_hom_guetig_random.json").read_text())
        synapses = [one for one in case["synapses"] if one["dendritic_delay_ms"] >= 1.0]  # ranks seldom meet
        recorder = nest.Create("weight_recorder")
        nest.CopyModel("stdp_synapse_hom", "learning", {**case["common_set_explicitly"], "weight_recorder": recorder})
        sources = []
        for synapse in synapses:
            ends = [self.spiking(synapse[name]) for name in ("pre_spikes_ms", "post_spikes_ms")]
            ends[1].tau_minus = case["post_neuron_params"]["tau_minus"]
            initial = synapse["initial_synapse"]
            nest.Connect(*ends, syn_spec={"synapse_model": "learning", "weight": initial["weight"],
                                          "delay": initial["delay"], "receptor_type": initial["receptor"]})
            sources.append(ends[0])
        nest.Simulate(case["T_ms"])
        events = recorder.events
        for pre, synapse in zip(sources, synapses):
            own = events["senders"] == pre.global_id
            np.testing.assert_allclose(events["times"][own], synapse["recorded_times_ms"], rtol=1e-12)
            np.testing.assert_allclose(events["weights"][own], synapse["recorded_weights"], rtol=1e-9)
            self.assertEqual(set(events["receptors"][own]), {synapse["initial_synapse"]["receptor"]})

    def spiking(self, times):
        """A neuron that spikes at these times."""
        generator, parrot = nest.Create("spike_generator"), nest.Create("parrot_neuron")
        generator.spike_times = np.round(np.array(times) - 1.0, 6)
        nest.Connect(generator, parrot, syn_spec={"delay": 1.0})
        return parrot

    def test_same_on_all_layouts(self):
        found = []
        for threads in (1, 2):
            self.setUp()
            nest.local_num_threads = threads
            neurons, noise = nest.Create("iaf_psc_delta", 30), nest.Create("poisson_generator", params={"rate": 9000.0})
            recorder = nest.Create("weight_recorder", params={"start": 10.0})
            nest.CopyModel("stdp_synapse_hom", "learning", {"weight_recorder": recorder})
            nest.Connect(noise, neurons)
            nest.Connect(neurons, neurons, {"rule": "fixed_indegree", "indegree": 7},
                         {"synapse_model": "learning", "delay": nest.random.uniform(1.0, 3.0)})
            nest.Simulate(20.0)
            nest.Simulate(20.0)
            found.append(self.same_on_all(recorder.events))
        self.assertGreater(len(found[0]["times"]), 100)
        self.assertGreater(found[0]["times"].min(), 10.0)
        for name, column in found[0].items():
            np.testing.assert_array_equal(column, found[1][name])

    def test_heeds_senders_and_targets(self):
        self.build(targets=[6, 7])
        self.recorder.senders = self.a[1]
        self.assertEqual((self.recorder.senders, self.recorder.targets), ([2], [6, 7]))
        nest.Simulate(30.0)
        events = self.recorder.events
        self.assertEqual(list(zip(events["senders"], events["targets"])), [(2, 6), (2, 6), (2, 7)] * 3)

    def test_forgets(self):
        self.build()
        nest.Simulate(11.0)  # what was emitted at 10 ms arrives later
        self.recorder.n_events = 0
        self.assertEqual(self.recorder.n_events, 0)
        nest.Simulate(5.0)
        self.assertEqual(self.recorder.events["times"].tolist(), [10.0] * 6)

    def test_defaults(self):
        recorders = nest.Create("weight_recorder", 2)
        self.assertIs(nest.GetDefaults("static_synapse", "weight_recorder"), None)
        nest.SetDefaults("static_synapse", {"weight_recorder": recorders[1]})
        nest.CopyModel("static_synapse", "same")
        self.assertEqual(nest.GetDefaults("same", "weight_recorder"), recorders[1])
        self.assertEqual(json.loads(nest.GetDefaults("same", output="json"))["weight_recorder"], [2])
        generator = nest.Create("spike_generator", params={"spike_times": [1.0]})
        a, b = nest.Create("parrot_neuron", 2), nest.Create("iaf_psc_delta")
        nest.SetDefaults("static_synapse", "weight_recorder", None)
        nest.Connect(generator, a)
        nest.Connect(a, b, syn_spec="same")
        nest.Simulate(10.0)
        self.assertEqual(recorders.n_events, (0, 2))
        self.assertEqual(nest.num_connections, 4)

    def test_errors(self):
        self.build()
        self.fails("weight_recorder = 3 (must be one weight_recorder)", nest.SetDefaults, "learning", "weight_recorder", 3)
        self.fails("must be one weight_recorder", nest.CopyModel, "fixed", "x", {"weight_recorder": self.a[0]})
        self.fails("must be one weight_recorder", nest.CopyModel, "fixed", "x",
                   {"weight_recorder": nest.Create("weight_recorder", 2)})
        self.fails("weight_recorder (all synapses of the model share it)", nest.Connect, self.a, self.b,
                   syn_spec={"weight_recorder": self.recorder})
        self.fails("Connect: weight_recorder (it records the synapses of models", nest.Connect, self.a, self.recorder)
        self.fails("Connect: weight_recorder (it records", nest.Connect, self.recorder, self.a)
        self.fails("events have no 'ports'. Known are senders, times, weights", self.recorder.get, "events", "ports")
        nest.Connect(self.generator, self.b, syn_spec="fixed")
        self.fails("connections of fixed from spike_generator (the model has a weight_recorder", nest.Simulate, 1.0)
        self.setUp()
        self.build()
        nest.Simulate(1.0)
        self.fails("SetDefaults of fixed after Simulate", nest.SetDefaults, "fixed", {"weight_recorder": None})
        self.fails("set senders of weight_recorder after Simulate", self.recorder.set, senders=self.a)


class Files(NestCase):
    def setUp(self):
        super().setUp()
        nest.data_path = self.path = self.folder()
        self.n = nest.Create("iaf_psc_delta", 9, {"I_e": np.linspace(300.0, 600.0, 9)})

    def recorder(self, model="spike_recorder", **params):
        return nest.Create(model, params={"record_to": "ascii", **params})

    def connected(self, **params):
        recorder = self.recorder(**params)
        nest.Connect(self.n, recorder)
        return recorder

    def lines(self, recorder):
        """Collective. All of a recorder's file."""
        name, = recorder.filenames
        nest.SyncProcesses()
        with open(name) as file:
            return file.read().split("\n")

    def test_holds_what_memory_would(self):
        recorder, memory, meter = self.connected(), nest.Create("spike_recorder"), self.recorder(
            "multimeter", record_from=["V_m", "refractory_steps"], precision=9, label="potentials", file_extension="txt")
        nest.Connect(self.n, memory)
        nest.Connect(meter, self.n[2:4])
        voltmeter = nest.Create("voltmeter")
        nest.Connect(voltmeter, self.n[2:4])
        nest.Prepare()
        self.assertEqual(self.lines(recorder)[2:], ["sender\ttime_ms", ""])
        nest.Run(41.0)
        nest.Run(0.0)
        nest.Run(59.0)
        nest.Cleanup()
        events = memory.events
        self.assertEqual(recorder.filenames, (os.path.join(self.path, "spike_recorder-10-0.dat"),))
        first, second, *rows = self.lines(recorder)
        self.assertEqual((first, second), (f"# Engram version: {engram.__version__}", "# RecordingBackendASCII version: 2"))
        self.assertEqual(rows, ["sender\ttime_ms", *(f"{sender}\t{time:.3f}" for sender, time in
                                                     zip(events["senders"], events["times"])), ""])
        self.assertEqual((recorder.n_events, len(rows) - 2), (memory.n_events,) * 2)
        self.assertGreater(memory.n_events, 20)
        table = np.loadtxt(meter.filenames[0], skiprows=3)
        self.assertTrue(meter.filenames[0].endswith("/potentials-12-0.txt"))
        for column, name in enumerate(["senders", "times", "V_m"]):
            np.testing.assert_allclose(table[:, column], voltmeter.events[name], atol=1e-9)
        self.assertGreater(table[:, 3].max(), 1.0)

    def test_goes_on_until_its_name_changes(self):
        recorder = self.connected(label="spikes")
        nest.Simulate(50.0)
        nest.Simulate(50.0)
        first, count = recorder.filenames[0], recorder.n_events
        nest.data_prefix = "later_"
        recorder.n_events = 0
        nest.Simulate(50.0)
        times = np.loadtxt(first, skiprows=3)[:, 1]
        self.assertEqual((len(times), recorder.filenames[0]), (count, os.path.join(self.path, "later_spikes-10-0.dat")))
        self.assertTrue(times.max() > 50.0 and np.all(np.diff(times) >= 0.0))
        later = np.loadtxt(recorder.filenames[0], skiprows=3)
        self.assertEqual(len(later), recorder.n_events)
        self.assertGreater(later[:, 1].min(), 100.0)

    def again(self, overwrite):
        """Collective. What another script in the same folder would begin with."""
        nest.SyncProcesses()
        nest.ResetKernel()
        nest.set(data_path=self.path, overwrite_files=overwrite)
        self.n = nest.Create("iaf_psc_delta", 9, {"I_e": np.linspace(300.0, 600.0, 9)})
        return self.recorder(), self.connected()

    def test_overwrites_only_when_it_may(self):
        for overwrite in (False, True):
            silent, recorder = self.again(overwrite)
            nest.Simulate(60.0)
            self.assertEqual(len(self.lines(recorder)), recorder.n_events + 4)
            self.assertEqual(self.lines(silent)[2:], ["sender\ttime_ms", ""])
            self.assertGreater(recorder.n_events, 6)
        written = self.lines(recorder)
        silent, recorder = self.again(False)
        self.fails([f"'{one.filenames[0]}' exists (and overwrite_files is off)" for one in (silent, recorder)],
                   nest.Simulate, 30.0)
        self.assertEqual(nest.biological_time, 0.0)
        self.assertEqual(self.lines(recorder), written)

    def test_of_weights(self):
        recorder, memory = self.recorder("weight_recorder"), nest.Create("weight_recorder")
        for model, one in (("files", recorder), ("memory", memory)):
            nest.CopyModel("static_synapse", model, {"weight_recorder": one})
            nest.Connect(self.n, self.n, syn_spec={"synapse_model": model, "weight": 0.125})
        nest.Simulate(50.0)
        events = memory.events
        self.assertEqual(self.lines(recorder)[2:-1], ["sender\ttime_ms\tweights\ttargets\treceptors", *(
            f"{sender}\t{time:.3f}\t0.125\t{target}\t0" for sender, time, target in
            zip(events["senders"], events["times"], events["targets"]))])
        self.assertGreater(recorder.n_events, 90)

    def test_plots(self):
        recorder, memory = self.connected(), nest.Create("spike_recorder")
        nest.Connect(self.n, memory)
        nest.Simulate(60.0)
        expected = nest.raster_plot.from_device(memory).lines[0].get_xydata()
        for axes in (nest.raster_plot.from_device(recorder), nest.raster_plot.from_file(recorder.filenames),
                     nest.raster_plot.from_file(recorder.filenames[0])):
            np.testing.assert_allclose(axes.lines[0].get_xydata(), expected)
        self.assertEqual(len(expected), recorder.n_events)

    def test_times_in_steps(self):
        recorder, memory, ms = (nest.Create("spike_recorder", params=params) for params in (
            {"record_to": "ascii", "time_in_steps": True}, {"time_in_steps": True}, {}))
        for one in (recorder, memory, ms):
            nest.Connect(self.n, one)
        nest.Simulate(60.0)
        events = self.same_on_all(memory.events)
        self.assertEqual(events["times"].dtype, np.int64)
        np.testing.assert_allclose(events["times"] * 0.1, ms.events["times"])
        self.assertEqual(set(events["offsets"]), {0.0})
        self.assertNotIn("offsets", ms.events)
        self.assertEqual(self.lines(recorder)[2:-1], ["sender\ttime_step\ttime_offset", *(
            f"{sender}\t{time}\t0.000" for sender, time in zip(events["senders"], events["times"]))])

    def test_values(self):
        recorders = nest.Create("spike_recorder", 2, {"record_to": "ascii", "label": ["a", "b"]})
        self.assertEqual([os.path.basename(names[0]) for names in recorders.filenames], ["a-10-0.dat", "b-11-0.dat"])
        self.assertNotIn("events", recorders.get())
        memory = nest.Create("spike_recorder")
        self.assertNotIn("filenames", memory.get())
        memory.record_to = "ascii"
        self.assertIn("filenames", memory.get())
        nest.SetDefaults("spike_recorder", {"record_to": "ascii"})
        self.assertEqual(nest.Create("spike_recorder").record_to, "ascii")

    def test_errors(self):
        recorder = self.connected()
        self.fails("spike_recorder has no 'events' (it records to files). Read those that filenames", recorder.get, "events")
        self.fails("filenames cannot be set", recorder.set, filenames=["x"])
        self.fails("it records to files", nest.voltage_trace.from_device, recorder)
        self.fails("nowhere' cannot be read (", nest.raster_plot.from_file, os.path.join(self.path, "nowhere"))
        self.fails("cannot be read (it has no columns sender and time_ms)", nest.raster_plot.from_file, __file__)
        nest.data_path = os.path.join(self.path, "nowhere")
        self.fails(["nowhere/spike_recorder-10-0.dat' cannot be written (No such file or directory)"], nest.Simulate, 1.0)
        nest.data_path = self.path
        engram.checkpoints(every="10ms", folder=self.path)
        self.fails("record_to = 'ascii' with engram.checkpoints", nest.Simulate, 1.0)


if __name__ == "__main__":
    main()
