#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs the main experiment on several ranks:  cluster/demo.sh [FOLDER]
#   FOLDER               where results and the figure go (default: results/demo)
#   ENGRAM_BUILD_JOBS=N  compilers at a time (default: one for each core)
set -euo pipefail
cd "$(dirname "$0")/.."
results=${1:-results/demo}

# simulate RANKS THREADS NAME ARGUMENTS...: runs the network and leaves NAME/spikes.h5
simulate() {
    local ranks=$1 threads=$2 name=$3
    shift 3
    echo
    echo "*** $name: ranks x threads = $ranks x $threads"
    timeout -k 5 600 mpirun -n "$ranks" build/release/engram run cluster/einetwork.toml \
        --threads "$threads" --output "$results/$name" "$@"
}

# The experiment of NEST's example "Store and restore a network simulation", on several layouts.
run_experiment() {
    local restored=(--restore "$results/ein_1000.h5" --duration 1000)
    simulate 2 2 initial --duration 2000 --store-at 1000="$results/ein_1000.h5" --store "$results/ein_2000.h5"
    simulate 2 2 reloaded "${restored[@]}" --store "$results/reloaded.h5"
    simulate 2 2 same_seed "${restored[@]}" --store "$results/same_seed.h5"
    simulate 2 2 other_seed "${restored[@]}" --store "$results/other_seed.h5" --seed 987654321
    simulate 3 1 reloaded_3x1 "${restored[@]}" --store "$results/reloaded_3x1.h5"
    simulate 1 4 reloaded_1x4 "${restored[@]}" --store "$results/reloaded_1x4.h5"
    # The first run once more: interrupted after a second, and continued elsewhere from its checkpoint.
    rm -rf "$results/interrupted"
    simulate 2 2 interrupted --duration 1000 --checkpoint-every 400ms --resume
    simulate 3 1 interrupted --duration 2000 --checkpoint-every 400ms --resume --store "$results/interrupted.h5"
    echo
    build/release/engram info "$results/ein_1000.h5"
    echo
    cluster/compare_runs.py "$results"
    echo
    cluster/compare_runs.py \
        equal "interrupted = not interrupted" "$results"/{interrupted,initial}/spikes.h5 \
        equal "interrupted = not interrupted" "$results"/{interrupted,ein_2000}.h5
    cluster/plot_store_restore.py "$results" store_restore_network.png
    echo "The figure is store_restore_network.png; the recordings and networks are in $results."
}

cluster/install.sh
source cluster/mpi_env.sh
cmake --preset release > /dev/null
cmake --build --preset release --parallel "${ENGRAM_BUILD_JOBS:-$(nproc)}" --target engram
mkdir -p "$results"
run_experiment
