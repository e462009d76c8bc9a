# SPDX-License-Identifier: Apache-2.0
"""Running, resetting, and the functions that NEST has beside the attributes."""
import contextlib

import numpy as np

from .. import _engram, parallel
from . import files
from .errors import NESTError
from .kernel import LEVELS, kernel
from .models import find
from .nodes import NodeCollection
from .synapses import SynapseCollection


def ResetKernel():
    """Collective. Removes all nodes, connections, models and settings."""
    parallel.meet("ResetKernel")
    kernel.reset()


def _advance(t):
    """Collective."""
    if not isinstance(t, (int, float, np.number)):
        raise NESTError(f"t = {t!r} (must be a time in ms). Give a number")
    kernel.built()
    files.begin()
    end = kernel.run(t)
    files.write()
    if end == "requeue":
        parallel.say(f"engram: ended at {kernel.time()} ms, after a checkpoint. Queue the script again")
        raise SystemExit(85)


def Simulate(t):
    """Collective. Advances the network by t ms."""
    if kernel.prepared:
        raise NESTError("Simulate between Prepare and Cleanup (the network is prepared). Call Run")
    _advance(t)


def Prepare():
    """Collective. Builds the network, for calls of Run."""
    if kernel.prepared:
        raise NESTError("Prepare twice (the network is prepared). Call Cleanup between")
    kernel.built()
    files.begin()
    kernel.prepared = True


def Run(t):
    """Collective. Advances the network by t ms, between Prepare and Cleanup."""
    if not kernel.prepared:
        raise NESTError("Run without Prepare (the network is not prepared). Call Prepare before, or Simulate")
    _advance(t)


def Cleanup():
    """Collective. Ends what Prepare began."""
    if not kernel.prepared:
        raise NESTError("Cleanup without Prepare (the network is not prepared). Call Prepare before")
    kernel.prepared = False


@contextlib.contextmanager
def RunManager():
    """Collective. Prepare and Cleanup around calls of Run."""
    Prepare()
    try:
        yield
    finally:
        Cleanup()


def Rank():
    """This rank."""
    return parallel.rank()


def NumProcesses():
    """The number of ranks."""
    return parallel.size()


def SyncProcesses():
    """Collective. Waits for all ranks."""
    parallel.meet("SyncProcesses")
    _engram.barrier()


def set_verbosity(level):
    """How much is told: "M_WARNING" and what is below tell warnings."""
    if level not in LEVELS:
        raise NESTError(f"verbosity = {level!r} (must be one of {', '.join(LEVELS)}). Choose one of them")
    kernel.verbosity = str(level)


def get_verbosity():
    return kernel.verbosity


def CopyModel(existing, new, params=None):
    """Makes the model `new` as a copy of `existing` with other defaults. Made by all ranks."""
    if not isinstance(new, str):
        raise NESTError(f"CopyModel: {new!r} (must be a name). Write a text")
    if new in kernel.models:
        raise NESTError(f"CopyModel: '{new}' (there is a model of this name). Choose another")
    copy = find(kernel.models, existing).copy(new)
    copy.set_defaults(_checked(params or {}))
    kernel.models[new] = copy


def _checked(defaults):
    """Defaults of a model, of which a weight_recorder is one that Create made, or None."""
    recorder = defaults.get("weight_recorder")
    if recorder is not None and not (isinstance(recorder, NodeCollection) and len(recorder) == 1 and
                                     all(group.model.weighs for group, _, _ in kernel.pieces(recorder.ids))):
        raise NESTError(f"weight_recorder = {recorder!r} (must be one weight_recorder). Create it before")
    return defaults


def SetDefaults(model, params, val=None):
    """Sets defaults of a model: of nodes that are created and synapses that are connected from now on, and the parameters
    that all synapses of the model share. Made by all ranks."""
    values = _checked({params: val} if isinstance(params, str) else params)
    found = find(kernel.models, model)
    if found.kind == "synapse" and any(name in found.shared() for name in values):
        if found.name in kernel.projections.models_in_use():
            kernel.require_open(f"SetDefaults of {model}")
        kernel.changed()
    found.set_defaults(values)


def GetDefaults(model, keys=None, output=""):
    """Defaults of a model: a dictionary, the value of one key, or a tuple for a list of keys."""
    if output not in ("", "json"):
        raise NESTError(f'GetDefaults: output = {output!r} (must be "" or "json"). Choose one of them')
    found = find(kernel.models, model)
    table = found.get()
    wanted = list(table) if keys is None else [keys] if isinstance(keys, str) else keys
    for key in wanted:
        if key not in table:
            found.check({key: None})
    result = table if keys is None else table[keys] if isinstance(keys, str) else tuple(table[key] for key in keys)
    if output == "json":
        import json
        return json.dumps(result, default=NodeCollection.tolist)
    return result


def Models(mtype="all"):
    """Names of models: mtype "nodes", "synapses" or "all"."""
    if mtype not in ("all", "nodes", "synapses"):
        raise NESTError(f'Models: mtype = {mtype!r} (must be "all", "nodes" or "synapses"). Choose one of them')
    return tuple(sorted(model.name for model in kernel.models.values()
                        if mtype == "all" or (model.kind == "synapse") == (mtype == "synapses")))


def GetStatus(nodes, keys=None, output=""):
    """Collective. Values of nodes or synapses: a tuple of dictionaries, of values for one key, or of tuples for a list of
    keys."""
    if not isinstance(nodes, (NodeCollection, SynapseCollection)):
        raise NESTError(f"GetStatus of {nodes!r} (must be a NodeCollection or a SynapseCollection). Convert it")
    if output:
        return nodes.get(keys, output=output)
    names = [keys] if isinstance(keys, str) else keys
    table = nodes.get(list(names) if names is not None else None)
    if len(nodes) == 1:
        table = {name: (value,) for name, value in table.items()}
    rows = range(len(nodes))
    if isinstance(keys, str):
        return tuple(table[keys])
    if keys is None:
        return tuple({name: column[row] for name, column in table.items()} for row in rows)
    return tuple(tuple(table[name][row] for name in names) for row in rows)


def SetStatus(nodes, params, val=None):
    """Collective. Sets values of nodes or synapses."""
    if not isinstance(nodes, (NodeCollection, SynapseCollection)):
        raise NESTError(f"SetStatus of {nodes!r} (must be a NodeCollection or a SynapseCollection). Convert it")
    nodes.set({params: val} if isinstance(params, str) else params)
