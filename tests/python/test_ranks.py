# SPDX-License-Identifier: Apache-2.0
"""Ranks that part, fail or are interrupted: the program ends on all of them, with a message and without a hang.

Each test is a script of its own under mpirun."""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BEGIN = """
import sys, time
import engram, engram.nest as nest
n = nest.Create("iaf_psc_delta", 5, {"I_e": 500.0})
recorder = nest.Create("spike_recorder")
nest.Connect(n, recorder)
"""


def start(script, ranks, **options):
    file = tempfile.NamedTemporaryFile("w", suffix=".py", delete=False)
    with file:
        file.write(script)
    return subprocess.Popen(["mpirun", "-n", str(ranks), "/usr/bin/python3", file.name], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options), file.name


class Script(unittest.TestCase):
    def ends(self, script, ranks=3, begin=BEGIN):
        """(exit status, output, errors) of a script."""
        process, name = start(begin + script, ranks)
        try:
            output, errors = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            self.fail("the ranks hang")
        finally:
            os.unlink(name)
        return process.returncode, output, errors


class Parting(Script):
    def test_a_call_that_one_rank_makes(self):
        for script in ("nest.Simulate(10.0)\nif nest.Rank() == 0: recorder.events\n",
                       "nest.Simulate(10.0)\nif nest.Rank() == 0: recorder.events\nnest.Simulate(10.0)\n",
                       "if nest.Rank() != 1: nest.Simulate(10.0)\n"):
            status, _, errors = self.ends(script)
            self.assertNotEqual(status, 0)
            self.assertIn("ranks do not do the same (rank 0: ", errors)
            self.assertIn("on all ranks", errors)

    def test_other_arguments(self):
        for script in ("nest.Simulate(10.0 + nest.Rank())", "nest.Create('iaf_psc_delta', 1 + nest.Rank())\nnest.Prepare()",
                       "nest.Prepare()\nn.V_m = float(nest.Rank())",
                       "nest.data_path = str(nest.Rank())\nrecorder.record_to = 'ascii'\nnest.Simulate(1.0)",
                       "nest.Connect(n, n, syn_spec={'weight': 1.0 * nest.Rank()})\nnest.Prepare()"):
            status, _, errors = self.ends(script)
            self.assertNotEqual(status, 0, script)
            self.assertIn("ranks do not do the same", errors)

    def test_local_things_may_be_done_by_one_rank(self):
        status, output, errors = self.ends("nest.Simulate(100.0)\nevents = recorder.events\n"
                                           "if nest.Rank() == 0: print(len(events['times']), nest.biological_time)\n")
        self.assertEqual(status, 0, errors)
        self.assertEqual(output.split()[1], "100.0")


class Failing(Script):
    def test_all_ranks_fail_alike_and_one_tells(self):
        status, _, errors = self.ends("nest.Create('iaf')\n")
        self.assertEqual(status, 1)
        self.assertEqual(errors.count("unknown model 'iaf'"), 1, errors)

    def test_one_rank_fails(self):
        for script in ("if nest.Rank() == 1: raise ValueError('only here')\nnest.Simulate(10.0)\n",
                       "nest.Simulate(10.0)\nif nest.Rank() == 1: nest.CopyModel('iaf', 'x')\n"):
            status, _, errors = self.ends(script)
            self.assertNotEqual(status, 0)
            self.assertIn("rank 1 ends:", errors)
            self.assertIn("only here" if "only" in script else "unknown model 'iaf'", errors)

    def test_exit_status(self):
        self.assertEqual(self.ends("sys.exit(85)\n")[0], 85)
        self.assertEqual(self.ends("sys.exit(0)\n")[0], 0)


class Interrupted(Script):
    def interrupted(self, script, ranks):
        process, name = start(BEGIN + script, ranks, start_new_session=True)
        try:
            pid = None
            for line in process.stdout:
                if line.startswith("pid"):
                    pid = int(line.split()[1])
                    break
            time.sleep(0.5)
            os.kill(pid, signal.SIGINT)
            output, errors = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            self.fail("the ranks hang")
        finally:
            os.unlink(name)
        return process.returncode, output, errors

    def test_of_one_rank_ends_all(self):
        for ranks in (1, 3):
            status, _, errors = self.interrupted(
                "import os\nnest.Prepare()\n"
                "if nest.Rank() == nest.NumProcesses() - 1: print('pid', os.getpid(), flush=True)\n"
                "nest.Run(1e8)\n", ranks)
            self.assertNotEqual(status, 0)
            self.assertEqual(errors.count("KeyboardInterrupt"), 1, errors)

    def test_may_be_caught_and_gone_on(self):
        status, output, errors = self.interrupted(
            "import os\nnest.Prepare()\nif nest.Rank() == 1: print('pid', os.getpid(), flush=True)\n"
            "try:\n    nest.Run(1e8)\nexcept KeyboardInterrupt:\n    before = nest.biological_time\n"
            "nest.Run(10.0)\nif nest.Rank() == 0: print('went on', nest.biological_time - before > 9.0)\n", 3)
        self.assertEqual(status, 0, errors)
        self.assertIn("went on True", output)


class Neighbours(Script):
    def test_mpi4py_before_and_after(self):
        use = ("\nfrom mpi4py import MPI\nassert MPI.COMM_WORLD.size == engram.size()\n"
               "total = MPI.COMM_WORLD.allreduce(1)\nnest.Simulate(10.0)\n"
               "MPI.COMM_WORLD.Barrier()\nif nest.Rank() == 0: print('total', total)\n")
        for begin in ("from mpi4py import MPI\n" + BEGIN, BEGIN):
            status, output, errors = self.ends(use, begin=begin)
            self.assertEqual(status, 0, errors)
            self.assertIn("total 3", output)

    def test_h5py_reads_beside_it(self):
        with tempfile.TemporaryDirectory() as folder:
            status, output, errors = self.ends(
                f"import engram.io\nnest.Simulate(5.0)\nengram.store({folder!r} + '/network.h5')\n"
                f"stored = engram.io.network({folder!r} + '/network.h5')\n"
                "nest.Simulate(5.0)\nif nest.Rank() == 0: print(stored.nodes['iaf_psc_delta_1'].shape)\n")
            self.assertEqual(status, 0, errors)
            self.assertIn("(5, ", output)


class Progress(Script):
    def test_tells_the_time(self):
        status, _, errors = self.ends("nest.print_time = True\nnest.Simulate(50.0)\nnest.print_time = False\n"
                                      "nest.Simulate(50.0)\n")
        self.assertEqual(status, 0, errors)
        self.assertEqual(errors.count("50.0 / 50.0 ms  100 %"), 1, errors)
        self.assertNotIn("100.0 / 100.0", errors)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
