#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What does a rank need? Two questions to `engram run --dry-run`:

    bench/macro/dry_run.py growth     memory, time and messages of a rank for 1,000 to 100,000 ranks at constant load per
                                      rank (networks/sparse): memory must grow by less than 10 %. With --strong, of one
                                      network whose load is that on the fewest ranks
    bench/macro/dry_run.py compare    memory of dry runs against real runs on 2 to 8 ranks: must agree within 3 %
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "bench" / "networks"
ENVIRONMENT = dict(os.environ, OMPI_MCA_hwloc_base_binding_policy="none", OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1",
                   OMPI_MCA_mpi_yield_when_idle="1")
MIB = 1024.0 * 1024.0


def simulate(command, folder):
    """The report of a run."""
    report = pathlib.Path(folder) / "report.json"
    subprocess.run(["timeout", "-k", "5", "1800", *map(str, command), "--quiet", "--report", str(report)], check=True,
                   env=ENVIRONMENT)
    return json.loads(report.read_text())


def dry(engram, network, ranks, options, folder):
    return simulate([engram, "run", network, "--dry-run", ranks, *options], folder)["dry_run"]


def categories(report):
    return {**report["measured"]["bytes"], **report["modelled"]["bytes"]}


def grow(arguments, engram, folder):
    """{ranks: the report of rank 0}."""
    reports = {}
    for ranks in arguments.ranks or [1_000, 10_000, 100_000]:
        neurons = arguments.neurons * min(reports, default=ranks) // ranks if arguments.strong else arguments.neurons
        network = pathlib.Path(folder) / "sparse.toml"
        network.write_text(subprocess.run(
            [NETWORKS / "sparse" / "sparse.py", "--ranks", str(ranks), "--neurons", str(neurons), "--indegree",
             str(arguments.indegree)], check=True, capture_output=True, text=True).stdout)
        rate = [] if arguments.rate is None else ["--dry-run-rate", arguments.rate]
        reports[ranks] = dry(engram, network, ranks,
                             ["--threads", arguments.threads, "--duration", arguments.duration, *rate], folder)
    return reports


def growth(arguments, engram, folder):
    reports = grow(arguments, engram, folder)
    print(f"{arguments.neurons:,} neurons on each rank{' of the fewest' if arguments.strong else ''}, "
          f"{arguments.indegree:,} synapses onto each neuron, MiB per rank")
    print(f"{'ranks':<32}" + "".join(f"{ranks:>12,}" for ranks in reports))

    def line(name, value, places=2):
        print(f"{name:<32}" + "".join(f"{value(r):>12.{places}f}" for r in reports.values()), flush=True)

    for name in categories(next(iter(reports.values()))):
        line(name, lambda r, name=name: categories(r)[name] / MIB)
    line("  of it buffers of the exchange", lambda r: r["modelled"]["exchange_bytes"] / MIB)
    line("all", lambda r: r["bytes"] / MIB)
    line("bytes per synapse", lambda r: r["bytes"] / r["measured"]["synapses"])
    line("synapses per source", lambda r: r["measured"]["synapses"] / r["measured"]["sources"], 3)
    line("peak while building, process", lambda r: r["measured"]["peak_building"] / MIB)
    line("build, s", lambda r: r["measured"]["build_s"])
    line("run, s per model s", lambda r: per_model_second(r, r["measured"]["run_s"]))
    line("bytes in a block", lambda r: r["modelled"]["messages"]["block_bytes"], 0)
    line("MiB to others per model s", lambda r: sent_per_model_second(r) / MIB)
    if not arguments.strong:
        memory = [r["bytes"] for r in reports.values()]
        grown = memory[-1] / memory[0] - 1.0
        print(f"grown by {100.0 * grown:.1f} %: {'reached' if grown < 0.1 else 'MISSED'} (less than 10 % wanted)")
    if arguments.plot:
        plot(reports, arguments.plot)
    return reports


def per_model_second(report, value):
    return value / report["measured"]["model_ms"] * 1000.0


def sent_per_model_second(report):
    return per_model_second(report, report["modelled"]["messages"]["bytes_to_each_rank"] * (report["ranks"] - 1))


def stack(axes, ticks, parts, colors):
    """Bars of (name, heights, whether modelled)."""
    bottom = [0.0] * len(ticks)
    for name, heights, modelled in parts:
        axes.bar(range(len(ticks)), heights, bottom=bottom, color=f"C{colors.index(name)}", alpha=0.55 if modelled else 1.0,
                 hatch="///" if modelled else None, edgecolor="white", linewidth=0.3,
                 label=f"{name} (modelled)" if modelled else name)
        bottom = [below + height for below, height in zip(bottom, heights)]
    axes.set_xticks(range(len(ticks)), ticks, fontsize=6)
    axes.legend(frameon=False, fontsize=6, loc="upper center", bbox_to_anchor=(0.5, -0.28))
    axes.set(xlabel="ranks")


def plot(reports, path):
    """What was measured is solid, what was modelled is hatched."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, (memory, time, sent) = plt.subplots(1, 3, figsize=(7.1, 3.2), layout="constrained")
    ticks = [f"{ranks:,}" for ranks in reports]
    last = list(reports.values())[-1]

    phases = list(last["measured"]["seconds"])

    def parts(kind, modelled):
        return [(name, [r[kind]["bytes"][name] / MIB for r in reports.values()], modelled)
                for name in last[kind]["bytes"] if any(r[kind]["bytes"][name] > MIB / 4 for r in reports.values())]

    stack(memory, ticks, parts("measured", False) + parts("modelled", True), list(categories(last)))
    memory.set(ylabel="MiB per rank", title="memory")
    stack(time, ticks, [(name, [per_model_second(r, r["measured"]["seconds"][name]) for r in reports.values()], False)
                        for name in phases], phases)
    time.set(ylabel="s per model s", title="time outside MPI")
    stack(sent, ticks, [("to other ranks", [sent_per_model_second(r) / MIB for r in reports.values()], True)],
          ["to other ranks"])
    sent.set(ylabel="MiB per model s", title="messages of a rank")
    figure.savefig(path, dpi=200)


def compare(arguments, engram, folder):
    cases = {"B": ("brunel/brunel.toml", 300), "B-STDP": ("brunel/brunel_stdp.toml", 300),
             "S": ("brunel/small_stdp.toml", 300)}
    print(f"{'network':<8}{'layout':>7}  memory of a dry run of rank 0, times the ranks, to that of the real run")
    results = []
    for name, (file, duration) in cases.items():
        for ranks in arguments.ranks or [2, 3, 4, 8]:
            options = ["--threads", arguments.threads, "--duration", duration]
            real = simulate(["mpirun", "-n", ranks, engram, "run", NETWORKS / file, *options, "--output", folder],
                            folder)["bytes"]
            found = dry(engram, NETWORKS / file, ranks, options, folder)
            ratio = {key: ranks * categories(found)[key] / value for key, value in real.items() if value > 0}
            ratio["all"] = ranks * found["bytes"] / sum(real.values())
            results.append({"network": name, "ranks": ranks, "threads": arguments.threads, "ratio": ratio})
            print(f"{name:<8}{ranks:>5}x{arguments.threads}  " +
                  ", ".join(f"{key} {value:.3f}" for key, value in ratio.items()), flush=True)
    worst = max(abs(result["ratio"]["all"] - 1.0) for result in results)
    print(f"all memory within {100.0 * worst:.1f} %: {'reached' if worst <= 0.03 else 'MISSED'} (3 % wanted)")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", choices=["growth", "compare"])
    parser.add_argument("--ranks", type=int, nargs="+", help="in place of those above")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--neurons", type=int, default=400_000, help="growth: on each rank")
    parser.add_argument("--indegree", type=int, default=100, help="growth: synapses onto each neuron")
    parser.add_argument("--duration", type=float, default=20.0, help="growth: ms of model time")
    parser.add_argument("--rate", type=float, help="growth: spikes/s of the neurons of other ranks, in place of those here")
    parser.add_argument("--strong", action="store_true", help="growth: one network, in smaller and smaller shares")
    parser.add_argument("--plot", type=pathlib.Path, help="growth: draw the results into this file (PNG, PDF, SVG)")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release", help="folder of the build")
    parser.add_argument("--json", help="write the results to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ask = growth if arguments.question == "growth" else compare
        results = ask(arguments, arguments.build / "engram", folder)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
