# SPDX-License-Identifier: Apache-2.0
"""Reading what Engram writes, as numpy arrays and pandas tables (docs/file-formats.md). Nothing here is collective: each
call reads its file on the rank that makes it."""
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .network import Error


def _open(path, *formats):
    import h5py
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise Error(f"'{path}' cannot be read ({error}). See whether it is there and whole: engram verify") from None
    found = file.attrs.get("format", b"")
    found = found.decode().rstrip("\0") if isinstance(found, bytes) else str(found).rstrip("\0")
    if found not in formats:
        file.close()
        raise Error(f"'{path}' is {found or 'no file of Engram'} (must be {' or '.join(formats)}). Choose another file")
    return file


def _attributes(node):
    return {key: value.decode().rstrip("\0") if isinstance(value, bytes) else value.item() if
            isinstance(value, np.generic) else value for key, value in node.attrs.items()}


def _member(group, name, what, path):
    if name not in group:
        raise Error(f"'{path}' has no {what} '{name}'. Known are {', '.join(group)}")
    return group[name]


def spikes(path, population=None, output="pandas"):
    """The spikes of a spike report: a DataFrame with the columns time (ms), neuron (counted from 0) and, when no population
    is named and there are several, population. output="numpy": (times, neurons) of one population."""
    import pandas
    with _open(path, "sonata-spikes") as file:
        group = file["spikes"]
        names = list(group) if population is None else [population]
        parts = {name: (_member(group, name, "population", path)["timestamps"][:], group[name]["node_ids"][:])
                 for name in names}
    if output == "numpy":
        if len(parts) != 1:
            raise Error(f"'{path}' has several populations ({', '.join(parts)}). Name one")
        return next(iter(parts.values()))
    tables = {name: pandas.DataFrame({"time": times, "neuron": neurons}) for name, (times, neurons) in parts.items()}
    if len(tables) == 1:
        return next(iter(tables.values()))
    return pandas.concat([table.assign(population=name) for name, table in tables.items()], ignore_index=True)


def report(path, population=None, output="pandas"):
    """A frame report of a multimeter: a DataFrame of one variable, by time (ms, the index) and neuron (the columns).
    output="numpy": (times, values of shape (times, neurons))."""
    import pandas
    with _open(path, "sonata-frames") as file:
        group = file["report"]
        names = list(group)
        if population is None and len(names) != 1:
            raise Error(f"'{path}' has several populations ({', '.join(names)}). Name one")
        part = _member(group, population or names[0], "population", path)
        values = part["data"][:]
        start, _, interval = part["mapping/time"][:]
        neurons = part["mapping/node_ids"][:]
    times = start + interval * np.arange(len(values))
    if output == "numpy":
        return times, values
    return pandas.DataFrame(values, index=pandas.Index(times, name="time"),
                            columns=pandas.Index(neurons, name="neuron"))


@dataclass
class StoredNetwork:
    """A network file or checkpoint. attributes: of the file; nodes: for each population a DataFrame of state variables and
    of parameters that differ, by neuron; parameters: for each population those that all share; synapses: by projection,
    read when they are asked for."""
    path: Path
    attributes: dict
    nodes: dict
    parameters: dict
    projections: dict = field(default_factory=dict)  #: attributes of each

    def synapses(self, projection):
        """A DataFrame of source, target (counted from 0), weight (mV, pA or nS) and delay (ms)."""
        import pandas
        with _open(self.path, "engram-network", "engram-checkpoint") as file:
            edges = _member(file["edges"], projection, "projection", self.path)
            return pandas.DataFrame({"source": edges["source_node_id"][:].astype(np.int64),
                                     "target": edges["target_node_id"][:].astype(np.int64),
                                     "weight": edges["weight"][:], "delay": edges["delay"][:]})

    def weights(self, projection):
        """The weights of a projection in canonical order (target, source, delay)."""
        with _open(self.path, "engram-network", "engram-checkpoint") as file:
            if "weights" in file and projection in file["weights"]:  # a checkpoint without the synapses
                return file["weights"][projection][:]
            known = [*(file["edges"] if "edges" in file else ()), *(file["weights"] if "weights" in file else ())]
            if projection not in known:
                raise Error(f"'{self.path}' has no weights of '{projection}'. Known are {', '.join(known)}")
            return file["edges"][projection]["weight"][:]


def network(path):
    """A stored network or a checkpoint (StoredNetwork)."""
    import pandas
    with _open(path, "engram-network", "engram-checkpoint") as file:
        nodes, parameters = {}, {}
        for name, group in file["nodes"].items():
            columns = {column: values[:] for column, values in group.items() if values.ndim == 1}
            parameters[name] = _attributes(group)
            nodes[name] = pandas.DataFrame(columns, index=pandas.RangeIndex(int(parameters[name]["size"]),
                                                                            name="neuron"))
        edges = file["edges"] if "edges" in file else {}
        return StoredNetwork(Path(path), _attributes(file), nodes, parameters,
                             {name: _attributes(group) for name, group in edges.items()})


def checkpoints(folder):
    """The checkpoints of a folder in the order of their model time: a list of StoredNetwork."""
    found = [network(path) for path in sorted(Path(folder).glob("checkpoint_*.h5"))]
    return sorted(found, key=lambda one: one.attributes["time_ms"])
