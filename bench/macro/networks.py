#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How long does a second of the reference networks take? Runs `engram run` on each, checks that the spikes are the ones
every layout gives, and prints a table beside what must be reached and the calibration of the machine.

    bench/macro/networks.py                    all networks where they are judged
    bench/macro/networks.py EI B --threads 2   these, on other layouts
"""
import argparse
import json
import pathlib
import statistics

import engram_run

MOST_BUILDING_PEAK = 1.2  # memory while building / of the built network

EIGHT = ["--set", "populations.E.size=16000", "--set", "populations.I.size=4000"]

# Name: file, options, threads where it is judged, spikes with the file's seed and duration, seconds per model second
# that must be reached and those aimed at (on a quiet machine like the reference machine of bench/calibration.hpp).
CASES = {
    "EI": ("einetwork/einetwork.toml", [], 1, 110_932, 0.31, 0.15),
    "EI8": ("einetwork/einetwork.toml", EIGHT, 1, 1_334_225, 4.0, 2.0),
    "B": ("brunel/brunel.toml", [], 1, 194_223, 0.8, 0.45),
    "B-STDP": ("brunel/brunel_stdp.toml", [], 1, 192_278, 1.6, 0.8),
    "S": ("brunel/small_stdp.toml", [], 1, 72_869, 0.19, 0.1),
    "HPC": ("hpc_benchmark/hpc_benchmark.toml", [], 1, 28_019, 15.0, 8.0),
    "PD": ("microcircuit/microcircuit.toml", [], 2, 249_368, 3.5, 2.0),
}


def measure(build, name, ranks, threads, repetitions):
    """Medians of what the runs report; a wrong number of spikes ends everything."""
    file, options, _, spikes, must, aim = CASES[name]
    runs = [engram_run.run(build, engram_run.NETWORKS / file, options, ranks, threads) for _ in range(repetitions)]
    for run in runs:
        if run["spikes"] != spikes:
            raise SystemExit(f"wrong answer: {name} has {run['spikes']} spikes, not {spikes}")
    rates = ("real_time_factor", "events_per_s_core", "built_per_s_core", "bytes_per_synapse", "building_peak")
    return {"network": name, "ranks": ranks, "threads": threads, "spikes": spikes, "must": must, "aim": aim,
            **{rate: statistics.median(run[rate] for run in runs) for rate in rates}}


def verdict(result):
    if result["ranks"] * result["threads"] != CASES[result["network"]][2]:
        text = "(judged on other cores)"
    else:
        seconds = result["real_time_factor"]
        text = "aim reached" if seconds <= result["aim"] else "reached" if seconds <= result["must"] else "MISSED"
    return text if result["building_peak"] <= MOST_BUILDING_PEAK else f"{text}, memory while building MISSED"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *CASES], help=f"of {', '.join(CASES)}", metavar="NETWORK")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--threads", type=int, help="on each rank; as many as the network is judged with")
    parser.add_argument("--repetitions", type=int, default=3)
    engram_run.add_build_option(parser)
    parser.add_argument("--json", help="write the results to this file")
    arguments = parser.parse_args()

    print("before:", engram_run.calibrate(arguments.build))
    print(f"peak: memory of the process while building / when built, at most {MOST_BUILDING_PEAK}")
    print(f"{'network':<8}{'layout':>8}{'s per s':>9}{'must':>7}{'aim':>7}{'M ev/s core':>13}{'B/synapse':>11}"
          f"{'built M/s core':>16}{'peak':>6}{'spikes':>10}")
    results = []
    for name in arguments.names or CASES:
        threads = arguments.threads or CASES[name][2]
        r = measure(arguments.build, name, arguments.ranks, threads, arguments.repetitions)
        results.append(r)
        print(f"{name:<8}{r['ranks']:>6}x{r['threads']}{r['real_time_factor']:>9.3f}{r['must']:>7.2f}{r['aim']:>7.2f}"
              f"{r['events_per_s_core'] * 1e-6:>13.1f}{r['bytes_per_synapse']:>11.2f}"
              f"{r['built_per_s_core'] * 1e-6:>16.1f}{r['building_peak']:>6.2f}{r['spikes']:>10}  {verdict(r)}",
              flush=True)
    print("after: ", engram_run.calibrate(arguments.build))
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
