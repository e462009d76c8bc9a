# SPDX-License-Identifier: Apache-2.0
"""`engram run` and its report: what the benchmarks of whole networks share."""
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "bench" / "networks"


def environment(cores):
    """For Open MPI on one machine: threads may use all cores, and who waits yields where cores are shared."""
    result = dict(os.environ, OMPI_MCA_hwloc_base_binding_policy="none", OMPI_ALLOW_RUN_AS_ROOT="1",
                  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1")
    if cores > os.cpu_count():
        result["OMPI_MCA_mpi_yield_when_idle"] = "1"
    return result


def launcher(name, ranks, threads):
    """What starts the ranks, and their environment: mpirun on this machine, or srun within a job."""
    if name == "srun":
        return ["srun", "--exact", "--cpu-bind=cores", "--ntasks", ranks, "--cpus-per-task", threads], None
    return ["timeout", "-k", "5", "1800", "mpirun", "-n", ranks], environment(ranks * threads)


def run(build, network, options=(), ranks=1, threads=1, output=None, start="mpirun"):
    """The report of one run. Recordings go to `output`, by default to a folder that is removed."""
    # Ranks on other nodes see the working folder, not this node's folder for temporary files.
    with tempfile.TemporaryDirectory(dir="." if start == "srun" else None) as scratch:
        report = pathlib.Path(scratch) / "report.json"
        words, variables = launcher(start, ranks, threads)
        command = [*words, build / "engram", "run", network, *options, "--threads", threads, "--quiet",
                   "--output", output or scratch, "--report", report]
        subprocess.run([str(part) for part in command], check=True, env=variables)
        return json.loads(report.read_text())


def calibrate(build):
    """The speed of the machine, as a line of text."""
    return subprocess.run([build / "bench" / "calibrate"], check=True, capture_output=True, text=True).stdout.strip()


def add_build_option(parser):
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release", help="folder of the build")
