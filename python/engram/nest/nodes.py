# SPDX-License-Identifier: Apache-2.0
"""NodeCollection: nodes by their ids, which count all nodes from 1 in the order of their creation."""
import json

import numpy as np

from ..parallel import meet
from . import values
from .errors import NESTError
from .kernel import kernel
from .models import find
from .parameters import is_array


class NodeCollection:
    """Nodes in ascending order of their ids. Reading and setting their values is collective."""

    def __init__(self, data=()):
        ids = np.asarray(data.ids if isinstance(data, NodeCollection) else data, dtype=np.int64).reshape(-1)
        if np.any(np.diff(ids) <= 0):
            raise NESTError("NodeCollection: ids must ascend (each node is in it once). Sort them")
        if ids.size and (ids[0] < 1 or ids[-1] > kernel.size()):
            raise NESTError(f"NodeCollection: ids from {ids[0]} to {ids[-1]} (there are nodes 1 to {kernel.size()}). "
                            "Create the nodes first")
        object.__setattr__(self, "_ids", ids)
        object.__setattr__(self, "_resets", kernel.resets)

    @property
    def ids(self):
        """The ids as an array."""
        kernel.require_present(self._resets, "NodeCollection")
        return self._ids

    def __len__(self):
        return len(self.ids)

    def __iter__(self):
        return (NodeCollection([node]) for node in self.ids)

    def __contains__(self, node):
        return bool(np.isin(node.ids if isinstance(node, NodeCollection) else node, self.ids).all())

    def __eq__(self, other):
        return isinstance(other, NodeCollection) and np.array_equal(self.ids, other.ids)

    def __lt__(self, other):
        return self.ids.tolist() < other.ids.tolist()

    def __hash__(self):
        return hash(self.ids.tobytes())

    def __bool__(self):
        return len(self) > 0

    def __add__(self, other):
        if not isinstance(other, NodeCollection):
            raise NESTError(f"NodeCollection + {other!r} (must be a NodeCollection). Convert it")
        both = np.union1d(self.ids, other.ids)
        if len(both) != len(self) + len(other):
            raise NESTError("NodeCollection + NodeCollection: some nodes are in both. Leave them out of one")
        return NodeCollection(both)

    def __getitem__(self, key):
        if isinstance(key, slice):
            if key.step is not None and key.step < 0:
                raise NESTError("NodeCollection: the step of a slice must be positive. Reverse the list of ids instead")
            return NodeCollection(self.ids[key])
        if isinstance(key, (int, np.integer)):
            if not -len(self) <= key < len(self):
                raise IndexError(f"NodeCollection: index {key} (it has {len(self)} nodes). Choose a smaller one")
            return NodeCollection(self.ids[[key]])
        key = np.asarray(key)
        return NodeCollection(self.ids[key if key.size else key.astype(np.int64)])

    def __array__(self, dtype=None):
        return self.ids.astype(dtype) if dtype is not None else self.ids.copy()

    def __str__(self):
        if self._resets != kernel.resets:
            return "NodeCollection(of before ResetKernel)"
        pieces = [f"model={group.model.name}, size={len(places)}, first={self.ids[places[0]]}"
                  for group, places, _ in kernel.pieces(self.ids)]
        return "NodeCollection(" + "; ".join(pieces) + ")"

    __repr__ = __str__

    def index(self, node):
        """The position of a node (an id)."""
        found = np.flatnonzero(self.ids == node)
        if not found.size:
            raise ValueError(f"NodeCollection: node {node} is not in it")
        return int(found[0])

    def tolist(self):
        """The ids as a list."""
        return self.ids.tolist()

    def get(self, *params, output=""):
        """Collective. Values of the nodes.

        get("V_m"): of one node the value, of several a tuple. get(["V_m", "I_e"]): a dictionary of these. get(): of all
        that the models have. get("events", "senders"): an entry of the recorder's events. output: "" as said, "pandas"
        for a DataFrame with the ids as its index, "json" for a text.
        """
        if len(self) == 0:
            raise NESTError("get: the NodeCollection is empty. Select some nodes")
        if len(params) > 2 or (len(params) == 2 and params[0] != "events"):
            raise NESTError(f"get{params}: two keys (are there only for events). Give a list of keys")
        names = values.known(self) if not params or params[0] is None else params[0]
        single = isinstance(names, str)
        table = {name: values.read(self, name) for name in ([names] if single else list(names))}
        if len(params) == 2:
            table = {"events": [self._of_events(events, params[1]) for events in table["events"]]}
        if output == "pandas":
            import pandas
            return pandas.DataFrame(table, index=self.tolist())
        if output == "json":
            return json.dumps({name: _plain(column[0] if len(self) == 1 else list(column))
                               for name, column in table.items()})
        if output:
            raise NESTError(f'get: output = {output!r} (must be "", "pandas" or "json"). Choose one of them')
        table = {name: _python(column[0]) if len(self) == 1 else tuple(_python(value) for value in column)
                 for name, column in table.items()}
        return table[names] if single else table

    @staticmethod
    def _of_events(events, keys):
        for key in [keys] if isinstance(keys, str) else keys:
            if key not in events:
                raise NESTError(f"get: events have no '{key}'. Known are {', '.join(events)}")
        return events[keys] if isinstance(keys, str) else {key: events[key] for key in keys}

    def set(self, params=None, **kwargs):
        """Collective. Sets values: numbers, lists of one for each node, or random; or a list of dictionaries, one for
        each node."""
        if params is not None and kwargs:
            raise NESTError("set: both a dictionary and keywords. Use one of them")
        params = kwargs if params is None else params
        if isinstance(params, (list, tuple)):
            if len(params) != len(self):
                raise NESTError(f"set: {len(params)} dictionaries ({len(self)} nodes). Give one for each")
            for node, own in zip(self, params):
                node.set(own)
            return
        values.write(self, params)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in values.known(self):
            raise AttributeError(values.unknown(self, name))
        return self.get(name)

    def __setattr__(self, name, value):
        self.set({name: value})


def _python(value):
    return value.item() if isinstance(value, np.generic) else value


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(one) for one in value]
    return _python(value)


def Create(model, n=1, params=None, positions=None):
    """Creates n nodes of a model; returns their NodeCollection. Made by all ranks.

    params: a dictionary of numbers, of arrays with one value for each node, or of random values (nest.random); or a list
    of dictionaries, one for each node.
    """
    if positions is not None:
        raise NESTError("Create: positions (networks in space are not there). Leave them out")
    if isinstance(n, (dict, list)):
        n, params = 1, n
    if not (isinstance(n, (int, np.integer)) and n >= 1):
        raise NESTError(f"Create: n = {n!r} (must be a whole number from 1 on). Change it")
    model = find(kernel.models, model, "neuron", "device", "recorder")
    own = [{}] if params is None else [params] if isinstance(params, dict) else list(params)
    if not isinstance(params, (dict, type(None))) and len(own) != n:
        raise NESTError(f"Create: {len(own)} dictionaries ({n} nodes). Give one for each")
    for values_of_one in own:
        model.check(values_of_one)
    group = kernel.create(model, int(n))
    nodes = NodeCollection(group.ids)
    for name, value in (own[0] if isinstance(params, dict) else {}).items():
        if is_array(value) and len(value) > n and not (group.kind != "neuron" and group.takes_array(name)):
            kernel.warn(f"Create {n} {model.name}: {name} has {len(value)} values, of which the first {n} are used")
        if group.kind == "neuron":
            group.set(name, None, value, None)
        else:
            group.set(name, None, value)
    if isinstance(params, (list, tuple)):
        nodes.set(params)
    return nodes


def GetNodes():
    """All nodes."""
    return NodeCollection(np.arange(1, kernel.size() + 1))


def PrintNodes():
    """Prints, on rank 0, which nodes there are."""
    from ..parallel import rank
    meet("PrintNodes")
    if rank() == 0:
        for group in kernel.groups:
            print(f"{group.first:>8} ... {group.first + group.size - 1:<8} {group.model.name}")
