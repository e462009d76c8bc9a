# SPDX-License-Identifier: Apache-2.0
"""Models by name: those of the build, and the copies and defaults of the script."""
import numpy as np

from .. import _engram
from .errors import NESTError, refuse_unknown, suggestion

#: What every recorder has besides its parameters. precision and file_extension are of record_to = "ascii".
RECORDER_KEYS = {"record_to": "memory", "label": "", "precision": 3, "file_extension": "dat", "time_in_steps": False}


class Model:
    """A model, and what it takes besides the values of Engram's own.

    kind: "neuron", "device", "recorder", "synapse". fields: parameters and state variables by name, as
    engram.models() describes them. defaults: values of parameters that differ from those of the fields.
    """

    def __init__(self, data, name=None, defaults=None):
        self.name = name or data["name"]
        self.base = data["name"]
        self.kind = data["kind"]
        self.data = data
        self.fields = {field["name"]: field for field in data["parameters"] + data["states"]}
        self.states = {field["name"] for field in data["states"]}
        self.defaults = dict(defaults or {})
        self.chooses = self.base == "multimeter"  # what it samples; a voltmeter does not
        self.samples = self.kind == "recorder" and "interval" in self.fields
        self.weighs = self.base == "weight_recorder"
        self.plastic = data["plastic"]

    def copy(self, name):
        return Model(self.data, name, self.defaults)

    def extra(self):
        """Keys that are not fields of the model, with their defaults."""
        if self.kind == "synapse":
            return {"weight": 1.0, "delay": 1.0, "receptor_type": 0, "weight_recorder": None}
        if self.kind != "recorder":
            return {}
        return {**RECORDER_KEYS, **({"record_from": []} if self.samples else {}),
                **({"senders": [], "targets": []} if self.weighs else {})}

    def known(self):
        return [*self.fields, *self.extra()]

    def shared(self):
        """Keys of a synapse model that hold for all its synapses."""
        return [*self.fields, "weight_recorder"]

    def value(self, name):
        """The default of a parameter."""
        if name in self.defaults:
            return self.defaults[name]
        return self.fields[name]["default"] if name in self.fields else self.extra()[name]

    def check(self, values):
        """Raises an error for keys that the model does not have, and for those that only have one value here."""
        refuse_unknown(self.name, values, self.known())
        if self.kind == "recorder":
            if values.get("record_to", "memory") not in ("memory", "ascii"):
                raise NESTError(f"{self.name}: record_to = {values['record_to']!r} (must be 'memory' or 'ascii'). Choose "
                                "one of them; engram.Simulation writes HDF5")
            if self.samples and not self.chooses and list(values.get("record_from", ["V_m"])) != ["V_m"]:
                raise NESTError(f"{self.name}: record_from = {values['record_from']!r} (a voltmeter records V_m). "
                                "Use a multimeter")
            precision = values.get("precision", 3)
            if not (isinstance(precision, (int, np.integer)) and precision >= 0):
                raise NESTError(f"{self.name}: precision = {precision!r} (must be a whole number from 0 on). Change it")
        return values

    def set_defaults(self, values):
        self.check(values)
        self.defaults.update(values)

    def get(self):
        """All defaults, as GetDefaults returns them."""
        return {**{name: self.value(name) for name in self.known()},
                "synapse_model" if self.kind == "synapse" else "model": self.name, "element_type": self.element_type()}

    def element_type(self):
        return {"device": "stimulator"}.get(self.kind, self.kind)


def builtin_models():
    """All models of the build but rules, by name; and voltmeter, which is a multimeter of V_m."""
    models = {data["name"]: Model(data) for data in _engram.models() if data["kind"] != "rule"}
    if "voltmeter" not in models and "multimeter" in models:
        models["voltmeter"] = models["multimeter"].copy("voltmeter")
    if "voltmeter" in models:
        models["voltmeter"].defaults.setdefault("record_from", ["V_m"])
    return models


def rules():
    """Connection rules of the build, by name, with their parameters by name."""
    return {data["name"]: {field["name"]: field for field in data["parameters"]}
            for data in _engram.models() if data["kind"] == "rule"}


def find(models, name, *kinds):
    """The model of this name and of one of these kinds."""
    if not isinstance(name, str):
        raise NESTError(f"model = {name!r} (must be a name). Write a text")
    known = [model.name for model in models.values() if not kinds or model.kind in kinds]
    if name not in known:
        raise NESTError(f"unknown model '{name}'. {suggestion(name, known)}")
    return models[name]
