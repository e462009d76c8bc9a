# SPDX-License-Identifier: Apache-2.0
"""Running a network on all ranks."""
import numpy as np

from . import _engram
from .network import Error
from .parallel import fingerprint, meet


def run_options(threads=1, output="", restore="", allow_changes=False, checkpoints=None, resume=False, resume_from="",
                progress="none"):
    """How a network is run, as Simulation takes it."""
    options = _engram.RunOptions()
    options.threads = threads
    options.output = str(output)
    options.restore = str(restore)
    options.allow_changes = allow_changes
    options.resume = resume
    options.resume_from = str(resume_from)
    options.signals = checkpoints is not None
    options.progress = progress
    if checkpoints is not None:
        options.checkpoints = _engram.CheckpointOptions()
        for name, value in checkpoints.items():
            if name.startswith("_") or not hasattr(options.checkpoints, name):
                known = [key for key in dir(options.checkpoints) if not key.startswith("_")]
                raise Error(f"checkpoints: unknown key '{name}'. Known are {', '.join(known)}")
            setattr(options.checkpoints, name, value)
    return options


class Simulation:
    """A network on all ranks. Member functions are collective unless they say otherwise.

    Collective. Checks the network as a whole, reports all its problems at once, and builds it.

    threads: virtual processes on each rank. output: folder for recordings; "" keeps them in memory. restore: network
    file whose state variables and synapses replace the described ones. checkpoints: when and where checkpoints are
    written, as {"every": "10min", "folder": "ckpt", "max_wall": "23h50m", "keep": 2} (docs/checkpoints.md). resume:
    continue from the newest whole checkpoint of that folder, if there is one; resume_from: from this file.
    progress: "bar", "lines", "none" or "auto", with the time that is left.

    Whatever the layout of ranks and threads, the results have the same bits.
    """

    def __init__(self, network, threads=1, **options):
        meet(f"Simulation(threads={threads}, {fingerprint(sorted(options.items()))})")
        self._run = _engram.Simulation(network._description, run_options(threads, **options))

    def run(self, duration):
        """Advances the network by `duration` ms. "done", or "requeue" when its wall time was over: then a checkpoint is
        written and the program should end with status 85. KeyboardInterrupt on any rank ends it on all."""
        meet(f"run({duration})")
        return "requeue" if self._run.run(float(duration)) else "done"

    def grow(self, network):
        """Goes on with a network that has more: populations and projections behind the old ones, and devices, synapse
        models and recorders. What was there keeps all that it has, and must be described as it is (also where
        set_parameters or set_device changed it); recorders may record more. What is new starts now, from the described
        values. Raises engram.Error with all that differs; then the network runs on as it was."""
        meet("grow()")
        self._run.grow(network._description)

    @property
    def time(self):
        """Local. Model time, ms."""
        return self._run.time()

    @property
    def min_delay(self):
        """Local. The least delay of all connections, ms."""
        return self._run.min_delay()

    @property
    def max_delay(self):
        """Local. The largest delay of all connections, ms."""
        return self._run.max_delay()

    def show_progress(self, mode):
        """Local. How the next calls of run() show their progress."""
        self._run.show_progress(mode)

    def store(self, path):
        """Writes state variables and all synapses to a network file (docs/file-formats.md)."""
        meet(f"store({str(path)!r})")
        self._run.store(str(path))

    def checkpoint(self, path):
        """Writes all that an exact continuation needs, on whatever ranks and threads (docs/checkpoints.md)."""
        meet(f"checkpoint({str(path)!r})")
        self._run.checkpoint(str(path))

    def finish(self):
        """Closes the recordings under their final names. Once, at the end, where there is an output folder."""
        meet("finish()")
        self._run.finish()

    def spikes(self, recorder, population):
        """(times, neurons) of what a spike_recorder holds in memory: arrays ordered by time (ms) and neuron, which is
        counted from 0 within the population. The same on all ranks."""
        meet(f"spikes({recorder!r}, {population!r})")
        return self._run.spikes(recorder, population)

    def trace(self, recorder, population, variable="V_m"):
        """(times, values) that a multimeter holds in memory: times in ms, values of shape (times, neurons). The same on
        all ranks."""
        meet(f"trace({recorder!r}, {population!r}, {variable!r})")
        return self._run.trace(recorder, population, variable)

    def weights(self, recorder, projection):
        """What a weight_recorder holds in memory of a projection, a value for each spike that arrived at a synapse.

        Arrays times (ms, when it was emitted), source, target (counted from 0 within the populations), weight (unit of
        the target's input), delay (ms) and receptor in a dictionary, ordered by time, source and target. The same on
        all ranks."""
        meet(f"weights({recorder!r}, {projection!r})")
        columns = dict(zip(("times", "source", "target", "weight", "delay", "receptor"),
                           self._run.weights(recorder, projection)))
        columns["receptor"] = columns["receptor"].astype(np.int64)
        order = np.lexsort((columns["target"], columns["source"], columns["times"]))  # stable: a target is of one rank
        return {name: column[order] for name, column in columns.items()}

    def clear_events(self, recorder):
        """Local. Forgets what a recorder holds in memory. All ranks should do so."""
        self._run.clear_events(recorder)

    def state(self, population, variable):
        """A state variable: an array with one value for each neuron, the same on all ranks."""
        meet(f"state({population!r}, {variable!r})")
        return self._run.state(population, variable)

    def set_state(self, population, variable, values):
        """Sets a state variable: one value for each neuron, or one for all."""
        values = np.atleast_1d(np.asarray(values, dtype=float))
        meet(f"set_state({population!r}, {variable!r}, {fingerprint(values)})")
        self._run.set_state(population, variable, values)

    def parameter(self, population, name):
        """Local. A parameter as it was set or drawn: an array with one value for each neuron, or a single one when all
        share it."""
        return self._run.parameter(population, name)

    def set_parameters(self, population, parameters=None, **more):
        """Changes parameters of a population from now on."""
        parameters = {**(parameters or {}), **more}
        meet(f"set_parameters({population!r}, {fingerprint(sorted(parameters.items(), key=str))})")
        self._run.set_parameters(population, parameters)

    def set_device(self, device, parameters=None, **more):
        """Changes parameters of a device: what arrives at its targets from now on follows them."""
        parameters = {**(parameters or {}), **more}
        meet(f"set_device({device!r}, {fingerprint(sorted(parameters.items(), key=str))})")
        self._run.set_device(device, parameters)

    def projections(self):
        """Local. Names of the projections between populations."""
        return self._run.projections()

    def connections(self, projection, local=False, output="numpy"):
        """The synapses of a projection ordered by target, source and delay.

        Arrays source, target (counted from 0 within the populations), weight (unit of the target's input) and delay
        (ms) in a dictionary, or as a pandas.DataFrame when output="pandas". local=True: only those onto neurons of
        this rank, without any communication (then the call is not collective).
        """
        if local:
            columns = self._run.local_connections(projection)
        else:
            meet(f"connections({projection!r})")
            columns = self._run.connections(projection)
        table = dict(zip(("source", "target", "weight", "delay"), columns))
        if output == "numpy":
            return table
        if output == "pandas":
            import pandas
            return pandas.DataFrame(table)
        raise Error(f'output = {output!r} (must be "numpy" or "pandas"). Choose one of them')

    def set_weights(self, projection, weights):
        """Gives the synapses of a projection other weights: as many as connections() lists and in that order, or one
        for all."""
        weights = np.atleast_1d(np.asarray(weights, dtype=float))
        meet(f"set_weights({projection!r}, {fingerprint(weights)})")
        self._run.set_weights(projection, weights)

    def memory(self):
        """Bytes by category and by projection, summed over the ranks, and numbers of neurons and synapses."""
        meet("memory()")
        return self._run.memory()

    def timing(self):
        """Wall time of the phases (s, the slowest rank), and counts of spikes and events."""
        meet("timing()")
        return self._run.timing()
