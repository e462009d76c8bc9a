# SPDX-License-Identifier: Apache-2.0
"""nest.raster_plot: spikes of a recorder as dots, with their rate below."""
import os

from .errors import NESTError
from .files import read
from .nodes import NodeCollection


def from_device(detec, plot_lid=False, title=None, hist=True, hist_binwidth=5.0, grayscale=False, xlabel=None,
                ylabel=None):
    """Collective. Plots what a spike_recorder holds; all ranks draw the same figure.

    hist: the rate below, in bins of hist_binwidth ms. Returns the matplotlib axes of the dots.
    """
    if plot_lid:
        raise NESTError("raster_plot: plot_lid (ids do not depend on ranks here). Leave it out")
    if not isinstance(detec, NodeCollection) or any(name != "spike_recorder" for name in _bases(detec)):
        raise NESTError(f"raster_plot: {detec!r} (must be spike_recorders). Choose the recorder")
    events = [read(node.filenames) if node.record_to == "ascii" else node.get("events") for node in detec]
    return from_events(events, title, hist, hist_binwidth, grayscale, xlabel, ylabel)


def from_file(fname, title=None, hist=True, hist_binwidth=5.0, grayscale=False, xlabel=None, ylabel=None):
    """The same from a file, or a list of files, that a spike_recorder with record_to = "ascii" wrote."""
    return from_events([read([fname] if isinstance(fname, (str, os.PathLike)) else fname)], title, hist, hist_binwidth,
                       grayscale, xlabel, ylabel)


def from_events(events, title=None, hist=True, hist_binwidth=5.0, grayscale=False, xlabel=None, ylabel=None):
    """The same from dictionaries of senders (ids) and times (ms)."""
    import numpy as np

    from ..plot import raster
    times, senders = (np.concatenate([one[name] for one in events]) for name in ("times", "senders"))
    if len(times) == 0:
        raise NESTError("raster_plot: no events were recorded. Simulate longer, or see what drives the network")
    axes = raster(times, senders, rates=hist, bin_ms=hist_binwidth, color="black" if grayscale else None)
    axes.set_title(title or "")
    axes.set_ylabel(ylabel or "neuron id")
    if xlabel is not None:
        axes.figure.axes[-1].set_xlabel(xlabel)
    return axes


def _bases(nodes):
    from .kernel import kernel
    return [group.model.base for group, _, _ in kernel.pieces(nodes.ids)]


def show():
    """Shows the figures, where there is a screen."""
    import matplotlib.pyplot as plt
    plt.show()
