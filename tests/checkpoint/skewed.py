#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Ranks whose clocks differ by hours, and jump: what runs do by the wall clock, they do as if all clocks were right.

    ENGRAM_SHIFTED_CLOCK=build/release/tests/libshifted_clock.so \\
        cluster/mpi_env.sh tests/checkpoint/skewed.py build/release/engram [-v] [Skewed.test_...]
"""
import datetime
import json
import os
import signal
import subprocess
import time

from attempts import Runs, main

FOR_EVER = 10_000_000  # ms of model time that no test waits for
REQUEUE = 85
SHIFTED = {"LD_PRELOAD": os.environ["ENGRAM_SHIFTED_CLOCK"],
           "OMPI_MCA_pml": "ob1",  # others measure the time of day before they begin
           "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}


class Skewed(Runs):
    def shifted(self, *options, **others):
        """A run of which every rank has another clock; the first is the one that jumps around its own hour."""
        return self.start(self.folder, FOR_EVER, "--resume", *options, environment=SHIFTED, **others)

    def status(self):
        return json.loads((self.folder / "status.json").read_text())

    def continue_to_the_end(self):
        duration = self.times()[-1] + 100
        self.start(self.folder, duration, "--resume", ranks=4, threads=1).require(0)
        self.require_results(duration)

    def test_checkpoints_by_the_wall_clock(self):
        """One every second, and no rank is thought to be silent."""
        attempt = self.shifted("--checkpoint-every", "1s", "--stall-limit", "20s", "--status-every", "1s")
        came = []  # when the first checkpoints did
        while len(came) < 5:
            self.assertTrue(attempt.wait_until(lambda: attempt.said().count("checkpoint at ") > len(came)),
                            attempt.said())
            came.append(time.monotonic())
        self.assertGreater(came[-1] - came[0], 3.0)
        written = datetime.datetime.fromisoformat(self.status()["written"].replace("Z", "+00:00")).timestamp()
        self.assertGreater(abs(written - time.time()), 3600.0, "the clocks were not shifted")
        attempt.signal("engram", signal.SIGTERM)
        attempt.require(REQUEUE)
        self.continue_to_the_end()

    def test_ends_by_the_wall_clock(self):
        began = time.monotonic()
        attempt = self.shifted("--max-wall", "15s")
        attempt.require(REQUEUE)
        seconds = time.monotonic() - began
        self.assertTrue(8.0 < seconds < 60.0, seconds)
        self.continue_to_the_end()

    def test_watched_from_a_host_with_another_clock(self):
        """It sees the status change, and then knows that the run lives."""
        attempt = self.shifted("--status-every", "1s")
        self.assertTrue(attempt.wait_until((self.folder / "status.json").exists), attempt.said())
        shown = self.folder.with_suffix(".watch")
        with shown.open("w") as output, subprocess.Popen(["timeout", "100", self.engram, "watch", self.folder],
                                                         stdout=output) as watch:
            def states():
                lines = shown.read_text().splitlines()
                return [line.split(": ", 1)[1] for line in lines if ": " in line and not line.startswith(" ")]

            # What is printed last may not be whole yet.
            self.assertTrue(attempt.wait_until(lambda: len(states()) > 4), attempt.said())
            os.kill(self.status()["pid"], signal.SIGTERM)
            self.assertEqual(watch.wait(), 0)
        self.assertEqual(set(states()[1:]), {"running", "checkpointed, to be queued again"}, states())
        attempt.require(REQUEUE)
        self.continue_to_the_end()


if __name__ == "__main__":
    main()
