# SPDX-License-Identifier: Apache-2.0
"""Engram: spiking neuronal networks whose state survives any number of ranks.

    import engram                    Engram's own interface: Network, Simulation
    import engram.nest as nest       NEST's interface: a NEST script with this import runs on Engram
    import engram.io, engram.plot    results as numpy and pandas; figures

Run on several ranks with `mpirun -n 4 /usr/bin/python3 script.py`. mpi4py may be imported before or after.
"""
from ._engram import Error, version as __version__  # noqa: F401
from .network import (Network, all_to_all, explicit_list, exponential, fixed_indegree, fixed_total_number,  # noqa: F401
                      lognormal, models, normal, one_to_one, read, redraw, rule, uniform)
from .parallel import rank, size  # noqa: F401
from .simulation import Simulation  # noqa: F401
from .keeping import checkpoint, checkpoints, restore, resume, store  # noqa: F401
