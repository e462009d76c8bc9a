#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How long does a second of the reference networks take? Runs `engram run` on each, checks that the spikes are the ones
every layout gives, and prints a table beside what must be reached and the calibration of the machine.

    bench/macro/networks.py                    all networks where they are judged
    bench/macro/networks.py EI B --threads 2   these, on other layouts
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "bench" / "networks"
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


def simulate(binary, name, ranks, threads):
    """The report of one run."""
    file, options, *_ = CASES[name]
    environment = dict(os.environ, OMPI_MCA_hwloc_base_binding_policy="none", OMPI_ALLOW_RUN_AS_ROOT="1",
                       OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1")
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        subprocess.run(["timeout", "-k", "5", "1800", "mpirun", "-n", str(ranks), str(binary / "engram"), "run",
                        str(NETWORKS / file), *options, "--threads", str(threads), "--quiet", "--output", folder,
                        "--report", str(report)], check=True, env=environment)
        return json.loads(report.read_text())


def measure(binary, name, ranks, threads, repetitions):
    """Medians of what the runs report; a wrong number of spikes ends everything."""
    spikes = CASES[name][3]
    runs = [simulate(binary, name, ranks, threads) for _ in range(repetitions)]
    for run in runs:
        if run["spikes"] != spikes:
            raise SystemExit(f"wrong answer: {name} has {run['spikes']} spikes, not {spikes}")
    cores = ranks * threads
    seconds = statistics.median(run["run_s"] / run["model_ms"] * 1000.0 for run in runs)
    return {
        "network": name, "ranks": ranks, "threads": threads, "spikes": runs[0]["spikes"], "seconds": seconds,
        "must": CASES[name][4], "aim": CASES[name][5],
        "events_per_s_core": runs[0]["events"] / runs[0]["model_ms"] * 1000.0 / seconds / cores,
        "bytes_per_synapse": sum(runs[0]["bytes"].values()) / runs[0]["synapses"],
        "built_per_s_core": statistics.median(run["synapses"] / run["build_s"] / cores for run in runs),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *CASES], help=f"of {', '.join(CASES)}", metavar="NETWORK")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--threads", type=int, help="on each rank; as many as the network is judged with")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release", help="folder of the build")
    parser.add_argument("--json", help="write the results to this file")
    arguments = parser.parse_args()

    def calibrate():
        return subprocess.run([arguments.build / "bench" / "calibrate"], check=True, capture_output=True,
                              text=True).stdout.strip()

    print("before:", calibrate())
    print(f"{'network':<8}{'layout':>8}{'s per s':>9}{'must':>7}{'aim':>7}{'M ev/s core':>13}{'B/synapse':>11}"
          f"{'built M/s core':>16}{'spikes':>10}")
    results = []
    for name in arguments.names or CASES:
        threads = arguments.threads or CASES[name][2]
        r = measure(arguments.build, name, arguments.ranks, threads, arguments.repetitions)
        results.append(r)
        verdict = "aim reached" if r["seconds"] <= r["aim"] else "reached" if r["seconds"] <= r["must"] else "MISSED"
        if r["ranks"] * r["threads"] != CASES[name][2]:
            verdict = "(judged on other cores)"
        print(f"{name:<8}{r['ranks']:>6}x{r['threads']}{r['seconds']:>9.3f}{r['must']:>7.2f}{r['aim']:>7.2f}"
              f"{r['events_per_s_core'] * 1e-6:>13.1f}{r['bytes_per_synapse']:>11.2f}"
              f"{r['built_per_s_core'] * 1e-6:>16.1f}{r['spikes']:>10}  {verdict}", flush=True)
    print("after: ", calibrate())
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
