#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the store and restore experiment from its recorded files.

    plot_store_restore.py results store_restore_network.png

The results folder holds initial/spikes.h5 (the initial run and its continuation, 0 to 2000 ms), the spike
reports of the runs reloaded, same_seed and other_seed (each 0 to 1000 ms), and the network files at the end of
each: ein_1000.h5 (initial), ein_2000.h5 (continued), reloaded.h5, same_seed.h5, other_seed.h5.
"""
import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt

POPULATION = "E"
SHOWN_NEURONS = 100
T_RUN = 1000.0  # ms
BIN = 5.0  # ms
MM = 1 / 25.4  # inches
STYLE = {"font.size": 7, "axes.labelsize": 7, "axes.titlesize": 7, "xtick.labelsize": 6.5, "ytick.labelsize": 6.5,
         "legend.fontsize": 6.5, "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
         "xtick.major.size": 2.5, "ytick.major.size": 2.5, "axes.spines.top": False, "axes.spines.right": False}


@dataclass
class Run:
    """One second of simulation: where it is recorded and how it is drawn."""
    label: str
    spikes: str
    t_start: float
    network: str
    line: dict  # solid and wide below, dashed on top of it: a line that coincides stays visible


RUNS = {  # grey before storing; after it, colours of Okabe and Ito, which colour-blind readers can tell apart
    "initial": Run("Initial", "initial/spikes.h5", 0.0, "ein_1000.h5", {"color": "#777777", "lw": 1.0}),
    "continued": Run("Continued", "initial/spikes.h5", T_RUN, "ein_2000.h5", {"color": "#D55E00", "lw": 1.0}),
    "reloaded": Run("Reloaded", "reloaded/spikes.h5", 0.0, "reloaded.h5", {"color": "#56B4E9", "lw": 2.2}),
    "same_seed": Run("Reloaded, same seed", "same_seed/spikes.h5", 0.0, "same_seed.h5",
                     {"color": "#000000", "lw": 0.8, "ls": (0, (3, 3))}),
    "other_seed": Run("Reloaded, other seed", "other_seed/spikes.h5", 0.0, "other_seed.h5",
                      {"color": "#CC79A7", "lw": 1.0}),
}


@dataclass
class Result:
    """What is drawn of a run; times count from its start."""
    nodes: np.ndarray
    times: np.ndarray
    size: int
    weights: np.ndarray


def read(folder, run):
    with h5py.File(folder / run.spikes, "r") as file:
        group = file[f"spikes/{POPULATION}"]
        nodes, times = group["node_ids"][:], group["timestamps"][:] - run.t_start
    inside = (times > 0) & (times <= T_RUN)
    with h5py.File(folder / run.network, "r") as file:
        size = file[f"nodes/{POPULATION}/V_m"].shape[0]
        names = [name for name in file["edges"] if name.startswith(f"{POPULATION}_to_")]
        weights = np.concatenate([file[f"edges/{name}/weight"][:] for name in names])
    return Result(nodes[inside], times[inside], size, weights)


def draw_raster(axes, run, result, note=""):
    shown = result.nodes < SHOWN_NEURONS
    axes.plot(result.times[shown], result.nodes[shown], ".", ms=1.7, mew=0, color=run.line["color"])
    axes.set(xlim=(0, T_RUN), ylim=(-1, SHOWN_NEURONS), yticks=(0, SHOWN_NEURONS // 2, SHOWN_NEURONS))
    axes.set_title(run.label + note, loc="left", pad=2)


def draw_rate(axes, run, result):
    edges = np.arange(0.0, T_RUN + BIN / 2, BIN)
    counts, _ = np.histogram(result.times, edges)
    axes.stairs(counts / result.size / BIN * 1000.0, edges, label=run.label, baseline=None, **run.line)
    axes.set_xlim(0, T_RUN)


def draw_weights(axes, run, result, edges):
    density, _ = np.histogram(result.weights, edges, density=True)
    axes.stairs(density, edges, label=run.label, baseline=None, **run.line)


def weight_bins(results):
    """Bins of 0.01 mV over all weights but the outermost few."""
    low, high = np.percentile(np.concatenate([r.weights for r in results.values()]), (0.05, 99.95))
    return np.arange(np.floor(low * 100) / 100, np.ceil(high * 100) / 100 + 0.005, 0.01)


def identical(a, b):
    return np.array_equal(a.nodes, b.nodes) and np.array_equal(a.times, b.times)


def make_axes(figure):
    """The panels in the order of their letters."""
    sides = {"left": 0.065, "right": 0.98}
    upper = figure.add_gridspec(4, 2, bottom=0.325, top=0.965, wspace=0.17, hspace=0.48, **sides)
    lower = figure.add_gridspec(1, 1, bottom=0.065, top=0.23, **sides)
    cells = [upper[0, 0], upper[1, 0], upper[2:, 0], *(upper[row, 1] for row in range(4)), lower[0, 0]]
    panels = [figure.add_subplot(cell) for cell in cells]
    for letter, axes in zip("abcdefgh", panels):
        axes.annotate(letter, (0, 1), (-30, 3), xycoords="axes fraction", textcoords="offset points",
                      weight="bold", size=9)
    return panels


def make_figure(results):
    figure = plt.figure(figsize=(180 * MM, 160 * MM))
    panels = make_axes(figure)
    first_raster, first_rate, weights, *rasters, rates = panels
    continuations = list(RUNS)[1:]

    same = identical(results["reloaded"], results["same_seed"])
    notes = {"same_seed": " (every spike as in e)" if same else " (differs from e)"}
    for axes, name in zip([first_raster, *rasters], RUNS):
        draw_raster(axes, RUNS[name], results[name], notes.get(name, ""))
        axes.set_ylabel("E neuron")
        axes.tick_params(labelbottom=axes is rasters[-1])
    rasters[-1].set_xlabel("Time since the network was stored (ms)")

    draw_rate(first_rate, RUNS["initial"], results["initial"])
    for name in continuations:
        draw_rate(rates, RUNS[name], results[name])
    top = 1.05 * max(first_rate.dataLim.y1, rates.dataLim.y1)
    for axes in (first_rate, rates):
        axes.set(ylim=(0, top), ylabel="Rate (spikes/s)")
    first_rate.set_xlabel("Time (ms)")
    rates.set_xlabel("Time since the network was stored (ms)")
    rates.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncol=4, borderaxespad=0)

    edges = weight_bins(results)
    for name, run in RUNS.items():
        draw_weights(weights, run, results[name], edges)
    weights.set(xlim=(edges[0], edges[-1]), xlabel="Weight of E synapses (mV)", ylabel="Density (1/mV)")
    weights.set_ylim(0, 1.35 * weights.dataLim.y1)  # room for the legend
    weights.legend(frameon=False, loc="upper right", ncol=2)

    figure.align_ylabels(panels[:3])
    figure.align_ylabels(rasters)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("results", type=Path, help="folder with the recorded files")
    parser.add_argument("output", type=Path, help="picture to write")
    args = parser.parse_args()
    plt.rcParams.update(STYLE)
    try:
        results = {name: read(args.results, run) for name, run in RUNS.items()}
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"cannot draw {args.results} ({error}). Give a folder that cluster/demo.sh has filled.")
    make_figure(results).savefig(args.output, dpi=300)


if __name__ == "__main__":
    main()
