# SPDX-License-Identifier: Apache-2.0
"""What the tests of the Python package share: their main, for all ranks."""
import io
import os
import pickle
import shutil
import sys
import tempfile
import traceback
import unittest
from pathlib import Path

import engram
from engram import _engram

PACKAGE = Path(engram.__file__).resolve().parent

#: Errors that tests provoked and whose texts they checked: (text, {(file of the package, line) that it passed through}).
provoked = []


def on_all(value):
    """Collective. The values of all ranks, in their order."""
    return [pickle.loads(_engram.broadcast(pickle.dumps(value), root)) for root in range(engram.size())]


class Case(unittest.TestCase):
    """A test on all ranks."""

    def folder(self):
        """Collective. A new folder for this test, the same on all ranks."""
        name = on_all(tempfile.mkdtemp() if engram.rank() == 0 else None)[0]
        self.addCleanup(lambda: (_engram.barrier(), engram.rank() == 0 and shutil.rmtree(name)))
        return name

    def same_on_all(self, value):
        """Collective. Checks that all ranks have equal values; returns it."""
        import numpy as np
        for other in on_all(value):
            np.testing.assert_equal(other, value)
        return value

    def fails(self, parts, call, *arguments, **keywords):
        """Collective. The call raises engram.Error with all the parts in its text, the same on all ranks."""
        self.fails_with(engram.Error, parts, call, *arguments, **keywords)

    def fails_with(self, kind, parts, call, *arguments, **keywords):
        """Collective. Likewise with an exception of another kind."""
        try:
            call(*arguments, **keywords)
        except kind as error:
            text, places = str(error), _places(error)
        else:
            self.fail(f"{kind.__name__} is not raised")
        self.same_on_all(text)
        for part in [parts] if isinstance(parts, str) else parts:
            self.assertIn(part, text)
        provoked.append((text, places))


def _places(error):
    """Of an error and of those in whose handling it was raised."""
    places = set()
    while error is not None:
        for frame, line in traceback.walk_tb(error.__traceback__):
            path = Path(frame.f_code.co_filename).resolve()
            if PACKAGE in path.parents:
                places.add((str(path.relative_to(PACKAGE)), line))
        error = error.__context__
    return places


def main(suite=None):
    """Runs the tests of the script, or of the suite, on all ranks; ranks but the first speak only of failures."""
    stream = sys.stderr if engram.rank() == 0 else io.StringIO()
    result = unittest.TextTestRunner(stream=stream, verbosity=2).run(
        suite or unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"]))
    if engram.rank() != 0 and not result.wasSuccessful():
        print(f"rank {engram.rank()}:\n{stream.getvalue()}", file=sys.stderr, flush=True)
    failed = any(on_all(not result.wasSuccessful() or result.testsRun == 0))
    if failed:
        sys.stderr.flush()
        os._exit(1) if engram.size() > 1 else sys.exit(1)  # ranks that failed may be apart
