#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs of SONATA configurations give what the same networks give as network files, on every layout:

    ENGRAM_BUILD=build/release tests/sonata/test_run.py [-v] [Run.test_...]

With ENGRAM_SONATA_EXAMPLE, a folder with simulation_config.json of the example 300_pointneurons of the SONATA project,
its published numbers are checked too.
"""
import os
import unittest
from pathlib import Path

import h5py
import numpy as np

from networks import N_MIXED, InFolder, engram, spikes
from rules import breaches

EXAMPLE = os.environ.get("ENGRAM_SONATA_EXAMPLE", "")


class Run(InFolder):
    def expected(self):
        """Spikes by population and node, and V_m, of the network file."""
        place = self.network.write_toml(self.folder / "network.toml")
        engram("run", self.folder / "network.toml", "--output", self.folder / "toml", "--quiet")
        found = spikes(self.folder / "toml/spikes.h5")
        mixed = sorted((time, node) for node in range(N_MIXED) for time, i in found[place["mixed"][node][0]]
                       if i == place["mixed"][node][1])
        with h5py.File(self.folder / "toml/meter.h5") as file:
            return {"internal": found["internal"], "mixed": mixed}, file["report/internal/data"][:]

    def test_equals_the_network_file(self):
        expected, V_m = self.expected()
        self.assertGreater(min(map(len, expected.values())), 20)
        for ranks, threads in ((1, 1), (2, 2), (3, 1), (5, 2)):
            with self.subTest(ranks=ranks, threads=threads):
                output = self.folder / f"out{ranks}{threads}"
                said = engram("run", self.folder / "simulation.json", "--output", output, "--threads", threads,
                              ranks=ranks)
                self.assertIn("engram: 68 neurons, 830 synapses", said)
                self.assertEqual(spikes(output / "spikes.h5"), expected)
                with h5py.File(output / "some.h5") as file:
                    report = file["report/internal"]
                    self.assertEqual(report["mapping/node_ids"][:].tolist(), [3, 17, 35])
                    np.testing.assert_array_equal(report["data"][:], V_m[:, [3, 17, 35]])
                for name in ("spikes.h5", "some.h5"):
                    self.assertEqual(breaches(output / name), [])
                    self.assertEqual((output / name).read_bytes(), (self.folder / "out11" / name).read_bytes())

    def test_output_and_overrides(self):
        """The configuration's folder is taken unless another is given; keys can be set as those of network files."""
        engram("run", self.folder / "simulation.json", "--quiet", "--duration", "50", "--set",
               "populations.internal.I_e=400.0")
        found = spikes(self.folder / "output/spikes.h5")["internal"]
        self.assertLessEqual(max(time for time, _ in found), 50.0)
        self.assertGreater(len(found), 40)

    def test_continues_elsewhere(self):
        """A run that is resumed on another layout has the same bytes, spikes under way and trains to come included."""
        engram("run", self.folder / "simulation.json", "--quiet", "--output", self.folder / "whole")
        output = self.folder / "parts"
        engram("run", self.folder / "simulation.json", "--quiet", "--output", output, "--duration", "77.7",
               "--checkpoint-every", "1000ms", ranks=2)
        engram("run", self.folder / "simulation.json", "--quiet", "--output", output, "--resume", "--threads", 2, ranks=3)
        for name in ("spikes.h5", "some.h5"):
            self.assertEqual((output / name).read_bytes(), (self.folder / "whole" / name).read_bytes())

    def test_info(self):
        said = engram("info", self.folder / "simulation.json", ranks=2)
        self.assertIn("population internal: 40 x iaf_psc_alpha", said)
        self.assertIn("edges external_to_mixed: external -> mixed, 80 edges", said)
        self.assertIn("68 nodes, 830 edges", said)

    def test_missing_node_sets(self):
        """What needs no set runs; what is not written is told."""
        (self.folder / "sets.json").unlink()
        said = engram("run", self.folder / "simulation.json", "--duration", "1", "--output", self.folder / "out", ranks=3)
        self.assertEqual(said.count("report 'some' is not written"), 1)
        self.assertFalse((self.folder / "out/some.h5").exists())


@unittest.skipUnless(EXAMPLE, "ENGRAM_SONATA_EXAMPLE names no folder")
class Example(InFolder):
    """400 nodes, 48,432 connections, 18,828 spikes of the population internal: NEST's numbers."""

    def test_counts(self):
        files = []
        for ranks, threads in ((1, 1), (1, 2), (2, 1), (3, 2)):
            said = engram("run", Path(EXAMPLE) / "simulation_config.json", "--output", self.folder / "out", "--threads",
                          threads, ranks=ranks)
            self.assertIn("engram: 400 neurons, 48432 synapses", said)
            self.assertEqual(len(spikes(self.folder / "out/spikes.h5")["internal"]), 18828)
            files.append((self.folder / "out/spikes.h5").read_bytes())
        self.assertEqual(set(files), {files[0]})


if __name__ == "__main__":
    unittest.main()
