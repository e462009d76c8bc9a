# SPDX-License-Identifier: Apache-2.0
"""The kernel's attributes: nest.resolution and its like, SetKernelStatus, GetKernelStatus."""
import numpy as np

from .. import _engram, parallel
from .errors import NESTError, refuse_unknown, suggestion
from .kernel import DEFAULTS, LEVELS, kernel
from .models import rules


class Verbosity(str):
    """A level by its name. Its attributes are the levels: nest.verbosity.M_WARNING."""


for _level in LEVELS:
    setattr(Verbosity, _level, _level)


def _memory():
    return kernel.built().memory()


def _num_connections():
    """Collective. Of neurons, devices and recorders, as NEST counts."""
    synapses = _memory()["synapses"]
    devices = sum(len(built.targets) for built in kernel.projections.built if built.from_device)
    return synapses + devices + sum(len(ids) for group in kernel.groups if group.kind == "recorder"
                                    for ids in group.recorded)


def _delay(name):
    if not kernel.projections.entries:
        return kernel.status["resolution"]
    return getattr(kernel.built(), name)


READ_ONLY = {
    "num_processes": parallel.size,
    "total_num_virtual_procs": lambda: parallel.size() * kernel.status["local_num_threads"],
    "biological_time": lambda: kernel.time(),
    "time": lambda: kernel.time(),
    "network_size": lambda: kernel.size(),
    "num_connections": _num_connections,
    "min_delay": lambda: _delay("min_delay"),
    "max_delay": lambda: _delay("max_delay"),
    "memory_size": lambda: _memory()["resident"] // 1024,
    "node_models": lambda: tuple(sorted(m.name for m in kernel.models.values() if m.kind != "synapse")),
    "synapse_models": lambda: tuple(sorted(m.name for m in kernel.models.values() if m.kind == "synapse")),
    "connection_rules": lambda: tuple(sorted(name for name in rules() if name != "explicit_list")),
    "build_info": lambda: {"version": _engram.version, "program": "Engram", "mpi": True, "threads": True, "hdf5": True},
}
#: Need the network: the call builds it and is collective.
COLLECTIVE = {"num_connections", "min_delay", "max_delay", "memory_size"}
_OF_FILES = ("data_path", "data_prefix", "overwrite_files")
SETTABLE = {*DEFAULTS, "total_num_virtual_procs", "verbosity"}


def get(name):
    if name == "verbosity":
        return Verbosity(kernel.verbosity)
    return kernel.status[name] if name in kernel.status else READ_ONLY[name]()


def set(name, value):
    """Sets an attribute of the kernel. Made by all ranks."""
    if name not in SETTABLE:
        if name in READ_ONLY:
            raise NESTError(f"{name} cannot be set (it is a result). Leave it out")
        raise NESTError(f"unknown attribute '{name}' of the kernel. {suggestion(name, SETTABLE)}")
    if name == "verbosity":
        from .control import set_verbosity
        return set_verbosity(value)
    _CHECKS.get(name, lambda _: None)(value)
    if name == "total_num_virtual_procs":
        name, value = "local_num_threads", value // parallel.size()
    kernel.status[name] = type(DEFAULTS[name])(value)
    if name not in ("print_time", *_OF_FILES):
        kernel.changed()


def _check_resolution(ms):
    if kernel.groups:
        raise NESTError("resolution after Create (times of nodes depend on it). Set it before, or after ResetKernel")
    if not (isinstance(ms, (int, float, np.number)) and ms > 0.0):
        raise NESTError(f"resolution = {ms!r} ms (must be positive). Set a positive time")


def _check_threads(threads):
    if not (isinstance(threads, (int, np.integer)) and threads >= 1):
        raise NESTError(f"local_num_threads = {threads!r} (must be a whole number from 1 on). Change it")
    kernel.require_open("local_num_threads")


def _check_vps(count):
    if not (isinstance(count, (int, np.integer)) and count >= 1) or count % parallel.size():
        raise NESTError(f"total_num_virtual_procs = {count!r} (must be a multiple of the {parallel.size()} ranks). "
                        "Change it")
    kernel.require_open("total_num_virtual_procs")


def _check_seed(seed):
    if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or not 0 <= seed < 1 << 63:
        raise NESTError(f"rng_seed = {seed!r} (must be a whole number from 0 on). Change it")
    kernel.require_open("rng_seed")


_CHECKS = {"resolution": _check_resolution, "local_num_threads": _check_threads, "total_num_virtual_procs": _check_vps,
           "rng_seed": _check_seed}


def SetKernelStatus(params):
    """Sets attributes of the kernel. Made by all ranks."""
    for name, value in params.items():
        set(name, value)


def GetKernelStatus(keys=None):
    """Attributes of the kernel: all but those that need the built network, the value of one key, or a tuple for a list of
    keys. Collective if one of num_connections, min_delay, max_delay and memory_size is asked for."""
    if keys is None:
        return {name: get(name) for name in (*DEFAULTS, *READ_ONLY) if name not in COLLECTIVE}
    refuse_unknown("GetKernelStatus", [keys] if isinstance(keys, str) else keys, [*DEFAULTS, *READ_ONLY, "verbosity"])
    return get(keys) if isinstance(keys, str) else tuple(get(name) for name in keys)
