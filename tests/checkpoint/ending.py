#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How runs end before they are done, and that they can be continued:

    cluster/mpi_env.sh tests/checkpoint/ending.py build/release/engram [-v] [Ending.test_...]
"""
import signal
import time

from attempts import Runs, main

FOR_EVER = 10_000_000  # ms of model time that no test waits for
REQUEUE = 85


class Ending(Runs):
    def signalled(self, program, number, *options, **others):
        """A run that got the signal when it had begun to step, and how long it is. It must be so long that the
        signal meets it: if it does not, a longer one is tried."""
        for duration in (1500, 12000):
            folder = self.folder = self.root / f"{self._testMethodName}_{duration}"
            self.checkpoints = folder / "checkpoints"
            attempt = self.start(folder, duration, *options, **others)
            self.assertTrue(attempt.wait_until(lambda: attempt.said("built in")), attempt.said())
            attempt.signal(program, number)
            attempt.end()
            if [time for time in self.times() if time < duration]:
                break
        return attempt, duration

    def test_max_wall(self):
        """85 until it is done. The length is chosen when it is known how far the first two parts come."""
        for ranks in (2, 3):
            attempt = self.start(self.folder, FOR_EVER, "--max-wall", "4s", "--resume", ranks=ranks)
            attempt.wait_until(attempt.ranks)
            began = time.time()
            attempt.require(REQUEUE)
            written = max(path.stat().st_mtime for path in self.checkpoints.glob("*.json"))
            print(f"max_wall = 4 s: the checkpoint was there after {written - began:.2f} s")
        duration = int(self.times()[-1]) + 300
        status = REQUEUE
        parts = 0
        while status == REQUEUE:
            status = self.start(self.folder, duration, "--max-wall", "4s", "--resume", ranks=parts % 4 + 1).end()
            parts += 1
            self.assertIn(status, (0, REQUEUE))
            self.assertLess(parts, 50)
        self.require_results(duration)

    def test_sigusr1_to_mpirun(self):
        """Which hands it on to all ranks. The run was not even asked for checkpoints."""
        attempt, duration = self.signalled("mpirun", signal.SIGUSR1)
        attempt.require(0)
        self.assertTrue(self.times(), attempt.said())
        self.require_results(duration, checkpoint=False)

    def test_sigusr1_to_a_rank(self):
        attempt, duration = self.signalled("engram", signal.SIGUSR1, "--resume")
        attempt.require(0)
        self.assertEqual(len(self.times()), 2, attempt.said())
        self.require_results(duration)

    def test_sigterm_to_a_rank(self):
        attempt, duration = self.signalled("engram", signal.SIGTERM, "--resume")
        attempt.require(REQUEUE)
        self.assertTrue(attempt.said("Queue it again with --resume"), attempt.said())
        self.start(self.folder, duration, "--resume", ranks=4, threads=1).require(0)
        self.require_results(duration)

    def test_sigterm_while_continuing(self):
        """Signals are noted before the network is built, which may take long."""
        self.start(self.folder, 100, "--resume").require(0)
        attempt = self.start(self.folder, FOR_EVER, "--resume", ranks=2)
        self.assertTrue(attempt.wait_until(lambda: attempt.said("continuing at")), attempt.said())
        self.assertTrue(attempt.signal("engram", signal.SIGTERM))
        attempt.require(REQUEUE)
        duration = self.times()[-1] + 100
        self.start(self.folder, duration, "--resume", ranks=4, threads=1).require(0)
        self.require_results(duration)

    def test_sigterm_to_mpirun(self):
        """mpirun waits for odls_base_sigkill_timeout before it hands it on, and again before it kills the ranks. Its
        own status is 1."""
        attempt = self.start(self.folder, FOR_EVER, "--resume",
                             environment={"OMPI_MCA_odls_base_sigkill_timeout": "4"})
        self.assertTrue(attempt.wait_until(lambda: attempt.said("built in")), attempt.said())
        attempt.signal("mpirun", signal.SIGTERM)
        self.assertNotEqual(attempt.end(), 0)
        self.assertTrue(attempt.said("Queue it again with --resume"), attempt.said())
        duration = self.times()[-1] + 100
        self.start(self.folder, duration, "--resume", ranks=4, threads=1).require(0)
        self.require_results(duration)

    def test_no_folder_for_checkpoints(self):
        """A file is in its place: the run goes on with a warning, or stops with one message."""
        self.folder.mkdir()
        self.checkpoints.write_text("no folder")
        every = ("--checkpoint-every", "50ms", "--quiet")
        said = self.start(self.folder, 200, *every).require(0)
        self.assertIn("engram: warning: no checkpoint at 50 ms (", said)
        self.require_results(200, checkpoint=False)
        said = self.start(self.folder, 200, *every, "--checkpoint-failure", "stop").require(1)
        self.assertEqual(said.count("engram: "), 1, said)
        self.assertIn("engram: no checkpoint at 50 ms (", said)
        self.assertEqual(self.checkpoints.read_text(), "no folder")


if __name__ == "__main__":
    main()
