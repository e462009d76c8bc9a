# SPDX-License-Identifier: Apache-2.0
"""NEST's interface on Engram: `import engram.nest as nest` in place of `import nest`.

Differences are listed in docs/tutorials/from-nest.md. What is not there raises an error that names it. Under mpirun all
ranks run the script; calls whose description begins with "Collective." communicate, and `events`, `get` and the like give
the same values on all ranks.
"""
import sys
import types

from . import attributes, math, random, raster_plot, voltage_trace  # noqa: F401
from .attributes import GetKernelStatus, SetKernelStatus  # noqa: F401
from .connect import Connect  # noqa: F401
from .control import (Cleanup, CopyModel, GetDefaults, GetStatus, Models, NumProcesses, Prepare, Rank,  # noqa: F401
                      ResetKernel, Run, RunManager, SetDefaults, SetStatus, Simulate, SyncProcesses, get_verbosity,
                      set_verbosity)
from .errors import NESTError, suggestion  # noqa: F401
from .nodes import Create, GetNodes, NodeCollection, PrintNodes  # noqa: F401
from .synapses import GetConnections, SynapseCollection  # noqa: F401


def set(**values):  # noqa: A001 - NEST's name
    """Sets attributes of the kernel: set(rng_seed=7, resolution=0.1). Made by all ranks."""
    SetKernelStatus(values)


def get(keys=None):
    """GetKernelStatus."""
    return GetKernelStatus(keys)


_ATTRIBUTES = {*attributes.SETTABLE, *attributes.READ_ONLY}


class _Module(types.ModuleType):
    """The module with the kernel's attributes as its own."""

    def __getattr__(self, name):
        if name in _ATTRIBUTES:
            return attributes.get(name)
        if name.startswith("__"):
            raise AttributeError(name)
        known = [key for key in [*vars(self), *_ATTRIBUTES] if not key.startswith("_")]
        raise AttributeError(f"engram.nest has no '{name}' (it is not there, or not NEST's). {suggestion(name, known)}")

    def __setattr__(self, name, value):
        if name.startswith("_") or isinstance(value, types.ModuleType):
            super().__setattr__(name, value)
        else:
            attributes.set(name, value)

    def __dir__(self):
        return sorted({*vars(self), *_ATTRIBUTES})


sys.modules[__name__].__class__ = _Module
