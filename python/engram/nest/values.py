# SPDX-License-Identifier: Apache-2.0
"""Values of nodes: what was described, or what the running simulation has."""
import numpy as np

from ..parallel import fingerprint, meet
from . import files
from .errors import NESTError, suggestion
from .events import events_of
from .groups import Neurons
from .kernel import kernel
from .parameters import Parameter, is_array

_ALWAYS = ("global_id", "model", "element_type")
_READ_ONLY = (*_ALWAYS, "events", "filenames")


def _known(group):
    return [*group.model.known(), *_ALWAYS, *(_results(group) if group.kind == "recorder" else ())]


def _results(group):
    """What recorders have recorded: one that writes files has their names instead of events."""
    to_files = [files.to_file(group, index) for index in range(group.size)]
    return ["n_events", *([] if any(to_files) else ["events"]), *(["filenames"] if all(to_files) else [])]


def known(nodes):
    """Names that all nodes have."""
    lists = [_known(group) for group in {id(g): g for g, _, _ in kernel.pieces(nodes.ids)}.values()]
    return [name for name in (lists[0] if lists else []) if all(name in one for one in lists)]


def unknown(nodes, name):
    """What is wrong with a name that not all nodes have."""
    for group, _, _ in kernel.pieces(nodes.ids):
        if name == "events" and group.kind == "recorder" and name not in _known(group):
            return f"{group.model.name} has no 'events' (it records to files). Read those that filenames names"
        if name not in _known(group):
            return f"{group.model.name} has no '{name}'. {suggestion(name, _known(group))}"
    return f"no nodes that have '{name}'"


def read(nodes, name):
    """Collective. An array or list of a value of each node."""
    meet(f"get {name!r} of nodes ({fingerprint(nodes.ids)})")
    columns = []
    for group, places, indices in list(kernel.pieces(nodes.ids)):
        if name not in _known(group):
            raise NESTError("get: " + unknown(nodes, name))
        indices = np.arange(group.size) if indices is None else indices
        columns.append(_read_group(group, indices, name))
    if all(isinstance(column, np.ndarray) for column in columns):
        return np.concatenate(columns)
    return [value for column in columns for value in column]


def _read_group(group, indices, name):
    if name == "global_id":
        return indices + group.first
    if name in ("model", "element_type"):
        return [group.model.name if name == "model" else group.model.element_type()] * len(indices)
    if isinstance(group, Neurons):
        return _typed(group.model.fields[name]["type"], _neuron_values(group, name)[indices])
    if name == "filenames":
        return [(files.path_of(group, int(index)),) for index in indices]
    if name in ("events", "n_events"):
        found = [events_of(group, int(index)) for index in indices]
        if name == "events":
            return found
        return np.array([len(events["times"]) + group.written[index] for events, index in zip(found, indices)])
    return [group.get(name, int(index)) for index in indices]


def _typed(kind, values):
    return values.astype({"real": float, "integer": np.int64, "boolean": bool}[kind])


def _neuron_values(group, name):
    """Collective. Of all neurons of a group."""
    value = group.values.get(name, group.model.value(name))
    if isinstance(value, Parameter) or (name in group.model.states and kernel.simulation is not None):
        simulation = kernel.simulation if kernel.follows(group) else kernel.built()
        value = (simulation.state(group.name, name) if name in group.model.states
                 else simulation.parameter(group.name, name))
    value = np.asarray(value, dtype=float)
    return np.full(group.size, value) if value.size == 1 and value.ndim == 0 else np.broadcast_to(value, group.size)


def write(nodes, params):
    """Collective. Sets values of nodes: all are checked first."""
    pieces = list(kernel.pieces(nodes.ids))
    problems = []
    for name, value in params.items():
        if name in _READ_ONLY:
            problems.append(f"set: {name} cannot be set")
        elif any(name not in _known(group) for group, _, _ in pieces):
            problems.append("set: " + unknown(nodes, name))
        elif is_array(value) and len(value) != len(nodes) and not _takes_array(pieces, name):
            problems.append(f"set: {name} has {len(value)} values ({len(nodes)} nodes). Give one for each")
    if problems:
        raise NESTError("\n".join(problems))
    printed = [value if isinstance(value, np.ndarray) else repr(value) for value in params.values()]
    meet(f"set {list(params)} of nodes ({fingerprint(nodes.ids, *printed)})")
    for name, value in params.items():
        if isinstance(value, Parameter) and (len(pieces) > 1 or kernel.simulation is not None):
            value = value.draw(len(nodes))
        for group, places, indices in pieces:
            own = value
            if is_array(value) and not _takes_array([(group, places, indices)], name):
                own = np.asarray(value)[places]
            _write_group(group, indices, name, own)


def _takes_array(pieces, name):
    """Whether one node takes a list: then it is not one value for each node."""
    return all(group.kind != "neuron" and group.takes_array(name) for group, _, _ in pieces)


def _write_group(group, indices, name, value):
    if isinstance(group, Neurons):
        _write_neurons(group, indices, name, value)
    elif name == "n_events":
        _clear(group, indices, value)
    elif group.kind == "recorder":
        group.model.check({name: value})
        members = range(group.size) if indices is None else indices
        if any(group.member(index) in kernel.projections.recorders for index in members):
            kernel.require_open(f"set {name} of {group.model.name}")
        group.set(name, indices, value)
        kernel.changed()
    else:
        _write_devices(group, indices, name, value)


def _write_neurons(group, indices, name, value):
    before = dict(group.values)
    is_state, started = name in group.model.states, kernel.time() > 0.0
    if is_state and kernel.simulation is not None and (kernel.follows(group) or not started):
        group.values[name] = _neuron_values(group, name).copy()  # what the simulation made of it
    group.set(name, indices, value, lambda: _neuron_values(group, name))
    if not kernel.follows(group):
        kernel.changed()
        return
    new = group.values[name]
    try:
        if is_state:
            kernel.simulation.set_state(group.name, name, new)
        else:
            kernel.simulation.set_parameters(group.name, {name: new})
    except NESTError:
        group.values = before
        raise
    if is_state and started:
        group.values = before  # what it began with stays described


def _write_devices(group, indices, name, value):
    """Devices that exist follow at once."""
    before = [dict(values) for values in group.values]
    group.set(name, indices, value)
    if not kernel.follows(group):
        kernel.changed()
        return
    for index in range(group.size) if indices is None else indices:
        try:
            kernel.simulation.set_device(group.member(index), {name: group.get(name, index)})
        except NESTError:
            group.values[index:] = before[index:]
            raise


def _clear(group, indices, value):
    if value != 0:
        raise NESTError(f"set: n_events = {value} (must be 0, which removes the events). Set it to 0")
    for index in range(group.size) if indices is None else indices:
        group.cleared[index] = kernel.time()
        group.written[index] = 0
        if kernel.time() > 0.0 and group.member(index) in kernel.projections.recorders:
            kernel.simulation.clear_events(group.member(index))
