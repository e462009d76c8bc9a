#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of bench/macro/scaling.py: its arithmetic, what it refuses, and small networks on up to three cores."""
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ENGRAM_BUILD", ROOT / "build/release"))
sys.path.insert(0, str(ROOT / "bench/macro"))

import scaling

LAYOUTS = [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1)]


def report(run_s, build_s=1.0, spikes=500):
    return {"run_s": run_s, "build_s": build_s, "spikes": spikes, "neurons": 100, "synapses": 1000, "model_ms": 1000.0,
            "real_time_factor": run_s, "events_per_s_core": 1e6, "building_peak": 1.1,
            "seconds": {name: {"max": run_s, "mean": run_s / 2} for name in scaling.PHASES}}


class Arithmetic(unittest.TestCase):
    def evaluate(self, mode, runs):
        return scaling.evaluate(Namespace(mode=mode, scale=0.5, start="mpirun"), runs)

    def printed_by(self, function, rows):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            function(rows)
        return printed.getvalue()

    def test_layouts_make_up_the_cores(self):
        self.assertEqual(scaling.layouts_of(1), [(1, 1)])
        self.assertEqual(scaling.layouts_of(6), [(1, 6), (2, 3), (3, 2), (6, 1)])

    def test_speed_up_is_the_median_of_the_ratios_of_each_round(self):
        one, two = self.evaluate("strong", {(1, 1): [report(4.0, 1.0), report(8.0, 1.0), report(2.0, 1.0)],
                                            (1, 2): [report(2.0, 0.5), report(5.0, 2.0), report(1.0, 0.25)]})
        self.assertEqual((one["speed_up"], one["efficiency"], one["rate"]), (1.0, 1.0, 5.0))
        self.assertEqual((two["speed_up"], two["efficiency"], two["build_speed_up"]), (2.0, 1.0, 2.0))
        self.assertEqual((two["scale"], two["real_time_factor"], two["phases"]["update"]), (0.5, 2.0, 1.0))

    def test_weak_scaling_counts_the_larger_network(self):
        _, four = self.evaluate("weak", {(1, 1): [report(3.0)], (2, 2): [report(4.0)]})
        self.assertEqual((four["scale"], four["speed_up"], four["efficiency"]), (2.0, 3.0, 0.75))

    def test_verdict_on_two_cores(self):
        for seconds, verdict in ((1.0, "speed-up 2.00, must 1.8: reached"), (1.2, "speed-up 1.67, must 1.8: MISSED")):
            rows = self.evaluate("strong", {(1, 1): [report(2.0)], (1, 2): [report(1.0)], (2, 1): [report(seconds)]})
            self.assertEqual(self.printed_by(scaling.judge, rows).splitlines()[1], f"2 ranks over 1: {verdict}")
        self.assertEqual(self.printed_by(scaling.judge, self.evaluate("strong", {(1, 2): [report(2.0)]})), "")

    def test_a_network_that_is_more_active_when_larger_is_seen(self):
        for spikes, seen in ((540, False), (560, True)):
            rows = self.evaluate("weak", {(1, 1): [report(1.0)], (1, 2): [report(1.0, spikes=spikes)]})
            self.assertEqual("Compare M ev/s core" in self.printed_by(scaling.warn, rows), seen)


class Refusals(unittest.TestCase):
    def test_other_spikes_end_everything(self):
        scaling.check(report(1.0), (2, 1), 500)
        with self.assertRaisesRegex(SystemExit, "wrong answer: 500 spikes on 2x1, not 501"):
            scaling.check(report(1.0), (2, 1), 501)
        with self.assertRaisesRegex(SystemExit, "does not spike"):
            scaling.check(report(1.0, spikes=0), (1, 1), 0)

    def test_file_whose_indegrees_follow_its_size_is_not_resized(self):
        with self.assertRaisesRegex(SystemExit, "L23E to L23E by fixed_total_number"):
            scaling.resized(ROOT / "bench/networks/microcircuit/microcircuit.toml", 0.5)
        self.assertEqual(scaling.resized(ROOT / "bench/networks/brunel/brunel.toml", 0.25),
                         ["--set", "populations.E.size=2000", "--set", "populations.I.size=500"])


class SmallNetworks(unittest.TestCase):
    def run_script(self, network, mode, *options):
        with tempfile.TemporaryDirectory() as folder:
            written, picture = Path(folder) / "result.json", Path(folder) / "plot.png"
            command = [sys.executable, ROOT / "bench/macro/scaling.py", "--network", ROOT / "bench/networks" / network,
                       "--mode", mode, "--cores", "1", "2", "3", "--repetitions", "1", "--no-calibration",
                       "--build", BUILD, "--json", written, "--plot", picture, *options]
            done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(picture.read_bytes()[1:4], b"PNG")
            result = json.loads(written.read_text())
        self.assertEqual([(r["ranks"], r["threads"]) for r in result["layouts"]], LAYOUTS)
        return result["layouts"], done.stdout

    def test_strong_scaling_of_a_file(self):
        rows, printed = self.run_script("brunel/small_stdp.toml", "strong", "--scale", "0.4", "--duration", "30")
        self.assertEqual({(r["neurons"], r["synapses"]) for r in rows}, {(1000, 250_000)})
        self.assertEqual(len({r["spikes"] for r in rows}), 1)
        self.assertRegex(printed, "2 ranks over 1: speed-up [0-9.]+, must 1.8: (reached|MISSED)")

    def test_weak_scaling_of_a_script(self):
        rows, printed = self.run_script("microcircuit/microcircuit.py", "weak", "--scale", "0.01", "--duration", "30",
                                        "--script-options", "--k-scale 0.01")
        sizes = [r["neurons"] for r in rows]
        self.assertEqual(sizes, [sizes[0], sizes[1], sizes[1], sizes[3], sizes[3]])
        for row in rows:
            self.assertAlmostEqual(row["scale"], 0.01 * row["ranks"] * row["threads"])
            self.assertAlmostEqual(row["neurons"], 77_169 * row["scale"], delta=5)
            self.assertAlmostEqual(row["synapses"] / row["neurons"], 38.7, delta=0.5)
        self.assertNotIn("must", printed)


if __name__ == "__main__":
    unittest.main()
