# SPDX-License-Identifier: Apache-2.0
"""NEST's random values: for parameters of nodes, weights and delays."""
from .. import _engram
from .errors import NESTError
from .parameters import Parameter


def uniform(min=0.0, max=1.0):
    """Uniform in [min, max)."""
    return Parameter(_engram.uniform(min, max))


def normal(mean=0.0, std=1.0):
    """Normal with this mean and standard deviation."""
    return Parameter(_engram.normal(mean, std))


def lognormal(mean=0.0, std=1.0):
    """exp of a normal value with this mean and standard deviation."""
    return Parameter(_engram.lognormal(mean, std))


def exponential(beta=1.0):
    """Exponential with mean beta."""
    return Parameter(_engram.exponential(beta))


def uniform_int(max):
    """A whole number from 0 to max - 1."""
    if max < 1:
        raise NESTError(f"uniform_int: max = {max} (must be at least 1). Raise it")
    return Parameter(_engram.uniform(0.0, float(max)), integer=True)
