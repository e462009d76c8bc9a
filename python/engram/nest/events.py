# SPDX-License-Identifier: Apache-2.0
"""What recorders hold, as NEST's `events`: the same on all ranks."""
import numpy as np

from .kernel import kernel


def events_of(group, index):
    """Collective. senders (ids) and times (ms) of a recorder, and of a multimeter the variables that it samples, ordered
    by time and sender."""
    sampled = list(group.get("record_from", index)) if group.model.samples else []
    ids = group.recorded[index]
    parts = []
    if kernel.simulation is not None and len(ids) and (sampled or not group.model.samples):
        simulation = kernel.built()
        read = _samples if group.model.samples else _spikes
        parts = [read(simulation, group.member(index), piece, indices, sampled)
                 for piece, _, indices in list(kernel.pieces(ids))]
    table = {name: np.concatenate([part[name] for part in parts]) if parts else
             np.zeros(0, dtype=np.int64 if name == "senders" else float) for name in ("senders", "times", *sampled)}
    order = np.lexsort((table["senders"], table["times"]))
    order = order[table["times"][order] > group.cleared[index]]
    return {name: column[order] for name, column in table.items()}


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
