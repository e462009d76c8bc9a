#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the E-I network with several seeds and compares its statistics with NEST's.

    compare_with_nest.py --engram build/release/engram --seeds 10 --ranks 2
    compare_with_nest.py --engram build/release/engram --one-seed

Ten seeds: every judged statistic must lie within three standard errors of the difference of the two
means. One seed has no standard error, so it is held against NEST's range over its seeds, widened by the
whole range on each side: [min - (max - min), max + (max - min)]. That follows skewed statistics (the
correlation in the second second) as mean +- 4 sd would not; for a normal one it is about mean +- 4.6 sd.
Exit status: 0 agrees, 1 differs, 2 could not be run.
"""
import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import ei_statistics as ei

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tests/reference/stats/ei.json"
NETWORK = ROOT / "cluster/einetwork.toml"
MPI_ENVIRONMENT = ROOT / "cluster/mpi_env.sh"
WINDOWS = [(0, 1000), (1000, 2000), (100, 1000)]
JUDGED_SPIKES = ("mean_rate_hz", "cv_isi_mean", "corr_5ms_mean")
JUDGED_WEIGHTS = ("mean", "sd")
SHOWN = JUDGED_SPIKES + JUDGED_WEIGHTS + (
    "sd_rate_hz", "cv_isi_sd", "frac_silent", "corr_5ms_sd", "pop_count_fano_5ms")
MAX_STANDARD_ERRORS = 3.0


def flatten(entry):
    """One seed's nested statistics as {"E/0-1000ms/mean_rate_hz": value}, only those shown."""
    flat = {}
    for key, value in entry.items():
        if isinstance(value, dict):
            flat.update({f"{key}/{name}": inner for name, inner in flatten(value).items()})
        elif key in SHOWN:
            flat[key] = value
    return flat


def over_seeds(entries):
    """{statistic: array over seeds}, in the order of the first entry."""
    flat = [flatten(entry) for entry in entries]
    return {key: np.array([f[key] for f in flat], dtype=float) for key in flat[0]}


def is_judged(key):
    group, name = key.split("/")[0], key.split("/")[-1]
    return name in (JUDGED_WEIGHTS if group.startswith("weights") else JUDGED_SPIKES)


def run_engram(args, seed, duration, folder):
    """Runs the network; returns its spike report and network file."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = folder / "net.h5"
    command = [MPI_ENVIRONMENT, "timeout", "-k", "5", args.timeout, "mpirun", "-n", args.ranks, args.engram, "run",
               args.network, "--threads", args.threads, "--seed", seed, "--duration", duration, "--output", folder,
               "--store", stored, "--set", 'recorders.spikes.from=["E","I"]', "--quiet"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        why = "it took too long" if done.returncode == 124 else f"exit status {done.returncode}"
        raise RuntimeError(f"seed {seed} could not be run ({why}). Run it by hand:\n"
                           f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}".rstrip())
    return folder / "spikes.h5", stored


def measure(args, seed, folder):
    """One seed's statistics: weights after 1000 and 2000 ms, spikes from the longer run."""
    result = {"seed": seed}
    for duration in (1000, 2000):
        spikes, stored = run_engram(args, seed, duration, folder / f"seed{seed}_{duration}ms")
        result[f"weights_{duration}ms"] = ei.weight_statistics(ei.read_weights(stored))
    return result | ei.network_statistics(spikes, stored, WINDOWS)


def compare_means(nest, engram):
    """Prints the table; returns the judged statistics that differ."""
    print(f"{'statistic':<32}{'NEST mean +- sd':>22}{'Engram mean +- sd':>22}{'difference':>12}")
    failed = []
    for key, a in nest.items():
        b = engram[key]
        error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
        difference = b.mean() - a.mean()
        in_errors = difference / error if error > 0 else (0.0 if difference == 0 else np.inf)
        differs = is_judged(key) and not abs(in_errors) <= MAX_STANDARD_ERRORS
        print(f"{key:<32}{a.mean():>11.4f} +- {a.std(ddof=1):<7.4f}{b.mean():>11.4f} +- {b.std(ddof=1):<7.4f}"
              f"{in_errors:>9.2f} se  {'DIFFERS' if differs else 'ok' if is_judged(key) else ''}".rstrip())
        failed += [key] if differs else []
    return failed


def compare_one(nest, engram):
    """Prints the table of one seed; returns the judged statistics outside NEST's widened range."""
    print(f"{'statistic':<32}{'NEST range, widened':>26}{'Engram':>12}")
    failed = []
    for key, a in nest.items():
        value, width = engram[key][0], a.max() - a.min()
        low, high = a.min() - width, a.max() + width
        differs = is_judged(key) and not low <= value <= high
        print(f"{key:<32}{low:>12.4f} .. {high:<10.4f}{value:>12.4f}  "
              f"{'DIFFERS' if differs else 'ok' if is_judged(key) else ''}".rstrip())
        failed += [key] if differs else []
    return failed


def read_reference(path):
    try:
        return over_seeds(json.loads(Path(path).read_text())["per_seed"])
    except (OSError, KeyError, ValueError) as error:
        raise RuntimeError(f"cannot read the reference {path} ({error}). Give one like ei.json.") from error


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--engram", type=Path, default=ROOT / "build/release/engram", help="the program")
    parser.add_argument("--reference", type=Path, default=REFERENCE)
    parser.add_argument("--network", type=Path, default=NETWORK)
    parser.add_argument("--seeds", type=int, default=10, help="how many: 1, 2, ...")
    parser.add_argument("--one-seed", action="store_true", help="only seed 1, against NEST's widened range")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="of each rank")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the runs' files here")
    parser.add_argument("--timeout", type=int, default=600, help="s for each run")
    args = parser.parse_args()
    if args.seeds < 2 and not args.one_seed:
        parser.error("too few seeds (a standard deviation needs two). Give --seeds 2 or more, or --one-seed.")
    return args


def main():
    args = parse_arguments()
    seeds = [1] if args.one_seed else range(1, args.seeds + 1)
    try:
        nest = read_reference(args.reference)
        with tempfile.TemporaryDirectory() as scratch:
            engram = over_seeds([measure(args, seed, args.keep or Path(scratch)) for seed in seeds])
    except (RuntimeError, OSError, KeyError) as error:
        print(error, file=sys.stderr)
        return 2
    failed = compare_one(nest, engram) if args.one_seed else compare_means(nest, engram)
    if failed:
        print(f"{len(failed)} of {sum(map(is_judged, nest))} judged statistics differ from NEST's: {', '.join(failed)}")
        return 1
    print(f"all {sum(map(is_judged, nest))} judged statistics agree with NEST's")
    return 0


if __name__ == "__main__":
    sys.exit(main())
