# SPDX-License-Identifier: Apache-2.0
"""engram.io reads what simulations write; engram.plot draws it."""
import os

import matplotlib.pyplot as plt
import numpy as np
from on_ranks import Case, main

import engram
import engram.io
import engram.plot


def run(folder):
    network = engram.Network()
    network.copy_model("stdp_synapse_hom", "learning", Wmax=2.0)
    network.population("E", "iaf_psc_delta", 12, I_e=np.linspace(300.0, 500.0, 12))
    network.population("I", "iaf_psc_alpha", 4, I_e=400.0)
    network.connect("E", "E", engram.fixed_indegree(3), "learning", weight=1.0, delay=1.5)
    network.connect("E", "I", engram.fixed_indegree(2), weight=10.0)
    network.recorder("spikes", "spike_recorder", ["E", "I"])
    network.recorder("meter", "multimeter", "E", interval=0.5)
    network.recorder("voltages", "voltmeter", ["E", "I"])
    simulation = engram.Simulation(network, threads=2, output=folder, checkpoints={"every": "50ms", "keep": 9})
    simulation.run(120.0)
    simulation.store(os.path.join(folder, "network.h5"))
    simulation.finish()
    return simulation


class Reading(Case):
    def setUp(self):
        self.name = os.path.join(self.folder(), "results")
        self.simulation = run(self.name)
        self.same_on_all(1)

    def path(self, name):
        return os.path.join(self.name, name)

    def test_spikes(self):
        table = engram.io.spikes(self.path("spikes.h5"))
        self.assertEqual(list(table.columns), ["time", "neuron", "population"])
        self.assertEqual(set(table.population), {"E", "I"})
        one = engram.io.spikes(self.path("spikes.h5"), "E")
        self.assertGreater(len(one), 10)
        self.assertTrue(one.time.is_monotonic_increasing)
        times, neurons = engram.io.spikes(self.path("spikes.h5"), "E", output="numpy")
        self.assertEqual((times.tolist(), neurons.tolist()), (one.time.tolist(), one.neuron.tolist()))

    def test_reports(self):
        table = engram.io.report(self.path("meter.h5"))
        self.assertEqual(table.shape, (240, 12))
        self.assertEqual((table.index[0], table.index[-1]), (0.5, 120.0))
        times, values = engram.io.report(self.path("meter.h5"), "E", output="numpy")
        np.testing.assert_array_equal(values, table.values)
        np.testing.assert_array_equal(values[-1], self.simulation.state("E", "V_m"))

    def test_networks_and_checkpoints(self):
        stored = engram.io.network(self.path("network.h5"))
        self.assertEqual((stored.attributes["time_ms"], stored.parameters["I"]["I_e"]), (120.0, 400.0))
        self.assertEqual(list(stored.nodes["E"].I_e), np.linspace(300.0, 500.0, 12).tolist())
        self.assertEqual(stored.projections["E_to_E"]["synapse_model"], "learning")
        table, live = stored.synapses("E_to_E"), self.simulation.connections("E_to_E", output="pandas")
        for column in ("source", "target", "weight", "delay"):
            np.testing.assert_array_equal(table[column], live[column])
        np.testing.assert_array_equal(stored.weights("E_to_E"), live.weight)
        found = engram.io.checkpoints(self.path("checkpoints"))
        self.assertEqual([one.attributes["time_ms"] for one in found], [50.0, 100.0, 120.0])
        np.testing.assert_array_equal(found[-1].weights("E_to_E"), live.weight)

    def test_errors(self):
        self.fails("cannot be read", engram.io.network, self.path("nothing.h5"))
        self.fails("is sonata-spikes (must be engram-network or engram-checkpoint)", engram.io.network,
                   self.path("spikes.h5"))
        self.fails("has several populations (E, I)", engram.io.spikes, self.path("spikes.h5"), output="numpy")
        self.fails("has no population 'X'. Known are E, I", engram.io.spikes, self.path("spikes.h5"), "X")
        self.fails("has several populations (E, I)", engram.io.report, self.path("voltages.h5"))
        self.fails("has no population 'X'. Known are E", engram.io.report, self.path("meter.h5"), "X")
        stored = engram.io.network(self.path("network.h5"))
        self.fails("has no projection 'X'", stored.synapses, "X")
        self.fails("has no weights of 'X'", stored.weights, "X")


class Plotting(Case):
    def tearDown(self):
        plt.close("all")

    def test_raster_and_rate(self):
        times, neurons = np.array([1.0, 6.0, 7.0, 12.0]), np.array([0, 1, 0, 1])
        axes = engram.plot.raster(times, neurons, population_size=2)
        self.assertEqual(len(axes.figure.axes), 2)
        self.assertEqual(axes.figure.axes[1].lines[0].get_ydata().tolist(), [100.0, 200.0, 100.0])
        centres, rates = engram.plot.population_rate(times, 2, 5.0)
        self.assertEqual((centres.tolist(), rates.tolist()), ([2.5, 7.5, 12.5], [100.0, 200.0, 100.0]))
        self.assertEqual(len(engram.plot.raster(times, neurons, rates=False).figure.axes), 1)
        self.assertIs(engram.plot.raster(times, neurons, axes=axes), axes)

    def test_traces(self):
        axes = engram.plot.traces(np.arange(5.0), np.arange(10.0).reshape(5, 2))
        self.assertEqual([line.get_ydata().tolist() for line in axes.lines], [[0, 2, 4, 6, 8], [1, 3, 5, 7, 9]])

    def test_weights(self):
        engram.plot.weight_histogram(np.arange(10.0))
        axes = engram.plot.weight_histogram({"before": np.zeros(5), "after": np.arange(5.0)})
        self.assertEqual([text.get_text() for text in axes.get_legend().get_texts()], ["before", "after"])
        axes = engram.plot.weight_development([0.0, 10.0, 20.0], [np.full(5, w) for w in (1.0, 2.0, 4.0)])
        self.assertEqual(axes.lines[0].get_ydata().tolist(), [1.0, 2.0, 4.0])
        engram.plot.weight_development([5.0], [np.arange(3.0)])

    def test_connectivity(self):
        axes = engram.plot.connectivity([0, 1, 1], [2, 0, 0], [1.5, -1.0, -2.0])
        self.assertEqual(axes.images[0].get_array().tolist(), [[0.0, -3.0], [0.0, 0.0], [1.5, 0.0]])
        axes = engram.plot.connectivity([0, 1, 1], [2, 0, 0], shape=(3, 3))
        self.assertEqual(axes.images[0].get_array().tolist(), [[0, 2, 0], [0, 0, 0], [1, 0, 0]])


if __name__ == "__main__":
    main()
