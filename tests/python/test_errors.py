# SPDX-License-Identifier: Apache-2.0
"""Every message of an error has a test that provokes it and checks its text.

Runs the tests of the package on ranks, and compares what Case.fails has seen with the places of the sources that make
messages: each `raise` of the package; each call of a function that says in its message what its caller was about, which
by convention it takes as `what` or `call`; and each Error of src/python.

    test_errors.py                  the check
    test_errors.py --on-ranks FILE  under mpirun: the tests; what they have seen goes to FILE
"""
import ast
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parents[1] / "python" / "engram"
BINDINGS = TESTS.parents[1] / "src" / "python"
MODULES = [path.stem for path in sorted(TESTS.glob("test_*.py")) if "\nfrom on_ranks import" in path.read_text() and
           path.stem != Path(__file__).stem]
AFTER_THE_END = """
import atexit
atexit.register(lambda: engram.rank())
import engram
"""


def raised(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc is not None]


def speakers(trees):
    """Names of the functions whose messages say what their callers were about."""
    found = set()
    for tree in trees:
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            told = {argument.arg for argument in function.args.args} & {"what", "call"}
            said = {node.id for error in raised(function) for node in ast.walk(error) if isinstance(node, ast.Name)}
            if told & said:
                found.add(function.name)
    return found


def messages():
    """(file, first line, last line) of all that makes a message in the package."""
    trees = {str(path.relative_to(PACKAGE)): ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
    names = speakers(trees.values())
    for file, tree in trees.items():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and
                 getattr(node.func, "id", getattr(node.func, "attr", None)) in names]
        for node in sorted([*raised(tree), *calls], key=lambda one: one.lineno):
            yield file, node.lineno, node.end_lineno


def thrown():
    """(file, line, pattern of the text) of the errors of the bindings."""
    for path in sorted(BINDINGS.glob("*.cpp")):
        text = path.read_text()
        for found in re.finditer(r"throw Error\((.*?)\);", text, re.DOTALL):
            literals = re.sub(r'"\s*"', "", found[1])
            parts = [re.escape(part) for part in re.findall(r'"((?:[^"\\]|\\.)*)"', literals)]
            yield path.name, text[:found.start()].count("\n") + 1, ".*".join(parts)


def run(*command):
    result = subprocess.run(["timeout", "-k", "5", "240", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True)
    return result.returncode, result.stdout


class EveryMessage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            seen = Path(folder, "seen.json")
            status, output = run("mpirun", "-n", "3", "/usr/bin/python3", __file__, "--on-ranks", str(seen))
            if status:
                raise AssertionError(output)
            seen = json.loads(seen.read_text())
        cls.lines = {(file, line) for _, places in seen for file, line in places}
        cls.texts = [text for text, _ in seen] + [run("/usr/bin/python3", "-c", AFTER_THE_END)[1]]

    def fail_if_any(self, missing):
        if missing:
            self.fail("\n".join(["no test provokes by Case.fails:", *missing]))

    def test_of_the_package_is_provoked(self):
        found = list(messages())
        self.assertGreater(len(found), 100)
        self.fail_if_any([f"python/engram/{file}:{first}" for file, first, last in found
                          if not any((file, line) in self.lines for line in range(first, last + 1))])

    def test_of_the_bindings_is_provoked(self):
        found = list(thrown())
        self.assertEqual(len(found), sum(path.read_text().count("throw Error(") for path in BINDINGS.iterdir()))
        self.fail_if_any([f"src/python/{file}:{line}" for file, line, pattern in found
                          if not any(re.search(pattern, text, re.DOTALL) for text in self.texts)])


def on_ranks(path):
    import engram
    from on_ranks import main, on_all, provoked
    main(unittest.defaultTestLoader.loadTestsFromNames(MODULES))
    seen = [(text, sorted(places)) for of_a_rank in on_all(provoked) for text, places in of_a_rank]
    if engram.rank() == 0:
        Path(path).write_text(json.dumps(seen))


if __name__ == "__main__":
    if "--on-ranks" in sys.argv:
        on_ranks(sys.argv[-1])
    else:
        unittest.main(verbosity=2)
