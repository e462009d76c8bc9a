# SPDX-License-Identifier: Apache-2.0
"""NEST's example "Store and restore a network simulation" as a user's script: only the import differs from NEST.

    seed_experiment.py FOLDER [THREADS] [--restore-only] [--time MS]

Simulates, stores with pickle what GetConnections and get give, goes on, and simulates three times from what was stored:
twice with one seed, once with another. FOLDER gets the stored network, a figure, and results.npz with the spikes and
weights of the five runs. With --restore-only the network that another call stored is restored.
"""
import argparse
import pickle
from pathlib import Path

import numpy as np

import engram.nest as nest


class BalancedNetwork:
    """Excitatory and inhibitory neurons, driven by Poisson input; synapses of excitatory neurons learn."""

    def __init__(self):
        self.size_i = 500
        self.size_e = 4 * self.size_i
        self.weight_e = 1.0
        self.weight_i = -4.0 * self.weight_e
        nest.CopyModel("stdp_synapse_hom", "e_syn", {"Wmax": 2 * self.weight_e})
        nest.CopyModel("static_synapse", "i_syn")

    def add_instruments(self):
        self.noise = nest.Create("poisson_generator", {"rate": 800.0})
        self.recorder = nest.Create("spike_recorder")

    def connect_instruments(self):
        nest.Connect(self.noise, self.neurons, "all_to_all", {"weight": self.weight_e})
        nest.Connect(self.excitatory, self.recorder)

    def build(self):
        start = {"V_m": nest.random.normal(-65.0, 5.0)}
        self.excitatory = nest.Create("iaf_psc_delta", n=self.size_e, params=start)
        self.inhibitory = nest.Create("iaf_psc_delta", n=self.size_i, params=start)
        self.neurons = self.excitatory + self.inhibitory
        self.add_instruments()
        nest.Connect(self.excitatory, self.neurons, {"rule": "fixed_indegree", "indegree": 200},
                     {"synapse_model": "e_syn", "weight": self.weight_e})
        nest.Connect(self.inhibitory, self.neurons, {"rule": "fixed_indegree", "indegree": 50},
                     {"synapse_model": "i_syn", "weight": self.weight_i})
        self.connect_instruments()

    def store(self, path):
        """All ranks get the same tables; one of them writes the file."""
        stored = {"e_nrns": self.neurons.get(["V_m"], output="pandas"),
                  "i_nrns": self.neurons.get(["V_m"], output="pandas")}
        for name in ("e_syn", "i_syn"):
            stored[name] = nest.GetConnections(synapse_model=name).get(("source", "target", "weight"),
                                                                      output="pandas")
        if nest.Rank() == 0:
            with open(path, "wb") as file:
                pickle.dump(stored, file, pickle.HIGHEST_PROTOCOL)
        nest.SyncProcesses()

    def restore(self, path):
        with open(path, "rb") as file:
            stored = pickle.load(file)
        # As in NEST's example the tables hold V_m of all neurons; Create takes as many as there are nodes.
        self.excitatory = nest.Create("iaf_psc_delta", n=self.size_e, params={"V_m": stored["e_nrns"].V_m.values})
        self.inhibitory = nest.Create("iaf_psc_delta", n=self.size_i, params={"V_m": stored["i_nrns"].V_m.values})
        self.neurons = self.excitatory + self.inhibitory
        self.add_instruments()
        for name in ("e_syn", "i_syn"):
            table = stored[name]
            nest.Connect(table.source.values, table.target.values, "one_to_one",
                         {"synapse_model": name, "weight": table.weight.values})
        self.connect_instruments()

    def result(self):
        """Spikes, and weights of a part of the synapses."""
        events = self.recorder.get("events")
        weights = nest.GetConnections(source=self.excitatory[::41], synapse_model="e_syn").weight
        return {"times": events["times"], "senders": events["senders"], "weights": np.array(weights)}


def restored(path, time, threads, seed=None):
    nest.ResetKernel()
    nest.local_num_threads = threads
    if seed is not None:
        nest.rng_seed = seed
    network = BalancedNetwork()
    network.restore(path)
    nest.Simulate(time)
    return network.result()


def plot(results, time, path):
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(3, 2, figsize=(9, 8), layout="constrained")
    for axis, (name, result) in zip(axes.flat, results.items()):
        few = result["senders"] < 100
        axis.plot(result["times"][few], result["senders"][few], ".", markersize=3)
        axis.set_xlim(*((time, 2 * time) if name == "continued" else (0, time)))
        axis.set_title(name)
        axis.set_xlabel("time [ms]")
        axes.flat[5].hist(result["weights"], bins=np.arange(0.7, 1.4, 0.01), histtype="step", density=True, label=name)
    axes.flat[5].set_xlabel("weight [mV]")
    axes.flat[5].legend(fontsize="small", frameon=False)
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("threads", type=int, nargs="?", default=4)
    parser.add_argument("--restore-only", action="store_true")
    parser.add_argument("--time", type=float, default=1000.0)
    arguments = parser.parse_args()
    path, time, threads = arguments.folder / "ein.pkl", arguments.time, arguments.threads
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    results = {}
    if not arguments.restore_only:
        nest.local_num_threads = threads
        network = BalancedNetwork()
        network.build()
        nest.Simulate(time)
        results["initial"] = network.result()
        network.store(path)
        nest.Simulate(time)
        results["continued"] = network.result()
    results["reloaded"] = restored(path, time, threads)
    results["same seed"] = restored(path, time, threads)
    results["other seed"] = restored(path, time, threads, seed=987654321)
    if nest.Rank() == 0:
        np.savez(arguments.folder / "results.npz",
                 **{f"{run} {name}": values for run, result in results.items() for name, values in result.items()})
        if not arguments.restore_only:
            plot(results, time, arguments.folder / "store_restore_network.png")


if __name__ == "__main__":
    main()
