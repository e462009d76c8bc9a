#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Disks that are full, folders that may not be written to, files that may not be read, more ranks than neurons: a run
ends by itself with one message, earlier checkpoints are whole, and when the cause is gone it continues to the bit.

    cluster/mpi_env.sh tests/checkpoint/failing.py build/release/engram [-v] [Failing.test_...]

File systems are mounted where no other process sees them, and are gone with this one.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import h5py

from attempts import NETWORK, Runs, checkpoint_at, contents, main, require_same

OWN_MOUNTS = "ENGRAM_TEST_OWN_MOUNTS"  # whether this process may mount
# Root may read and write everything, unless it has no capabilities.
AS_ORDINARY_USER = () if os.geteuid() else ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


def enter_own_mounts():
    """Begins again with mounts of its own, where the system allows that."""
    if OWN_MOUNTS in os.environ:
        return
    with tempfile.TemporaryDirectory() as folder:
        for unshare in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
            tried = subprocess.run([*unshare, "mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True,
                                   check=False)
            if tried.returncode == 0:
                os.environ[OWN_MOUNTS] = "yes"
                os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])
    os.environ[OWN_MOUNTS] = ""


class Failing(Runs):
    def mount(self, folder, megabytes=40):
        """A disk of its own for the folder."""
        if not os.environ[OWN_MOUNTS]:
            self.skipTest("no file system can be mounted here (neither as root nor in a namespace of the user)")
        folder.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", folder], check=True)

    def remount(self, folder, how):
        subprocess.run(["mount", "-o", f"remount,bind,{how}", folder], check=True)

    def fill(self, folder, kilobytes_left):
        """Its disk, but for so much. What it returns must be removed."""
        with (folder / "fill").open("wb") as file:
            file.write(bytes(shutil.disk_usage(folder).free - 1024 * kilobytes_left))
        return folder / "fill"

    def begin(self, *options, folder=None):
        """A run to 100 ms, from which others continue."""
        self.start(folder or self.folder, 100, "--checkpoint-every", "50ms", "--quiet", *options).require(0)

    def failed(self, duration, *options, named=("No space left on device",), **others):
        """Continuing to this time fails, with one message."""
        said = self.start(self.folder, duration, "--resume", "--quiet", *options, **others).require(1)
        self.assertEqual(said.count("engram: "), 1, said)
        for text in named:
            self.assertIn(text, said)
        return said

    def require_whole(self, *times):
        """These are the checkpoints that there are."""
        self.assertEqual(self.times(), list(times))
        for ms in times:
            self.assertIn("whole (", self.command("verify", self.checkpoints / checkpoint_at(ms)))

    def continue_to(self, duration, **others):
        self.start(self.folder, duration, "--resume", "--quiet", ranks=2, **others).require(0)
        self.require_results(duration)

    def test_full_disk_while_checkpointing(self):
        """The run goes on with a warning for each checkpoint, or stops."""
        self.mount(self.checkpoints)
        self.begin()
        for kilobytes in (0, 100):
            fill = self.fill(self.checkpoints, kilobytes)
            self.failed(200, "--checkpoint-every", "30ms", "--checkpoint-failure", "stop",
                        named=("no checkpoint at 120 ms (", "Continue from the one before with --resume"))
            self.require_whole(50, 100)
            fill.unlink()
        fill = self.fill(self.checkpoints, 100)
        said = self.start(self.folder, 200, "--resume", "--quiet", "--checkpoint-every", "60ms").require(0)
        self.assertEqual([f"warning: no checkpoint at {ms} ms (" in said for ms in (120, 180, 200)], [True] * 3, said)
        self.assertEqual(said.count("engram: "), 3, said)
        self.require_whole(50, 100)
        self.require_results(200, checkpoint=False)
        fill.unlink()
        self.continue_to(300)

    def test_full_disk_while_recording(self):
        self.mount(self.folder)
        self.begin()
        fill = self.fill(self.folder, 300)
        self.failed(10_000)
        status = self.command("status", self.folder)
        self.assertIn("FAILED: ", status)
        self.assertIn("No space left on device", status)
        self.require_whole(50, 100)
        fill.unlink()
        self.continue_to(200)

    def test_full_disk_when_a_run_begins(self):
        self.mount(self.folder)
        fill = self.fill(self.folder, 0)
        for options in ((), ("--stall-limit", "20s")):
            self.failed(100, *options)
        fill.unlink()
        self.continue_to(100)

    def test_full_disk_while_storing(self):
        """What was stored before stays, recordings are finished, and the run need not be done again."""
        stored = self.root / "trained"
        self.mount(stored)
        self.start(self.folder, 100, "--checkpoint-every", "50ms", store=stored / "end.h5").require(0)
        fill = self.fill(stored, 100)
        self.failed(200, store=stored / "end.h5", named=(str(stored / "end.h5"), "disk is full"))
        self.assertIn("FAILED: ", self.command("status", self.folder))
        self.assertIn("model time 100 ms", self.command("info", stored / "end.h5"))
        self.assertEqual(sorted(path.name for path in stored.iterdir()), ["end.h5", "fill"])
        self.require_whole(100, 200)
        for name in ("spikes.h5", "V.h5"):
            require_same(self.reference(200) / name, self.folder / name)
        fill.unlink()
        self.start(self.folder, 200, "--resume", store=stored / "end.h5").require(0)
        require_same(self.reference(200) / "end.h5", stored / "end.h5")

    def test_read_only_disk(self):
        self.mount(self.folder)
        self.begin()
        before = contents(self.folder)
        self.remount(self.folder, "ro")
        elsewhere = self.root / "elsewhere.h5"
        self.failed(200, store=elsewhere, named=(f"output folder '{self.folder}' cannot be written",
                                            "Read-only file system"))
        said = self.command("run", NETWORK, "--output", self.folder / "new", "--quiet", status=1)
        self.assertIn(f"output folder '{self.folder}/new' cannot be written (Read-only file system)", said)
        self.assertEqual(contents(self.folder), before)
        self.remount(self.folder, "rw")
        self.require_whole(50, 100)
        self.continue_to(200)

    def test_read_only_folder_of_checkpoints(self):
        self.mount(self.checkpoints)
        self.begin()
        self.remount(self.checkpoints, "ro")
        self.failed(200, "--checkpoint-every", "60ms", "--checkpoint-failure", "stop",
                    named=("no checkpoint at 120 ms (", "Read-only file system"))
        self.require_whole(50, 100)
        self.remount(self.checkpoints, "rw")
        self.continue_to(200)

    def refused_by_rights(self, path, *options, named="Permission denied", **others):
        """As long as nobody may do anything with the path. Nothing changes, and then the run continues."""
        before = contents(self.folder)
        rights = path.stat().st_mode
        path.chmod(0)
        try:
            self.failed(200, *options, named=(str(path), named), through=AS_ORDINARY_USER, **others)
        finally:
            path.chmod(rights)
        self.assertEqual(contents(self.folder), before)

    def test_no_right_to_read_a_checkpoint(self):
        """Which says nothing about what it holds: it is not passed over, or set aside, as one that is damaged."""
        self.begin()
        newest = self.checkpoints / checkpoint_at(100)
        for path in (newest, newest.with_suffix(".json"), self.checkpoints):
            self.refused_by_rights(path)
            self.refused_by_rights(path, ranks=1)
        newest.chmod(0)
        for command in ("verify", "info"):
            said = self.command(command, newest, status=1, through=AS_ORDINARY_USER)
            self.assertIn(f"'{newest}'", said)
            self.assertIn("Permission denied", said)
        newest.chmod(0o644)
        self.require_whole(50, 100)
        self.continue_to(200)

    def test_no_right_to_write(self):
        self.begin()
        before = contents(self.folder)
        self.folder.chmod(0o555)
        self.failed(200, store=self.root / "elsewhere.h5", through=AS_ORDINARY_USER,
                    named=(f"output folder '{self.folder}' cannot be written (Permission denied)",))
        self.failed(200, through=AS_ORDINARY_USER, named=(f"its folder '{self.folder}' is not writable",))
        self.folder.chmod(0o755)
        self.assertEqual(contents(self.folder), before)
        self.checkpoints.chmod(0o555)
        self.failed(200, "--checkpoint-every", "60ms", "--checkpoint-failure", "stop", through=AS_ORDINARY_USER,
                    named=("no checkpoint at 120 ms (", "Permission denied"))
        self.require_whole(50, 100)
        self.checkpoints.chmod(0o755)
        self.continue_to(200)

    def test_no_right_to_read_what_a_run_starts_from(self):
        self.begin()
        own = self.root / "own"
        own.mkdir()
        network = own / NETWORK.name
        shutil.copy(NETWORK, network)
        configuration = own / "simulation.json"
        configuration.write_text("{}")
        for path in (network, configuration):
            self.refused_by_rights(path, network=path)
        self.refused_by_rights(own, network=network, named="cannot be read: Permission denied")
        stored = shutil.copy(self.folder / "end.h5", own / "trained.h5")
        self.refused_by_rights(stored, "--restore", stored, "--checkpoint-dir", own / "checkpoints")
        self.continue_to(200)

    def test_more_ranks_than_neurons(self):
        """Some have none, and all write and read the same bytes."""
        few = ("--set", "populations.E.size=3", "--set", "populations.I.size=2", "--set", "devices.drive.rate=9000")
        one = self.root / "on_one_rank"
        self.start(one, 200, "--checkpoint-every", "100ms", *few, ranks=1, threads=1).require(0)
        with h5py.File(one / "spikes.h5") as file:
            self.assertGreater(len(file["spikes/E/timestamps"]), 10)
        self.start(self.folder, 100, "--checkpoint-every", "100ms", *few, ranks=8, threads=2).require(0)
        self.start(self.folder, 200, "--resume", *few, ranks=7, threads=1).require(0)
        for name in ("spikes.h5", "V.h5", "end.h5", f"checkpoints/{checkpoint_at(100)}",
                     f"checkpoints/{checkpoint_at(200)}"):
            require_same(one / name, self.folder / name)
        again = self.root / "restored"
        self.start(again, 50, "--restore", one / "end.h5", *few, ranks=6).require(0)
        self.start(self.folder.with_name("again"), 50, "--restore", self.folder / "end.h5", *few, ranks=1).require(0)
        require_same(again / "end.h5", self.folder.with_name("again") / "end.h5")


if __name__ == "__main__":
    enter_own_mounts()
    main()
