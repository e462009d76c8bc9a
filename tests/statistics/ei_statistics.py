#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Statistics of the E-I network from a spike report and a network file.

    ei_statistics.py results/spikes.h5 results/net.h5 --window 0 1000 --window 100 1000

prints them as JSON. They are defined as in tests/reference/stats/ei.json; windows are (t0, t1] in ms,
all standard deviations and variances divide by n.
"""
import argparse
import json
import sys

import h5py
import numpy as np

BIN_MS = 5.0
MIN_ISIS = 4  # a neuron's CV needs so many
CORR_NEURONS = 200  # chosen at random, with this seed:
CORR_SEED = 20231123
TIME_TOLERANCE_MS = 1e-6  # a time printed as 5.0 may be stored as 5.000000000000001
W_MAX = 2.0


def read_spikes(path, population):
    """Node ids and times (ms) of one population in a SONATA spike report."""
    with h5py.File(path, "r") as file:
        group = file[f"spikes/{population}"]
        return group["node_ids"][:].astype(np.int64), group["timestamps"][:]


def read_sizes(path):
    """Number of neurons of every population in a network file."""
    with h5py.File(path, "r") as file:
        return {name: group["V_m"].shape[0] for name, group in file["nodes"].items()}


def read_weights(path, source="E"):
    """Weights of all projections from `source` in a network file."""
    with h5py.File(path, "r") as file:
        edges = file["edges"]
        names = [name for name in edges if name.startswith(f"{source}_to_")]
        if not names:
            raise KeyError(f"no projection from {source}")
        return np.concatenate([edges[name]["weight"][:] for name in names])


def in_window(nodes, times, window):
    """The spikes with t0 < t <= t1, ordered by node, then time."""
    t0, t1 = window
    inside = (times > t0 + TIME_TOLERANCE_MS) & (times <= t1 + TIME_TOLERANCE_MS)
    nodes, times = nodes[inside], times[inside]
    order = np.lexsort((times, nodes))
    return nodes[order], times[order]


def cv_of_isis(nodes, times, size):
    """CV of the inter-spike intervals of each neuron with enough of them (spikes ordered by node, time)."""
    same = nodes[1:] == nodes[:-1]
    owner, isi = nodes[1:][same], np.diff(times)[same]
    n = np.bincount(owner, minlength=size)
    mean = np.bincount(owner, isi, minlength=size) / np.maximum(n, 1)
    variance = np.bincount(owner, (isi - mean[owner]) ** 2, minlength=size) / np.maximum(n, 1)
    enough = n >= MIN_ISIS
    return np.sqrt(variance[enough]) / mean[enough]


def binned_counts(nodes, times, size, window):
    """Spike counts [neuron, bin]; a bin is (start, end] like the window."""
    t0, t1 = window
    n_bins = round((t1 - t0) / BIN_MS)
    bins = np.ceil((times - t0 - TIME_TOLERANCE_MS) / BIN_MS).astype(np.int64) - 1
    used = bins < n_bins  # a window may end within a bin: that bin is left out
    return np.bincount(nodes[used] * n_bins + bins[used], minlength=size * n_bins).reshape(size, n_bins)


def pair_correlations(counts):
    """Pearson correlation of all pairs among the randomly chosen neurons that spiked."""
    spiking = np.flatnonzero(counts.any(axis=1))
    if spiking.size > CORR_NEURONS:
        spiking = np.random.default_rng(CORR_SEED).choice(spiking, CORR_NEURONS, replace=False)
    chosen = counts[spiking]
    chosen = chosen[chosen.std(axis=1) > 0]  # a constant count correlates with nothing
    if len(chosen) < 2:
        return np.array([np.nan])
    return np.corrcoef(chosen)[np.triu_indices(len(chosen), k=1)]


def mean_sd(values):
    return (float(np.mean(values)), float(np.std(values))) if len(values) else (float("nan"),) * 2


def spike_statistics(nodes, times, size, window):
    """The statistics of one population in one window."""
    nodes, times = in_window(nodes, times, window)
    rates = np.bincount(nodes, minlength=size) / (window[1] - window[0]) * 1000.0
    cv = cv_of_isis(nodes, times, size)
    counts = binned_counts(nodes, times, size, window)
    population = counts.sum(axis=0)
    result = {}
    result["mean_rate_hz"], result["sd_rate_hz"] = mean_sd(rates)
    result["cv_isi_mean"], result["cv_isi_sd"] = mean_sd(cv)
    result["cv_n_neurons"] = len(cv)
    result["frac_silent"] = float(np.mean(rates == 0))
    result["corr_5ms_mean"], result["corr_5ms_sd"] = mean_sd(pair_correlations(counts))
    result["pop_count_fano_5ms"] = float(population.var() / population.mean()) if population.any() else float("nan")
    return result


def weight_statistics(weights):
    mean, sd = mean_sd(weights)
    return {"mean": mean, "sd": sd, "frac_at_0": float(np.mean(weights <= 0)),
            "frac_at_Wmax": float(np.mean(weights >= W_MAX)), "n": len(weights)}


def network_statistics(spike_file, network_file, windows, populations=("E", "I")):
    """{population: {"t0-t1ms": statistics}}, shaped like a seed's entry in the reference."""
    sizes = read_sizes(network_file)
    result = {}
    for population in populations:
        nodes, times = read_spikes(spike_file, population)
        result[population] = {f"{t0:g}-{t1:g}ms": spike_statistics(nodes, times, sizes[population], (t0, t1))
                              for t0, t1 in windows}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spikes", help="spike report")
    parser.add_argument("network", help="network file (population sizes, weights)")
    parser.add_argument("--window", nargs=2, type=float, action="append", metavar=("T0", "T1"),
                        help="ms, may be repeated (default 0 1000)")
    parser.add_argument("--populations", nargs="+", default=["E"], metavar="NAME")
    args = parser.parse_args()
    try:
        result = network_statistics(args.spikes, args.network, args.window or [(0.0, 1000.0)], args.populations)
        result["weights"] = weight_statistics(read_weights(args.network))
    except (OSError, KeyError) as error:
        sys.exit(f"cannot compute the statistics ({error}). Give a spike report and the network file of the same run.")
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
