#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a SONATA network is told all at once, with the names of the files, alike on any number of ranks:

    ENGRAM_BUILD=build/release tests/sonata/test_errors.py [-v] [Errors.test_...]
"""
import unittest

import h5py
import numpy as np

from networks import InFolder, engram


class Errors(InFolder):
    def refused(self, *parts):
        """Running the configuration is, and every part is said."""
        path = self.network.configure(self.folder)
        said = [engram("run", path, "--output", self.folder / "out", "--quiet", ranks=ranks, status=1)
                .split("--------------------------------------------------------------------------")[0]
                for ranks in (1, 3)]
        self.assertEqual(said[0], said[1])
        for part in parts:
            self.assertIn(part.format(self.folder), said[0])
        return said[0]

    def replace(self, name, old, new):
        path = self.folder / name
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))

    def test_many_at_once(self):
        self.replace("network/node_types.csv", "nest:iaf_psc_exp", "nest:iaf_psc_exq")
        self.replace("network/external.csv", "5 virtual", "5 biophysical")
        self.replace("network/edge_types.csv", "nest:static_synapse", "tsodyks_synapsis")
        self.replace("components/slow.json", "tau_m", "tau_n")
        self.configuration["run"]["dt"] = 0.3
        self.configuration["inputs"]["trains"]["input_file"] = "lost.h5"
        self.configuration["inputs"]["more"]["module"] = "nwb"
        self.configuration["inputs"]["clamp"] = {"input_type": "current_clamp", "module": "IClamp", "node_set": "internal"}
        self.configuration["reports"]["some"]["cells"] = "feww"
        self.configuration["reports"]["ecp"] = {"module": "extracellular", "cells": "internal", "variable_name": "v"}
        self.configuration["output"]["spikes_sort_order"] = "by_id"
        self.configuration["output"]["spikes_file"] = "out.dat"
        self.refused(
            "{0}/network/node_types.csv:5: unknown model_template 'nest:iaf_psc_exq'. Did you mean 'iaf_psc_exp'?",
            "{0}/network/external.csv:2: model_type = biophysical (is not supported)",
            "{0}/network/edge_types.csv:3: unknown model_template 'tsodyks_synapsis'",
            "{0}/network/nodes.h5: nodes of 'internal' have a parameter 'tau_n' (which iaf_psc_alpha does not have). "
            "Did you mean 'tau_m'?",
            "duration = 200 ms (must be a multiple of the resolution, 0.3 ms)",
            "{0}/simulation.json: inputs.trains.input_file '{0}/lost.h5' (there is no such file)",
            "inputs.more.module = nwb (is not supported)",
            "inputs.clamp.input_type = current_clamp (is not supported)",
            "reports.some.cells = 'feww' (there is no such node set). Did you mean 'few'?",
            "reports.ecp.module = extracellular (is not supported)",
            "output.spikes_sort_order = by_id (is not supported",
            "output.spikes_file = out.dat (must be NAME.h5")

    def test_missing_files(self):
        for name in ("network/nodes.h5", "network/external.csv", "components/fast.json", "network/external_to_mixed.h5"):
            (self.folder / name).unlink()
        self.refused("cannot read '{0}/network/nodes.h5' (there is no such file)",
                     "{0}/network/external.csv: cannot be read",
                     "cannot read '{0}/network/external_to_mixed.h5' (there is no such file)",
                     "edges 'internal_to_internal' name nodes 'internal' (which are not in the configuration)")

    def test_broken_texts(self):
        (self.folder / "components/fast.json").write_text('{"tau_m": }')
        (self.folder / "components/slow.json").write_text('{"tau_m": 1e999}')
        (self.folder / "network/external.csv").write_text("model_type\nvirtual\n")
        self.replace("network/edge_types.csv", "2 *", "1 * 4")
        self.configuration["manifest"]["$OUT"] = "$AWAY/x"
        self.refused("{0}/components/fast.json: is no JSON (at byte 11)",
                     "{0}/components/slow.json: holds a number that is too large",
                     "{0}/network/external.csv: column 'node_type_id' is missing",
                     "{0}/network/edge_types.csv:3: 7 values (the first line names 6 columns)",
                     "unknown variable '$AWAY'")

    def test_wrong_columns(self):
        with h5py.File(self.folder / "network/internal_to_mixed.h5", "a") as file:
            del file["edges/internal_to_mixed/edge_type_id"]
            del file["edges/internal_to_mixed/source_node_id"].attrs["node_population"]
        with h5py.File(self.folder / "network/external_to_mixed.h5", "a") as file:
            del file["edges/external_to_mixed/edge_group_id"]
            file["edges/external_to_mixed/edge_group_id"] = np.zeros(3, int)
            file["edges/external_to_mixed/0/dynamics_params/tau"] = np.zeros(3)
        with h5py.File(self.folder / "network/external.h5", "a") as file:
            file["nodes/external/node_id"] = np.arange(8) + 1
        self.refused("{0}/network/internal_to_mixed.h5: array '/edges/internal_to_mixed/edge_type_id' is missing",
                     "attribute 'node_population' of '/edges/internal_to_mixed/source_node_id' is missing",
                     "{0}/network/external_to_mixed.h5: array '/edges/external_to_mixed/edge_group_id' has 3 elements",
                     "node_id[0] of 'external' = 1")

    def test_wrong_values(self):
        """The first wrong row of each file, whichever rank reads it."""
        with h5py.File(self.folder / "network/internal_to_mixed.h5", "a") as file:
            file["edges/internal_to_mixed/target_node_id"][150] = 20
            file["edges/internal_to_mixed/target_node_id"][170] = 21
        with h5py.File(self.folder / "network/external_to_mixed.h5", "a") as file:
            file["edges/external_to_mixed/edge_type_id"][70] = 4
        self.refused("{0}/network/internal_to_mixed.h5: edge 150 of 'internal_to_mixed': target_node_id = 20 (there is no "
                     "such node)",
                     "{0}/network/external_to_mixed.h5: edge 70 of 'external_to_mixed': edge_type_id = 4")

    def test_wrong_spikes(self):
        with h5py.File(self.folder / "trains.h5", "a") as file:
            file["spikes/gids"][60] = 8
        with h5py.File(self.folder / "more.h5", "a") as file:
            file["spikes/external/timestamps"][5] = -1.0
        self.refused("{0}/trains.h5: spike 60: node 8", "{0}/more.h5: spike 5: at -1 ms (must be positive")

    def test_wrong_places_in_groups(self):
        """As far apart as numbers can be."""
        with h5py.File(self.folder / "network/nodes.h5", "a") as file:
            index = file["nodes/internal/node_group_index"][:].astype("u8")
            index[7] = 2**64 - 1
            del file["nodes/internal/node_group_index"]
            file["nodes/internal/node_group_index"] = index
            file.create_group(f"nodes/internal/{10**30}")
        self.refused("array '/nodes/internal/3/dynamics_params/V_m' of '{0}/network/nodes.h5' has 40 elements "
                     "(1 from number 18446744073709551615 on are needed)")

    def test_wrong_types(self):
        with h5py.File(self.folder / "network/nodes.h5", "a") as file:
            file["nodes/internal/node_type_id"][5] = 8
        self.refused("{0}/network/node_types.csv: there is no node_type_id 8")


if __name__ == "__main__":
    unittest.main()
