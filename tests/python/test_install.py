# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` and pip put into a folder can be imported from there and runs."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
BUILD = os.environ["ENGRAM_BUILD"]
SCRIPT = """
import engram, engram.nest as nest, engram.io, engram.plot
n = nest.Create("iaf_psc_delta", 3)
nest.Simulate(1.0)
print(engram.__file__, n.V_m)
"""


class Installed(unittest.TestCase):
    def run_from(self, packages):
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        result = subprocess.run(["/usr/bin/python3", "-c", SCRIPT], env={**environment, "PYTHONPATH": str(packages)},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.startswith(str(packages)), result.stdout)
        self.assertIn("(-70.0, -70.0, -70.0)", result.stdout)

    def run_command(self, *command):
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=SOURCE)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_cmake(self):
        with tempfile.TemporaryDirectory() as folder:
            self.run_command("cmake", "--install", BUILD, "--prefix", folder)
            packages, = Path(folder).glob("lib/python3*/*-packages")
            self.run_from(packages)
            self.assertTrue(os.access(Path(folder, "bin/engram"), os.X_OK))

    @unittest.skipUnless(Path(BUILD) == SOURCE / "build/release", "pip builds the preset release")
    def test_pip_without_network(self):
        with tempfile.TemporaryDirectory() as folder:
            self.run_command("/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
                             "--no-build-isolation", "--target", folder, ".")
            self.run_from(folder)
            self.assertTrue(os.access(Path(folder, "bin/engram"), os.X_OK))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
