#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the network file of NEST's hpc_benchmark at any scale: hpc_benchmark.py --scale 1 > hpc_benchmark.toml"""
import argparse
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from network_text import comment, section

TAU_M, TAU_SYN, C_M, V_TH = 10.0, 0.32582722403722841, 250.0, 20.0  # ms, ms, pF, mV
PSP, G, ETA = 0.14, -5.0, 1.685  # mV, inhibition relative to excitation, external drive relative to threshold
INDEGREE_E, INDEGREE_I = 9000, 2250


def peak_of_one_pA():
    """The largest potential, mV, that an alpha-shaped current with a peak of 1 pA evokes; bisection for its time."""
    b = 1.0 / TAU_SYN - 1.0 / TAU_M

    def potential(t):
        decayed = math.exp(-t / TAU_SYN)
        return math.e / (TAU_SYN * C_M * b) * ((math.exp(-t / TAU_M) - decayed) / b - t * decayed)

    def slope(t):
        decayed = math.exp(-t / TAU_SYN)
        return (-math.exp(-t / TAU_M) / TAU_M + decayed / TAU_SYN) / b - decayed + t * decayed / TAU_SYN

    low, high = TAU_SYN, 10.0 * TAU_M
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if slope(middle) > 0.0 else (low, middle)
    return potential(low)


def network(scale):
    weight = round(PSP / peak_of_one_pA(), 6)
    threshold_rate = V_TH / (INDEGREE_E * TAU_M / C_M * weight * math.e * TAU_SYN)  # per ms and synapse
    rate = round(threshold_rate * ETA * INDEGREE_E * 1000.0, 3)
    neuron = {"E_L": 0.0, "C_m": C_M, "tau_m": TAU_M, "t_ref": 0.5, "V_th": V_TH, "V_reset": 0.0,
              "tau_syn_ex": TAU_SYN, "tau_syn_in": TAU_SYN, "tau_minus": 30.0,
              "V_m": {"normal": {"mean": 5.7, "std": 7.2}}}
    result = comment([
        "NEST's benchmark network (Morrison et al. 2007, doi:10.1162/neco.2007.19.6.1437; Kunkel et al. 2014,",
        f"doi:10.3389/fninf.2014.00078) at scale {scale:g}. Made by hpc_benchmark.py; README.md says more."])
    result += section("simulation", {"resolution": 0.1, "seed": 1, "duration": 250.0})
    result += section("synapse_models.plastic", {"copy_of": "stdp_pl_synapse_hom", "alpha": 0.0513, "lambda": 0.1,
                                                 "mu": 0.4, "tau_plus": 15.0})
    for name, size in (("E", 9000), ("I", 2250)):
        result += section(f"populations.{name}", {"model": "iaf_psc_alpha", "size": round(size * scale), **neuron})
    result += section("devices.drive", {"model": "poisson_generator", "rate": rate})

    def project(source, target, indegree, model, strength):
        rule = {"fixed_indegree": {"indegree": indegree, "allow_autapses": False}}
        return section("[projections]", {"source": source, "target": target, "rule": rule, "synapse_model": model,
                                         "weight": strength, "delay": 1.5})

    result += project("E", "E", INDEGREE_E, "plastic", weight)
    result += project("E", "I", INDEGREE_E, "static_synapse", weight)
    result += project("I", ["E", "I"], INDEGREE_I, "static_synapse", G * weight)
    result += section("[projections]", {"source": "drive", "target": ["E", "I"], "rule": "all_to_all",
                                        "weight": weight, "delay": 1.5})
    return result.rstrip("\n") + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="11,250 neurons times this; the indegree stays")
    print(network(parser.parse_args().scale), end="")
