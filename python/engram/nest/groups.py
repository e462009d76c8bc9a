# SPDX-License-Identifier: Apache-2.0
"""What one call of Create makes: nodes with consecutive ids."""
import numpy as np

from .errors import NESTError
from .parameters import Parameter, is_array


class Group:
    """Nodes of one model with the ids first ... first + size - 1.

    Neurons become a population, each device and recorder one of its own. Names tell model and id, so that they can be
    recognised in files.
    """

    def __init__(self, model, first, size):
        self.model = model
        self.first = first
        self.size = size
        self.name = f"{model.name}_{first}"

    @property
    def kind(self):
        return self.model.kind

    @property
    def ids(self):
        return np.arange(self.first, self.first + self.size)

    def member(self, index):
        """The name of one device or recorder."""
        return f"{self.model.name}_{self.first + index}"

    def require_length(self, name, values, count):
        if len(values) < count:
            raise NESTError(f"{self.model.name}: {name} has {len(values)} values ({count} nodes). Give one for each")


class Neurons(Group):
    """values: parameters and initial states that were set: a number, an array of one for each, or random."""

    def __init__(self, model, first, size):
        super().__init__(model, first, size)
        self.values = dict(model.defaults)

    def set(self, name, indices, value, current):
        """Sets nodes of the group; indices is None for all. `current()` is an array of the present values, asked for
        when only some change and they are random."""
        count = self.size if indices is None else len(indices)
        if is_array(value):
            self.require_length(name, value, count)
            value = np.asarray(value, dtype=float)[:count]
        elif isinstance(value, Parameter) and (value.integer or indices is not None):
            value = value.draw(count)
        if indices is None:
            self.values[name] = value
            return
        present = self.values.get(name, self.model.value(name))
        if isinstance(present, Parameter):
            present = current()
        if np.ndim(present) == 0 and np.ndim(value) == 0 and present == value:
            return
        array = np.full(self.size, present, dtype=float) if np.ndim(present) == 0 else np.array(present, dtype=float)
        array[indices] = value
        self.values[name] = array

    def description(self):
        return {name: value.random if isinstance(value, Parameter) else value for name, value in self.values.items()}


class Members(Group):
    """Devices or recorders. values: of each, a dictionary of what was set."""

    def __init__(self, model, first, size):
        super().__init__(model, first, size)
        self.values = [dict(model.defaults) for _ in range(size)]
        self.recorded = [np.zeros(0, dtype=np.int64) for _ in range(size)]  # recorders: ids of what they record
        self.since = [np.zeros(0) for _ in range(size)]  # of each of these ids: recorded after this time, ms
        self.cleared = [0.0] * size  # recorders: events up to this time were removed, ms
        self.written = [0] * size  # recorders: the number of events that went to a file

    def takes_array(self, name):
        """Whether one node takes a list of values."""
        return name in ("record_from", "senders", "targets") or (name in self.model.fields and
                                         self.model.fields[name]["type"] == "real_array")

    def set(self, name, indices, value):
        indices = range(self.size) if indices is None else indices
        if isinstance(value, Parameter):
            value = value.draw(len(indices))
        value = value.tolist() if hasattr(value, "ids") else value
        if self.takes_array(name):
            nested = is_array(value) and len(value) > 0 and is_array(value[0])
            values = value if nested else [value] * len(indices)
        else:
            values = value if is_array(value) else [value] * len(indices)
        self.require_length(name, values, len(indices))
        for index, one in zip(indices, values):
            self.values[index][name] = np.asarray(one).tolist() if self.takes_array(name) and is_array(one) else one

    def get(self, name, index):
        return self.values[index].get(name, self.model.value(name))

    def description(self, index):
        """Parameters for Engram: without what only the front end knows."""
        return {name: value for name, value in self.values[index].items()
                if name in self.model.fields or (name == "record_from" and self.model.chooses)}
