# SPDX-License-Identifier: Apache-2.0
"""What libsonata and the SONATA specification ask of files, as checks:  rules.py FILE ...

Each function returns a list of breaches. They know nothing of Engram.
"""
import sys

import h5py
import numpy as np


class Breaches(list):
    def require(self, condition, what):
        if not condition:
            self.append(what)
        return condition

    def dataset(self, group, name, kind, size=None, dimensions=1):
        """Whether there is an array of this kind (of numpy's letters: u, i, f) and length."""
        path = f"{group.name}/{name}"
        if not self.require(isinstance(group.get(name), h5py.Dataset), f"{path} is no dataset"):
            return False
        data = group[name]
        self.require(data.dtype.kind in kind, f"{path} holds {data.dtype}")
        self.require(data.ndim == dimensions, f"{path} has {data.ndim} dimensions")
        return self.require(size is None or len(data) == size, f"{path} has {len(data)} elements, not {size}")

    def text(self, thing, name):
        value = thing.attrs.get(name)
        return self.require(isinstance(value, (str, bytes)), f"attribute {name} of {thing.name} is no text")


def nodes(group):
    b = Breaches()
    if not b.dataset(group, "node_type_id", "ui"):
        return b
    size = len(group["node_type_id"])
    for name in ("node_id", "node_group_id", "node_group_index"):
        b.dataset(group, name, "ui", size)
    b.require("0" in group and "1" not in group, f"{group.name} must have one group, 0")
    b.require(np.array_equal(group["node_id"][:], np.arange(size)), "node ids do not count from 0")
    for name, data in group["0"].get("dynamics_params", {}).items():
        b.require(len(data) == size, f"{data.name} has {len(data)} elements, not {size}")
        b.require(name != "" and data.dtype.kind == "f", f"{data.name} holds {data.dtype}")
    return b


def index(edges, direction, ids, nodes_count=None):
    """Every edge of each node is in its ranges, once, and no other."""
    b = Breaches()
    group = edges["indices"][direction]
    if not (b.dataset(group, "node_id_to_ranges", "ui", nodes_count, 2)
            and b.dataset(group, "range_to_edge_id", "ui", None, 2)):
        return b
    of_nodes, ranges = group["node_id_to_ranges"][:].astype(int), group["range_to_edge_id"][:].astype(int)
    b.require(of_nodes.shape[1] == 2 and ranges.shape[1] == 2, f"{group.name}: rows are not pairs")
    found = 0
    for node, (begin, end) in enumerate(of_nodes):
        for first, last in ranges[max(begin, 0):max(end, 0)]:
            b.require(np.all(ids[first:last] == node) and first < last, f"{group.name}: range of node {node} is wrong")
            found += last - first
    b.require(found == len(ids), f"{group.name} has {found} edges of {len(ids)}")
    return b


def edges(group):
    b = Breaches()
    if not b.dataset(group, "edge_type_id", "ui"):
        return b
    size = len(group["edge_type_id"])
    for name in ("source_node_id", "target_node_id", "edge_group_id", "edge_group_index"):
        b.dataset(group, name, "ui", size)
    for name in ("source_node_id", "target_node_id"):
        b.text(group[name], "node_population")
    b.require("0" in group and "1" not in group, f"{group.name} must have one group, 0")
    for data in group["0"].values():
        b.require(len(data) == size, f"{data.name} has {len(data)} elements, not {size}")
    if "indices" in group:
        b += index(group, "source_to_target", group["source_node_id"][:])
        b += index(group, "target_to_source", group["target_node_id"][:])
    return b


def spikes(group):
    b = Breaches()
    if b.dataset(group, "timestamps", "f") and b.dataset(group, "node_ids", "u", len(group["timestamps"])):
        b.require(group["timestamps"].dtype == np.float64, "timestamps are no doubles")
    b.text(group["timestamps"], "units")
    kind = h5py.check_enum_dtype(h5py.h5a.open(group.id, b"sorting").dtype) if "sorting" in group.attrs else None
    if not b.require(kind == {"none": 0, "by_id": 1, "by_time": 2}, f"sorting is the enumeration {kind}"):
        return b
    times, ids = group["timestamps"][:], group["node_ids"][:]
    if group.attrs["sorting"] == 2:
        b.require(np.all(np.diff(times) >= 0), "timestamps are not sorted")
    elif group.attrs["sorting"] == 1:
        b.require(np.all(np.diff(ids.astype(int)) >= 0), "node_ids are not sorted")
    return b


def report(group):
    b = Breaches()
    mapping = group["mapping"]
    if not (b.dataset(group, "data", "f", None, 2) and b.dataset(mapping, "node_ids", "u")):
        return b
    frames, values = group["data"].shape
    size = len(mapping["node_ids"])
    b.dataset(mapping, "index_pointers", "u", size + 1)
    b.dataset(mapping, "element_ids", "u", values)
    b.text(group["data"], "units")
    if b.dataset(mapping, "time", "f", 3):
        start, stop, step = mapping["time"][:]
        b.require(round((stop - start) / step) == frames, f"{frames} frames from {start} to {stop} by {step}")
        b.text(mapping["time"], "units")
    pointers = mapping["index_pointers"][:].astype(int)
    b.require(pointers[0] == 0 and pointers[-1] == values and np.all(np.diff(pointers) >= 0), "index_pointers do not rise")
    if mapping["node_ids"].attrs.get("sorted", 0):
        b.require(np.all(np.diff(mapping["node_ids"][:].astype(int)) > 0), "node_ids are not sorted")
    return b


def breaches(path):
    """All of a file, of whatever kind."""
    b = Breaches()
    with h5py.File(path) as file:
        b.require(file.attrs.get("magic") == 0x0A7A, "magic is not 0x0A7A")
        b.require(np.array_equal(file.attrs.get("version"), [0, 1]), "version is not 0.1")
        kinds = {"nodes": nodes, "edges": edges, "spikes": spikes, "report": report}
        b.require(any(kind in file for kind in kinds), "holds none of " + ", ".join(kinds))
        for kind, check in kinds.items():
            for group in file.get(kind, {}).values():
                b += check(group)
    return [f"{path}: {what}" for what in b]


if __name__ == "__main__":
    FOUND = [what for name in sys.argv[1:] for what in breaches(name)]
    print("\n".join(FOUND))
    sys.exit(1 if FOUND else 0)
