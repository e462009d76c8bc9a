# SPDX-License-Identifier: Apache-2.0
"""NEST's experiment of storing and restoring (seed_experiment.py): on one process and on several, storing on one layout and
restoring on another, runs compare as its text says."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

SCRIPT = Path(__file__).with_name("seed_experiment.py")
TIME = 120.0  # ms: some thousand spikes


def run(folder, ranks, *arguments):
    result = subprocess.run(["timeout", "-k", "5", "150", "mpirun", "-n", str(ranks), "/usr/bin/python3", str(SCRIPT),
                             folder, *arguments, "--time", str(TIME)],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        raise AssertionError(result.stdout)
    return dict(np.load(Path(folder, "results.npz")))


class Experiment(unittest.TestCase):
    def equal(self, results, one, other, values=("times", "senders", "weights")):
        return all(np.array_equal(results[f"{one} {value}"], results[f"{other} {value}"]) for value in values)

    def compare(self, results):
        """What the experiment's text says of its runs."""
        self.assertTrue(self.equal(results, "reloaded", "same seed"))
        self.assertFalse(self.equal(results, "reloaded", "other seed", ["times"]))
        for name in ("reloaded", "other seed"):
            self.assertGreater(len(results[f"{name} times"]), 1000)

    def test_on_layouts(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as three:
            alone = run(one, 1, "4")
            self.compare(alone)
            self.assertGreater(alone["continued times"].max(), 1.9 * TIME)
            self.assertLessEqual(alone["initial times"].max(), TIME)
            self.assertTrue(os.path.getsize(Path(one, "store_restore_network.png")) > 10000)
            spread = run(three, 3, "1")
            self.assertEqual(set(alone), set(spread))
            for name, values in alone.items():  # the same bits on every layout
                np.testing.assert_array_equal(values, spread[name], name)
            # Stored by 3 ranks with a thread each, restored by 2 with 3 threads each.
            shutil.copy(Path(three, "ein.pkl"), one)
            restored = run(one, 2, "3", "--restore-only")
            self.compare(restored)
            for name, values in restored.items():
                np.testing.assert_array_equal(values, alone[name], name)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
