# SPDX-License-Identifier: Apache-2.0
"""The pages of docs/tutorials run as they stand: their Python blocks are the scripts that their first line names, their
shell blocks are run, and the figures that they show are drawn.

With TUTORIAL_IMAGES=FOLDER the figures are kept there."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "tutorials"


def scripts(text):
    """The script files of a page: name to text."""
    found, name = {}, None
    for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        first = re.match(r"# (\w+\.py)\n", block)
        name = first[1] if first else name
        found[name] = found.get(name, "") + block
    return found


class Tutorials(unittest.TestCase):
    def run_page(self, name):
        text = (PAGES / name).read_text()
        with tempfile.TemporaryDirectory() as folder:
            for script, code in scripts(text).items():
                Path(folder, script).write_text(code)
            Path(folder, "python3").symlink_to("/usr/bin/python3")
            commands = "".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
            self.assertIn("python3", commands)
            result = subprocess.run(["bash", "-euc", commands], cwd=folder, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True, timeout=100,
                                    env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
            self.assertEqual(result.returncode, 0, result.stdout)
            for image in re.findall(r"!\[.*\]\(images/(.*)\)", text):
                self.assertTrue(Path(folder, image).exists(), image)
                if "TUTORIAL_IMAGES" in os.environ:
                    shutil.copy(Path(folder, image), os.environ["TUTORIAL_IMAGES"])
                self.assertTrue((PAGES / "images" / image).exists(), image)
        return result.stdout

    def test_every_page_has_its_test_and_line(self):
        pages = {path.name for path in PAGES.glob("*.md")} - {"README.md"}
        tests = {name.removeprefix("test_").replace("_", "-") + ".md" for name in dir(self) if name.startswith("test_")}
        self.assertLessEqual(pages, tests)
        for page in pages:
            self.assertIn(f"({page})", (PAGES / "README.md").read_text())

    def test_brunel(self):
        self.assertRegex(self.run_page("brunel.md"), r"1253 nodes, \d+\.\d spikes/s")

    def test_store_and_restore(self):
        self.assertIn("mean", self.run_page("store-and-restore.md"))

    def test_training(self):
        self.assertIn("6 checkpoints up to 3000 ms; 16000 synapses", self.run_page("training.md"))

    def test_from_nest(self):
        output = self.run_page("from-nest.md")
        self.assertRegex(output, r"\d+ weights up to \d\.\d\d mV, spikes in learning_spike_recorder-52-0\.dat")
        counts = dict(re.findall(r"rank (\d): (\d+) spikes", output))
        self.assertEqual(sorted(counts), ["0", "1", "2"])
        self.assertEqual(len(set(counts.values())), 1)
        self.assertGreater(int(counts["0"]), 0)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
