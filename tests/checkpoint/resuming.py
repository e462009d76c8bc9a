#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the command refuses, allows and tells about checkpoints, and what runs continue that were not killed:

    cluster/mpi_env.sh tests/checkpoint/resuming.py build/release/engram [-v] [Resuming.test_...]
"""
import h5py
import numpy as np

from attempts import Runs, checkpoint_at, contents, main, require_same

POPULATIONS = ("E", "I")


def flip_a_byte(path, dataset):
    """In the middle of a dataset's values."""
    with h5py.File(path) as file:
        at = file[dataset].id.get_offset() + file[dataset].id.get_storage_size() // 2
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


class Resuming(Runs):
    def refused(self, status, *options, duration=200):
        """The run of these options is, and changes nothing. Returns what it said."""
        before = contents(self.folder)
        said = self.start(self.folder, duration, "--quiet", *options).require(status)
        self.assertEqual(said.count("engram: "), 1, said)
        self.assertEqual(contents(self.folder), before)
        return said

    def test_refuses_to_start_over(self):
        self.start(self.folder, 100, "--checkpoint-every", "60ms").require(0)
        self.assertEqual(self.times(), [60, 100])
        self.assertIn("holds checkpoints of an earlier run", self.refused(1))
        self.assertIn("holds checkpoints of an earlier run", self.refused(1, "--checkpoint-every", "10ms"))

    def test_refuses_another_network(self):
        """Unless changes are allowed."""
        self.start(self.folder, 100, "--resume").require(0)
        changes = ("--resume", "--set", "populations.E.tau_m=15", "--set", "devices.drive.rate=1000")
        said = self.refused(1, *changes)
        for part in ("was described otherwise", "population 'E'", "tau_m", "device 'drive'", "rate",
                     "--allow-changes"):
            self.assertIn(part, said)
        said = self.start(self.folder, 200, *changes, "--allow-changes").require(0)
        self.assertIn("no exact continuation", said)
        self.assertNotEqual((self.folder / "spikes.h5").read_bytes(),
                            (self.reference(200) / "spikes.h5").read_bytes())

    def test_refuses_a_shorter_run(self):
        """The finished files stay, and a longer run is right."""
        self.start(self.folder, 100, "--resume").require(0)
        before = contents(self.folder)
        said = self.start(self.folder, 50, "--resume").require(1)
        self.assertIn("duration = 50 ms (the checkpoint was written at 100 ms). Choose a longer one", said)
        self.assertLessEqual(before.items(), contents(self.folder).items())
        self.start(self.folder, 200, "--resume").require(0)
        self.require_results(200)

    def test_prolongs_a_finished_run(self):
        self.start(self.folder, 100, "--resume", ranks=2, threads=1).require(0)
        self.start(self.folder, 200, "--resume", ranks=3, threads=2).require(0)
        self.require_results(200)

    def test_finished_run_again(self):
        self.start(self.folder, 100, "--resume", ranks=2).require(0)
        self.start(self.folder, 100, "--resume").require(0)
        self.require_results(100)

    def test_records_into_another_folder(self):
        """From the checkpoint on; the new checkpoints join the old ones."""
        old = self.root / "old_folder"
        self.start(old, 120, "--resume").require(0)
        self.start(self.folder, 200, "--checkpoint-dir", old / "checkpoints", "--resume", ranks=2).require(0)
        reference = self.reference(200)
        require_same(reference / "end.h5", self.folder / "end.h5")
        name = checkpoint_at(200)
        self.assertTrue((old / "checkpoints" / name).exists())
        self.assertFalse(self.checkpoints.exists())
        for population in POPULATIONS:
            with h5py.File(reference / "spikes.h5") as whole, h5py.File(self.folder / "spikes.h5") as part:
                times = whole[f"spikes/{population}/timestamps"][:]
                self.assertTrue((times <= 120.0).any() and (times > 120.0).any())
                for array in ("timestamps", "node_ids"):
                    path = f"spikes/{population}/{array}"
                    np.testing.assert_array_equal(part[path][:], whole[path][:][times > 120.0])
            with h5py.File(reference / "V.h5") as whole, h5py.File(self.folder / "V.h5") as part:
                data = f"report/{population}/data"
                np.testing.assert_array_equal(part[data][:], whole[data][-40:])
                self.assertEqual(list(part[f"report/{population}/mapping/time"]), [122.0, 202.0, 2.0])

    def test_exports_what_store_writes(self):
        for connectivity in ("regenerate", "store"):
            self.folder = self.root / f"export_{connectivity}"
            stored = self.folder / "stored.h5"
            self.start(self.folder, 180, "--checkpoint-every", "60ms", "--keep", "3", "--store-at", f"120={stored}",
                       "--checkpoint-connectivity", connectivity, ranks=2).require(0)
            exported = self.folder / "exported.h5"
            self.command("export", self.folder / "checkpoints" / checkpoint_at(120), "--network", exported)
            require_same(stored, exported)

    def test_tells_and_verifies(self):
        """The same on one rank and on three."""
        folder = self.reference(200)
        checkpoint = folder / "checkpoints" / checkpoint_at(200)
        for path, told in ((checkpoint, "model time 200 ms"), (folder / "end.h5", "model time 200 ms"),
                           (folder / "spikes.h5", "population E"), (folder / "V.h5", "100 frames x 400 neurons")):
            for command, text in (("info", told), ("verify", "whole")):
                one, three = (self.command(command, path, ranks=ranks) for ranks in (1, 3))
                self.assertEqual(one, three)
                self.assertIn(text, one)
        self.assertIn("as its record says", self.command("verify", checkpoint))

    def test_finds_damage(self):
        """By the record of a checkpoint, by the checksums of arrays where there is none."""
        self.start(self.folder, 100, "--resume").require(0)
        checkpoint = self.checkpoints / checkpoint_at(100)
        damaged = [(self.folder / "end.h5", "edges/E_to_E/weight"), (self.folder / "spikes.h5", "spikes/E/timestamps"),
                   (self.folder / "V.h5", "report/E/data"), (checkpoint, "weights/E_to_E")]
        for path, dataset in damaged:
            flip_a_byte(path, dataset)
            self.assertIn(str(path), self.command("verify", path, status=1))
        checkpoint.with_suffix(".json").unlink()
        said = self.command("verify", checkpoint, status=1)
        self.assertIn("weights/E_to_E", said)

    def test_stops_when_no_checkpoint_is_whole(self):
        self.start(self.folder, 100, "--checkpoint-every", "60ms").require(0)
        for ms in (60, 100):
            flip_a_byte(self.checkpoints / checkpoint_at(ms), "weights/E_to_E")
        said = self.refused(1, "--resume")
        for part in ("all are damaged", checkpoint_at(60), checkpoint_at(100)):
            self.assertIn(part, said)


if __name__ == "__main__":
    main()
