# SPDX-License-Identifier: Apache-2.0
"""Recorders with record_to = "ascii": NEST's text files, one for each recorder, written by rank 0.

During a call of Simulate or Run events are kept in memory; at its end they go to the files. A file begins in the first of
these calls, or in Prepare, and goes on as long as its name stays.
"""
import os

import numpy as np

from .. import _engram
from ..parallel import fingerprint, meet, on_first
from .errors import NESTError
from .events import columns_of, events_of
from .kernel import kernel

_FORMAT = 2  # of NEST's RecordingBackendASCII
_TITLES = {"senders": "sender", "times": "time_ms", "offsets": "time_offset"}


def path_of(group, index):
    """NEST's name for a recorder's file on one virtual process: it does not depend on the layout, nor, once it is begun, on
    how many nodes there are."""
    digits = kernel.digits.get(group.member(index), len(str(kernel.size())))
    label = group.get("label", index) or group.model.name
    name = (f"{kernel.status['data_prefix']}{label}-{group.first + index:0{digits}}-0."
            f"{group.get('file_extension', index)}")
    return os.path.join(kernel.status["data_path"], name)


def to_file(group, index):
    return group.get("record_to", index) == "ascii"


def _recorders():
    return [(group, index) for group in kernel.groups if group.kind == "recorder" for index in range(group.size)
            if to_file(group, index)]


def begin():
    """Collective. Begins the files that are not there yet, each with its header."""
    recorders = _recorders()
    if recorders and kernel.options.get("checkpoints"):
        raise NESTError("record_to = 'ascii' with engram.checkpoints (events that wait for the end of Simulate are no part "
                        "of checkpoints). Use engram.Simulation with an output folder, whose files go on")
    new = [(path_of(group, index), group, index) for group, index in recorders
           if kernel.files.get(group.member(index)) != path_of(group, index)]
    if not new:
        return
    meet(f"begin files ({fingerprint([path for path, _, _ in new])})")
    on_first(lambda: _begin({path: _header(group, index) for path, group, index in new}))
    kernel.files.update({group.member(index): path for path, group, index in new})
    for _, group, index in new:
        kernel.digits.setdefault(group.member(index), len(str(kernel.size())))


def write():
    """Collective. Moves what recorders hold in memory to their files."""
    for group, index in _recorders():
        events = events_of(group, index)
        count = len(events["times"])
        if count:
            on_first(lambda: _write(kernel.files[group.member(index)],
                                    _rows(events.values(), group.get("precision", index)), "a"))
            group.written[index] += count
            kernel.simulation.clear_events(group.member(index))


def read(paths):
    """Local. senders and times (ms) of such files, as `events` would have them."""
    table = np.concatenate([np.zeros((0, 2)), *(_read(path) for path in paths)])
    return {"senders": table[:, 0].astype(np.int64), "times": table[:, 1]}


def _read(path):
    try:
        with open(path) as file:
            titles = [file.readline() for _ in range(3)][2].split()
            if titles[:2] != ["sender", "time_ms"]:
                raise ValueError("it has no columns sender and time_ms")
            return np.loadtxt(file.readlines(), usecols=(0, 1), ndmin=2).reshape(-1, 2)
    except (OSError, ValueError) as error:
        raise NESTError(f"'{path}' cannot be read ({error}). Choose a file of record_to = 'ascii'") from None


def _header(group, index):
    titles = [_TITLES.get(name, name) for name in columns_of(group, index)]
    if group.get("time_in_steps", index):
        titles[1] = "time_step"
    return (f"# Engram version: {_engram.version}\n# RecordingBackendASCII version: {_FORMAT}\n" +
            "\t".join(titles) + "\n")


def _rows(columns, precision):
    form = "\t".join(f"%.{precision}f" if column.dtype.kind == "f" else "%d" for column in columns) + "\n"
    return "".join(form % row for row in zip(*(column.tolist() for column in columns)))


def _begin(headers):
    there = [path for path in headers if os.path.exists(path)]
    if there and not kernel.status["overwrite_files"]:
        raise NESTError("\n".join(f"'{path}' exists (and overwrite_files is off). Set overwrite_files, or another "
                                  "data_path, data_prefix or label" for path in there))
    for path, text in headers.items():
        _write(path, text, "w")


def _write(path, text, mode):
    try:
        with open(path, mode) as file:
            file.write(text)
    except OSError as error:
        raise NESTError(f"'{path}' cannot be written ({error.strerror}). See to it, or set another data_path") from None
