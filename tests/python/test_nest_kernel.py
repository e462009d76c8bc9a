# SPDX-License-Identifier: Apache-2.0
"""engram.nest: running, attributes of the kernel, plots, storing and checkpoints."""
import os

import numpy as np
from nest_case import NestCase
from on_ranks import main

import engram
import engram.nest as nest


class Running(NestCase):
    def test_simulate_prepare_run_cleanup(self):
        found = []
        for cut in range(3):
            self.setUp()
            recorder = self.network()
            if cut == 0:
                nest.Simulate(60)
            elif cut == 1:
                nest.Prepare()
                nest.Run(10.0)
                nest.Run(50.0)
                nest.Cleanup()
            else:
                with nest.RunManager():
                    nest.Run(0.3)
                    nest.Run(59.7)
            self.assertEqual((nest.biological_time, nest.time), (60.0, 60.0))
            found.append(self.same_on_all(recorder.events))
        self.assertGreater(len(found[0]["times"]), 20)
        for other in found[1:]:
            np.testing.assert_array_equal(other["times"], found[0]["times"])
            np.testing.assert_array_equal(other["senders"], found[0]["senders"])

    def test_seed(self):
        trains = []
        for seed in (5, 5, 6):
            self.setUp()
            nest.rng_seed = seed
            recorder = self.network()
            nest.Simulate(50.0)
            trains.append(recorder.events["times"].tolist())
        self.assertEqual(trains[0], trains[1])
        self.assertNotEqual(trains[0], trains[2])

    def test_errors(self):
        self.network()
        self.fails("Run without Prepare", nest.Run, 1.0)
        self.fails("Cleanup without Prepare", nest.Cleanup)
        nest.Prepare()
        self.fails("Prepare twice", nest.Prepare)
        self.fails("Simulate between Prepare and Cleanup", nest.Simulate, 1.0)
        nest.Cleanup()
        self.fails("must be a multiple of the resolution", nest.Simulate, 0.05)
        self.fails("and not negative", nest.Simulate, -1.0)
        self.fails("t = 'long' (must be a time in ms)", nest.Simulate, "long")

    def test_same_network_as_with_engrams_own_interface(self):
        self.network()
        nest.Simulate(50.0)
        network = engram.Network(seed=nest.rng_seed)
        network.population("n", "iaf_psc_delta", 20, V_m=engram.normal(-65.0, 5.0))
        network.device("noise", "poisson_generator", rate=9000.0)
        network.connect("n", "n", engram.fixed_indegree(5), "stdp_synapse_hom", weight=1.0, delay=1.0)
        network.connect("noise", "n", weight=1.0, delay=1.0)
        network.recorder("spikes", "spike_recorder", "n")
        simulation = engram.Simulation(network)
        simulation.run(50.0)
        times, neurons = simulation.spikes("spikes", "n")
        np.testing.assert_array_equal(self.recorder.events["times"], times)
        np.testing.assert_array_equal(self.recorder.events["senders"], neurons + 1)
        self.assertEqual(self.n.V_m, tuple(simulation.state("n", "V_m")))


class Attributes(NestCase):
    def test_reading_and_setting(self):
        self.assertEqual((nest.resolution, nest.rng_seed, nest.local_num_threads), (0.1, 143202461, 1))
        nest.resolution = 0.2
        nest.local_num_threads = 2
        nest.set(rng_seed=3, resolution=0.2)
        self.assertEqual(nest.get("rng_seed"), 3)
        self.assertEqual(nest.resolution, 0.2)
        nest.SetKernelStatus({"rng_seed": 7, "print_time": False, "overwrite_files": True})
        self.assertEqual(nest.total_num_virtual_procs, 2 * engram.size())
        nest.total_num_virtual_procs = 3 * engram.size()
        self.assertEqual(nest.GetKernelStatus(["local_num_threads", "rng_seed", "resolution"]), (3, 7, 0.2))
        self.assertEqual(nest.GetKernelStatus("overwrite_files"), True)
        self.assertEqual((nest.num_processes, nest.NumProcesses()), (engram.size(),) * 2)
        self.assertEqual((nest.Rank(), nest.data_path, nest.data_prefix), (engram.rank(), "", ""))
        self.assertEqual(nest.GetKernelStatus()["resolution"], 0.2)
        self.assertEqual((nest.min_delay, nest.max_delay), (0.2, 0.2))
        self.network()
        nest.Connect(self.n[0], self.n[1], syn_spec={"delay": 3.0})
        self.assertEqual((nest.min_delay, nest.max_delay), (1.0, 3.0))
        self.assertEqual(nest.num_connections, 100 + 20 + 20 + 3 + 1)
        self.assertGreater(nest.memory_size, 1000)
        self.assertEqual(nest.build_info["version"], engram.__version__)
        nest.Simulate(1.0)
        self.assertEqual(nest.GetKernelStatus("biological_time"), 1.0)
        nest.ResetKernel()
        self.assertEqual((nest.resolution, nest.network_size, nest.biological_time), (0.1, 0, 0.0))
        nest.SyncProcesses()
        self.assertIn("resolution", dir(nest))

    def test_verbosity(self):
        nest.set_verbosity("M_WARNING")
        self.assertEqual((nest.verbosity, nest.get_verbosity()), ("M_WARNING", "M_WARNING"))
        nest.verbosity = nest.verbosity.M_QUIET
        self.assertEqual(nest.verbosity, "M_QUIET")
        self.fails("verbosity = 'M_LOUD'", nest.set_verbosity, "M_LOUD")

    def test_errors(self):
        def set(name, value):
            setattr(nest, name, value)
        self.fails("unknown attribute 'resolutoin' of the kernel. Did you mean 'resolution'?", set, "resolutoin", 1.0)
        self.fails("num_processes cannot be set", set, "num_processes", 3)
        self.fails("resolution = 0", set, "resolution", 0.0)
        self.fails("local_num_threads = 0", set, "local_num_threads", 0)
        self.fails("rng_seed = -1", set, "rng_seed", -1)
        self.fails("rng_seed = 'x'", set, "rng_seed", "x")
        if engram.size() > 1:
            self.fails("must be a multiple of the", set, "total_num_virtual_procs", 1)
        self.fails("unknown 'resolutoin'", nest.GetKernelStatus, "resolutoin")
        self.fails_with(AttributeError, "engram.nest has no 'spatial'", getattr, nest, "spatial")
        self.fails_with(AttributeError, "Did you mean 'Simulate'", getattr, nest, "simulate")
        self.fails_with(AttributeError, "__wrapped__", getattr, nest, "__wrapped__")
        self.network()
        self.fails("resolution after Create", set, "resolution", 0.5)
        nest.Simulate(1.0)
        self.fails("local_num_threads after Simulate", set, "local_num_threads", 2)
        self.fails("rng_seed after Simulate", set, "rng_seed", 2)
        self.fails("total_num_virtual_procs after Simulate", set, "total_num_virtual_procs", engram.size())


class Plots(NestCase):
    def test_of_devices(self):
        self.network()
        nest.Simulate(100.0)
        axes = nest.raster_plot.from_device(self.recorder, title="spikes")
        self.assertEqual(len(axes.lines[0].get_xdata()), self.recorder.n_events)
        self.assertEqual(len(axes.figure.axes), 2)
        self.assertEqual(len(nest.raster_plot.from_device(self.recorder, hist=False).figure.axes), 1)
        nest.raster_plot.show()
        axes = nest.voltage_trace.from_device(self.voltmeter)
        nest.voltage_trace.show()
        self.assertEqual(len(axes.lines), 3)
        self.assertEqual(len(nest.voltage_trace.from_device(self.voltmeter, neurons=self.n[1:2], timeunit="s").lines), 1)

    def test_errors(self):
        self.network()
        plot = nest.raster_plot.from_device
        self.fails("no events were recorded", plot, self.recorder)
        self.fails("plot_lid", plot, self.recorder, plot_lid=True)
        self.fails("must be spike_recorders", plot, self.n)
        trace = nest.voltage_trace.from_device
        self.fails("no V_m was recorded", trace, self.voltmeter)
        self.fails("more than one recorder", trace, self.n[:2])
        self.fails('timeunit = \'h\'', trace, self.voltmeter, timeunit="h")


class Keeping(NestCase):
    def test_store_and_restore(self):
        path = os.path.join(self.folder(), "network.h5")
        nest.local_num_threads = 2
        self.network()
        nest.Simulate(50.0)
        engram.store(path)
        potentials, weights = self.n.V_m, nest.GetConnections(self.n, self.n).weight
        nest.ResetKernel()
        self.network()
        engram.restore(path)
        self.assertEqual((self.n.V_m, nest.GetConnections(self.n, self.n).weight), (potentials, weights))
        nest.Simulate(1.0)
        self.assertEqual(nest.biological_time, 1.0)
        self.fails("restore after Simulate", engram.restore, path)
        self.fails("resume after Simulate", engram.resume, path)

    def test_checkpoint_and_resume(self):
        path = os.path.join(self.folder(), "one.h5")
        self.network()
        nest.Simulate(30.0)
        engram.checkpoint(path)
        nest.Simulate(30.0)
        potentials = self.n.V_m
        nest.ResetKernel()
        nest.local_num_threads = 3
        self.network()
        self.assertEqual(engram.resume(path), 30.0)
        nest.Simulate(30.0)
        self.assertEqual(self.n.V_m, potentials)
        self.assertGreater(self.recorder.events["times"].min(), 30.0)

    def test_checkpoints_on_the_way(self):
        folder = os.path.join(self.folder(), "checkpoints")
        self.network()
        engram.checkpoints(every="20ms", folder=folder)
        nest.Simulate(50.0)
        nest.ResetKernel()
        self.network()
        engram.checkpoints(every="20ms", folder=folder)
        self.assertEqual(engram.resume(folder), 40.0)
        self.fails("checkpoints after Simulate", engram.checkpoints)
        nest.ResetKernel()
        self.network()
        engram.checkpoints(max_wall="1s", folder=folder + "_2")
        self.fails_with(SystemExit, "85", nest.Simulate, 1000.0)


if __name__ == "__main__":
    main()
