#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_jobs.py: the templates of cluster/slurm, submitted to a real Slurm with two nodes."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from slurm_host import SlurmHost

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ENGRAM_BUILD", ROOT / "build/release"))
TEMPLATES = ROOT / "cluster/slurm"
NETWORK = ROOT / "tests/checkpoint/interrupted.toml"
LAYOUT = ("--nodes=2", "--ntasks-per-node=1", "--cpus-per-task=2")


class Jobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["ENGRAM"] = str(BUILD / "engram")
        cls.slurm = cls.enterClassContext(SlurmHost())

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="engram-jobs-")))

    def submit(self, template, *arguments, options=LAYOUT):
        return self.slurm.submit(*options, TEMPLATES / template, *arguments, cwd=self.folder)

    def logs(self):
        return "".join(f"--- {path.name}\n{path.read_text()}" for path in sorted(self.folder.glob("*.log")))

    def require_done(self, job, tasks=1, seconds=240):
        states = self.slurm.wait(job, seconds)
        self.assertEqual([(state, code) for state, _, code in states], [("COMPLETED", "0:0")] * tasks, self.logs())
        return states

    def require_same(self, one, other):
        shown = subprocess.run(["h5diff", one, other], capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual((shown.returncode, shown.stdout), (0, ""), f"{one} and {other}")

    def duration_of(self, seconds):
        """The model time, ms, that a job simulates in so many seconds."""
        self.require_done(self.submit("run.sbatch", NETWORK, "--duration", "500", "--output", "speed", "--report",
                                      "speed.json"))
        report = json.loads((self.folder / "speed.json").read_text())
        return str(round(1000.0 * seconds / report["real_time_factor"]))

    def test_training_queues_itself_until_it_is_done(self):
        """It ends before its time limit, goes on in the next job, and has the bits of a run on another layout."""
        duration = self.duration_of(seconds=60)  # more than such a job has, whatever the machine
        job = self.submit("train.sbatch", NETWORK, "--duration", duration, "--store", "trained.h5",
                          options=(*LAYOUT, "--time=1", "--signal=TERM@30"))
        [(_, restarts, _)] = self.require_done(job, seconds=900)
        self.assertGreater(restarts, 0, self.logs())
        whole = self.folder / "whole"
        subprocess.run(["mpirun", "-n", "1", BUILD / "engram", "run", NETWORK, "--duration", duration, "--quiet",
                        "--output", whole, "--store", whole / "trained.h5"], check=True, timeout=300)
        self.require_same("results/spikes.h5", "whole/spikes.h5")
        self.require_same("trained.h5", "whole/trained.h5")

    def test_experiments_start_from_one_trained_network(self):
        first = self.submit("run.sbatch", NETWORK, "--duration", "50", "--store", "trained.h5")
        self.require_done(first)
        self.require_done(self.submit("experiments.sbatch", NETWORK, "trained.h5", "--duration", "50",
                                      options=("--array=1-2", *LAYOUT)), tasks=2)
        self.require_done(self.submit("run.sbatch", NETWORK, "--duration", "50", "--restore", "trained.h5", "--seed",
                                      "2", "--output", "again", options=("--nodes=1", "--ntasks-per-node=3")))
        self.require_same("experiments/2/spikes.h5", "again/spikes.h5")
        one, other = (self.folder / f"experiments/{seed}/spikes.h5" for seed in (1, 2))
        self.assertNotEqual(one.read_bytes(), other.read_bytes())

    def test_scaling_study_makes_a_table_and_a_plot(self):
        # The template is submitted in Engram's folder, and names what it leaves by the job.
        for name in ("bench", "build"):
            (self.folder / name).symlink_to(ROOT / name)
        job = self.submit("scaling.sbatch", NETWORK, "--layouts", "1x1", "2x1", "2x2", "--duration", "50",
                          "--repetitions", "1", "--no-calibration", "--build", BUILD)
        self.require_done(job)
        self.assertIn("2x2", self.logs())
        self.assertTrue((self.folder / f"scaling-{job}.png").stat().st_size > 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
