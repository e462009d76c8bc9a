#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What do more cores bring? Runs a network on all ranks x threads that make up the given numbers of cores: the same
network (strong scaling: how much sooner is it done?), or one that grows with the cores (weak scaling: how much longer
does it take?). No number is printed before layouts with the same network gave the same number of spikes.

    bench/macro/scaling.py --network bench/networks/brunel/brunel.toml
    bench/macro/scaling.py --network bench/networks/microcircuit/microcircuit.py --scale 0.1 \\
        --script-options "--k-scale 0.1" --mode weak --cores 1 2 4 --json weak.json --plot weak.png

A script of bench/networks is asked for its network at a scale; of a file, the populations are enlarged, which must
leave the number of synapses of a neuron as it is.
"""
import argparse
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import tempfile
import tomllib

import engram_run

MUST = 1.8  # times as fast on two cores as on one
BUSY = 0.25  # processes of others for each core of the machine
KEEPS_INDEGREE = ("fixed_indegree", "one_to_one")
MOST_CHANGE_OF_RATE = 1.1
PHASES = ("deliver", "update", "collect", "exchange", "receive")


def layouts_of(cores):
    """All (ranks, threads) with so many cores."""
    return [(ranks, cores // ranks) for ranks in range(1, cores + 1) if cores % ranks == 0]


def parse_layout(text):
    """(ranks, threads) of a word as 4x2."""
    ranks, threads = text.split("x")
    return int(ranks), int(threads)


def resized(path, scale):
    """Options that multiply the populations of a network file."""
    network = tomllib.loads(path.read_text())
    populations = network["populations"]
    for projection in network["projections"]:
        rule = projection["rule"]
        name = rule if isinstance(rule, str) else next(iter(rule))
        sources = [projection["source"]] if isinstance(projection["source"], str) else projection["source"]
        if any(source in populations for source in sources) and name not in KEEPS_INDEGREE:
            raise SystemExit(f"{path}: {', '.join(sources)} to {projection['target']} by {name} (a neuron has more "
                             "synapses in a larger network). Choose a network with fixed_indegree, or a script")
    return [part for name, population in populations.items()
            for part in ("--set", f"populations.{name}.size={round(population['size'] * scale)}")]


def network_at(path, scale, script_options, folder):
    """The network file and options of `engram run` for the network at a scale."""
    if path.suffix == ".py":
        file = pathlib.Path(folder) / f"{scale:g}.toml"
        with file.open("w") as out:
            subprocess.run(["/usr/bin/python3", path, "--scale", str(scale), *script_options], check=True, stdout=out)
        return file, []
    return path, resized(path, scale) if scale != 1.0 else []


def check(run, layout, expected):
    """Ends everything when a layout has other spikes than the first one, or none."""
    if run["spikes"] == 0:
        raise SystemExit("no answer: the network does not spike. Choose a longer --duration")
    if run["spikes"] != expected:
        raise SystemExit(f"wrong answer: {run['spikes']} spikes on {layout[0]}x{layout[1]}, not {expected}")


def simulate(arguments):
    """{layout: the reports of its runs}. All layouts take their turn, so that a change of the machine meets all."""
    layouts = arguments.layouts or [layout for cores in sorted(set(arguments.cores)) for layout in layouts_of(cores)]
    runs, spikes = {layout: [] for layout in layouts}, {}
    duration = [] if arguments.duration is None else ["--duration", arguments.duration]
    with tempfile.TemporaryDirectory(dir="." if arguments.start == "srun" else None) as folder:
        for _ in range(arguments.repetitions):
            for layout in layouts:
                scale = scale_of(arguments, layout)
                file, options = network_at(arguments.network, scale, shlex.split(arguments.script_options), folder)
                run = engram_run.run(arguments.build, file, [*options, *duration], *layout, start=arguments.start)
                check(run, layout, spikes.setdefault(scale, run["spikes"]))
                runs[layout].append(run)
    return runs


def scale_of(arguments, layout):
    return arguments.scale * (layout[0] * layout[1] if arguments.mode == "weak" else 1)


def evaluate(arguments, runs):
    """A row for each layout. Speed-ups are over the first layout, of as many times the work where the network grows,
    and the median of those within each round of runs."""
    base, base_runs = next(iter(runs.items()))
    rows = []
    for layout, own in runs.items():
        cores = layout[0] * layout[1]
        growth = scale_of(arguments, layout) / scale_of(arguments, base)
        first = own[0]

        def speed_up(key):
            return growth * statistics.median(b[key] / o[key] for b, o in zip(base_runs, own))

        def median(key):
            return statistics.median(run[key] for run in own)

        rows.append({
            "ranks": layout[0], "threads": layout[1], "scale": scale_of(arguments, layout),
            "neurons": first["neurons"], "synapses": first["synapses"], "spikes": first["spikes"],
            "rate": first["spikes"] / first["neurons"] / first["model_ms"] * 1000.0,
            "real_time_factor": median("real_time_factor"), "build_s": median("build_s"),
            "speed_up": speed_up("run_s"), "build_speed_up": speed_up("build_s"),
            "efficiency": speed_up("run_s") * base[0] * base[1] / cores,
            "events_per_s_core": median("events_per_s_core"), "building_peak": median("building_peak"),
            "phases": {name: statistics.median(run["seconds"][name]["mean"] / run["model_ms"] * 1000.0 for run in own)
                       for name in PHASES},
            "shared_cores": arguments.start == "mpirun" and cores > os.cpu_count()})
    return rows


def print_table(rows):
    print(f"{'layout':>7}{'neurons':>10}{'spikes/s':>10}{'s per s':>9}{'speed-up':>10}{'efficiency':>12}"
          f"{'M ev/s core':>13}{'build s':>9}{'speed-up':>10}{'peak':>6}  s per s by phase, mean of the ranks")
    for r in rows:
        phases = ", ".join(f"{name} {seconds:.3f}" for name, seconds in r["phases"].items())
        print(f"{r['ranks']:>5}x{r['threads']}{r['neurons']:>10}{r['rate']:>10.2f}{r['real_time_factor']:>9.3f}"
              f"{r['speed_up']:>10.2f}{r['efficiency']:>12.2f}{r['events_per_s_core'] * 1e-6:>13.1f}"
              f"{r['build_s']:>9.3f}{r['build_speed_up']:>10.2f}{r['building_peak']:>6.2f}  {phases}"
              f"{'  (more than the cores here)' if r['shared_cores'] else ''}")


def warn(rows):
    """A network that is as active at each scale has the work that its size says, others have not."""
    rates = [r["rate"] for r in rows]
    if max(rates) > MOST_CHANGE_OF_RATE * min(rates):
        print(f"from {min(rates):.2f} to {max(rates):.2f} spikes/s: the work does not grow as the network does. "
              "Compare M ev/s core")


def judge(rows):
    """What two cores bring over one."""
    speed_up = {(r["ranks"], r["threads"]): r["speed_up"] for r in rows}
    if (1, 1) not in speed_up:
        return
    for name, layout in (("threads", (1, 2)), ("ranks", (2, 1))):
        if layout in speed_up:
            reached = "reached" if speed_up[layout] >= MUST else "MISSED"
            print(f"2 {name} over 1: speed-up {speed_up[layout]:.2f}, must {MUST}: {reached}")


def plot(rows, mode, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.1, 2.8), layout="constrained")
    cores = [r["ranks"] * r["threads"] for r in rows]
    value = "speed_up" if mode == "strong" else "efficiency"
    own = [os.cpu_count() if r["shared_cores"] else n for n, r in zip(cores, rows)]
    ideal = [n / cores[0] for n in own] if mode == "strong" else [n / asked for n, asked in zip(own, cores)]
    left.plot(cores, ideal, color="#999999", ls="--", lw=1, label="ideal")
    shared = [n for n, r in zip(cores, rows) if r["shared_cores"]]
    if shared:
        left.axvspan((os.cpu_count() * min(shared)) ** 0.5, max(shared) * 1.2, color="#eeeeee", lw=0,
                     label="cores are shared")
    kinds = (("threads of one rank", "o-", "#0072B2", lambda r: r["ranks"] == 1),
             ("ranks of one thread", "s-", "#D55E00", lambda r: r["threads"] == 1),
             ("both", "^", "#009E73", lambda r: r["ranks"] > 1 and r["threads"] > 1))
    for label, marker, color, belongs in kinds:
        points = [(n, r[value]) for n, r in zip(cores, rows) if belongs(r)]
        if points:
            left.plot(*zip(*points), marker, color=color, ms=4, lw=1, label=label)
    left.set(xscale="log", xlabel="cores", ylabel=value.replace("_", "-"), title=f"{mode} scaling", ylim=(0, None))
    left.set_xticks(sorted(set(cores)), [str(n) for n in sorted(set(cores))])
    left.minorticks_off()
    left.legend(frameon=False, fontsize=7)
    bottom = [0.0] * len(rows)
    for phase in PHASES:
        seconds = [r["phases"][phase] for r in rows]
        right.bar(range(len(rows)), seconds, bottom=bottom, label=phase)
        bottom = [b + s for b, s in zip(bottom, seconds)]
    right.set_xticks(range(len(rows)), [f"{r['ranks']}x{r['threads']}" for r in rows])
    right.tick_params(axis="x", labelsize=7, rotation=90 if len(rows) > 6 else 0)
    right.set(xlabel="ranks x threads", ylabel="s per model s", title="mean of the ranks")
    right.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.savefig(path, dpi=200)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=pathlib.Path, required=True, help="network file, or script that writes one")
    parser.add_argument("--mode", choices=["strong", "weak"], default="strong")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2], help="each in all ranks x threads; 1 2")
    parser.add_argument("--layouts", type=parse_layout, nargs="+", metavar="RANKSxTHREADS", help="in place of --cores")
    parser.add_argument("--start", choices=["mpirun", "srun"], default="mpirun",
                        help="what starts the ranks: mpirun on this machine, or srun within a job of Slurm")
    parser.add_argument("--scale", type=float, default=1.0, help="of the network on one core")
    parser.add_argument("--script-options", default="", help="further ones of the script, as one word: '--k-scale 0.1'")
    parser.add_argument("--duration", type=float, help="model time, ms, in place of the network's")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--no-calibration", action="store_true", help="do not measure the speed of the machine")
    parser.add_argument("--json", type=pathlib.Path, help="write the results to this file")
    parser.add_argument("--plot", type=pathlib.Path, help="draw the results into this file (PNG, PDF, SVG)")
    engram_run.add_build_option(parser)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    load = os.getloadavg()[0]
    calibration = [] if arguments.no_calibration else [engram_run.calibrate(arguments.build)]
    runs = simulate(arguments)
    rows = evaluate(arguments, runs)
    if calibration:
        print("before:", calibration[0])
    print(f"{load:.1f} others ran on {os.cpu_count()} cores before"
          f"{': busy, speed-ups say little' if load > BUSY * os.cpu_count() else ''}")
    print(f"{arguments.mode} scaling of {arguments.network.name}: the same spikes on all layouts of a network")
    print_table(rows)
    if arguments.mode == "strong":
        judge(rows)
    else:
        warn(rows)
    if calibration:
        calibration.append(engram_run.calibrate(arguments.build))
        print("after: ", calibration[1])
    if arguments.json:
        result = {"network": arguments.network.name, "mode": arguments.mode, "calibration": calibration, "load": load,
                  "cores": os.cpu_count(), "layouts": rows}
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    if arguments.plot:
        plot(rows, arguments.mode, arguments.plot)


if __name__ == "__main__":
    main()
