# SPDX-License-Identifier: Apache-2.0
"""Connections of a script as projections of Engram's description.

Engram connects whole populations. Where a call of Connect names whole groups of nodes and its rule allows it, it becomes
projections that are drawn where their targets are. All else is drawn here, alike on all ranks, and becomes lists: that
costs each rank memory for all synapses of the call while it builds.
"""
from dataclasses import dataclass, field

import numpy as np

from .. import _engram
from .errors import NESTError
from .parameters import Parameter

DEVICE_MODEL = "static_synapse"


@dataclass
class Drawn:
    """A projection whose synapses Engram draws. source: a group of neurons, or (group, index) of a device."""
    source: object
    target: object
    rule: str
    parameters: dict
    synapse: object
    number: int = 0


@dataclass
class Listed:
    """Synapses one by one, by indices in their groups; weight and delay may be arrays."""
    source: object
    target: object
    sources: np.ndarray
    targets: np.ndarray
    synapse: object
    generation: int = 0


@dataclass
class Built:
    """A projection as it was built. Arrays of ids are read when they are asked for."""
    name: str
    source: object
    target: object
    model: str
    synapse: object
    sources: np.ndarray = None  # ids; of devices always known
    targets: np.ndarray = None
    delays: np.ndarray = None
    weights: dict = field(default_factory=dict)

    @property
    def from_device(self):
        return isinstance(self.source, tuple)


def _name(end):
    return end[0].member(end[1]) if isinstance(end, tuple) else end.name


def _random(value):
    return value.random if isinstance(value, Parameter) else value


def _spread(value, count):
    return np.full(count, value, dtype=float) if np.ndim(value) == 0 else np.asarray(value, dtype=float)


class Projections:
    """All connections of the kernel, in the order in which they were made."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.entries = []
        self.generation = 0  # lists that were built are not added to: their order has been seen
        self.built = []
        self.device_synapses = 0
        self.recorders = set()  # names of those that were built
        self.changes = []  # weights that were set before the first Simulate: (name, weights)

    def add(self, entry):
        if isinstance(entry, Listed):
            entry.generation = self.generation
        self.entries.append(entry)
        self.kernel.changed()

    def merged(self):
        """The entries, lists between the same ends as one: scripts connect neuron by neuron."""
        merged, known = [], {}
        for entry in self.entries:
            if not isinstance(entry, Listed) or any(isinstance(value, Parameter) for value in
                                                    (entry.synapse.weight, entry.synapse.delay)):
                merged.append([entry])
                continue
            key = (_name(entry.source), entry.target.name, entry.synapse.model.name, entry.synapse.receptor,
                   entry.generation)
            if key in known:
                known[key].append(entry)
            else:
                known[key] = [entry]
                merged.append(known[key])
        return merged

    def describe(self, description):
        """Adds models, devices, projections and recorders; returns what ranks compare."""
        parts = self._describe_models(description) + self._describe_devices(description)
        self.built = []
        self.described = []  # names of the recorders
        names = set()
        for entries in self.merged():
            first = entries[0]
            base = name = f"{_name(first.source)}_to_{first.target.name}"
            number = 2
            while name in names:
                name, number = f"{base}_{number}", number + 1
            names.add(name)
            parts += [name, first.synapse.model.name]
            parts += (self._describe_drawn if isinstance(first, Drawn) else self._describe_list)(
                description, name, entries)
        return parts + self._describe_recorders(description)

    def models_in_use(self):
        """Names of synapse models."""
        return {entry.synapse.model.name for entry in self.entries}

    def _describe_models(self, description):
        parts, used = [], self.models_in_use()
        for model in self.kernel.models.values():
            if model.name in used and self.used_name(model) != model.base:
                values = {name: value for name, value in model.defaults.items() if name in model.fields}
                description.copy_model(model.base, self.used_name(model), values)
                parts += [model.name, sorted(values.items())]
        return parts

    def used_name(self, model):
        """Under which name Engram knows a synapse model: built-in ones with other defaults are copies."""
        changed = any(name in model.fields for name in model.defaults)
        return f"{model.name}_defaults" if changed and model.name == model.base else model.name

    def _describe_devices(self, description):
        parts = []
        for group in self.kernel.groups:
            if group.kind == "device":
                for index in range(group.size):
                    values = group.description(index)
                    description.device(group.member(index), group.model.base, values)
                    parts += [group.member(index), sorted(values.items())]
        return parts

    def _describe_drawn(self, description, name, entries):
        entry, = entries
        synapse = entry.synapse
        rule = _engram.Rule(entry.rule, entry.parameters, None)
        description.connect(_name(entry.source), [entry.target.name], rule, self.used_name(synapse.model),
                            _random(synapse.weight), _random(synapse.delay), synapse.receptor, name)
        built = Built(name, entry.source, entry.target, synapse.model.name, synapse)
        if built.from_device:  # all_to_all: the only rule that is left to Engram there
            built.targets = entry.target.ids
            built.sources = np.full(len(built.targets), entry.source[0].first + entry.source[1])
        self.built.append(built)
        return [entry.rule, sorted(entry.parameters.items()), synapse.weight, synapse.delay]

    def _describe_list(self, description, name, entries):
        synapse = entries[0].synapse
        sources = np.concatenate([entry.sources for entry in entries])
        targets = np.concatenate([entry.targets for entry in entries])
        columns = {"weight": synapse.weight, "delay": synapse.delay}
        for column in columns:
            values = [getattr(entry.synapse, column) for entry in entries]
            if any(np.ndim(value) > 0 or value != values[0] for value in values):
                columns[column] = np.concatenate([_spread(value, len(entry.sources))
                                                  for value, entry in zip(values, entries)])
        lists = {column: value if np.ndim(value) > 0 else None for column, value in columns.items()}
        shared = {column: None if np.ndim(value) > 0 else _random(value) for column, value in columns.items()}
        pairs = _engram.ConnectionList(sources, targets, lists["weight"], lists["delay"])
        description.connect(_name(entries[0].source), [entries[0].target.name],
                            _engram.Rule("explicit_list", {}, pairs), self.used_name(synapse.model), shared["weight"],
                            shared["delay"], synapse.receptor, name)
        built = Built(name, entries[0].source, entries[0].target, synapse.model.name, synapse)
        if built.from_device:
            built.sources = np.full(len(targets), built.source[0].first + built.source[1])
            built.targets = targets + built.target.first
            built.weights = columns
        self.built.append(built)
        return [sources, targets, columns["weight"], columns["delay"]]

    def _describe_recorders(self, description):
        parts = []
        for group in self.kernel.groups:
            if group.kind != "recorder":
                continue
            for index, ids in enumerate(group.recorded):
                values = group.description(index)
                if group.model.weighs:
                    recorded = [built.name for built in self.weighed(group, index)]
                else:
                    recorded = [piece.name for piece, _, _ in self.kernel.pieces(ids)]
                if not recorded or (group.model.samples and not group.get("record_from", index)):
                    continue
                description.recorder(group.member(index), group.model.base, recorded,
                                     {**values, **({"record_from": group.get("record_from", index)}
                                                   if group.model.chooses else {})})
                self.described.append(group.member(index))
                parts += [group.member(index), recorded, sorted(values.items(), key=str)]
        return parts

    def weighed(self, group, index):
        """What was built of the synapse models that a weight_recorder belongs to."""
        found = []
        for built in self.built:
            recorder = built.synapse.model.value("weight_recorder")
            if recorder is None or recorder.ids[0] != group.first + index:
                continue
            if built.from_device:
                raise NESTError(f"connections of {built.model} from {built.source[0].model.name} (the model has a "
                                "weight_recorder, which records synapses between neurons). Use a model without it there")
            found.append(built)
        return found

    def record(self, group, index, ids):
        """A recorder shall record these neurons too, from now on."""
        new = np.setdiff1d(ids, group.recorded[index])
        both = np.concatenate([group.recorded[index], new])
        since = np.concatenate([group.since[index], np.full(len(new), self.kernel.time())])
        order = np.argsort(both)
        group.recorded[index], group.since[index] = both[order], since[order]
        self.kernel.changed()

    # What was built.

    def after_building(self):
        self.generation += 1
        self.recorders = set(self.described)

    def set_weights_again(self, simulation):
        """Collective. Those that were set in an earlier build."""
        for name, weights in self.changes:
            simulation.set_weights(name, weights)

    def read(self, built):
        """Collective. Ids of sources and targets of a projection, and its delays (ms), in canonical order."""
        if built.sources is None:
            table = self.kernel.simulation.connections(built.name)
            built.sources = table["source"].astype(np.int64) + built.source.first
            built.targets = table["target"].astype(np.int64) + built.target.first
            built.delays = table["delay"]
        return built.sources, built.targets

    def column(self, built, name):
        """Collective. Weights or delays of a projection."""
        if not built.from_device:
            self.read(built)
            return built.delays if name == "delay" else self.kernel.simulation.connections(built.name)["weight"]
        value = built.weights.get(name, getattr(built.synapse, name))
        if isinstance(value, Parameter):
            raise NESTError(f"{name} of connections from {built.source[0].model.name} (random ones are drawn where "
                            "the target is, and not kept). Give an array")
        return _spread(value, len(built.targets))

    def set_weights(self, built, indices, values):
        """Collective. indices: of the synapses that change, or None for all."""
        if built.from_device:
            raise NESTError(f"weight of connections from {built.source[0].model.name} (cannot change: they belong to "
                            "the device). Set the parameters of the device")
        simulation = self.kernel.simulation
        if indices is not None:
            weights = simulation.connections(built.name)["weight"]
            weights[indices] = values
            values = weights
        simulation.set_weights(built.name, values)
        if self.kernel.time() == 0.0:
            self.changes.append((built.name, np.array(values, dtype=float)))
