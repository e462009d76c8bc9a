# SPDX-License-Identifier: Apache-2.0
"""Random values, as nest.random and nest.math make them."""
import math

import numpy as np

from .. import _engram
from .errors import NESTError

_FIRST_DRAW = 1 << 31  # below are the numbers of fields


class Parameter:
    """A random value, drawn for each node or synapse by the seed and its own number, not by who draws it.

    May be shifted and scaled by numbers where the result is again of the family: uniform and normal values, and
    positive multiples of the others.
    """

    def __init__(self, random, integer=False):
        self.random = random
        self.integer = integer

    def draw(self, count):
        """Numbers for `count` things, the same on all ranks."""
        from .kernel import kernel
        number = kernel.next_draw()
        values = _engram.draw_values(self.random, count, kernel.status["rng_seed"], _FIRST_DRAW + number)
        return np.floor(values) if self.integer else values

    def GetValue(self):
        """One draw. Made by all ranks."""
        value = self.draw(1)[0]
        return int(value) if self.integer else float(value)

    def _bounded(self, random, shift, factor):
        low, high = sorted((self.random.min * factor + shift, self.random.max * factor + shift))
        return Parameter(random if math.isinf(low) and math.isinf(high) else _engram.redraw(random, low, high))

    def _affine(self, shift, factor):
        if not all(isinstance(number, (int, float, np.number)) for number in (shift, factor)):
            raise NESTError("arithmetic of two random parameters (is not there). Use one parameter and numbers")
        if self.integer:
            raise NESTError("arithmetic with uniform_int (is not there). Use uniform")
        r = self.random
        if r.kind == "normal":
            return self._bounded(_engram.normal(r.a * factor + shift, r.b * abs(factor)), shift, factor)
        if r.kind == "uniform":
            return self._bounded(_engram.uniform(*sorted((r.a * factor + shift, r.b * factor + shift))), shift, factor)
        if shift == 0.0 and factor > 0.0:
            scaled = (_engram.exponential(r.a * factor) if r.kind == "exponential"
                      else _engram.lognormal(r.a + math.log(factor), r.b))
            return self._bounded(scaled, shift, factor)
        raise NESTError(f"arithmetic with {r.kind} (only multiples by a positive number are there). "
                        "Use normal or uniform, or give an array")

    def __add__(self, number):
        return self._affine(number, 1.0)

    def __sub__(self, number):
        return self._affine(-number, 1.0)

    def __rsub__(self, number):
        return self._affine(number, -1.0)

    def __mul__(self, factor):
        return self._affine(0.0, factor)

    def __truediv__(self, divisor):
        return self._affine(0.0, 1.0 / divisor)

    def __neg__(self):
        return self._affine(0.0, -1.0)

    __radd__, __rmul__ = __add__, __mul__

    def __repr__(self):
        r = self.random
        return f"Parameter({r.kind}, {r.a}, {r.b}, {r.min}, {r.max}, {self.integer})"


def is_array(value):
    """Whether this is one value for each of several things."""
    return isinstance(value, (list, tuple, range)) or (isinstance(value, np.ndarray) and value.ndim > 0) or \
        (hasattr(value, "__array__") and hasattr(value, "__len__") and not isinstance(value, np.ndarray))
