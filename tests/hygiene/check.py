#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Rules about the sources, one check each:  check.py NAME [--build FOLDER] [--fix]

Prints one line for each breach and exits with 1 when there is any.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", "__pycache__"}
LEFT_BEHIND = {"build", "results"}  # at the top; src/build is ours
CODE = {".cpp", ".hpp", ".py", ".sh", ".cmake"}
ANYWHERE = {"engram"}  # include/engram/*

# Which folders of src a folder may include, besides itself: they point one way (docs/architecture.md).
# models/register_*.hpp is a place of its own: it ties a model to its driver, and generated files include it.
MAY_INCLUDE = {
    "core": set(),
    "parallel": {"core"},
    "models": {"core"},
    "network": {"core", "models"},
    "hdf5": {"core", "parallel"},
    "state": {"core", "models", "network"},
    "build": {"core", "models", "network", "state", "parallel"},
    "step": {"core", "models", "network", "state", "parallel"},
    "record": {"core", "models", "network", "state", "parallel", "step", "hdf5"},
    "store": {"core", "models", "network", "state", "build", "parallel", "step", "hdf5"},
    "observe": {"core", "models", "network", "state", "parallel"},
    "adjust": {"core", "models", "network", "state", "build", "parallel", "store"},
    "sonata": {"core", "models", "network", "state", "build", "parallel", "hdf5", "store"},
    "checkpoint": {"core", "models", "network", "state", "build", "parallel", "step", "record", "hdf5", "store",
                   "sonata"},
}
ALL = set(MAY_INCLUDE)
MAY_INCLUDE |= {"register": {"core", "models", "network", "state"}, "report": ALL, "simulation": ALL | {"report"},
                "dry_run": {"core", "models", "network", "state", "build", "parallel", "step", "report"},
                "command": ALL | {"simulation", "dry_run"}, "main": ALL | {"simulation", "command"},
                "python": ALL | {"simulation", "command"}}
ONLY_IN = {r"mpi\.h|boost/mpi.*": "parallel", r"hdf5\.h|H5\w*\.h": "hdf5"}


def own_files(*suffixes):
    """All files of the project, those with these suffixes only if any is given; scripts count as .sh."""
    for folder, folders, names in os.walk(SOURCE):
        ignored = NOT_OURS | LEFT_BEHIND if Path(folder) == SOURCE else NOT_OURS
        folders[:] = sorted(set(folders) - ignored)
        for path in (Path(folder, name) for name in sorted(set(names) - ignored)):
            kind = path.suffix
            if kind == "" and path.read_bytes()[:2] == b"#!":
                kind = ".sh"
            if path.name == "CMakeLists.txt":
                kind = ".cmake"
            if not suffixes or kind in suffixes:
                yield path


def short(path):
    return str(path.relative_to(SOURCE))


def numbered(path):
    return enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def place(path):
    """Where a file of src stands in MAY_INCLUDE."""
    if re.match(r"models/register_\w+\.hpp", path):
        return "register"
    return Path(path).parts[0].split(".")[0]


def includes(_):
    """Includes point one way; MPI and HDF5 stay in their folders."""
    for path in own_files(".cpp", ".hpp"):
        parts = path.relative_to(SOURCE).parts
        if parts[0] == "include":
            own, allowed = "engram", set()
        elif parts[0] == "src":
            own = place("/".join(parts[1:]))
            if own not in MAY_INCLUDE:
                yield f"{short(path)}: src/{parts[1]} has no place in MAY_INCLUDE"
                continue
            allowed = MAY_INCLUDE[own]
        else:
            continue
        for line, text in numbered(path):
            found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', text)
            if not found:
                continue
            target = found[2]
            if found[1] == '"' and place(target) not in allowed | ANYWHERE | {own}:
                yield f"{short(path)}:{line}: {own} includes {target}"
            for pattern, home in ONLY_IN.items():
                if re.fullmatch(pattern, target) and own != home:
                    yield f"{short(path)}:{line}: {target} belongs in src/{home} only"


def lengths(_):
    """Files stay small enough to read."""
    for path in own_files(*CODE):
        limit = 200 if short(path) == "src/simulation.cpp" else 400
        count = sum(1 for _ in numbered(path))
        if count > limit:
            yield f"{short(path)}: {count} lines (at most {limit})"


def licences(_):
    """Every source names its licence in one of its first two lines; LICENSE is there."""
    if "Apache License" not in (SOURCE / "LICENSE").read_text():
        yield "LICENSE: no Apache License"
    for path in own_files(*CODE):
        head = [text for _, text in numbered(path)][:2]
        if not any("SPDX-License-Identifier: Apache-2.0" in text for text in head):
            yield f"{short(path)}:1: no SPDX line"


def listed(_):
    """Every test source has its line in tests/CMakeLists.txt: a test that is not run is a defect."""
    lists = (SOURCE / "tests/CMakeLists.txt").read_text()
    names = set(re.findall(r"^\s*engram_(?:python_)?(?:mpi_)?test(?:_executable)?\(([^\s)]+)", lists, re.MULTILINE))
    for path in own_files(".cpp", ".py"):
        name = short(path.with_suffix(""))
        is_test = path.suffix == ".cpp" or path.name.startswith("test_")
        if not is_test or not re.match(r"tests/.+/", name):
            continue
        if name.removeprefix("tests/") + ".cpp" in lists:
            continue  # a source of a program with several
        if name.removeprefix("tests/") not in names:
            yield f"{short(path)}: no engram_test line in tests/CMakeLists.txt"
        if not re.search(r"\bTEST(_[FP])?\(|def test_", path.read_text()):
            yield f"{short(path)}: holds no test"


def paths(_):
    """Nothing depends on one person's machine."""
    personal = re.compile(r"(?<![\w.$}])/(home|root|Users|work|scratch|mnt)/\w")
    for path in own_files(*CODE, ".md", ".json", ".toml", ".yml", ""):
        for line, text in numbered(path):
            if personal.search(text):
                yield f"{short(path)}:{line}: path of one machine: {text.strip()}"


def formatting(arguments):
    """clang-format has nothing to change."""
    files = [str(path) for path in own_files(".cpp", ".hpp")]
    for _ in range(3 if arguments.fix else 0):  # one pass does not always reach its own fixed point
        subprocess.run(["clang-format", "-i", *files], check=True)
    output = run(["clang-format", "--dry-run", "-Werror", *files]).stdout
    for path in sorted(set(re.findall(r"^(.+?):\d+:\d+: error", output, re.MULTILINE))):
        yield f"{os.path.relpath(path, SOURCE)}: not formatted (tests/hygiene/check.py format --fix)"


def headers(_):
    """Every public header compiles alone, without MPI and without the folders of src."""
    for path in own_files(".hpp"):
        if path.relative_to(SOURCE).parts[0] != "include":
            continue
        result = run(["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++",
                      f"-I{SOURCE / 'include'}", "-include", str(path), os.devnull])
        if result.returncode:
            yield f"{short(path)}: does not compile alone\n{result.stdout}"


def tidy(arguments):
    """clang-tidy finds nothing in the sources of the build; --share 1/6: in every sixth of them."""
    database = json.loads((arguments.build / "compile_commands.json").read_text())
    sources = [entry["file"] for entry in database if Path(entry["file"]).is_relative_to(SOURCE / "src")]
    share, shares = map(int, arguments.share.split("/"))
    sources = sorted(sources)[share - 1::shares]
    command = ["clang-tidy", "--quiet", "-p", str(arguments.build)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for source, result in zip(sources, pool.map(lambda source: run([*command, source]), sources)):
            if result.returncode:
                yield f"{os.path.relpath(source, SOURCE)}:\n{result.stdout}"


def python(_):
    """Python files keep to 125 columns, and pyflakes finds nothing in them but names that a module passes on."""
    files = list(own_files(".py"))
    for path in files:
        for line, text in numbered(path):
            if len(text) > 125:
                yield f"{short(path)}:{line}: {len(text)} columns (at most 125)"
    for line in run(["/usr/bin/python3", "-m", "pyflakes", *map(str, files)]).stdout.splitlines():
        found = re.match(r"(.+?):(\d+):", line)
        if not found or "# noqa" not in statement(Path(found[1]), int(found[2])):
            yield line.replace(f"{SOURCE}/", "")


def statement(path, line):
    """The text of a statement that begins in this line, which may go on within brackets."""
    lines = path.read_text().splitlines()[line - 1:]
    text = lines[0]
    while text.count("(") > text.count(")") and len(lines) > 1:
        lines.pop(0)
        text += lines[0]
    return text


def models(arguments):
    """docs/models.md tells of the models that there are."""
    page = SOURCE / "docs/models.md"
    command = ["cluster/mpi_env.sh", str(arguments.build / "engram"), "models", "--page"]
    text = subprocess.run(command, cwd=SOURCE, check=True, capture_output=True, text=True).stdout
    if arguments.fix:
        page.write_text(text)
    if not page.exists() or page.read_text() != text:
        yield "docs/models.md: not as the models are (tests/hygiene/check.py models --fix)"


def readme(arguments):
    """The commands of README.md work. In its ```sh blocks, lines with cmake are those of tests/run.sh,
    scripts exist, and all others are run in the order they stand in. Other blocks are ```text."""
    text = (SOURCE / "README.md").read_text()
    ours = (SOURCE / "tests/run.sh").read_text() + (SOURCE / "cluster/demo.sh").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    if not blocks:
        yield "README.md: no ```sh block"
    with tempfile.TemporaryDirectory() as folder:  # a user's first time: without earlier results
        for entry in SOURCE.iterdir():
            if entry.name != "results":
                Path(folder, entry.name).symlink_to(entry)
        yield from readme_commands(arguments, blocks, ours, folder)


def readme_commands(arguments, blocks, ours, folder):
    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        command = re.sub(r"\s+#.*", "", line).strip()
        if not command or command.startswith(("#", "git clone", "cd ")):
            continue
        program = command.split()[0]
        if program in ("cmake", "ctest"):
            if command not in ours:
                yield f"README.md: not a command of tests/run.sh or cluster/demo.sh: {command}"
        elif program in ("tests/run.sh", "cluster/demo.sh"):
            if not os.access(SOURCE / program, os.X_OK):
                yield f"README.md: {program} is no executable file"
        else:
            release = SOURCE / "build/release"
            if arguments.build.resolve() != release:
                command = command.replace("build/release", str(arguments.build))
            result = run(["cluster/mpi_env.sh", "timeout", "-k", "5", "300", "bash", "-euc", command], cwd=folder)
            if result.returncode:
                yield f"README.md: {command}: exit status {result.returncode}\n{result.stdout}"


CHECKS = {"format": formatting} | {check.__name__: check for check in
                                   (headers, includes, lengths, licences, listed, models, paths, python, readme,
                                    tidy)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", choices=sorted(CHECKS))
    parser.add_argument("--build", type=Path, default=SOURCE / "build/release", help="folder of the build")
    parser.add_argument("--fix", action="store_true", help="format, models: change the files")
    parser.add_argument("--share", default="1/1", help="tidy: which part of the sources")
    arguments = parser.parse_args()
    breaches = list(CHECKS[arguments.check](arguments))
    print(*breaches, sep="\n")
    print(f"{arguments.check}: {len(breaches)} breaches")
    sys.exit(bool(breaches))


if __name__ == "__main__":
    main()
