# SPDX-License-Identifier: Apache-2.0
"""A Slurm of its own on this host: real daemons, two nodes, no root, nothing outside one folder."""
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from until import until

CONFIGURATION = """\
ClusterName=engram
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
TmpFS={folder}/tmp.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
ReturnToService=2
JobRequeue=1
KillWait=5
MpiDefault=pmix
SlurmdParameters=config_overrides
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
NodeName=n[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{node1}-{node2}] CPUs=8 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


# A job that Slurm sends a signal, stops, or moves has other states on the way, so what counts is that it ended.
ENDED = {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT"}


def free_ports(count):
    """The first of `count` neighbouring ports that nobody listens on."""
    for first in range(17000 + os.getpid() % 1000 * 8, 60000, count):
        sockets = [socket.socket() for _ in range(count)]
        try:
            for i, one in enumerate(sockets):
                one.bind(("127.0.0.1", first + i))
            return first
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()
    raise RuntimeError("no free ports")


class SlurmHost:
    """Starts the daemons on entering, ends them and all jobs on leaving."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="engram-slurm-"))
        self.daemons = []
        for name in ("state", "spool.n1", "spool.n2", "tmp.n1", "tmp.n2"):
            (self.folder / name).mkdir()
        port = free_ports(3)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname(), user=getpass.getuser(), folder=self.folder, controller=port, node1=port + 1,
            node2=port + 2))
        # Ranks on both nodes have one host name: shared memory would take them for neighbours.
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"), "OMPI_MCA_btl": "self,tcp",
                            "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_oob_tcp_if_include": "lo"}
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self._daemon("/usr/sbin/munged", "--foreground", "--force", f"--key-file={key}",
                     f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munge.pid",
                     f"--log-file={self.folder}/munge.log", f"--seed-file={self.folder}/munge.seed")
        until(lambda: (self.folder / "munge.socket").exists(), "munged", self.folder, 90)
        self._daemon("/usr/sbin/slurmctld", "-D", "-i")
        for node in ("n1", "n2"):
            self._daemon("/usr/sbin/slurmd", "-D", "-N", node)
        until(lambda: self.run("sinfo", "-h", "-o", "%D %t", check=False).strip() == "2 idle", "slurmd", self.folder, 90)

    def _daemon(self, *command):
        with open(self.folder / f"{Path(command[0]).name}.log", "a") as log:
            self.daemons.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log))

    def __exit__(self, *_):
        self.run("scancel", "--user", getpass.getuser(), check=False)
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command, check=True, cwd=None):
        """What a Slurm command prints."""
        done = subprocess.run(command, env=self.environment, text=True, capture_output=True, cwd=cwd, timeout=60)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr}")
        return done.stdout

    def submit(self, *arguments, cwd):
        """The number of the job."""
        return self.run("sbatch", "--parsable", *map(str, arguments), cwd=cwd).strip()

    def state(self, job):
        """(state, restarts, exit status) of a job, or of each task of an array."""
        fields = {}
        text = self.run("scontrol", "--oneliner", "show", "job", job)
        result = []
        for line in text.splitlines():
            fields = dict(word.split("=", 1) for word in line.split() if "=" in word)
            result.append((fields["JobState"], int(fields["Restarts"]), fields["ExitCode"]))
        return result

    def wait(self, job, seconds):
        """(state, restarts, exit status) of the job, or of each task of it, when all have ended."""
        states = []

        def ended():
            states[:] = self.state(job)
            return bool(states) and {state for state, *_ in states} <= ENDED

        until(ended, f"job {job}", self.folder, seconds)
        return states
