# SPDX-License-Identifier: Apache-2.0
"""What recorders hold, as NEST's `events`: the same on all ranks."""
import numpy as np

from .kernel import kernel

_WHOLE = ("senders", "targets", "receptors")


def events_of(group, index):
    """Collective. senders (ids) and times (ms, or steps and offsets) of a recorder; of a multimeter the variables that it
    samples; of a weight_recorder targets (ids), weights (mV, pA or nS) and receptors. Ordered by time, sender, target."""
    parts = _parts(group, index) if kernel.simulation is not None else []
    in_steps = group.get("time_in_steps", index)
    if in_steps:
        for part in parts:
            part["offsets"] = np.zeros(len(part["times"]))  # spikes are on the grid
    table = {name: np.concatenate([part[name] for part in parts]) if parts else
             np.zeros(0, dtype=np.int64 if name in _WHOLE else float) for name in columns_of(group, index)}
    if in_steps:
        table["times"] = np.rint(table["times"] / kernel.status["resolution"]).astype(np.int64)
    order = np.lexsort([table[name] for name in ("targets", "senders", "times") if name in table])
    return {name: column[order] for name, column in table.items()}


def columns_of(group, index):
    """Names of what belongs to an event, in the order of NEST's files."""
    values = ["weights", "targets", "receptors"] if group.model.weighs else _sampled(group, index)
    return ["senders", "times", *(["offsets"] if group.get("time_in_steps", index) else []), *values]


def _sampled(group, index):
    return list(group.get("record_from", index)) if group.model.samples else []


def _parts(group, index):
    simulation = kernel.built()
    if group.model.weighs:
        return [_weights(simulation, group, index, built) for built in kernel.projections.weighed(group, index)]
    sampled = _sampled(group, index)
    if group.model.samples and not sampled:
        return []
    read = _samples if group.model.samples else _spikes
    parts = [read(simulation, group.member(index), piece, indices, sampled)
             for piece, _, indices in list(kernel.pieces(group.recorded[index]))]
    return [_after(part, group, index) for part in parts]


def _after(part, group, index):
    """What is later than n_events = 0 and than the sender's connection to the recorder."""
    connected = group.since[index][np.searchsorted(group.recorded[index], part["senders"])]
    keep = part["times"] > np.maximum(connected, group.cleared[index])
    return {name: column[keep] for name, column in part.items()}


def _spikes(simulation, recorder, population, indices, _):
    times, nodes = simulation.spikes(recorder, population.name)
    nodes = nodes.astype(np.int64)
    if indices is not None:
        keep = np.isin(nodes, indices)
        times, nodes = times[keep], nodes[keep]
    return {"senders": nodes + population.first, "times": times}


def _samples(simulation, recorder, population, indices, variables):
    indices = np.arange(population.size) if indices is None else indices
    part = {}
    for variable in variables:
        times, samples = simulation.trace(recorder, population.name, variable)
        part[variable] = samples[:, indices].ravel()
    part["times"] = np.repeat(times, len(indices))
    part["senders"] = np.tile(indices + population.first, len(times))
    return part


def _weights(simulation, group, index, built):
    """Of one projection, and of the senders and targets that the recorder is to heed; none named are all."""
    found = simulation.weights(group.member(index), built.name)
    part = {"senders": found["source"].astype(np.int64) + built.source.first,
            "targets": found["target"].astype(np.int64) + built.target.first, "times": found["times"],
            "weights": found["weight"], "receptors": np.full(len(found["times"]), built.synapse.receptor or 0)}
    keep = np.ones(len(part["times"]), dtype=bool)
    for name in ("senders", "targets"):
        heeded = group.get(name, index)
        if len(heeded):
            keep &= np.isin(part[name], heeded)
    return {name: column[keep] for name, column in part.items()}
