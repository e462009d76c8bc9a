#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Ranks whose clocks differ by hours, and jump: what runs do by the wall clock, they do as if all clocks were right.

    ENGRAM_SHIFTED_CLOCK=build/release/tests/libshifted_clock.so \\
        cluster/mpi_env.sh tests/checkpoint/skewed.py build/release/engram [-v] [Skewed.test_...]
"""
import datetime
import json
import os
import subprocess
import time

from attempts import Runs, main

FOR_EVER = 10_000_000  # ms of model time that no test waits for
REQUEUE = 85
SHIFTED = {"LD_PRELOAD": os.environ["ENGRAM_SHIFTED_CLOCK"],
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
        """One a second, for 8 s; no rank is thought to be silent."""
        attempt = self.shifted("--checkpoint-every", "1s", "--max-wall", "8s", "--stall-limit", "4s",
                               "--status-every", "1s")
        self.assertTrue(attempt.wait_until(attempt.ranks), attempt.said())
        began = time.monotonic()
        said = attempt.require(REQUEUE)
        seconds = time.monotonic() - began
        self.assertTrue(3.0 < seconds < 30.0, seconds)
        self.assertTrue(2 <= said.count("checkpoint at ") <= 8, said)
        written = datetime.datetime.fromisoformat(self.status()["written"].replace("Z", "+00:00")).timestamp()
        self.assertGreater(abs(written - time.time()), 3600.0, "the clocks were not shifted")
        self.continue_to_the_end()

    def test_watched_from_a_host_with_another_clock(self):
        """It sees the status change, and then knows that the run lives."""
        attempt = self.shifted("--status-every", "1s", "--max-wall", "12s")
        self.assertTrue(attempt.wait_until((self.folder / "status.json").exists), attempt.said())
        watch = subprocess.run([self.engram, "watch", self.folder], capture_output=True, text=True, check=True,
                               timeout=60)
        states = [line.split(": ", 1)[1] for line in watch.stdout.splitlines() if not line.startswith(" ")]
        self.assertEqual(set(states[1:]), {"running", "checkpointed, to be queued again"}, states)
        self.assertEqual(states[-1], "checkpointed, to be queued again")
        self.assertGreater(len(states), 3)
        attempt.require(REQUEUE)
        self.continue_to_the_end()


if __name__ == "__main__":
    main()
