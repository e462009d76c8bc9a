# SPDX-License-Identifier: Apache-2.0
"""from attempts import Attempt, ...: runs of `engram` under mpirun that a test watches, kills and compares."""
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

NETWORK = Path(__file__).with_name("interrupted.toml")
PATIENCE = 120  # s until what should end by itself counts as hanging


def fail(message):
    raise AssertionError(message)


def checkpoint_at(ms):
    """Its name; the resolution is 0.1 ms."""
    return f"checkpoint_{round(10 * ms):012}.h5"


def processes(program, folder):
    """The ids of running processes of the program whose command line names the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended
        if words[0].endswith(program.encode()) and any(bytes(folder) in word for word in words[1:]):
            found.append(int(entry.name))
    return found


def contents(folder):
    """{path below the folder: bytes} of all files in it but those that tell of the process."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in ("status.json", ".running")}


def require_same(expected, path):
    """Two files hold the same bytes; else h5diff shows where they differ."""
    if expected.read_bytes() == path.read_bytes():
        return
    shown = subprocess.run(["h5diff", expected, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, timeout=PATIENCE).stdout[:2000]
    fail(f"{path.name} differs from {expected}:\n{shown or 'h5diff finds nothing, but the bytes differ'}")


class Attempt:
    """`mpirun -n RANKS engram ARGUMENTS`, begun but not waited for. It names `folder`, which is a test's own, on
    its command line, so that its processes can be found; what it prints goes to a file beside that. `through`: a
    program and its options that start mpirun."""

    def __init__(self, engram, folder, ranks, *arguments, environment=(), through=()):
        self.folder, self.log = folder, folder.with_suffix(".log")
        self.mpirun_hung = False
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["timeout", "-k", "5", str(3 * PATIENCE), *through, "mpirun", "-n", str(ranks), engram,
                 *map(str, arguments)],
                stdout=log, stderr=subprocess.STDOUT, env=os.environ | dict(environment))

    def running(self):
        return self.process.poll() is None

    def said(self, text=None):
        """What it has printed so far; whether `text` is in it."""
        printed = self.log.read_text(errors="replace")
        return printed if text is None else text in printed

    def ranks(self):
        return processes("engram", self.folder)

    def wait_until(self, condition):
        """Returns whether it came true while the attempt was running."""
        while self.running():
            if condition():
                return True
            time.sleep(0.0005)
        return False

    def signal(self, program, number):
        """Sends it to mpirun, or to a random rank of `engram`. Returns whether there was any."""
        found = processes(program, self.folder)
        try:
            if found:
                os.kill(random.choice(found), number)
        except ProcessLookupError:
            return False
        return bool(found)

    def end(self):
        """Waits for the end, which must come by itself and leave no process. Returns the exit status."""
        began = time.monotonic()
        while self.running() or self.ranks():
            waited = time.monotonic() - began
            if waited > PATIENCE:
                self.process.terminate()
                fail(f"it did not end by itself, or left processes: {self.ranks()}\n{self.said()}")
            if waited > 10 and not self.ranks() and self.said("PMIX ERROR"):
                self.mpirun_hung = True  # Open MPI 4.1 may, when a rank dies while it connects to mpirun
                self.process.terminate()
            time.sleep(0.005)
        return self.process.returncode

    def require(self, status):
        """Waits for the end with this status. Returns what it said."""
        ended = self.end()
        if ended != status:
            fail(f"exit status {ended} instead of {status}:\n{self.said()}")
        return self.said()


class Runs(unittest.TestCase):
    """Cases that run `engram run` on the network beside this file, each in its own folder."""
    engram = None

    @classmethod
    def setUpClass(cls):
        cls.root = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.references = {}

    def setUp(self):
        self.folder = self.root / self._testMethodName
        self.checkpoints = self.folder / "checkpoints"

    @classmethod
    def start(cls, folder, duration, *options, ranks=3, threads=2, network=NETWORK, store=None, **others):
        return Attempt(cls.engram, folder, ranks, "run", network, "--output", folder, "--duration", duration,
                       "--store", store or folder / "end.h5", "--threads", threads, *options, **others)

    def command(self, *arguments, status=0, ranks=3, **others):
        """Another subcommand. Returns what it printed."""
        self.folder.mkdir(exist_ok=True)
        return Attempt(self.engram, self.folder, ranks, *arguments, **others).require(status)

    @classmethod
    def reference(cls, duration):
        """Folder of the uninterrupted run."""
        if duration not in cls.references:
            folder = cls.root / f"reference_{duration}"
            cls.start(folder, duration, "--resume", ranks=1, threads=1).require(0)
            cls.references[duration] = folder
        return cls.references[duration]

    def require_results(self, duration, files=("spikes.h5", "V.h5", "end.h5"), checkpoint=True):
        """The finished run of the case has the bytes of the uninterrupted one, and left nothing unfinished."""
        reference = self.reference(duration)
        for file in files:
            require_same(reference / file, self.folder / file)
        if checkpoint:
            name = f"checkpoints/{checkpoint_at(duration)}"
            require_same(reference / name, self.folder / name)
        self.assertEqual([path for path in contents(self.folder) if path.endswith((".raw", ".tmp", ".part"))], [])

    def times(self):
        """Of the checkpoints, in ms."""
        return sorted(int(path.stem.split("_")[1]) / 10 for path in self.checkpoints.glob("*.json"))


def main():
    Runs.engram = Path(sys.argv.pop(1)).resolve()
    unittest.main(module="__main__")
