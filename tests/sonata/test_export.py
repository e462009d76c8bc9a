#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `engram export --sonata` writes keeps to SONATA's rules, and runs as the network did:

    ENGRAM_BUILD=build/release tests/sonata/test_export.py [-v] [Export.test_...]
"""
import unittest

import h5py
import numpy as np

from networks import InFolder, engram, spikes
from rules import breaches

PLASTIC = """
[simulation]
duration = 150.0
seed = 4
[synapse_models.e_syn]
copy_of = "stdp_synapse_hom"
Wmax = 60.0
lambda = 0.05
[populations.E]
model = "iaf_psc_alpha"
size = 60
I_e = { uniform = { min = 380.0, max = 500.0 } }
V_m = { uniform = { min = -70.0, max = -56.0 } }
[populations.B]
model = "parrot_neuron"
size = 7
[populations.A]
model = "iaf_psc_exp"
size = 11
I_e = 450.0
[[projections]]
source = "E"
target = ["E", "A"]
rule = { fixed_indegree = { indegree = 9 } }
synapse_model = "e_syn"
weight = { uniform = { min = 10.0, max = 50.0 } }
delay = { uniform = { min = 1.0, max = 4.0 } }
[[projections]]
source = "A"
target = "E"
weight = -20.0
delay = 1.5
rule = { fixed_indegree = { indegree = 3 } }
[[projections]]
source = "E"
target = "B"
rule = { fixed_indegree = { indegree = 1 } }
[[projections]]
source = "A"
target = "B"
name = "unheard"
receptor_type = 1
rule = { fixed_indegree = { indegree = 4 } }
[recorders.spikes]
model = "spike_recorder"
from = ["E", "B", "A"]
"""


class Export(InFolder):
    def folders(self, source, ranks=(1, 3)):
        """Exports of the same by several layouts: the first, which equals the others."""
        made = []
        for n in ranks:
            made.append(self.folder / f"sonata{n}_{source.stem}")
            engram("export", source, "--sonata", made[-1], ranks=n)
        files = sorted(path.relative_to(made[0]) for path in made[0].rglob("*") if path.is_file())
        self.assertIn("circuit_config.json", map(str, files))
        for folder in made[1:]:
            self.assertEqual(files, sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file()))
            for name in files:
                self.assertEqual((folder / name).read_bytes(), (made[0] / name).read_bytes(), name)
        for name in files:
            if name.suffix == ".h5":
                self.assertEqual(breaches(made[0] / name), [])
        return made[0]

    def same_spikes(self, original, exported):
        self.assertEqual(spikes(original), spikes(exported))
        self.assertGreater(len(spikes(original)), 1)

    def test_network_file(self):
        """Plastic synapses, random values, receptors: the exported network spikes as the original."""
        (self.folder / "plastic.toml").write_text(PLASTIC)
        exported = self.folders(self.folder / "plastic.toml")
        engram("run", self.folder / "plastic.toml", "--quiet", "--output", self.folder / "a", "--store",
               self.folder / "a.h5")
        engram("run", exported / "simulation_config.json", "--quiet", "--output", self.folder / "b", "--store",
               self.folder / "b.h5", ranks=2)
        self.same_spikes(self.folder / "a/spikes.h5", self.folder / "b/spikes.h5")
        with h5py.File(self.folder / "a.h5") as a, h5py.File(self.folder / "b.h5") as b:
            self.assertEqual(list(a["edges"]), list(b["edges"]))
            for name, edges in a["edges"].items():
                for column, values in edges.items():
                    np.testing.assert_array_equal(values[:], b["edges"][name][column][:], f"{name}/{column}")
            np.testing.assert_array_equal(a["nodes/E/V_m"][:], b["nodes/E/V_m"][:])

    def test_stored_network(self):
        """From a stored network alone: state and weights of its moment."""
        (self.folder / "plastic.toml").write_text(PLASTIC)
        engram("run", self.folder / "plastic.toml", "--quiet", "--output", self.folder / "a", "--store",
               self.folder / "a.h5")
        exported = self.folders(self.folder / "a.h5")
        engram("run", exported / "simulation_config.json", "--quiet", "--duration", "0", "--output", self.folder / "b",
               "--store", self.folder / "b.h5")
        with h5py.File(self.folder / "a.h5") as a, h5py.File(self.folder / "b.h5") as b:
            for population, group in a["nodes"].items():
                for name, values in group.items():
                    if name in b["nodes"][population]:
                        np.testing.assert_array_equal(values[:], b["nodes"][population][name][:])
                    else:
                        self.assertEqual(set(values[:]), {b["nodes"][population].attrs[name]})
            for name, edges in a["edges"].items():
                np.testing.assert_array_equal(edges["weight"][:], b["edges"][name]["weight"][:])

    def test_configuration(self):
        """SONATA in, SONATA out: virtual nodes and their trains go along."""
        exported = self.folders(self.folder / "simulation.json")
        engram("run", self.folder / "simulation.json", "--quiet", "--output", self.folder / "a")
        engram("run", exported / "simulation_config.json", "--quiet", "--output", self.folder / "b", ranks=2)
        original, again = spikes(self.folder / "a/spikes.h5"), spikes(self.folder / "b/spikes.h5")
        self.assertEqual(original["internal"], again["internal"])
        mixed = [again[name] for name in ("mixed-iaf_psc_exp", "mixed-iaf_psc_alpha")]
        self.assertEqual(len(original["mixed"]), sum(map(len, mixed)))
        self.assertEqual(sorted(time for time, _ in original["mixed"]), sorted(time for part in mixed for time, _ in part))

    def test_checkpoint(self):
        (self.folder / "plastic.toml").write_text(PLASTIC)
        engram("run", self.folder / "plastic.toml", "--quiet", "--output", self.folder / "a", "--store",
               self.folder / "a.h5", "--checkpoint-every", "1000ms")
        checkpoint = next((self.folder / "a/checkpoints").glob("*.h5"))
        exported = self.folders(checkpoint, ranks=(2,))
        with h5py.File(self.folder / "a.h5") as a, h5py.File(exported / "network/E_to_E_edges.h5") as b:
            np.testing.assert_array_equal(a["edges/E_to_E/weight"][:], b["edges/E_to_E/0/syn_weight"][:])

    def test_refuses(self):
        self.assertIn("there is no such file", engram("export", self.folder / "no.h5", "--sonata", self.folder / "x",
                                                      status=1, ranks=2))


if __name__ == "__main__":
    unittest.main()
