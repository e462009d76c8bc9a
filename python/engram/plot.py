# SPDX-License-Identifier: Apache-2.0
"""Figures of what networks do: with matplotlib, which is imported when a figure is drawn. Each function draws into `axes`,
or into a new figure, and returns the axes. Under mpirun call them where the figure is wanted, as on rank 0: none is
collective."""
import numpy as np


def _axes(axes, **figure):
    if axes is not None:
        return axes
    import matplotlib.pyplot as plt
    return plt.subplots(layout="constrained", **figure)[1]


def raster(times, neurons, rates=True, bin_ms=5.0, axes=None, color=None, population_size=None):
    """Dots at the times (ms) at which neurons spiked.

    rates: below, the mean rate of the neurons (spikes/s) in bins of bin_ms; population_size: their number, by default
    those that spiked. With `axes` given only the dots are drawn.
    """
    times, neurons = np.asarray(times), np.asarray(neurons)
    below = None
    if axes is None and rates:
        import matplotlib.pyplot as plt
        figure = plt.figure(layout="constrained")
        axes, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1]})
    axes = _axes(axes)
    axes.plot(times, neurons, ".", markersize=2.0, color=color)
    axes.set_ylabel("neuron")
    if below is None:
        axes.set_xlabel("time [ms]")
        return axes
    centres, rate = population_rate(times, population_size or len(np.unique(neurons)), bin_ms)
    below.step(centres, rate, where="mid", color=color)
    below.set_ylabel("rate [spikes/s]")
    below.set_xlabel("time [ms]")
    below.set_ylim(bottom=0.0)
    return axes


def population_rate(times, size, bin_ms=5.0, begin=None, end=None):
    """(centres, rates): of bins in ms, and in spikes/s the mean of `size` neurons whose spikes are at `times` (ms)."""
    times = np.asarray(times)
    if begin is None:
        begin = bin_ms * np.floor(times.min() / bin_ms) if len(times) else 0.0
    if end is None:
        end = times.max() if len(times) else bin_ms
    edges = begin + bin_ms * np.arange(int(np.ceil((end - begin) / bin_ms)) + 1)
    counts, _ = np.histogram(times, edges)
    return 0.5 * (edges[1:] + edges[:-1]), counts / (max(1, size) * bin_ms / 1000.0)


def traces(times, values, axes=None, color=None, variable="V_m [mV]"):
    """Lines of a variable over times (ms): values is a dictionary by neuron, or an array of shape (times, neurons)."""
    axes = _axes(axes)
    named = values if isinstance(values, dict) else dict(enumerate(np.asarray(values).T))
    for name, line in named.items():
        axes.plot(times, line, color=color, label=str(name), linewidth=1.0)
    if 1 < len(named) <= 10:
        axes.legend(title="neuron", frameon=False, fontsize="small")
    axes.set_xlabel("time [ms]")
    axes.set_ylabel(variable)
    return axes


def weight_histogram(weights, bins=50, axes=None, unit="mV", **style):
    """The distribution of weights: an array, or a dictionary of arrays by what they are."""
    axes = _axes(axes)
    named = weights if isinstance(weights, dict) else {None: weights}
    edges = np.histogram_bin_edges(np.concatenate([np.asarray(one) for one in named.values()]), bins)
    for name, one in named.items():
        axes.hist(one, bins=edges, histtype="step", density=True, label=name, **style)
    if any(name is not None for name in named):
        axes.legend(frameon=False, fontsize="small")
    axes.set_xlabel(f"weight [{unit}]")
    axes.set_ylabel("density")
    return axes


def weight_development(times, weights, bins=50, axes=None, unit="mV"):
    """The distribution of weights (a list of arrays) at times (ms), as of a series of stored networks or checkpoints: each
    column is a histogram, the line is the mean."""
    axes = _axes(axes)
    times = np.asarray(times, dtype=float)
    edges = np.histogram_bin_edges(np.concatenate([np.asarray(one) for one in weights]), bins)
    density = np.array([np.histogram(one, edges, density=True)[0] for one in weights])
    middles = 0.5 * (times[1:] + times[:-1])
    borders = (np.concatenate([[2 * times[0] - middles[0]], middles, [2 * times[-1] - middles[-1]]])
               if len(times) > 1 else np.array([times[0] - 0.5, times[0] + 0.5]))
    mesh = axes.pcolormesh(borders, edges, density.T, cmap="Greys")
    axes.plot(times, [np.mean(one) for one in weights], "o-", markersize=3.0, label="mean")
    axes.figure.colorbar(mesh, ax=axes, label="density")
    axes.legend(frameon=False, fontsize="small")
    axes.set_xlabel("time [ms]")
    axes.set_ylabel(f"weight [{unit}]")
    return axes


def connectivity(source, target, weight=None, shape=None, axes=None, unit="mV"):
    """The matrix of connections: rows are targets, columns sources (indices from 0); a field has the sum of the weights, or
    the number of synapses without them. shape: (targets, sources)."""
    axes = _axes(axes)
    source, target = np.asarray(source, dtype=np.int64), np.asarray(target, dtype=np.int64)
    shape = shape or (int(target.max()) + 1, int(source.max()) + 1)
    matrix = np.zeros(shape)
    np.add.at(matrix, (target, source), 1.0 if weight is None else np.asarray(weight))
    largest = np.abs(matrix).max() or 1.0
    signed = matrix.min() < 0.0
    image = axes.imshow(matrix, cmap="RdBu_r" if signed else "Greys", vmin=-largest if signed else 0.0, vmax=largest,
                        interpolation="nearest", aspect="auto")
    axes.figure.colorbar(image, ax=axes, label="synapses" if weight is None else f"weight [{unit}]")
    axes.set_xlabel("source")
    axes.set_ylabel("target")
    return axes
