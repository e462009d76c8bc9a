# SPDX-License-Identifier: Apache-2.0
"""A small SONATA network as other programs write them, the same as a network file, and runs of both.

The network holds what readers get wrong: several types of one model, several models in one population, parameters and
weights in groups and in tables, groups in disorder, quoted fields, old and new spellings, integers of many widths.
Weights are multiples of 1/8 pA, so that sums of them do not depend on their order.
"""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

BUILD = Path(os.environ.get("ENGRAM_BUILD", "build/release"))
SOURCE = Path(__file__).resolve().parents[2]
N_INTERNAL, N_MIXED, N_EXTERNAL = 40, 20, 8
DURATION, RESOLUTION = 200.0, 0.1
PARAMETERS = {
    "slow.json": {"C_m": 239.0, "tau_m": 44.5, "V_th": -50.0, "t_ref": 3.0},
    "fast.json": {"C_m": 120.0, "tau_m": 12.5, "V_th": -52.0, "I_e": 150.0},
    "exp.json": {"tau_syn_ex": 1.5, "I_e": 250.0},
    "none.json": {},
    "late.json": {"delay": 2.5},
}
NODE_TYPES = {  # of internal and mixed: id -> model, parameters
    100: ("iaf_psc_alpha", "slow.json"),
    7: ("iaf_psc_alpha", "fast.json"),
    30: ("iaf_psc_exp", "exp.json"),
}


def engram(*arguments, ranks=1, status=0):
    """Output and messages of a run of the command."""
    command = [SOURCE / "cluster/mpi_env.sh", "timeout", "100", "mpirun", "-n", ranks, BUILD / "engram", *arguments]
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode != status:
        raise AssertionError(f"status {done.returncode}, not {status}, of engram {arguments}:\n{done.stdout}")
    return done.stdout


def spikes(path):
    """(time, node) of each population of a spike report."""
    with h5py.File(path) as file:
        return {name: list(zip(group["timestamps"][:].tolist(), group["node_ids"][:].tolist()))
                for name, group in file["spikes"].items()}


class Network:
    """The arrays, and what writes them to a folder."""

    def __init__(self, seed=1):
        random = np.random.default_rng(seed)
        self.internal_type = random.choice([100, 7], N_INTERNAL)
        self.mixed_type = random.choice([7, 30], N_MIXED)
        self.mixed_type[:2] = 30, 7
        self.V_m = np.round(random.uniform(-70, -60, N_INTERNAL), 3)  # of internal, single nodes
        sizes = {"internal": N_INTERNAL, "mixed": N_MIXED, "external": N_EXTERNAL}
        self.edges = {}
        for source, target, count, scale in (("internal", "internal", 400, 20), ("external", "internal", 150, 120),
                                             ("external", "mixed", 80, 120), ("internal", "mixed", 200, 20)):
            self.edges[f"{source}_to_{target}"] = {
                "source": random.integers(sizes[source], size=count), "target": random.integers(sizes[target], size=count),
                "type": random.choice([1, 2, 3], count), "group": random.integers(2, size=count),
                "weight": np.round(random.uniform(-0.5, 1.0, count) * scale * 8) / 8,
                "delay": np.round(random.uniform(0.5, 6.0, count), 1)}
        count = 150
        self.spike_node = random.integers(N_EXTERNAL, size=count)
        self.spike_time = random.uniform(0.05, DURATION, count)
        self.spike_time[:3], self.spike_node[:3] = (10.02, 10.07, 20.0), (1, 1, 2)  # two in a step, one on the grid

    def synapses(self, name):
        """Weight and delay of each edge: of group 0 its own weight and its type's delay, of group 1 the reverse."""
        edges = self.edges[name]
        type_weight, type_delay = {1: 12.5, 2: -8.0, 3: 1.0}, {1: 1.5, 2: 2.5, 3: 1.0}
        first = edges["group"] == 0
        weight = np.where(first, edges["weight"], [type_weight[t] for t in edges["type"]])
        delay = np.where(first, [type_delay[t] for t in edges["type"]], edges["delay"])
        return weight, delay

    def write(self, folder):
        (folder / "network").mkdir(parents=True)
        (folder / "components").mkdir()
        for name, parameters in PARAMETERS.items():
            (folder / "components" / name).write_text(json.dumps(parameters))
        self._write_nodes(folder / "network")
        for name in self.edges:
            self._write_edges(folder / "network", name)
        self._write_inputs(folder)
        network = "$NETWORK/"
        (folder / "circuit.json").write_text(json.dumps({
            "manifest": {"$NETWORK": "${configdir}/network"}, "target_simulator": "NEST",
            "components": {"point_neuron_models_dir": "components", "synaptic_models_dir": "./components"},
            "networks": {
                "nodes": [{"nodes_file": network + "nodes.h5", "node_types_file": network + "node_types.csv"},
                          {"nodes_file": network + "external.h5", "node_types_file": network + "external.csv"}],
                "edges": [{"edges_file": network + f"{name}.h5", "edge_types_file": network + "edge_types.csv",
                           "enabled": True} for name in self.edges]
                + [{"edges_file": "no.h5", "edge_types_file": "no.csv", "enabled": False}]}}))
        self.configuration = {
            "manifest": {"$OUT": "./output", "$HERE": "."}, "network": "${HERE}/circuit.json",
            "run": {"tstop": DURATION, "dt": RESOLUTION}, "node_sets_file": "sets.json",
            "inputs": {"trains": {"input_type": "spikes", "module": "h5", "input_file": "$HERE/trains.h5",
                                  "node_set": "external"},
                       "more": {"input_type": "spikes", "module": "sonata", "input_file": "more.h5",
                                "node_set": {"population": "external"}}},
            "output": {"output_dir": "$OUT", "spikes_file": "spikes.h5", "spikes_sort_order": "by_time"},
            "reports": {"some": {"cells": "some", "variable_name": "V_m", "module": "membrane_report", "dt": 0.5},
                        "off": {"enabled": False}}}
        (folder / "sets.json").write_text(json.dumps({
            "some": ["few", "nothing"], "few": {"population": "internal", "node_id": [3, 17, 35]},
            "nothing": {"ei": "x", "population": ["mixed"]}}))
        return self.configure(folder)

    def configure(self, folder):
        path = folder / "simulation.json"
        path.write_text(json.dumps(self.configuration))
        return path

    def _write_nodes(self, folder):
        (folder / "node_types.csv").write_text(
            'node_type_id model_type  model_template dynamics_params ei "my name"\n'
            '100 point_neuron nest:iaf_psc_alpha slow.json e "with ""quotes"" in it"\n\n'
            "7 point_process nest:iaf_psc_alpha fast.json i NULL\n"
            "30 point_neuron nest:iaf_psc_exp exp.json e NULL\n")
        (folder / "external.csv").write_text("node_type_id model_type population\n5 virtual external\n5 wrong other\n")
        with h5py.File(folder / "nodes.h5", "w") as file:
            group = file.create_group("nodes/internal")
            order = np.arange(N_INTERNAL)[::-1]  # of the group
            group["node_type_id"] = self.internal_type.astype("i4")
            group["node_id"] = np.arange(N_INTERNAL, dtype="u8")
            group["node_group_id"] = np.full(N_INTERNAL, 3, "u1")
            group["node_group_index"] = order.astype("u2")
            group["3/dynamics_params/V_m"] = self.V_m[order].astype("f8")
            group["3/x"] = np.zeros(N_INTERNAL, "f4")
            group = file.create_group("nodes/mixed")
            group["node_type_id"] = self.mixed_type.astype("u8")
        with h5py.File(folder / "external.h5", "w") as file:
            file["nodes/external/node_type_id"] = np.full(N_EXTERNAL, 5)

    def _write_edges(self, folder, name):
        (folder / "edge_types.csv").write_text(
            "edge_type_id target_query delay syn_weight dynamics_params model_template\n"
            "1 \"ei=='e' & x\" 1.5 12.5 none.json static_synapse\n"
            "2 * NULL -8.0 late.json nest:static_synapse\n"
            "3 * NULL NULL NULL NULL\n")
        edges = self.edges[name]
        group_index = np.where(edges["group"] == 0, np.cumsum(edges["group"] == 0), np.cumsum(edges["group"] == 1)) - 1
        with h5py.File(folder / f"{name}.h5", "w") as file:
            group = file.create_group(f"edges/{name}")
            for column, dtype in (("source", "u4"), ("target", "i8")):
                group.create_dataset(f"{column}_node_id", data=edges[column].astype(dtype), chunks=(64,),
                                     compression="gzip")
                population = name.split("_to_")[column == "target"]
                group[f"{column}_node_id"].attrs["node_population"] = (
                    population if column == "target" else np.bytes_(population))
            group["edge_type_id"] = edges["type"].astype("i2")
            group["edge_group_id"] = edges["group"].astype("u2")
            group["edge_group_index"] = group_index.astype("u4")
            group["0/syn_weight"] = edges["weight"][edges["group"] == 0].astype("f4")
            group["1/delay"] = edges["delay"][edges["group"] == 1]

    def _write_inputs(self, folder):
        half = len(self.spike_node) // 2
        with h5py.File(folder / "trains.h5", "w") as file:  # the older form
            file["spikes/gids"] = self.spike_node[:half].astype("u4")
            file["spikes/timestamps"] = self.spike_time[:half]
        with h5py.File(folder / "more.h5", "w") as file:
            file["spikes/external/node_ids"] = self.spike_node[half:]
            file["spikes/external/timestamps"] = self.spike_time[half:]

    def write_toml(self, path):
        """The same with lists of connections, and a spike generator for each virtual node."""
        lines = [f"[simulation]\nresolution = {RESOLUTION}\nduration = {DURATION}"]
        place = {"internal": {i: ("internal", i) for i in range(N_INTERNAL)}, "mixed": {}}
        lines.append("[populations.internal]\nmodel = 'iaf_psc_alpha'\nsize = %d" % N_INTERNAL)
        lines += self._columns(self.internal_type) + [f"V_m = {self.V_m.tolist()}"]
        for model in ("iaf_psc_exp", "iaf_psc_alpha"):
            nodes = [i for i in range(N_MIXED) if NODE_TYPES[self.mixed_type[i]][0] == model]
            place["mixed"].update({node: (model, i) for i, node in enumerate(nodes)})
            lines.append(f"[populations.{model}]\nmodel = '{model}'\nsize = {len(nodes)}")
            lines += self._columns(self.mixed_type[nodes])
        tics = np.round(self.spike_time * 1000)
        steps = np.ceil(tics / round(RESOLUTION * 1000))
        for node in range(N_EXTERNAL):
            times = sorted(steps[self.spike_node == node] / round(1 / RESOLUTION))
            lines.append(f"[devices.external{node}]\nmodel = 'spike_generator'\nspike_times = {times}")
        for name, edges in self.edges.items():
            source, target = name.split("_to_")
            weight, delay = self.synapses(name)
            lists = {}
            for s, t, w, d in zip(edges["source"], edges["target"], weight, delay):
                start = (f"external{s}", 0) if source == "external" else place[source][s]
                end = place[target][t]
                for key, value in zip(("source", "target", "weight", "delay"), (start[1], end[1], w, d)):
                    lists.setdefault((start[0], end[0]), {}).setdefault(key, []).append(value.item() if hasattr(
                        value, "item") else value)
            for (start, end), columns in lists.items():
                arrays = ", ".join(f"{key} = {values}" for key, values in columns.items())
                lines.append(f"[[projections]]\nsource = '{start}'\ntarget = '{end}'\n"
                             f"rule = {{ explicit_list = {{ {arrays} }} }}")
        lines.append("[recorders.spikes]\nmodel = 'spike_recorder'\nfrom = ['internal', 'iaf_psc_alpha', 'iaf_psc_exp']")
        lines.append("[recorders.meter]\nmodel = 'multimeter'\nfrom = 'internal'\ninterval = 0.5")
        path.write_text("\n".join(lines) + "\n")
        return place

    @staticmethod
    def _columns(types):
        defaults = {"C_m": 250.0, "tau_m": 10.0, "V_th": -55.0, "t_ref": 2.0, "I_e": 0.0, "tau_syn_ex": 2.0}
        return [f"{name} = {[PARAMETERS[NODE_TYPES[t][1]].get(name, default) for t in types]}"
                for name, default in defaults.items()]


class InFolder(unittest.TestCase):
    """Tests that have a folder with the network."""

    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self._temporary.cleanup)
        self.folder = Path(self._temporary.name)
        self.network = Network()
        self.network.write(self.folder)
        self.configuration = self.network.configuration
