# SPDX-License-Identifier: Apache-2.0
"""The ranks of the program, and how they stay together.

Calls that are collective say so in the first word of their description. All ranks make them, with the same arguments
and in the same order. A call that only some ranks make ends in an error on all of them: before it does anything, each
collective call meets the other ranks and compares what they are about to do.
"""
import atexit
import sys
import zlib

import numpy as np

from . import _engram

_apart = False  # ranks were found doing different things: they can no longer be led together


def rank():
    """This rank, counted from 0."""
    return _engram.rank()


def size():
    """The number of ranks."""
    return _engram.size()


def meet(call):
    """Collective. Raises engram.Error on all ranks unless all are here with the same `call` (a text)."""
    global _apart
    try:
        _engram.meet(call)
    except _engram.Error:
        _apart = True
        raise


def on_first(function):
    """Collective. Calls `function` on rank 0; when it fails, the others raise engram.Error with its text."""
    failure = None
    if rank() == 0:
        try:
            function()
        except Exception as error:  # whatever it is: the others wait
            failure = error
    text = _engram.broadcast(b"" if failure is None else (str(failure) or repr(failure)).encode(), 0).decode()
    if failure is not None:
        raise failure
    if text:
        raise _engram.Error(text)


def fingerprint(*values):
    """A number by which ranks compare arguments: of arrays their bytes count, of the rest what is printed."""
    number = 0
    for value in values:
        if isinstance(value, np.ndarray) and value.dtype != object:
            number = zlib.crc32(np.ascontiguousarray(value).tobytes(), number)
        else:
            number = zlib.crc32(repr(value).encode(), number)
    return number


def say(text):
    """Prints on rank 0 alone, to standard error."""
    if rank() == 0:
        print(text, file=sys.stderr, flush=True)


def _report(kind, value, trace):
    """What ends the program is told once if it is the same on all ranks, else by every rank that it befell."""
    global _apart
    if issubclass(kind, MemoryError) and not _apart:  # the others may wait for this rank within a call
        print(f"engram: rank {rank()}: out of memory", file=sys.stderr, flush=True)
        _engram.abort(1)
    alike = False
    if not _apart:
        try:
            _engram.meet(f"ends with {kind.__name__}: {value}")
            alike = True
        except _engram.Error:
            _apart = True
    if not alike:
        print(f"engram: rank {rank()} ends:", file=sys.stderr, flush=True)
    if rank() == 0 or not alike:
        sys.__excepthook__(kind, value, trace)
        sys.stderr.flush()


def _end():
    """Ends MPI when all ranks are at the end of the program."""
    global _apart
    if not _apart:
        try:
            _engram.meet("the end of the program")
        except _engram.Error as error:
            _apart = True
            print(f"engram: rank {rank()}: {error}", file=sys.stderr, flush=True)
    _engram.finalize()


if size() > 1:
    sys.excepthook = _report
atexit.register(_end)
