#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Does the cortical microcircuit behave as in NEST? Runs it at a tenth of its neurons and indegrees with several seeds,
and compares rates, irregularity and correlations of each population with those of ten seeds in NEST
(microcircuit_nest.json).

    bench/macro/compare_microcircuit.py                                   ten seeds, judged
    bench/macro/compare_microcircuit.py --seeds 1 --scale 1 --threads 2   the full network beside the known rates

A judged statistic must lie within four standard errors of the difference of the two means, whose standard deviation is
taken from the seeds of both. At another scale there is nothing to judge by: means are shown beside the rates of the
full network. Exit status: 0 agrees, 1 differs, 2 could not be run.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

import numpy as np

import engram_run

sys.path += [str(engram_run.ROOT / "tests" / "statistics"), str(engram_run.NETWORKS / "microcircuit"),
             str(engram_run.NETWORKS)]
import ei_statistics
import microcircuit
import network_text

REFERENCE = pathlib.Path(__file__).with_name("microcircuit_nest.json")
JUDGED = ("mean_rate_hz", "sd_rate_hz", "cv_isi_mean", "frac_silent", "corr_5ms_mean", "pop_count_fano_5ms")
# 48 are judged, with ten seeds in 18 degrees of freedom: by chance one of them exceeds 3 in one comparison of three,
# and 4 in one of 25. The same seeds always have the same outcome.
MAX_STANDARD_ERRORS = 4.0


def write_network(folder, scale):
    """The network with a recorder of all spikes; its file and the size of each population."""
    text = microcircuit.network(scale, scale, "poisson")
    recorder = {"model": "spike_recorder", "from": microcircuit.POPULATIONS}
    text += "\n" + network_text.section("recorders.spikes", recorder)
    file = folder / "microcircuit.toml"
    file.write_text(text)
    populations = tomllib.loads(text)["populations"]
    return file, {name: populations[name]["size"] for name in microcircuit.POPULATIONS}


def measure(arguments, seed, window, names, folder):
    """{population: {statistic: value}} of one seed."""
    file, sizes = write_network(folder, arguments.scale)
    output = folder / f"seed{seed}"
    engram_run.run(arguments.build, file, ["--seed", seed, "--duration", window[1]], arguments.ranks, arguments.threads,
                   output)
    result = {}
    for population, size in sizes.items():
        spikes = ei_statistics.read_spikes(output / "spikes.h5", population)
        statistics = ei_statistics.spike_statistics(*spikes, size, window)
        result[population] = {name: statistics[name] for name in names}
    return result


def standard_errors(mean, sd, n, values):
    """How many standard errors the mean of `values` is away from that of n others; both vary alike."""
    m = len(values)
    spread = (m - 1) * np.var(values, ddof=1) if m > 1 else 0.0
    error = np.sqrt(((n - 1) * sd**2 + spread) / (n + m - 2) * (1 / n + 1 / m)) if n + m > 2 else 0.0
    difference = float(np.mean(values)) - mean
    return difference / error if error > 0 else (0.0 if difference == 0 else np.inf)


def compare(nest, seeds_of_nest, engram):
    """Prints the table; returns the judged statistics that differ."""
    print(f"{'statistic':<26}{'NEST mean +- sd':>22}{'Engram mean +- sd':>22}{'difference':>12}")
    failed = []
    for population, statistics in nest.items():
        for name, known in statistics.items():
            values = np.array([one[population][name] for one in engram])
            off = standard_errors(known["mean"], known["sd"], seeds_of_nest, values)
            judged = name in JUDGED
            differs = judged and not abs(off) <= MAX_STANDARD_ERRORS
            sd = np.std(values, ddof=1) if len(values) > 1 else float("nan")
            print(f"{population + ' ' + name:<26}{known['mean']:>11.4f} +- {known['sd']:<7.4f}"
                  f"{values.mean():>11.4f} +- {sd:<7.4f}{off:>9.2f} se  "
                  f"{'DIFFERS' if differs else 'ok' if judged else ''}".rstrip())
            failed += [f"{population} {name}"] if differs else []
    return failed


def show_beside_full_scale(engram):
    """Rates beside those of the full network with constant drive in the community's reference implementation, by which
    scaled networks are corrected."""
    print(f"{'population':<12}{'full scale':>12}{'Engram, spikes/s':>18}{'CV of ISIs':>12}{'correlation':>13}")
    for population, known in zip(microcircuit.POPULATIONS, microcircuit.RATES):
        rate, cv, correlation = (np.mean([one[population][name] for one in engram])
                                 for name in ("mean_rate_hz", "cv_isi_mean", "corr_5ms_mean"))
        print(f"{population:<12}{known:>12.3f}{rate:>18.3f}{cv:>12.3f}{correlation:>13.4f}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="how many: 1, 2, ...")
    parser.add_argument("--scale", type=float, help="of neurons and indegrees, in place of the reference's 0.1")
    parser.add_argument("--full-scale", action="store_true", help="also print rates beside those of the full network")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="on each rank")
    parser.add_argument("--json", type=pathlib.Path, help="write the statistics of all seeds to this file")
    engram_run.add_build_option(parser)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    reference = json.loads(REFERENCE.read_text())
    if arguments.scale is None:
        arguments.scale = reference["scale"]
    nest, names = reference["populations"], list(reference["populations"]["L23E"])
    try:
        with tempfile.TemporaryDirectory() as folder:
            engram = [measure(arguments, seed, reference["window_ms"], names, pathlib.Path(folder))
                      for seed in range(1, arguments.seeds + 1)]
    except (subprocess.CalledProcessError, OSError, KeyError) as error:
        print(f"the network could not be run ({error}). See the messages above", file=sys.stderr)
        return 2
    if arguments.json:
        arguments.json.write_text(json.dumps(engram, indent=1) + "\n")
    judged = arguments.scale == reference["scale"]
    failed = compare(nest, reference["seeds"], engram) if judged else []
    if arguments.full_scale or not judged:
        show_beside_full_scale(engram)
    count = len(JUDGED) * len(nest)
    if failed:
        print(f"{len(failed)} of {count} judged statistics differ from NEST's: {', '.join(failed)}")
    elif judged:
        print(f"all {count} judged statistics agree with NEST's")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
