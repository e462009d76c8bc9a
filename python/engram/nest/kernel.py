# SPDX-License-Identifier: Apache-2.0
"""The network that a script describes bit by bit, and its simulation, which is built when it is first needed.

Until the first Simulate the network is built anew when something is added. Since random numbers belong to what they are
for, what was there before comes out the same again. After the first Simulate it grows: what was there goes on, and values
of nodes and weights change in the running simulation.
"""
import numpy as np

from .. import _engram
from ..parallel import fingerprint, meet, say
from ..simulation import Simulation, run_options
from .errors import NESTError
from .groups import Members, Neurons
from .models import builtin_models
from .projections import Projections

#: What SetKernelStatus sets, with the values after ResetKernel.
DEFAULTS = {"resolution": 0.1, "local_num_threads": 1, "rng_seed": 143202461, "print_time": False,
            "overwrite_files": False, "data_path": "", "data_prefix": ""}
LEVELS = {"M_ALL": 0, "M_DEBUG": 5, "M_STATUS": 7, "M_INFO": 10, "M_PROGRESS": 15, "M_DEPRECATED": 18,
          "M_WARNING": 20, "M_ERROR": 30, "M_FATAL": 40, "M_QUIET": 100}


class Kernel:
    """Everything that ResetKernel resets."""

    def __init__(self):
        self.verbosity = "M_INFO"
        self.resets = 0
        self.reset()

    def reset(self):
        self.resets += 1
        self.simulation = None
        self.stale = True  # the description grew after the simulation was built
        self.prepared = False
        self.options = {}  # of the run: restore, checkpoints, ...
        self.status = dict(DEFAULTS)
        self.models = builtin_models()
        self.groups = []
        self.present = 0  # so many of the nodes are in the simulation
        self.firsts = np.zeros(0, dtype=np.int64)  # ids of the groups' first nodes
        self.projections = Projections(self)
        self.draws = 0
        self.files = {}  # of recorders that record to files: names by the recorder
        self.digits = {}  # of the ids in these names

    # What is described.

    def require_open(self, call):
        """Raises an error when the network has run."""
        if self.time() > 0.0:
            raise NESTError(f"{call} after Simulate (what runs cannot change in this; it can grow). Do it before the first "
                            "Simulate, or make new nodes or synapses with it")

    def require_present(self, resets, what):
        """Raises an error for what was made before the last reset, when there had been so many."""
        if resets != self.resets:
            raise NESTError(f"{what} of before ResetKernel (what it held is no more). Create and connect anew")

    def changed(self):
        self.stale = True

    def follows(self, group):
        """Whether the simulation has a group, and follows what is set there: before the first Simulate, one to which
        something was added is built anew."""
        return group.first <= self.present and (not self.stale or self.time() > 0.0)

    def next_draw(self):
        self.draws += 1
        return self.draws

    def size(self):
        return self.groups[-1].first + self.groups[-1].size - 1 if self.groups else 0

    def create(self, model, n):
        """Adds n nodes; returns their group."""
        group = (Neurons if model.kind == "neuron" else Members)(model, self.size() + 1, n)
        self.groups.append(group)
        self.firsts = np.append(self.firsts, group.first)
        self.changed()
        return group

    def group_numbers(self, ids):
        """For each id the number of its group."""
        return np.searchsorted(self.firsts, ids, side="right") - 1

    def pieces(self, ids):
        """(group, places of its nodes among ids, their indices in the group or None for all of it in order), in the
        order of the ids."""
        ids = np.asarray(ids, dtype=np.int64)
        numbers = self.group_numbers(ids)
        bounds = np.flatnonzero(np.diff(numbers)) + 1
        for places in np.split(np.arange(len(ids)), bounds) if len(ids) else []:
            group = self.groups[numbers[places[0]]]
            indices = ids[places] - group.first
            whole = len(indices) == group.size and np.array_equal(indices, np.arange(group.size))
            yield group, places, None if whole else indices

    # What is built.

    def describe(self):
        """The description, and a number by which ranks compare it."""
        status = self.status
        description = _engram.Description()
        description.resolution = status["resolution"]
        description.seed = status["rng_seed"]
        parts = [status["resolution"], status["rng_seed"]]
        for group in self.groups:
            if group.kind == "neuron":
                values = group.description()
                description.population(group.name, group.model.base, group.size, values)
                parts += [group.name, group.size, *values, *values.values()]
        parts += self.projections.describe(description)
        return description, fingerprint(*[part.a if isinstance(part, _engram.Random) else part for part in parts])

    def built(self):
        """Collective. The simulation, which is built when it is not there; when the description grew, anew before the
        first Simulate, and else it grows."""
        if self.simulation is None or self.stale:
            if not any(group.kind == "neuron" for group in self.groups):
                raise NESTError("the network has no neurons (nothing to simulate). Create some")
            description, number = self.describe()
            if self.time() > 0.0:
                meet(f"grow the network ({number})")
                self.simulation._run.grow(description)
                self.after_building()
            else:
                self.build(description, number)
        return self.simulation

    def build(self, description, number):
        """Collective."""
        options = run_options(self.status["local_num_threads"], progress=self.progress(), **self.options)
        meet(f"build the network ({number}, {fingerprint(sorted(self.options.items(), key=str))})")
        self.simulation, self.present = None, 0
        simulation = Simulation.__new__(Simulation)
        simulation._run = _engram.Simulation(description, options)
        self.simulation = simulation
        self.after_building()
        self.projections.set_weights_again(simulation)

    def after_building(self):
        self.stale = False
        self.present = self.size()
        self.projections.after_building()

    def progress(self):
        return "auto" if self.status["print_time"] else "none"

    def time(self):
        """Local. Model time, ms."""
        return self.simulation.time if self.simulation is not None else 0.0

    def run(self, duration):
        """Collective. "done" or "requeue"."""
        duration = float(duration)
        simulation = self.built()
        simulation.show_progress(self.progress())
        return simulation.run(duration)

    def warn(self, text):
        if LEVELS[self.verbosity] <= LEVELS["M_WARNING"]:
            say(f"engram.nest: warning: {text}")


kernel = Kernel()
