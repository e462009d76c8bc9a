#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the network file of the cortical microcircuit (Potjans and Diesmann 2014) at any scale:
microcircuit.py --scale 0.1 --k-scale 0.1 > small.toml"""
import argparse
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from network_text import comment, section

POPULATIONS = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
SIZES = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
# Connection probabilities: rows are targets, columns sources (Potjans and Diesmann 2014, table 5).
PROBABILITIES = [
    [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
    [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
    [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0],
    [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
    [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
    [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0],
    [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
    [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443]]
EXTERNAL = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]  # inputs of 8 spikes/s each
EXTERNAL_RATE = 8.0
RATES = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829]  # spikes/s, of the full network
V_MEAN = [-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43]  # mV, initially
V_STD = [5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48]
C_M, TAU_M, TAU_SYN = 250.0, 10.0, 0.5  # pF, ms, ms
PSP, G, L4E_TO_L23E = 0.15, -4.0, 2.0
DELAY = {"E": 1.5, "I": 0.75}  # ms
MINIMUM_DELAY = 0.1


def weight_of(psp):
    """The exponential current, pA, whose potential peaks at `psp`, mV."""
    rate = 1.0 / TAU_SYN - 1.0 / TAU_M
    peak = math.log(TAU_M / TAU_SYN) / rate
    return psp * C_M * rate / (math.exp(-peak / TAU_M) - math.exp(-peak / TAU_SYN))


def full_synapses(target, source):
    """Of the full network: pairs are drawn until a pair is connected with the given probability."""
    pairs = SIZES[target] * SIZES[source]
    return math.log1p(-PROBABILITIES[target][source]) / math.log1p(-1.0 / pairs)


def strength(target, source):
    """Mean weight at full scale, pA."""
    factor = L4E_TO_L23E if (POPULATIONS[target], POPULATIONS[source]) == ("L23E", "L4E") else 1.0
    return weight_of(PSP) * factor * (1.0 if POPULATIONS[source].endswith("E") else G)


def currents(target, k_scale, drive):
    """Constant current, pA: the drive, when it is constant, and what fewer inputs lack in the mean (van Albada et al.
    2015, doi:10.1371/journal.pcbi.1004490)."""
    external = EXTERNAL[target] * EXTERNAL_RATE * weight_of(PSP)
    recurrent = sum(full_synapses(target, s) / SIZES[target] * RATES[s] * strength(target, s) for s in range(8))
    lost = (1.0 - math.sqrt(k_scale)) * TAU_SYN * 1e-3
    if drive == "dc":
        return lost * recurrent + TAU_SYN * 1e-3 * external
    return lost * (recurrent + external)


def network(scale, k_scale, drive):
    result = comment([
        "The cortical microcircuit of Potjans and Diesmann 2014 (doi:10.1093/cercor/bhs358), 1 mm2 of cortex:",
        f"neurons x {scale:g}, indegrees x {k_scale:g}, {'Poisson' if drive == 'poisson' else 'constant'} drive. Made by "
        "microcircuit.py; README.md says more."])
    result += section("simulation", {"resolution": 0.1, "seed": 1, "duration": 1000.0})
    sizes = [round(size * scale) for size in SIZES]
    for p, name in enumerate(POPULATIONS):
        result += section(f"populations.{name}", {
            "model": "iaf_psc_exp", "size": sizes[p], "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "C_m": C_M,
            "tau_m": TAU_M, "tau_syn_ex": TAU_SYN, "tau_syn_in": TAU_SYN, "t_ref": 2.0,
            "I_e": round(currents(p, k_scale, drive), 6), "V_m": {"normal": {"mean": V_MEAN[p], "std": V_STD[p]}}})
    weight = round(weight_of(PSP) / math.sqrt(k_scale), 6)
    if drive == "poisson":
        for p, name in enumerate(POPULATIONS):
            result += section(f"devices.drive_{name}", {
                "model": "poisson_generator", "rate": round(EXTERNAL[p] * EXTERNAL_RATE * k_scale, 6)})
            result += section("[projections]", {"source": f"drive_{name}", "target": name, "rule": "all_to_all",
                                                "weight": weight, "delay": DELAY["E"]})
    for t, target in enumerate(POPULATIONS):
        for s, source in enumerate(POPULATIONS):
            synapses = round(full_synapses(t, s) * scale * k_scale)
            if synapses == 0:
                continue
            mean = round(strength(t, s) / math.sqrt(k_scale), 6)
            sign = {"min": 0.0} if mean > 0.0 else {"max": 0.0}
            delay = DELAY[source[-1]]
            result += section("[projections]", {
                "source": source, "target": target, "rule": {"fixed_total_number": {"N": synapses}},
                "weight": {"normal": {"mean": mean, "std": round(abs(mean) * 0.1, 6), **sign}},
                "delay": {"normal": {"mean": delay, "std": delay * 0.5, "min": MINIMUM_DELAY}}})
    return result.rstrip("\n") + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="77,169 neurons times this")
    parser.add_argument("--k-scale", type=float, default=1.0, help="indegrees times this")
    parser.add_argument("--drive", choices=["poisson", "dc"], default="poisson", help="external input")
    arguments = parser.parse_args()
    print(network(arguments.scale, arguments.k_scale, arguments.drive), end="")
