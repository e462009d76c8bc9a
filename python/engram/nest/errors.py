# SPDX-License-Identifier: Apache-2.0
"""NEST's exceptions, and how messages suggest what was meant."""
from .. import _engram
from ..network import Error

NESTError = Error  #: what every function of engram.nest raises; alike on all ranks


def suggestion(word, known):
    """`Did you mean 'x'?`, or the known words when none is near."""
    return _engram.suggestion(str(word), sorted(str(name) for name in known))


def refuse_unknown(what, given, known):
    """Raises an error that names every word of `given` that is not in `known`."""
    wrong = [word for word in given if word not in known]
    if wrong:
        raise NESTError("\n".join(f"{what}: unknown '{word}'. {suggestion(word, known)}" for word in wrong))
