#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the statistics, of the comparison with NEST, and of the scripts that compare and draw runs."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path
from unittest import mock

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parents[1] / "cluster")]

import compare_runs
import compare_with_nest as nest
import ei_statistics as ei
import plot_store_restore

SIZES = {"E": 40, "I": 10}


def poisson_spikes(size, rate_hz, t_ms, seed=1):
    """Nodes and times on a grid of 0.1 ms, sorted by time, then node."""
    rng = np.random.default_rng(seed)
    steps, nodes = np.nonzero(rng.random((round(t_ms * 10), size)) < rate_hz / 1e4)
    return nodes, (steps + 1) * 0.1


def write_spikes(path, spikes):
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        for population, (nodes, times) in spikes.items():
            file[f"spikes/{population}/node_ids"] = np.asarray(nodes, dtype=np.uint64)
            file[f"spikes/{population}/timestamps"] = np.asarray(times, dtype=np.float64)


def write_network(path, seed=1, indegree=5):
    rng = np.random.default_rng(seed)
    with h5py.File(path, "w") as file:
        file.attrs["format_version"] = 1
        for name, size in SIZES.items():
            file[f"nodes/{name}/V_m"] = rng.normal(-65, 5, size)
            for source in SIZES:
                n = size * indegree
                group = file.create_group(f"edges/{source}_to_{name}")
                group["source_node_id"] = np.arange(n, dtype=np.uint64) % SIZES[source]
                group["target_node_id"] = np.repeat(np.arange(size, dtype=np.uint64), indegree)
                group["weight"] = rng.normal(1, 0.1, n) if source == "E" else np.full(n, -4.0)
                group["delay"] = np.ones(n)


class InFolder(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)


class Statistics(unittest.TestCase):
    def test_poisson_train_has_cv_one_and_fano_one(self):
        nodes, times = poisson_spikes(50, 40.0, 50_000.0)
        result = ei.spike_statistics(nodes, times, 50, (0, 50_000))
        self.assertAlmostEqual(result["mean_rate_hz"], 40.0, delta=0.5)
        self.assertAlmostEqual(result["cv_isi_mean"], 1.0, delta=0.02)
        self.assertAlmostEqual(result["pop_count_fano_5ms"], 1.0, delta=0.05)
        self.assertAlmostEqual(result["corr_5ms_mean"], 0.0, delta=0.005)

    def test_regular_train_has_cv_zero(self):
        times = np.arange(1, 101) * 10.0
        result = ei.spike_statistics(np.zeros(100, int), times, 2, (0, 1000))
        self.assertAlmostEqual(result["cv_isi_mean"], 0.0, places=12)
        self.assertEqual(result["cv_n_neurons"], 1)
        self.assertEqual((result["mean_rate_hz"], result["sd_rate_hz"], result["frac_silent"]), (50.0, 50.0, 0.5))

    def test_cv_is_that_of_each_neuron_and_needs_four_intervals(self):
        trains = {0: [1, 2, 4, 8, 16], 1: [3, 6, 9, 12], 2: [1, 3, 4, 6, 7, 20]}
        nodes = np.concatenate([np.full(len(t), n) for n, t in trains.items()])
        times = np.concatenate([np.array(t, dtype=float) for t in trains.values()])
        by_time = np.argsort(times, kind="stable")
        cv = ei.cv_of_isis(*ei.in_window(nodes[by_time], times[by_time], (0, 100)), 3)
        np.testing.assert_allclose(cv, [np.std(np.diff(trains[n])) / np.mean(np.diff(trains[n])) for n in (0, 2)])

    def test_windows_and_bins_contain_their_end_but_not_their_start(self):
        times = np.array([100.0, 100.1, 105.00000000000001, 105.1, 200.00000000000003, 200.1])
        nodes, inside = ei.in_window(np.zeros(6, int), times, (100, 200))
        np.testing.assert_array_equal(inside, times[1:5])
        counts = ei.binned_counts(nodes, inside, 1, (100, 200))[0]
        self.assertEqual((counts.size, counts[0], counts[1], counts[-1]), (20, 2, 1, 1))

    def test_correlation_of_known_trains(self):
        counts = np.array([[1, 0, 2, 0], [2, 0, 4, 0], [1, 2, 0, 2], [0, 0, 0, 0], [1, 1, 1, 1]])
        np.testing.assert_allclose(ei.pair_correlations(counts), [1, -1, -1])  # silent and constant ones left out

    def test_correlation_of_a_common_input(self):
        rng = np.random.default_rng(1)
        counts = rng.poisson(1.0, (300, 20_000)) + rng.poisson(1.0, 20_000)  # half of the variance is shared
        correlations = ei.pair_correlations(counts)
        self.assertEqual(correlations.size, 200 * 199 // 2)
        self.assertAlmostEqual(correlations.mean(), 0.5, delta=0.02)
        np.testing.assert_array_equal(correlations, ei.pair_correlations(counts))

    def test_silence_gives_numbers_not_a_crash(self):
        result = ei.spike_statistics(np.array([], int), np.array([]), 5, (0, 100))
        self.assertEqual((result["mean_rate_hz"], result["frac_silent"], result["cv_n_neurons"]), (0.0, 1.0, 0))
        self.assertTrue(np.isnan(result["cv_isi_mean"]))

    def test_weights(self):
        result = ei.weight_statistics(np.array([0.0, 1.0, 2.0, 1.0]))
        self.assertEqual(result, {"mean": 1.0, "sd": np.sqrt(0.5), "frac_at_0": 0.25, "frac_at_Wmax": 0.25, "n": 4})


class ComparisonWithNest(InFolder):
    def setUp(self):
        super().setUp()
        self.nest = nest.read_reference(nest.REFERENCE)
        self.judged = [key for key in self.nest if nest.is_judged(key)]

    def quietly(self, function, *arguments):
        with contextlib.redirect_stdout(io.StringIO()) as self.printed:
            return function(*arguments)

    def test_reference_is_complete(self):
        summary = json.loads(nest.REFERENCE.read_text())["summary"]
        self.assertEqual(len(self.judged), 2 * 3 * 3 + 2 * 2)
        for key, values in self.nest.items():
            self.assertEqual(len(values), 10)
            self.assertAlmostEqual(values.mean(), summary[key]["mean"], places=9)

    def test_equal_means_agree(self):
        self.assertEqual(self.quietly(nest.compare_means, self.nest, self.nest), [])

    def test_each_judged_statistic_is_judged_at_three_standard_errors(self):
        for key in self.judged:
            error = np.sqrt(2 * self.nest[key].var(ddof=1) / 10)
            near, far = (self.nest | {key: self.nest[key] + n * error} for n in (2.9, -3.1))
            self.assertEqual(self.quietly(nest.compare_means, self.nest, near), [])
            self.assertEqual(self.quietly(nest.compare_means, self.nest, far), [key])

    def test_a_statistic_without_value_differs(self):
        broken = self.nest | {"E/0-1000ms/cv_isi_mean": np.full(10, np.nan)}
        self.assertEqual(self.quietly(nest.compare_means, self.nest, broken), ["E/0-1000ms/cv_isi_mean"])
        self.assertEqual(self.quietly(nest.compare_one, self.nest, broken), ["E/0-1000ms/cv_isi_mean"])

    def test_one_seed_is_held_against_the_widened_range(self):
        self.assertEqual(self.quietly(nest.compare_one, self.nest, self.nest), [])
        for key in self.judged:
            low, high = self.nest[key].min(), self.nest[key].max()
            for value, differs in ((2 * high - low - 1e-9, []), (2 * high - low + 1e-9, [key]),
                                   (2 * low - high + 1e-9, []), (2 * low - high - 1e-9, [key])):
                one = {k: v[:1] for k, v in self.nest.items()} | {key: np.array([value])}
                self.assertEqual(self.quietly(nest.compare_one, self.nest, one), differs)

    def test_a_run_yields_the_statistics_of_the_reference(self):
        def run(args, seed, duration, folder):
            spikes, network = folder / "spikes.h5", folder / "net.h5"
            write_spikes(spikes, {name: poisson_spikes(size, 40.0, duration) for name, size in SIZES.items()})
            write_network(network)
            return spikes, network

        with mock.patch.object(nest, "run_engram", run):
            engram = nest.over_seeds([nest.measure(Namespace(), seed, self.folder) for seed in (1, 2)])
        self.assertEqual(engram.keys(), self.nest.keys())
        self.assertIn("E/0-1000ms/corr_5ms_mean", self.quietly(nest.compare_means, self.nest, engram))


class ComparisonOfRuns(InFolder):
    def setUp(self):
        super().setUp()
        self.spikes = poisson_spikes(40, 40.0, 1000.0)
        for name in ("a", "b"):
            write_network(self.folder / f"{name}.h5")
            write_spikes(self.folder / name / "spikes.h5", {"E": self.spikes})

    def compare(self, expected, a, b):
        with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(printed):
            status = compare_runs.main([expected, "case", str(self.folder / a), str(self.folder / b)])
        self.printed = printed.getvalue()
        return status

    def failed(self):
        """What differs: the first word after the comparison's name in every failed line."""
        lines = [line for line in self.printed.splitlines() if line.endswith("FAILED")]
        return [line.removeprefix("case").split()[0] for line in lines]

    def test_copies_are_equal(self):
        self.assertEqual(self.compare("equal", "a.h5", "b.h5"), 0)
        self.assertEqual(self.compare("equal", "a/spikes.h5", "b/spikes.h5"), 0)
        self.assertIn(f"{len(self.spikes[0]):,}", self.printed)

    def test_copies_are_not_different(self):
        self.assertEqual(self.compare("different", "a.h5", "b.h5"), 1)
        self.assertEqual(self.compare("different", "a/spikes.h5", "b/spikes.h5"), 1)

    def test_last_bit_of_one_value_is_seen(self):
        for dataset, what in (("edges/E_to_I/weight", "weights"), ("edges/I_to_E/delay", "connections"),
                              ("edges/E_to_E/source_node_id", "connections"), ("nodes/I/V_m", "V_m")):
            write_network(self.folder / "b.h5")
            with h5py.File(self.folder / "b.h5", "r+") as file:
                value = file[dataset][7]
                file[dataset][7] = value + 1 if value.dtype.kind == "u" else np.nextafter(value, np.inf)
            self.assertEqual(self.compare("equal", "a.h5", "b.h5"), 1)
            self.assertEqual(self.failed(), [what, "whole"])

    def test_attributes_and_further_datasets_are_seen(self):
        for change in (lambda file: file.attrs.modify("format_version", 2),
                       lambda file: file.create_dataset("nodes/E/more", data=[1])):
            write_network(self.folder / "b.h5")
            with h5py.File(self.folder / "b.h5", "r+") as file:
                change(file)
            self.assertEqual(self.compare("equal", "a.h5", "b.h5"), 1)
            self.assertEqual(self.failed(), ["whole"])

    def test_other_neurons_at_the_same_times_are_different_spikes(self):
        nodes, times = self.spikes
        write_spikes(self.folder / "b/spikes.h5", {"E": (nodes[::-1], times)})
        self.assertEqual(self.compare("equal", "a/spikes.h5", "b/spikes.h5"), 1)
        self.assertEqual(self.compare("different", "a/spikes.h5", "b/spikes.h5"), 0)

    def test_nothing_proves_nothing(self):
        for name in ("a", "b"):
            write_spikes(self.folder / name / "spikes.h5", {"E": ([], [])})
        self.assertEqual(self.compare("equal", "a/spikes.h5", "b/spikes.h5"), 1)
        self.assertEqual(self.compare("different", "a/spikes.h5", "b/spikes.h5"), 1)

    def test_files_that_cannot_be_compared(self):
        for a, b in (("a.h5", "missing.h5"), ("a.h5", "a/spikes.h5")):
            self.assertEqual(self.compare("equal", a, b), 2)
            self.assertRegex(self.printed, r"cannot compare \(.*\)\. Give")


class DemoFolder(InFolder):
    def setUp(self):
        super().setUp()
        runs = {"reloaded": 1, "same_seed": 1, "reloaded_3x1": 1, "reloaded_1x4": 1, "other_seed": 2}
        write_spikes(self.folder / "initial/spikes.h5", {"E": poisson_spikes(40, 40.0, 2000.0)})
        for name, seed in {**runs, "ein_1000": 3, "ein_2000": 4}.items():
            write_network(self.folder / f"{name}.h5", seed)
            if name in runs:
                write_spikes(self.folder / name / "spikes.h5", {"E": poisson_spikes(40, 40.0, 1000.0, seed)})

    def compare(self):
        with contextlib.redirect_stdout(io.StringIO()):
            return compare_runs.main([str(self.folder)])

    def test_comparisons_of_the_demo(self):
        self.assertEqual(self.compare(), 0)
        write_network(self.folder / "reloaded_1x4.h5", 2)
        self.assertEqual(self.compare(), 1)

    def test_figure_is_drawn(self):
        picture = self.folder / "figure.png"
        with mock.patch.object(sys, "argv", ["plot", str(self.folder), str(picture)]):
            plot_store_restore.main()
        width = int.from_bytes(picture.read_bytes()[16:20], "big")
        self.assertAlmostEqual(width / 300 * 25.4, 180, delta=1)  # mm

    def test_figure_says_what_is_missing(self):
        (self.folder / "ein_2000.h5").unlink()
        with mock.patch.object(sys, "argv", ["plot", str(self.folder), str(self.folder / "figure.png")]):
            with self.assertRaisesRegex(SystemExit, "ein_2000.h5.*Give a folder"):
                plot_store_restore.main()


if __name__ == "__main__":
    unittest.main()
