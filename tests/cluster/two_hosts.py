# SPDX-License-Identifier: Apache-2.0
"""Two hosts on this one: network namespaces with a host name and an ssh server each, joined by one cable. They end with
the processes in them, so that nothing is left behind. Needs the right to make them (root)."""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from until import until

NETWORK = "10.99.7"
PORT = 2207
SSHD = """\
Port {port}
ListenAddress {address}
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
"""
SSH = """\
Host *
  Port {port}
  IdentityFile {folder}/key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
"""


def why_impossible():
    """What is missing for two hosts; "" when nothing is."""
    for program in ("ip", "sshd", "ssh", "ssh-keygen", "unshare", "nsenter"):
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            return f"there is no {program} (cluster/install.sh tests)"
    cable = ["ip", "link", "add", "cable", "type", "veth", "peer", "name", "other"]
    tried = subprocess.run(["unshare", "--net", "--uts", *cable], capture_output=True, text=True, check=False)
    return f"no network namespaces can be joined here ({tried.stderr.strip()})" if tried.returncode else ""


class TwoHosts:
    """Begins on entering; on leaving, all that runs in them is killed."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="engram-hosts-"))
        self.holders, self.networks, self.servers = [], [], []
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        for host in (1, 2):
            ready = self.folder / f"ready{host}"
            self.holders.append(subprocess.Popen(
                ["unshare", "--net", "--uts", "sh", "-c", f"hostname engram{host}; touch {ready}; exec sleep 100000"]))
            until(ready.exists, "a namespace", self.folder, 90)
        one, two = (str(holder.pid) for holder in self.holders)
        self.networks = [os.readlink(f"/proc/{holder}/ns/net") for holder in (one, two)]
        self._run("ip", "link", "add", "cable", "netns", one, "type", "veth", "peer", "name", "cable", "netns", two)
        for host in (1, 2):
            self.run_on(host, "ip", "addr", "add", f"{NETWORK}.{host}/24", "dev", "cable")
            for device in ("lo", "cable"):
                self.run_on(host, "ip", "link", "set", device, "up")
        self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / "key")
        (self.folder / "ssh.conf").write_text(SSH.format(port=PORT, folder=self.folder))
        (self.folder / "hosts").write_text("".join(f"{NETWORK}.{host} slots=2\n" for host in (1, 2)))
        Path("/run/sshd").mkdir(exist_ok=True)
        for host in (1, 2):
            configuration = self.folder / f"sshd{host}.conf"
            configuration.write_text(SSHD.format(port=PORT, address=f"{NETWORK}.{host}", folder=self.folder))
            with (self.folder / f"sshd{host}.log").open("w") as log:
                self.servers.append(subprocess.Popen(
                    self.on(host, shutil.which("sshd", path="/usr/sbin:/sbin:/usr/bin"), "-D", "-e", "-f",
                            configuration), stdout=log, stderr=log))
            until(lambda host=host: self._answers(host), f"sshd of host {host}", self.folder, 90)

    def _answers(self, host):
        return subprocess.run(self.on(1, "ssh", "-F", self.folder / "ssh.conf", f"{NETWORK}.{host}", "true"),
                              check=False, capture_output=True, timeout=20).returncode == 0

    def __exit__(self, *_):
        for host in range(1, len(self.networks) + 1):
            self.kill(host)
        for process in (*self.servers, *self.holders):
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def on(self, host, *command):
        """The command, to be run on this host."""
        return [str(word) for word in ("nsenter", f"--target={self.holders[host - 1].pid}", "--net", "--uts", *command)]

    def _run(self, *command):
        subprocess.run([str(word) for word in command], check=True, timeout=20)

    def run_on(self, host, *command):
        self._run(*self.on(host, *command))

    def mpirun(self):
        """The command that starts 2 ranks on each host, from the first."""
        network = f"{NETWORK}.0/24"
        sanitizers = [word for name in os.environ if name.endswith("SAN_OPTIONS") for word in ("-x", name)]
        return self.on(1, "mpirun", "-n", 4, *sanitizers, "--hostfile", self.folder / "hosts",
                       "--mca", "plm_rsh_agent", f"ssh -F {self.folder}/ssh.conf", "--mca", "btl", "self,vader,tcp",
                       "--mca", "btl_tcp_if_include", network, "--mca", "oob_tcp_if_include", network)

    def processes(self, host):
        """All that run on this host."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if os.readlink(entry / "ns/net") == self.networks[host - 1]:
                        found.append(int(entry.name))
                except OSError:
                    continue  # it ended
        return found

    def unplug(self):
        self.run_on(1, "ip", "link", "set", "cable", "down")

    def kill(self, host):
        """All that runs there."""
        for process in self.processes(host):
            with contextlib.suppress(ProcessLookupError):  # it ended
                os.kill(process, signal.SIGKILL)
