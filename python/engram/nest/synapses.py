# SPDX-License-Identifier: Apache-2.0
"""GetConnections and SynapseCollection: synapses, read from and set in the running simulation."""
import json
from dataclasses import dataclass

import numpy as np

from ..parallel import fingerprint, meet
from .errors import NESTError, refuse_unknown
from .kernel import kernel
from .models import find
from .parameters import Parameter, is_array
from .projections import Built

_KEYS = ("source", "target", "weight", "delay", "synapse_model", "receptor")


@dataclass
class Part:
    """Synapses of one projection; indices in its canonical order, None for all."""
    built: Built
    indices: np.ndarray = None

    def __len__(self):
        return len(self.built.targets) if self.indices is None else len(self.indices)

    def take(self, column):
        return column if self.indices is None else column[self.indices]

    def select(self, places):
        return Part(self.built, places if self.indices is None else self.indices[places])

    def column(self, name):
        if name in ("source", "target"):
            return self.take(kernel.projections.read(self.built)[name == "target"])
        if name == "synapse_model":
            return np.full(len(self), self.built.model, dtype=object)
        if name == "receptor":
            return np.full(len(self), self.built.synapse.receptor or 0)
        return self.take(kernel.projections.column(self.built, name))


class SynapseCollection:
    """Synapses, ordered by projection, target, source and delay. Reading and setting is collective."""

    def __init__(self, parts):
        object.__setattr__(self, "_all_parts", parts)
        object.__setattr__(self, "_resets", kernel.resets)

    @property
    def _parts(self):
        kernel.require_present(self._resets, "SynapseCollection")
        return self._all_parts

    def __len__(self):
        return sum(len(part) for part in self._parts)

    def __bool__(self):
        return len(self) > 0

    def __eq__(self, other):
        return isinstance(other, SynapseCollection) and all(
            np.array_equal(self._column(name), other._column(name)) for name in ("source", "target", "synapse_model"))

    __hash__ = None

    def __iter__(self):
        return (self[index] for index in range(len(self)))

    def __getitem__(self, key):
        if isinstance(key, (int, np.integer)):
            if not -len(self) <= key < len(self):
                raise IndexError(f"SynapseCollection: index {key} (it has {len(self)} synapses). Choose a smaller one")
            key = [key]
        wanted = np.arange(len(self))[key]
        parts, first = [], 0
        for part in self._parts:
            own = wanted[(wanted >= first) & (wanted < first + len(part))] - first
            if len(own):
                parts.append(part.select(own))
            first += len(part)
        return SynapseCollection(parts)

    def __str__(self):
        if self._resets != kernel.resets:
            return "SynapseCollection(of before ResetKernel)"
        return f"SynapseCollection({len(self)} synapses of {', '.join(sorted({p.built.model for p in self._parts}))})"

    __repr__ = __str__

    def _column(self, name):
        meet(f"get {name!r} of {len(self)} synapses")
        columns = [part.column(name) for part in self._parts]
        return np.concatenate(columns) if columns else np.zeros(0)

    def get(self, keys=None, output=""):
        """Collective. source, target (ids), weight (mV, pA or nS), delay (ms), synapse_model, receptor.

        get("weight"): of one synapse the value, of several a list. get(["source", "weight"]): a dictionary of these.
        output: "" as said, "numpy" for arrays, "pandas" for a DataFrame, "json" for a text.
        """
        names = list(_KEYS) if keys is None else [keys] if isinstance(keys, str) else list(keys)
        refuse_unknown("get of synapses", names, _KEYS)
        table = {name: self._column(name) for name in names}
        if output == "pandas":
            import pandas
            return pandas.DataFrame(table)
        if output == "numpy":
            return table[keys] if isinstance(keys, str) else table
        if output not in ("", "json"):
            raise NESTError(f'get: output = {output!r} (must be "", "numpy", "pandas" or "json"). Choose one of them')
        table = {name: column.tolist() for name, column in table.items()}
        if len(self) == 1:
            table = {name: column[0] for name, column in table.items()}
        if output == "json":
            return json.dumps(table)
        return table[keys] if isinstance(keys, str) else table

    def set(self, params=None, **kwargs):
        """Collective. Sets weights: a number, one for each synapse, or random."""
        if params is not None and kwargs:
            raise NESTError("set: both a dictionary and keywords. Use one of them")
        params = kwargs if params is None else params
        if isinstance(params, (list, tuple)):
            if len(params) != len(self) or any(set(one) != {"weight"} for one in params):
                raise NESTError(f"set: a list (must hold {len(self)} dictionaries of weight). Give an array of weights")
            params = {"weight": [one["weight"] for one in params]}
        fixed = [name for name in params if name in _KEYS and name != "weight"]
        if fixed:
            raise NESTError(f"set: {', '.join(fixed)} of synapses (cannot change: they are laid out by it). "
                            "Set it in Connect")
        refuse_unknown("set of synapses", params, ["weight"])
        self._set_weights(params["weight"])

    def _set_weights(self, weights):
        if isinstance(weights, Parameter):
            weights = weights.draw(len(self))
        if is_array(weights) and len(weights) != len(self):
            raise NESTError(f"set: {len(weights)} weights ({len(self)} synapses). Give one for each, or one for all")
        weights = np.asarray(weights, dtype=float)
        meet(f"set weights of {len(self)} synapses ({fingerprint(weights)})")
        first = 0
        for part in self._parts:
            own = weights if weights.ndim == 0 else weights[first:first + len(part)]
            if len(part):
                kernel.projections.set_weights(part.built, part.indices, own)
            first += len(part)

    def __getattr__(self, name):
        if name not in _KEYS:
            raise AttributeError(f"synapses have no '{name}'. Known are {', '.join(_KEYS)}")
        return self.get(name)

    def __setattr__(self, name, value):
        self.set({name: value})


def _recorder_parts():
    """Connections to and from recorders, which carry nothing."""
    from .connect import Synapse
    synapse = Synapse(find(kernel.models, "static_synapse"), 1.0, 1.0)
    for group in kernel.groups:
        for index, ids in enumerate(group.recorded if group.kind == "recorder" else []):
            recorder = np.full(len(ids), group.first + index)
            ends = (recorder, ids) if group.model.samples else (ids, recorder)
            if len(ids):
                yield Built("", (group, index), group, "static_synapse", synapse, *ends)


def _ids(nodes, what):
    if nodes is None:
        return None
    ids = getattr(nodes, "ids", None)
    if ids is None:
        raise NESTError(f"GetConnections: {what} = {nodes!r} (must be a NodeCollection). Convert it")
    return ids


def GetConnections(source=None, target=None, synapse_model=None, synapse_label=None):
    """Collective. The synapses from `source` to `target` (NodeCollections) of this model; None does not select. Builds
    the network when it is not built. Each rank holds the ids of both ends of the projections that are selected from."""
    if synapse_label is not None:
        raise NESTError("GetConnections: synapse_label (is not there). Copy the synapse model and select by that")
    if synapse_model is not None:
        find(kernel.models, synapse_model, "synapse")
    sources, targets = _ids(source, "source"), _ids(target, "target")
    meet(f"GetConnections({synapse_model!r}, {fingerprint(sources, targets)})")
    kernel.built()
    parts = []
    for built in [*kernel.projections.built, *_recorder_parts()]:
        if synapse_model not in (None, built.model) or not (
                _may_hold(built.source, sources) and _may_hold(built.target, targets)):
            continue
        ends = kernel.projections.read(built)
        keep = np.ones(len(ends[0]), dtype=bool)
        for ids, end in ((sources, ends[0]), (targets, ends[1])):
            if ids is not None:
                keep &= np.isin(end, ids)
        if keep.all():
            parts.append(Part(built))
        elif keep.any():
            parts.append(Part(built, np.flatnonzero(keep)))
    return SynapseCollection(parts)


def _may_hold(end, ids):
    """Whether some of the ids are of this group: else its synapses need not be read."""
    group = end[0] if isinstance(end, tuple) else end
    if ids is None or group.kind == "recorder":
        return True
    return bool(np.any((ids >= group.first) & (ids < group.first + group.size)))
