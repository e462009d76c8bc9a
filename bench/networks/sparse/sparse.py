#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the network file of a balanced random network with a constant load per rank and few synapses per source and
rank: sparse.py --ranks 1000 > sparse.toml"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from network_text import comment, section

G, DELAY = 5.0, 1.5  # inhibition relative to excitation; ms
DRIVE_WEIGHT, DRIVE_RATE = 0.1, 8500.0  # mV, spikes/s: a little below the threshold in the mean


def network(ranks, neurons, indegree):
    weight = 40.0 / indegree  # mV: excitation and inhibition as strong whatever the indegree
    neuron = {"C_m": 250.0, "E_L": 0.0, "V_m": {"uniform": {"min": 0.0, "max": 20.0}}, "V_reset": 10.0, "V_th": 20.0,
              "t_ref": 2.0, "tau_m": 20.0}
    result = comment([
        f"A balanced random network of {neurons:,} neurons for each of {ranks:,} ranks, with {indegree:,} inputs each: on a",
        "rank, a source has one or two targets. For `engram run --dry-run`. Made by sparse.py; README.md says more."])
    result += section("simulation", {"resolution": 0.1, "seed": 1, "duration": 100.0})
    for name, size in (("E", neurons * 4 // 5), ("I", neurons // 5)):
        result += section(f"populations.{name}", {"model": "iaf_psc_delta", "size": size * ranks, **neuron})
    result += section("devices.drive", {"model": "poisson_generator", "rate": DRIVE_RATE})

    def project(source, rule, strength):
        return section("[projections]", {"source": source, "target": ["E", "I"], "rule": rule, "weight": strength,
                                         "delay": DELAY})

    result += project("E", {"fixed_indegree": {"indegree": indegree * 4 // 5}}, weight)
    result += project("I", {"fixed_indegree": {"indegree": indegree // 5}}, -G * weight)
    result += project("drive", "all_to_all", DRIVE_WEIGHT)
    return result.rstrip("\n") + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ranks", type=int, default=1000)
    parser.add_argument("--neurons", type=int, default=400_000, help="on each rank")
    parser.add_argument("--indegree", type=int, default=100, help="synapses onto each neuron")
    arguments = parser.parse_args()
    print(network(arguments.ranks, arguments.neurons, arguments.indegree), end="")
