# SPDX-License-Identifier: Apache-2.0
"""Storing, restoring and checkpoints of the network that a script of engram.nest made.

With Engram's own interface these are members and options of engram.Simulation.
"""
import os

from .network import Error


def _kernel():
    from .nest.kernel import kernel
    return kernel


def _before_building(call):
    kernel = _kernel()
    if kernel.time() > 0.0:
        raise Error(f"{call} after Simulate (the network exists already). Call it before, or after ResetKernel")
    return kernel


def store(path):
    """Collective. Writes state variables and all synapses of the nodes to the network file `path`."""
    _kernel().built().store(path)


def restore(path, allow_changes=False):
    """Starts the network from the network file `path`: state variables and synapses of the file replace those that the
    script describes, which must fit. To be called after the last Create and Connect, before Simulate; biological_time
    starts at 0."""
    kernel = _before_building("restore")
    kernel.options.update(restore=str(path), allow_changes=allow_changes)
    kernel.changed()


def checkpoint(path):
    """Collective. Writes all that an exact continuation needs to the file `path`. Recorded events in memory are no part
    of it."""
    _kernel().built().checkpoint(path)


def checkpoints(every="", folder="checkpoints", max_wall="", keep=2, connectivity="regenerate", on_failure="warn"):
    """Lets Simulate write checkpoints: `every` "10min" of wall time or "500ms" of model time, and when the program is
    `max_wall` ("23h50m") old; then it ends with status 85, to be queued again (docs/checkpoints.md). To be called
    before the first Simulate."""
    kernel = _before_building("checkpoints")
    kernel.options["checkpoints"] = {"every": every, "folder": str(folder), "max_wall": max_wall, "keep": keep,
                                     "connectivity": connectivity, "on_failure": on_failure}
    kernel.changed()


def resume(path, allow_changes=False):
    """Collective. Continues from the checkpoint file `path`, or from the newest whole checkpoint in the folder `path`, from
    the beginning if there is none yet. To be called after the last Create and Connect, before Simulate. Returns
    biological_time, ms."""
    kernel = _before_building("resume")
    if os.path.isfile(path):
        kernel.options.update(resume_from=str(path), resume=False, allow_changes=allow_changes)
    else:
        planned = kernel.options.get("checkpoints") or {}
        kernel.options.update(checkpoints={**planned, "folder": str(path)}, resume=True, resume_from="",
                              allow_changes=allow_changes)
    kernel.changed()
    kernel.built()
    return kernel.time()
