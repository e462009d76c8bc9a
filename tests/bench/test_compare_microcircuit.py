#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of bench/macro/compare_microcircuit.py: its arithmetic, and the comparison itself with three seeds."""
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ENGRAM_BUILD", ROOT / "build/release"))
sys.path.insert(0, str(ROOT / "bench/macro"))

import compare_microcircuit as comparison

REFERENCE = json.loads(comparison.REFERENCE.read_text())


def quietly(function, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        return function(*arguments), printed.getvalue()


class Arithmetic(unittest.TestCase):
    def setUp(self):
        """Three seeds with the means and standard deviations of the reference."""
        self.seeds = [{population: {name: s["mean"] + k * s["sd"] for name, s in statistics.items()}
                       for population, statistics in REFERENCE["populations"].items()} for k in (-1, 0, 1)]

    def compare(self):
        return quietly(comparison.compare, REFERENCE["populations"], REFERENCE["seeds"], self.seeds)[0]

    def test_standard_errors_are_those_of_the_pooled_variance(self):
        self.assertAlmostEqual(comparison.standard_errors(1.0, 2.0, 10, np.array([5.0])), 4 / (2 * np.sqrt(1.1)))
        error = np.sqrt((9 * 4.0 + 2 * 1.0) / 11 * (1 / 10 + 1 / 3))
        self.assertAlmostEqual(comparison.standard_errors(1.0, 2.0, 10, np.array([2.0, 3.0, 4.0])), 2 / error)
        self.assertEqual(comparison.standard_errors(1.0, 0.0, 10, np.array([1.0])), 0.0)
        self.assertEqual(comparison.standard_errors(1.0, 0.0, 10, np.array([1.1])), np.inf)

    def test_equal_statistics_agree(self):
        self.assertEqual(self.compare(), [])

    def test_each_judged_statistic_is_judged(self):
        for population, statistics in REFERENCE["populations"].items():
            for name, s in statistics.items():
                for factor, judged in ((3.9, False), (-4.1, True), (np.nan, True)):
                    self.setUp()
                    error = s["sd"] * np.sqrt(1 / 10 + 1 / 3)
                    for seed in self.seeds:
                        seed[population][name] += factor * error
                    expected = [f"{population} {name}"] if judged and name in comparison.JUDGED else []
                    self.assertEqual(self.compare(), expected)


class Comparison(unittest.TestCase):
    def run_main(self, *options):
        arguments = ["compare", "--build", str(BUILD), "--ranks", "2", *options]
        with mock.patch.object(sys, "argv", arguments):
            return quietly(comparison.main)

    def test_three_seeds_agree_with_nest_and_not_with_a_little_more(self):
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "seeds.json"
            status, printed = self.run_main("--seeds", "3", "--full-scale", "--json", str(written))
            self.assertEqual(status, 0, printed)
            self.assertIn("all 48 judged statistics agree", printed)
            self.assertRegex(printed, r"L23E +0\.903 +0\.4")
            seeds = json.loads(written.read_text())
        self.assertEqual(len(seeds), 3)
        for seed in seeds:
            seed["L4I"]["mean_rate_hz"] *= 1.05
        failed, _ = quietly(comparison.compare, REFERENCE["populations"], REFERENCE["seeds"], seeds)
        self.assertEqual(failed, ["L4I mean_rate_hz"])

    def test_another_scale_is_shown_but_not_judged(self):
        status, printed = self.run_main("--seeds", "1", "--scale", "0.02")
        self.assertEqual(status, 0, printed)
        self.assertIn("full scale", printed)
        self.assertNotIn("NEST", printed)

    def test_what_cannot_be_run(self):
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            status, _ = self.run_main("--seeds", "1", "--threads", "0")
        self.assertEqual(status, 2)
        self.assertIn("could not be run", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
