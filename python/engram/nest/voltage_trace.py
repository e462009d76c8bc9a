# SPDX-License-Identifier: Apache-2.0
"""nest.voltage_trace: what a voltmeter or multimeter recorded, over time."""
import numpy as np

from .errors import NESTError
from .nodes import NodeCollection


def from_device(detec, neurons=None, title=None, grayscale=False, timeunit="ms"):
    """Collective. Plots V_m of the recorded neurons, or of those that are given (ids or a NodeCollection); all ranks draw
    the same figure. Returns the matplotlib axes."""
    from ..plot import traces
    if timeunit not in ("ms", "s"):
        raise NESTError(f'voltage_trace: timeunit = {timeunit!r} (must be "ms" or "s"). Choose one of them')
    if not isinstance(detec, NodeCollection) or len(detec) != 1:
        raise NESTError("voltage_trace: more than one recorder. Choose one")
    events = detec.get("events")
    if "V_m" not in events or len(events["times"]) == 0:
        raise NESTError("voltage_trace: no V_m was recorded. Connect a voltmeter and simulate")
    ids = np.unique(events["senders"]) if neurons is None else np.asarray(neurons)
    times = np.unique(events["times"])
    chosen = {int(node): events["V_m"][events["senders"] == node] for node in ids}
    axes = traces(times / (1000.0 if timeunit == "s" else 1.0), chosen, color="gray" if grayscale else None)
    axes.set_xlabel(f"time [{timeunit}]")
    axes.set_title(title or "")
    return axes


def show():
    """Shows the figures, where there is a screen."""
    import matplotlib.pyplot as plt
    plt.show()
