# SPDX-License-Identifier: Apache-2.0
"""Describing a network: the same words as in the network file (docs/network-file.md) and in C++."""
import numpy as np

from . import _engram
from ._engram import Error, exponential, lognormal, normal, redraw, uniform  # noqa: F401
from .parallel import meet


def rule(name, **parameters):
    """A connection rule by its name, with its parameters: rule("fixed_indegree", indegree=200)."""
    return _engram.Rule(name, parameters, None)


def one_to_one():
    """Neuron i of the source to neuron i of the target."""
    return rule("one_to_one")


def all_to_all(allow_autapses=True):
    """Every neuron of the source to every neuron of the target."""
    return rule("all_to_all", **({} if allow_autapses else {"allow_autapses": False}))


def fixed_indegree(indegree, allow_autapses=True, allow_multapses=True):
    """`indegree` synapses onto each neuron of the target, from sources drawn with equal probability."""
    switches = {"allow_autapses": allow_autapses, "allow_multapses": allow_multapses}
    return rule("fixed_indegree", indegree=indegree, **{name: False for name, on in switches.items() if not on})


def fixed_total_number(N, allow_autapses=True):
    """`N` synapses in all, each between a source and a target drawn with equal probability."""
    return rule("fixed_total_number", N=N, **({} if allow_autapses else {"allow_autapses": False}))


def explicit_list(source, target, weight=None, delay=None):
    """One synapse for each entry of equally long arrays.

    source, target: indices, counted from 0 within the populations; weight: in the unit of the target's input (mV, pA
    or nS); delay: ms. Without weight or delay those of the projection hold.
    """
    columns = [np.asarray(source), np.asarray(target)]
    columns += [None if column is None else np.asarray(column, dtype=float) for column in (weight, delay)]
    return _engram.Rule("explicit_list", {}, _engram.ConnectionList(*columns))


def _as_rule(given):
    """A rule as users write it: made by a function, a name, or {name: {parameters}} as in the network file."""
    if isinstance(given, _engram.Rule):
        return given
    if isinstance(given, str):
        return rule(given)
    if isinstance(given, dict) and len(given) == 1:
        (name, parameters), = given.items()
        if isinstance(parameters, dict):
            return explicit_list(**parameters) if name == "explicit_list" else rule(name, **parameters)
    raise Error(f"rule = {given!r} (must be a name or {{name: {{parameters}}}}). "
                'Write for example {"fixed_indegree": {"indegree": 200}}')


class Network:
    """A network and how long to run it: a plain value, checked as a whole when a Simulation is made of it.

        network = engram.Network(seed=7)
        network.population("E", "iaf_psc_delta", 2000, V_m=engram.normal(-65.0, 5.0))
        network.device("drive", "poisson_generator", rate=800.0)
        network.connect("drive", "E", "all_to_all", weight=1.0, delay=1.0)
        network.recorder("spikes", "spike_recorder", "E")

    Names, units and defaults are NEST's: ms, mV, pA, pF, nS, spikes/s. A parameter is a number, an array with one
    value for each neuron, or random (normal, uniform, lognormal, exponential). Nothing here is collective, but all
    ranks describe the same network.
    """

    def __init__(self, resolution=0.1, seed=1, duration=0.0, weight_precision="double"):
        self._description = _engram.Description()
        self.resolution = resolution
        self.seed = seed
        self.duration = duration
        self.weight_precision = weight_precision

    resolution = property(lambda self: self._description.resolution,
                          lambda self, ms: setattr(self._description, "resolution", ms), doc="Length of a step, ms.")
    seed = property(lambda self: self._description.seed, lambda self, seed: setattr(self._description, "seed", seed),
                    doc="Of all random numbers: equal seeds give equal bits on any ranks and threads.")
    duration = property(lambda self: self._description.duration,
                        lambda self, ms: setattr(self._description, "duration", ms), doc="For `engram run`, ms.")
    weight_precision = property(lambda self: self._description.weight_precision,
                                lambda self, name: setattr(self._description, "weight_precision", name),
                                doc='"double" or "single": how synapses hold their weights.')

    def population(self, name, model, size, parameters=None, **more):
        """Adds neurons; returns their name. Parameters and initial states in a dictionary, or by name."""
        return self._description.population(name, model, size, {**(parameters or {}), **more})

    def copy_model(self, copy_of, name, parameters=None, **more):
        """Adds a synapse model with parameters of its own; returns its name."""
        return self._description.copy_model(copy_of, name, {**(parameters or {}), **more})

    def device(self, name, model, parameters=None, **more):
        """Adds a generator; returns its name."""
        return self._description.device(name, model, {**(parameters or {}), **more})

    def recorder(self, name, model, populations, parameters=None, **more):
        """Adds a recorder of a population or a list of them; returns its name."""
        populations = [populations] if isinstance(populations, str) else list(populations)
        return self._description.recorder(name, model, populations, {**(parameters or {}), **more})

    def connect(self, source, target, rule="all_to_all", synapse_model="static_synapse", weight=None, delay=None,
                receptor_type=None, name=""):
        """Adds a projection from a population or device to a population or a list of them.

        rule: a name, {name: {parameters}}, or made by fixed_indegree and its like. weight: unit of the target's input
        (mV, pA or nS); delay: ms; a number, random, or an array where the rule allows it. receptor_type: counted
        from 0; by default the sign of the weight decides.
        """
        target = [target] if isinstance(target, str) else list(target)
        self._description.connect(source, target, _as_rule(rule), synapse_model, weight, delay, receptor_type, name)

    def toml(self):
        """The text of a network file that describes the same network, to the bit."""
        return self._description.toml()

    def __eq__(self, other):
        return isinstance(other, Network) and self._description.canonical() == other._description.canonical()


def read(path, *settings):
    """Collective. The network of a network file; settings as `populations.E.size=4000` (docs/network-file.md)."""
    meet(f"engram.read({path!r})")
    network = Network()
    network._description = _engram.read_network(str(path), list(settings))
    return network


def models():
    """All models of this build: a dictionary by name of what `engram models` prints."""
    return {model["name"]: model for model in _engram.models()}
