# SPDX-License-Identifier: Apache-2.0
"""The networks of bench/networks that a script writes are what their script writes."""
import pathlib
import subprocess
import unittest

NETWORKS = pathlib.Path(__file__).resolve().parents[2] / "bench" / "networks"


class ReferenceNetworks(unittest.TestCase):
    def test_files_are_what_scripts_write(self):
        scripts = sorted(NETWORKS.glob("*/*.py"))
        self.assertGreaterEqual(len(scripts), 2)
        for script in scripts:
            written = subprocess.run(["/usr/bin/python3", script], check=True, capture_output=True, text=True).stdout
            self.assertEqual(written, script.with_suffix(".toml").read_text(), script.name)

    def test_every_folder_has_a_readme(self):
        for folder in NETWORKS.iterdir():
            if folder.is_dir() and folder.name != "__pycache__":
                self.assertTrue((folder / "README.md").is_file(), folder.name)


if __name__ == "__main__":
    unittest.main()
