# SPDX-License-Identifier: Apache-2.0
"""Connect: from what NEST's call says to projections."""
from dataclasses import dataclass

import numpy as np

from .. import _engram
from .errors import NESTError, refuse_unknown, suggestion
from .kernel import kernel
from .models import find, rules
from .nodes import NodeCollection
from .parameters import Parameter, is_array
from .projections import Drawn, Listed

_FIRST_DRAW = 1 << 31  # numbers of projections are below

#: Rules whose synapses onto one target do not depend on other targets: unions of targets may be taken apart.
_BY_TARGET = {"all_to_all", "fixed_indegree", "pairwise_bernoulli"}
#: Rules whose synapses from one source do not depend on other sources.
_BY_SOURCE = {"all_to_all", "pairwise_bernoulli", "fixed_outdegree"}
_SWITCHES = {"allow_autapses": True, "allow_multapses": True, "make_symmetric": False}


@dataclass
class Synapse:
    """How synapses are made: weight and delay are numbers, random, or arrays; receptor None: the weight's sign."""
    model: object
    weight: object
    delay: object
    receptor: object = None


def _dictionary(spec, name, key):
    """A new dictionary of what may also be a word, which is the value of `key`, or nothing."""
    if not isinstance(spec, (str, dict, type(None))):
        raise NESTError(f"Connect: {name} = {spec!r} (must be a name or a dictionary). Write one of them")
    return {key: spec} if isinstance(spec, str) else dict(spec or {})


def synapse_of(spec):
    """The synapse specification: a name or a dictionary, as in NEST."""
    spec = _dictionary(spec, "syn_spec", "synapse_model")
    model = find(kernel.models, spec.pop("synapse_model", "static_synapse"), "synapse")
    refuse_unknown(f"Connect with {model.name}", spec, ["weight", "delay", "receptor_type", *model.shared()])
    shared = [name for name in spec if name in model.shared()]
    if shared:
        raise NESTError(f"Connect with {model.name}: {', '.join(shared)} (all synapses of the model share it). "
                        "Set it by CopyModel or SetDefaults")
    values = {name: spec.get(name, model.value(name)) for name in ("weight", "delay", "receptor_type")}
    for name in ("weight", "delay"):
        if isinstance(values[name], (list, tuple)) or hasattr(values[name], "__array__"):
            values[name] = np.asarray(values[name], dtype=float)
        elif isinstance(values[name], Parameter) and values[name].integer:
            raise NESTError(f"Connect: {name} = uniform_int (is not there for synapses). Use uniform, or an array")
        elif not isinstance(values[name], (int, float, np.number, Parameter)):
            raise NESTError(f"Connect: {name} = {values[name]!r} (must be a number, an array or random). Change it")
    receptor = values["receptor_type"]
    if is_array(receptor):
        raise NESTError("Connect: receptor_type is an array (one call connects to one receptor). Call Connect for each")
    if not isinstance(receptor, (int, np.integer)):
        raise NESTError(f"Connect: receptor_type = {receptor!r} (must be a whole number). Change it")
    return Synapse(model, values["weight"], values["delay"], int(receptor) or None)


def rule_of(spec):
    """(name, parameters) of the connection specification: a name or a dictionary, as in NEST."""
    spec = _dictionary(spec, "conn_spec", "rule") or {"rule": "all_to_all"}
    if "rule" not in spec:
        raise NESTError("Connect: conn_spec has no 'rule'. Name one: " + ", ".join(sorted(rules())))
    name, known = spec.pop("rule"), rules()
    if name not in known or name == "explicit_list":
        raise NESTError(f"Connect: unknown rule '{name}'. {suggestion(name, [k for k in known if k != 'explicit_list'])}")
    for switch, default in _SWITCHES.items():  # may be given where they change nothing
        if switch in spec and switch not in known[name] and bool(spec[switch]) == default:
            del spec[switch]
    refuse_unknown(f"Connect with rule {name}", spec, known[name])
    for key, value in spec.items():
        if isinstance(value, Parameter) or is_array(value):
            raise NESTError(f"Connect with rule {name}: {key} (must be one number). Connect node by node instead")
    return name, spec


def ids_of(nodes, what):
    if isinstance(nodes, NodeCollection):
        return nodes.ids
    ids = np.asarray(nodes)
    if ids.ndim != 1 or (ids.size and not np.issubdtype(ids.dtype, np.integer)):
        raise NESTError(f"Connect: {what} = {nodes!r} (must be a NodeCollection or an array of ids). Convert it")
    ids = ids.astype(np.int64)
    if ids.size and (ids.min() < 1 or ids.max() > kernel.size()):
        raise NESTError(f"Connect: {what} holds ids from {ids.min()} to {ids.max()} (there are nodes 1 to "
                        f"{kernel.size()}). Create the nodes first")
    return ids


def kind_of(ids, what):
    """neuron, device, recorder (of events), sampler or weight_recorder."""
    kinds = {"sampler" if group.model.samples else "weight_recorder" if group.model.weighs else group.kind
             for group in (kernel.groups[number] for number in np.unique(kernel.group_numbers(ids)))}
    if len(kinds) != 1:
        raise NESTError(f"Connect: {what} holds {' and '.join(sorted(kinds)) or 'no nodes'} (must be nodes of one kind). "
                        "Call Connect for each kind")
    return kinds.pop()


def Connect(pre, post, conn_spec=None, syn_spec=None, return_synapsecollection=False):
    """Connects nodes. Made by all ranks.

    pre, post: NodeCollections, or arrays of ids, which with one_to_one are pairs of any order. conn_spec: a rule by its
    name, or a dictionary with "rule" and its parameters. syn_spec: a synapse model by its name, or a dictionary with
    "synapse_model", "weight" (mV, pA or nS: the unit of the target's input), "delay" (ms), "receptor_type". Weight and
    delay are numbers, random, or arrays: of one value for each pair with one_to_one, of shape (len(post), len(pre)) with
    all_to_all, (len(post), indegree) with fixed_indegree.
    """
    if return_synapsecollection:
        raise NESTError("Connect: return_synapsecollection (is not there). Call GetConnections")
    pre, post = ids_of(pre, "pre"), ids_of(post, "post")
    source_kind, target_kind = kind_of(pre, "pre"), kind_of(post, "post")
    if "weight_recorder" in (source_kind, target_kind):
        raise NESTError("Connect: weight_recorder (it records the synapses of models, and has no connections). Give it to "
                        "CopyModel or SetDefaults of a synapse model")
    synapse, (rule, parameters) = synapse_of(syn_spec), rule_of(conn_spec)
    if target_kind == "recorder" or source_kind == "sampler":
        neurons, recorders = (pre, post) if target_kind == "recorder" else (post, pre)
        return _record(neurons, recorders, source_kind if target_kind == "recorder" else target_kind, rule)
    if source_kind == "recorder" or target_kind != "neuron":
        raise NESTError(f"Connect: {source_kind} to {target_kind} (recorders of spikes are targets, multimeters are "
                        "sources, and devices take no input). Exchange pre and post")
    devices = source_kind == "device"
    if devices and synapse.model.plastic:
        raise NESTError(f"Connect with {synapse.model.name}: from a device (it is plastic). Put a parrot_neuron between")
    if not any(isinstance(value, np.ndarray) for value in (synapse.weight, synapse.delay)) and \
            _connect_whole(pre, post, devices, rule, parameters, synapse):
        return None
    return _connect_pairs(pre, post, devices, rule, parameters, synapse)


def _record(neurons, recorders, kind, rule):
    if kind != "neuron":
        raise NESTError(f"Connect: a recorder and a {kind} (only neurons are recorded). Put a parrot_neuron behind it")
    if rule not in ("all_to_all", "one_to_one") or (rule == "one_to_one" and len(neurons) != len(recorders)):
        raise NESTError(f"Connect with rule {rule}: to a recorder (must be all_to_all, or one_to_one with as many "
                        "recorders as neurons). Choose one of them")
    for group, places, indices in kernel.pieces(recorders):
        for place, index in zip(places, range(group.size) if indices is None else indices):
            kernel.projections.record(group, index, neurons if rule == "all_to_all" else neurons[place:place + 1])


def _ends(ids, devices):
    """Ends of projections: (end, places among ids, indices in the end or None for all)."""
    for group, places, indices in kernel.pieces(ids):
        if not devices:
            yield group, places, indices
            continue
        for place, index in zip(places, range(group.size) if indices is None else indices):
            yield (group, int(index)), np.array([place]), None


def _connect_whole(pre, post, devices, rule, parameters, synapse):
    """Leaves the drawing to Engram where whole groups are connected; False where that cannot be."""
    if devices and rule != "all_to_all":
        return False
    sources, targets = list(_ends(pre, devices)), list(_ends(post, False))
    if any(indices is not None for _, _, indices in sources + targets):
        return False
    if rule == "one_to_one" and len(pre) != len(post):
        return False
    if (len(sources) > 1 and rule not in _BY_SOURCE) or (len(targets) > 1 and rule not in _BY_TARGET):
        return False
    if len(sources) * len(targets) > 1 and parameters.get("make_symmetric"):
        return False
    if devices:
        parameters = {}
    for source, _, _ in sources:
        for target, _, _ in targets:
            kernel.projections.add(Drawn(source, target, rule, parameters, synapse))
    return True


def _pairs(pre, post, rule, parameters):
    """Places among pre and post of each synapse, in the order of the targets."""
    autapses = parameters.get("allow_autapses", True)
    if rule == "one_to_one":
        if len(pre) != len(post):
            raise NESTError(f"Connect with rule one_to_one: {len(pre)} sources and {len(post)} targets (must be as "
                            "many). Give as many of both")
        return np.arange(len(pre)), np.arange(len(post))
    if rule == "all_to_all":
        sources, targets = np.tile(np.arange(len(pre)), len(post)), np.repeat(np.arange(len(post)), len(pre))
        keep = slice(None) if autapses else pre[sources] != post[targets]
        return sources[keep], targets[keep]
    same = np.array_equal(pre, post)
    if not autapses and not same and np.intersect1d(pre, post).size:
        raise NESTError(f"Connect with rule {rule}: allow_autapses = False with nodes of which some are in pre and post "
                        "(is there only for pre = post). Connect the common nodes on their own")
    number = _FIRST_DRAW + kernel.next_draw()
    sources, targets = _engram.draw_pairs(rule, parameters, len(pre), len(post), same, kernel.status["rng_seed"], number)
    return sources.astype(np.int64), targets.astype(np.int64)


def _values(name, value, rule, pre, post, sources, targets):
    """One value for each synapse of what the script gave as an array."""
    if not isinstance(value, np.ndarray):
        return value
    shape = {"one_to_one": (len(pre),), "all_to_all": (len(post), len(pre))}.get(rule)
    if rule == "fixed_indegree":
        shape = (len(post), len(sources) // max(1, len(post)))
    if shape is None:
        raise NESTError(f"Connect with rule {rule}: {name} is an array (the rule does not say how many synapses there "
                        "are). Use a number or a random value")
    if value.shape != shape:
        raise NESTError(f"Connect with rule {rule}: {name} has the shape {value.shape} (must be {shape}). Reshape it")
    return value[targets, sources] if rule == "all_to_all" else value.ravel()


def _connect_pairs(pre, post, devices, rule, parameters, synapse):
    sources, targets = _pairs(pre, post, rule, parameters)
    weight, delay = (_values(name, getattr(synapse, name), rule, pre, post, sources, targets)
                     for name in ("weight", "delay"))
    source_end, source_index, source_ends = _places(pre, devices)
    target_end, target_index, target_ends = _places(post, False)
    pair = source_end[sources] * len(target_ends) + target_end[targets]
    order = np.argsort(pair, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(pair[order])) + 1) if len(order) else []:
        which = pair[part[0]]
        own = Synapse(synapse.model, *(value[part] if isinstance(value, np.ndarray) else value
                                       for value in (weight, delay)), synapse.receptor)
        kernel.projections.add(Listed(source_ends[which // len(target_ends)], target_ends[which % len(target_ends)],
                                      source_index[sources[part]], target_index[targets[part]], own))


def _places(ids, devices):
    """For each of ids: the number of its end and its index there; and the ends."""
    numbers = kernel.group_numbers(ids)
    if devices:  # each is an end of its own
        nodes, number = np.unique(ids, return_inverse=True)
        groups = [kernel.groups[group] for group in kernel.group_numbers(nodes)]
        return number, np.zeros(len(ids), dtype=np.int64), [(group, int(node - group.first))
                                                            for group, node in zip(groups, nodes)]
    used, number = np.unique(numbers, return_inverse=True)
    return number, ids - kernel.firsts[numbers], [kernel.groups[group] for group in used]
