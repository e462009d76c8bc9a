#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What can be seen of a run from outside, what watches over it, and ranks that die or stop in its parts:

    cluster/mpi_env.sh tests/checkpoint/observed.py build/release/engram [-v] [Observed.test_...]
"""
import json
import os
import signal
import struct
import subprocess
import time

from attempts import Attempt, Runs, checkpoint_at, main

FOR_EVER = 10_000_000  # ms of model time that no test waits for


class Observed(Runs):
    def begun(self, *options, duration=FOR_EVER, **others):
        attempt = self.start(self.folder, duration, *options, **others)
        self.assertTrue(attempt.wait_until(lambda: attempt.said("built in")), attempt.said())
        return attempt

    def status(self):
        return json.loads((self.folder / "status.json").read_text())

    def continue_to_the_end(self, later=100):
        duration = (self.times()[-1] if self.times() else 0) + later
        self.start(self.folder, duration, "--resume", ranks=4, threads=1).require(0)
        self.require_results(duration)

    def test_status_while_running_and_at_the_end(self):
        attempt = self.begun("--status-every", "1s", "--checkpoint-every", "1s")
        self.assertTrue(attempt.wait_until(lambda: (self.folder / "status.json").exists()
                                           and self.status()["checkpoint_ms"]), attempt.said())
        status = self.status()
        self.assertEqual((status["state"], status["ranks"], status["threads"]), ("running", 3, 2))
        self.assertEqual(set(status["rates"]), {"E", "I"})
        self.assertTrue(all(0.0 <= rate < 500.0 for rate in status["rates"].values()), status)
        self.assertEqual(set(status["mean_weights"]), {"E_to_E", "E_to_I"})
        self.assertTrue(all(0.2 < weight < 1.8 for weight in status["mean_weights"].values()), status)
        shown = subprocess.run([self.engram, "status", self.folder], check=True, capture_output=True, text=True,
                               timeout=60).stdout
        self.assertIn("interrupted.toml: running\n", shown)
        self.assertIn(" left\n", shown)
        attempt.signal("engram", signal.SIGTERM)
        attempt.require(85)
        self.assertIn("checkpointed, to be queued again", self.command("watch", self.folder, ranks=1))
        self.continue_to_the_end()
        self.assertIn("interrupted.toml: done\n", self.command("status", self.folder, ranks=3))

    def test_status_of_a_run_that_failed(self):
        said = self.start(self.folder, 500, "--set", "guard.max_rate=1e-9", "--set", "guard.window=100").require(1)
        self.assertIn("(guard: max_rate = 1e-09)", said)
        self.assertIn("checkpoint_000000001000.h5", said)
        shown = self.command("status", self.folder, ranks=1)
        self.assertIn("FAILED: 'E' has ", shown)
        self.assertIn("newest checkpoint: 100.0 ms", shown)
        self.start(self.folder, 300, "--resume", ranks=2).require(0)  # without the guard
        self.require_results(300)

    def test_two_runs_in_one_folder(self):
        attempt = self.begun()
        second = Attempt(self.engram, self.folder.with_name("second"), 2, "run", self.network_of(attempt), "--output",
                         self.folder, "--quiet")
        self.assertIn("another run writes there", second.require(1))
        self.assertTrue(attempt.running(), attempt.said())
        attempt.signal("engram", signal.SIGTERM)
        attempt.require(85)
        self.continue_to_the_end()

    def network_of(self, attempt):
        return attempt.process.args[attempt.process.args.index("run") + 1]

    def test_stopped_rank_is_named(self):
        """It holds all the others up: the run ends, and can be continued."""
        attempt = self.begun("--stall-limit", "4s", "--checkpoint-every", "1s", ranks=4)
        self.assertTrue(attempt.wait_until(self.times), attempt.said())
        stopped = attempt.ranks()[-1]
        os.kill(stopped, signal.SIGSTOP)
        began = time.monotonic()
        self.assertNotEqual(attempt.end(), 0)
        print(f"stall limit 4 s: ended after {time.monotonic() - began:.1f} s")
        said = attempt.said()
        self.assertIn(f"process {stopped}) has given no sign of life for 4 s", said)
        self.assertEqual(said.count("\nengram: "), 1, said)
        self.continue_to_the_end()

    def test_stopped_first_rank_is_named_by_another(self):
        attempt = self.begun("--stall-limit", "4s", "--checkpoint-every", "1s")
        self.assertTrue(attempt.wait_until(self.times), attempt.said())
        first = self.status()["pid"]
        os.kill(first, signal.SIGSTOP)
        self.assertNotEqual(attempt.end(), 0)
        self.assertIn(f"rank 0 ({os.uname().nodename}, process {first}) has given no sign of life", attempt.said())
        self.continue_to_the_end()

    def signs(self):
        """Of each rank whether it is at an interval, and waits for others: by the file that ranks watch each other by."""
        data = (self.folder / ".signs_of_life").read_bytes()
        return [(doing & 3 == 1, waits % 2 == 1)
                for doing, waits in struct.iter_unpack("<8xQQ40x", data[:len(data) // 64 * 64])]

    def pid_of(self, rank):
        return struct.unpack_from("<q", (self.folder / ".signs_of_life").read_bytes(), 64 * rank + 24)[0]

    def held_up(self):
        """A run whose rank 1 is stopped while it steps, so that all others wait for its spikes."""
        self.start(self.folder, 100, "--checkpoint-every", "50ms").require(0)
        attempt = self.begun("--resume", "--stall-limit", "12s", ranks=4, threads=1)
        self.assertTrue(attempt.wait_until(lambda: len(self.signs()) == 4 and self.pid_of(1)), attempt.said())
        for _ in range(20):
            os.kill(self.pid_of(1), signal.SIGSTOP)
            time.sleep(3.5)  # two signs of each rank
            signs = self.signs()
            if [signs[0], signs[2], signs[3]] == [(True, True)] * 3:
                return attempt
            os.kill(self.pid_of(1), signal.SIGCONT)  # it was at something else
            time.sleep(0.5)
        self.fail(f"{signs}\n{attempt.said()}")

    def killed_and_continued(self, attempt, rank):
        os.kill(self.pid_of(rank), signal.SIGKILL)
        began = time.monotonic()
        self.assertNotEqual(attempt.end(), 0)
        self.assertLess(time.monotonic() - began, 30.0)
        self.assertIn("whole (", self.command("verify", self.checkpoints / checkpoint_at(self.times()[-1])))
        self.continue_to_the_end()

    def test_rank_killed_while_stepping(self):
        """It is the one that the others wait for."""
        self.killed_and_continued(self.held_up(), 1)

    def test_rank_killed_in_the_exchange(self):
        """It is one of those that wait."""
        self.killed_and_continued(self.held_up(), 2)

    def test_rank_stopped_while_building(self):
        attempt = self.start(self.folder, 100, "--stall-limit", "3s", "--set", "populations.E.size=100000")
        self.assertTrue(attempt.wait_until(lambda: (self.folder / ".signs_of_life").exists()
                                           and len(self.signs()) == 3 and self.pid_of(1)), attempt.said())
        stopped = self.pid_of(1)
        os.kill(stopped, signal.SIGSTOP)
        self.assertNotEqual(attempt.end(), 0)
        self.assertFalse(attempt.said("built in"), "too late for this test")
        self.assertIn(f"rank 1 ({os.uname().nodename}, process {stopped}) has given no sign of life", attempt.said())
        self.continue_to_the_end()

    def test_rank_killed_while_building(self):
        attempt = self.start(self.folder, 100, "--set", "populations.E.size=60000")
        self.assertTrue(attempt.wait_until(lambda: len(attempt.ranks()) == 3), attempt.said())
        attempt.signal("engram", signal.SIGKILL)
        self.assertNotEqual(attempt.end(), 0)
        self.assertFalse(attempt.said("built in"), "too late for this test")
        self.assertFalse((self.folder / "end.h5").exists())
        self.continue_to_the_end()

    def test_rank_killed_while_storing(self):
        """The network that was stored before stays whole."""
        self.start(self.folder, 100).require(0)
        large = ("--set", "populations.E.size=20000", "--set", "projections[0].rule.fixed_indegree.indegree=100")
        attempt = self.start(self.folder, 1, *large)
        self.assertTrue(attempt.wait_until(lambda: any(self.folder.glob("end.h5.*"))), attempt.said())
        attempt.signal("engram", signal.SIGKILL)
        self.assertNotEqual(attempt.end(), 0, attempt.said())
        self.assertIn("whole (", self.command("verify", self.folder / "end.h5", ranks=2))

    def test_rank_killed_while_restoring(self):
        large = ("--set", "populations.E.size=20000", "--set", "projections[0].rule.fixed_indegree.indegree=100")
        self.start(self.folder, 1, *large).require(0)
        stored = (self.folder / "end.h5").rename(self.folder / "trained.h5")
        attempt = self.start(self.folder, 1, *large, "--restore", stored)
        self.assertTrue(attempt.wait_until(lambda: len(attempt.ranks()) == 3), attempt.said())
        attempt.signal("engram", signal.SIGKILL)
        self.assertNotEqual(attempt.end(), 0)
        self.assertIn("whole (", self.command("verify", stored, ranks=2))
        self.start(self.folder, 1, *large, "--restore", stored).require(0)


if __name__ == "__main__":
    main()
