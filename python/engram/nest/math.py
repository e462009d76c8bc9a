# SPDX-License-Identifier: Apache-2.0
"""NEST's functions of random values; those that are not here raise an error that names them."""
from .. import _engram
from .errors import NESTError
from .parameters import Parameter


def redraw(parameter, min, max):
    """`parameter` with values outside [min, max] drawn again."""
    if not isinstance(parameter, Parameter):
        raise NESTError(f"redraw: {parameter!r} (must be a random parameter). Use nest.random")
    return Parameter(_engram.redraw(parameter.random, min, max), parameter.integer)


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise NESTError(f"nest.math.{name} (is not there; nest.math has redraw). Give an array instead")
