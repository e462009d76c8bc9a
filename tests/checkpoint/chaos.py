#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a rank, sometimes mpirun, at random moments, on random layouts, and continues the run each time:

    cluster/mpi_env.sh tests/checkpoint/chaos.py build/release/engram --kills 6 --seed 1

In the end every file has the bytes of the run that was not interrupted. A kill counts where it hit a run that was
alive; what it hit is told by what is left behind. Now and then the newest checkpoint is destroyed between two attempts.
"""
import argparse
import collections
import contextlib
import random
import signal
import tempfile
import time
from pathlib import Path

from attempts import NETWORK, Attempt, checkpoint_at, contents, fail, require_same

PLANS = ("writing", "stepping", "record", "writing", "building", "finishing", "writing", "continuing")
STRETCH = 200  # ms of model time, the length of the run at first, and what is added when it came to its end


class Chaos:
    def __init__(self, arguments, folder):
        self.engram, self.wanted = arguments.engram, arguments.kills
        self.folder = folder / "pieces"
        self.checkpoints = self.folder / "checkpoints"
        self.reference = folder / "reference"
        self.duration = STRETCH
        self.connectivity = random.choice(["regenerate", "store"])
        self.kills = collections.Counter()  # by phase
        self.layouts, self.victims = collections.Counter(), collections.Counter()
        self.attempts = self.too_late = self.hung = self.destroyed = 0
        self.damaged = None  # name of the newest checkpoint, until it was noticed

    def options(self, folder, threads, every, keep):
        return ["run", NETWORK, "--threads", threads, "--duration", self.duration, "--output", folder,
                "--store", folder / "end.h5", "--checkpoint-every", f"{every}ms", "--keep", keep,
                "--checkpoint-connectivity", self.connectivity]

    def start(self):
        ranks, threads = random.randint(1, 4), random.randint(1, 2)
        self.layouts[f"{ranks}x{threads}"] += 1
        self.attempts += 1
        every = random.choice([10, 15, 25])
        return Attempt(self.engram, self.folder, ranks, *self.options(self.folder, threads, every, 3), "--resume")

    def traces_of_writers(self):
        """{(path, when it was made)} of files that are under way: temporary ones, and checkpoints without record."""
        found = set()
        for path in self.folder.rglob("*"):
            unrecorded = (path.parent == self.checkpoints and path.suffix == ".h5" and
                          not path.with_suffix(".json").exists())
            with contextlib.suppress(FileNotFoundError):
                if unrecorded or path.suffix in (".tmp", ".part"):
                    found.add((path, path.stat().st_mtime_ns))
        return found

    def await_moment(self, attempt, plan, before):
        """Until it is time to kill. Returns False when the attempt ended before."""
        def new(condition):
            return lambda: any(condition(path) for path, _ in self.traces_of_writers() - before)

        def pause(longest):
            end = time.monotonic() + random.uniform(0.0, longest)
            return attempt.wait_until(lambda: time.monotonic() >= end)

        if plan == "building":
            return attempt.wait_until(attempt.ranks) and pause(0.5)
        if plan == "continuing":
            return attempt.wait_until(lambda: attempt.said("continuing at")) and pause(0.1)
        if plan == "finishing":
            return attempt.wait_until(new(lambda path: path.parent == self.folder)) and pause(0.02)
        if not attempt.wait_until(lambda: attempt.said("built in")) or not pause(0.3):
            return False
        if plan == "writing":
            return attempt.wait_until(new(lambda path: path.name.endswith(".part.tmp"))) and pause(0.01)
        if plan == "record":
            return attempt.wait_until(new(lambda path: path.suffix in (".part", ".h5") or path.name.endswith(".json.tmp")))
        return True

    def phase_of_kill(self, attempt, before):
        """From what it left behind."""
        left = self.traces_of_writers() - before
        if any(path.parent == self.checkpoints and path.name.endswith(".part.tmp") for path, _ in left):
            return "writing a checkpoint"
        if any(path.parent == self.checkpoints for path, _ in left):
            return "writing its record"
        if left:
            return "finishing"
        if attempt.said("built in"):
            return "stepping"
        return "continuing" if attempt.said("continuing at") else "starting"

    def attempt_and_kill(self, plan):
        before = self.traces_of_writers()
        whole = self.whole()
        attempt = self.start()
        victim = "mpirun" if self.attempts % 7 == 6 else "engram"
        killed = self.await_moment(attempt, plan, before) and attempt.signal(victim, signal.SIGKILL)
        status = attempt.end()
        self.check_start(attempt, whole)
        if killed and status != 0:
            phase = self.phase_of_kill(attempt, before)
            if attempt.mpirun_hung and phase != "starting":
                fail(f"mpirun did not end after a kill while {phase}:\n{attempt.said()}")
            self.kills[phase] += 1
            self.victims[victim] += 1
            self.hung += attempt.mpirun_hung
            return
        if status != 0:
            fail(f"exit status {status}, though nothing was killed:\n{attempt.said()}")
        self.too_late += 1
        self.duration += STRETCH

    def whole(self):
        """Names of the checkpoints that a run may continue from, newest first."""
        records = sorted(self.checkpoints.glob("*.json"), reverse=True)
        return [path.stem + ".h5" for path in records if path.stem + ".h5" != self.damaged]

    def check_start(self, attempt, whole):
        """It continued from the newest whole checkpoint, and said that another one is damaged."""
        if not attempt.said("continuing at"):
            return
        if not attempt.said(f"from {self.checkpoints}/{whole[0]}"):
            fail(f"it should continue from {whole[0]}:\n{attempt.said()}")
        if self.damaged and (self.checkpoints / self.damaged).with_suffix(".json.damaged").exists():
            if not attempt.said("is damaged"):
                fail(f"it does not say that {self.damaged} is damaged:\n{attempt.said()}")
            self.damaged = None

    def destroy_newest(self):
        """Flips bytes, truncates, or removes the record."""
        whole = self.whole()
        if self.damaged or len(whole) < 2:
            return
        path = self.checkpoints / whole[0]
        kind = self.destroyed % 3
        self.destroyed += 1
        if kind == 2:
            path.with_suffix(".json").unlink()  # now it is none: the run has nothing to say about it
            return
        self.damaged = path.name
        for aside in (path.with_suffix(".h5.damaged"), path.with_suffix(".json.damaged")):
            aside.unlink(missing_ok=True)
        data = bytearray(path.read_bytes())
        at = random.randrange(len(data))
        if kind == 0:
            data[at] ^= 1 << random.randrange(8)
        path.write_bytes(data if kind == 0 else data[:at])

    def writing(self):
        return self.kills["writing a checkpoint"] + self.kills["writing its record"]

    def run(self):
        while self.kills.total() < self.wanted or 3 * self.writing() < self.wanted:
            if self.attempts > 4 * self.wanted + 20:
                fail(f"too few kills: {self.summary()}")
            if self.kills.total() % 5 == 3 and self.destroyed <= self.kills.total() // 5:
                self.destroy_newest()
            self.attempt_and_kill(PLANS[self.attempts % len(PLANS)])
        whole = self.whole()
        attempt = self.start()
        attempt.require(0)
        self.check_start(attempt, whole)
        Attempt(self.engram, self.reference, 1, *self.options(self.reference, 1, 5, 12)).require(0)

    def compare(self):
        """All that is left has the bytes of the uninterrupted run; its checkpoints are more frequent."""
        kept = {path: data for path, data in contents(self.folder).items() if not path.endswith(".damaged")}
        last = f"checkpoints/{checkpoint_at(self.duration)}"
        for path in ("spikes.h5", "V.h5", "end.h5", last):
            if path not in kept:
                fail(f"{path} is missing: {sorted(kept)}")
        expected = contents(self.reference)
        if surplus := sorted(set(kept) - set(expected)):
            fail(f"left over: {surplus}")
        if surplus := sorted(path for path in set(expected) - set(kept) if not path.startswith("checkpoints/")):
            fail(f"missing: {surplus}")
        if sum(path.endswith(".json") for path in kept) != 3:
            fail(f"3 checkpoints should stay: {sorted(kept)}")
        for path in kept:
            if not path.endswith(".json"):  # a record tells of its layout
                require_same(self.reference / path, self.folder / path)

    def summary(self):
        phases = ", ".join(f"{count} {phase}" for phase, count in self.kills.most_common())
        layouts = ", ".join(f"{layout}: {count}" for layout, count in sorted(self.layouts.items()))
        return (f"{self.kills.total()} kills ({phases}; {self.victims['mpirun']} of mpirun; it hung after {self.hung}), "
                f"{self.too_late} too late, {self.destroyed} checkpoints destroyed, "
                f"connectivity {self.connectivity}, {self.duration} ms of model time, layouts {layouts}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engram", type=Path)
    parser.add_argument("--kills", type=int, default=6, help="how many, at least")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and layouts")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        chaos = Chaos(arguments, Path(folder))
        chaos.run()
        chaos.compare()
        print(chaos.summary())


if __name__ == "__main__":
    main()
