#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What does Python cost? Builds and runs cluster/einetwork.toml by `engram run`, by engram.Network, and by engram.nest, in
turns; checks that all make the same number of spikes, and prints building + running (s) as the medians of --repeat."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
NETWORK = """
import engram
n = engram.Network()
n.copy_model("stdp_synapse_hom", "e_syn", Wmax=2.0)
n.copy_model("static_synapse", "i_syn")
for name, size in (("E", 2000), ("I", 500)):
    n.population(name, "iaf_psc_delta", size, V_m=engram.normal(-65.0, 5.0))
n.device("drive", "poisson_generator", rate=800.0)
n.connect("E", ["E", "I"], engram.fixed_indegree(200), "e_syn", weight=1.0, delay=1.0)
n.connect("I", ["E", "I"], engram.fixed_indegree(50), "i_syn", weight=-4.0, delay=1.0)
n.connect("drive", ["E", "I"], weight=1.0, delay=1.0)
n.recorder("spikes", "spike_recorder", "E")
s = engram.Simulation(n)
s.run({duration})
count = s.timing()["spikes"]
"""
NEST = """
import engram.nest as nest
nest.rng_seed = 1
nest.CopyModel("stdp_synapse_hom", "e_syn", {{"Wmax": 2.0}})
nest.CopyModel("static_synapse", "i_syn")
e = nest.Create("iaf_psc_delta", 2000, {{"V_m": nest.random.normal(-65.0, 5.0)}})
i = nest.Create("iaf_psc_delta", 500, {{"V_m": nest.random.normal(-65.0, 5.0)}})
p, r = nest.Create("poisson_generator", {{"rate": 800.0}}), nest.Create("spike_recorder")
nest.Connect(e, e + i, {{"rule": "fixed_indegree", "indegree": 200}}, {{"synapse_model": "e_syn", "weight": 1.0}})
nest.Connect(i, e + i, {{"rule": "fixed_indegree", "indegree": 50}}, {{"synapse_model": "i_syn", "weight": -4.0}})
nest.Connect(p, e + i, syn_spec={{"weight": 1.0}})
nest.Connect(e, r)
nest.Simulate({duration})
from engram.nest.kernel import kernel
count = kernel.simulation.timing()["spikes"]
"""
TIMED = """
import time, numpy, engram, engram.nest
begin = time.perf_counter()
{script}
print(time.perf_counter() - begin, count)
"""


def python(build, script):
    """(s, spikes) of a script, from its first line to its last, with the modules imported before."""
    output = subprocess.run(["/usr/bin/python3", "-c", TIMED.format(script=script)], check=True, text=True,
                            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(build / "python")}).stdout
    seconds, spikes = output.split()
    return float(seconds), int(spikes)


def command(build, duration):
    """(s, spikes) of building and running by the command."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        subprocess.run([build / "engram", "run", SOURCE / "cluster/einetwork.toml", "--duration", str(duration), "--quiet",
                        "--output", folder, "--report", report], check=True)
        text = json.loads(report.read_text())
    return text["build_s"] + text["run_s"], text["spikes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=SOURCE / "build/release", help="folder of the build")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--duration", type=float, default=1000.0, help="ms")
    arguments = parser.parse_args()
    ways = {"engram run": lambda: command(arguments.build, arguments.duration),
            "engram.Network": lambda: python(arguments.build, NETWORK.format(duration=arguments.duration)),
            "engram.nest": lambda: python(arguments.build, NEST.format(duration=arguments.duration))}
    seconds, spikes = {name: [] for name in ways}, {}
    for _ in range(arguments.repeat):
        for name, way in ways.items():
            took, spikes[name] = way()
            seconds[name].append(took)
    if len(set(spikes.values())) != 1 or not all(spikes.values()):
        sys.exit(f"the networks differ: {spikes} spikes")
    reference = statistics.median(seconds["engram run"])
    for name, took in seconds.items():
        median = statistics.median(took)
        print(f"{name:15} {median:7.3f} s  {median / reference:6.3f} of the command  (fastest {min(took):.3f})")


if __name__ == "__main__":
    main()
