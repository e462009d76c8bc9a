#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# check_models.sh ENGRAM: the models of docs/add-a-model.md are there, give the same on every layout, and what the page
# says of a constant current.
set -euo pipefail
engram=$1
network=$(dirname "$(realpath "$0")")/ring.toml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

for model in pif_psc_delta stdp_additive_synapse ring_neighbours ramp_current_generator iaf_psc_delta; do "$engram" models $model >/dev/null; done

for layout in 1x1 3x2; do
    timeout -k 5 60 mpirun -n "${layout%x*}" "$engram" run "$network" --threads "${layout#*x}" --quiet \
        --output $layout --store $layout/end.h5
done
for file in spikes.h5 end.h5; do h5diff 1x1/$file 3x2/$file || { echo "$file differs"; exit 1; }; done

timeout -k 5 60 mpirun -n 3 "$engram" run "$network" --quiet --set devices.drive.rate=0 --set 'projections[1].weight=0' \
    --set populations.ring.I_e=300 --set populations.ring.V_m=-70
/usr/bin/python3 - <<'END'
import h5py, numpy
spikes = h5py.File("results/spikes.h5")["spikes/ring"]
times = spikes["timestamps"][()][spikes["node_ids"][()] == 42]
numpy.testing.assert_allclose(times, 12.5 + 14.5 * numpy.arange(69))
assert len(spikes["timestamps"]) == 100 * 69
END
