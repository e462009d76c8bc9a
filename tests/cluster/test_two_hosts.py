#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs over two hosts with a network between them, and what happens when one of them, or the network, is lost:

    ENGRAM_BUILD=build/release cluster/mpi_env.sh tests/cluster/test_two_hosts.py [-v] [OnTwoHosts.test_...]
"""
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from two_hosts import TwoHosts, why_impossible

ROOT = Path(__file__).resolve().parents[2]
ENGRAM = Path(os.environ.get("ENGRAM_BUILD", ROOT / "build/release")).absolute() / "engram"
NETWORK = ROOT / "tests/checkpoint/interrupted.toml"
FOR_EVER = 10_000_000  # ms of model time that no test waits for


@unittest.skipIf(why_impossible(), why_impossible())
class OnTwoHosts(unittest.TestCase):
    def setUp(self):
        self.hosts = self.enterContext(TwoHosts())
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="engram-two-hosts-")))

    def arguments(self, folder, duration, *options):
        return [ENGRAM, "run", NETWORK, "--output", folder, "--duration", str(duration), "--store", folder / "end.h5",
                "--checkpoint-every", "50ms", "--resume", *options]

    def start(self, launcher, *arguments):
        """What it prints goes to `said`."""
        with (self.folder / "said").open("w") as said:
            return subprocess.Popen(["timeout", "-k", "5", "120", *launcher, *arguments], stdout=said, stderr=said)

    def said(self):
        return (self.folder / "said").read_text()

    def ranks(self, host):
        return [process for process in self.hosts.processes(host)
                if (Path("/proc") / str(process) / "cmdline").read_bytes().startswith(bytes(ENGRAM))]

    def until(self, condition, process):
        while not condition():
            self.assertIsNone(process.poll(), self.said())
            time.sleep(0.1)

    def checkpoints(self):
        return sorted((self.folder / "lost/checkpoints").glob("*.json"))

    def test_same_bytes_as_on_one_host(self):
        one, two = self.folder / "one", self.folder / "two"
        self.assertEqual(self.start(["mpirun", "-n", "1"], *self.arguments(one, 200)).wait(), 0, self.said())
        process = self.start(self.hosts.mpirun(), *self.arguments(two, 200, "--threads", "2"))
        self.assertEqual(process.wait(), 0, self.said())
        self.assertIn("on 4 ranks x 2 threads", self.said())
        for name in ("spikes.h5", "V.h5", "end.h5", "checkpoints/checkpoint_000000002000.h5"):
            self.assertEqual((one / name).read_bytes(), (two / name).read_bytes(), name)

    def lose(self, how, stall_limit, *settings):
        """A run, just after something was lost."""
        process = self.start([*self.hosts.mpirun(), *settings], *self.arguments(
            self.folder / "lost", FOR_EVER, "--stall-limit", stall_limit))
        self.until(lambda: len(self.checkpoints()) == 2, process)
        self.assertEqual([len(self.ranks(host)) for host in (1, 2)], [2, 2])
        how()
        return process

    def die(self):
        """Without a word to the other: the cable goes first."""
        self.hosts.unplug()
        self.hosts.kill(2)

    def continue_on_one_host(self):
        lost, one = self.folder / "lost", self.folder / "one"
        duration = int(self.checkpoints()[-1].stem.split("_")[1]) // 10 + 100
        for folder in (lost, one):
            self.assertEqual(self.start(["mpirun", "-n", "2"], *self.arguments(folder, duration)).wait(), 0,
                             self.said())
        for name in ("spikes.h5", "V.h5", "end.h5"):
            self.assertEqual((one / name).read_bytes(), (lost / name).read_bytes(), name)

    def ends(self, how):
        """On both hosts, when mpirun looks after them."""
        process = self.lose(how, "100s", "--mca", "oob_tcp_keepalive_time", "3", "--mca", "oob_tcp_keepalive_intvl",
                            "1", "--mca", "oob_tcp_keepalive_probes", "3")
        began = time.monotonic()
        self.assertNotEqual(process.wait(), 0)
        print(f"mpirun ended after {time.monotonic() - began:.1f} s")
        while self.ranks(1) or self.ranks(2):
            self.assertLess(time.monotonic() - began, 90.0, self.said())
            time.sleep(0.1)
        self.assertIn("lost communication", self.said())
        self.continue_on_one_host()

    def test_host_that_dies(self):
        self.ends(self.die)

    def test_network_that_is_lost(self):
        self.ends(self.hosts.unplug)

    def is_named(self, how, expected):
        """By the ranks that are left, which end, though mpirun may wait for the others."""
        process = self.lose(how, "5s")
        while not re.search(expected, self.said()) or self.ranks(1):
            self.assertIsNone(process.poll(), self.said())
            time.sleep(0.1)
        process.terminate()
        self.hosts.kill(2)
        self.hosts.kill(1)
        process.wait()
        self.continue_on_one_host()

    def test_names_a_host_that_dies(self):
        self.is_named(self.die, r"engram: rank [23] \(engram2, process \d+\) has given no sign of life for ")

    def test_names_a_network_that_is_lost(self):
        self.is_named(self.hosts.unplug, "engram: all ranks have waited for each other for ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
