#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs the main experiment on several ranks:  cluster/demo.sh [FOLDER]
#   FOLDER               where results and the figure go (default: results/demo)
#   ENGRAM_BUILD_JOBS=N  compilers at a time (default: one for each core)
set -euo pipefail
cd "$(dirname "$0")/.."
results=${1:-results/demo}

run_experiment() {
    local engram=build/release/engram
    # mpirun -n 4 "$engram" run ... --output "$results"
    # /usr/bin/python3 ... "$results" "$results/figure.png"
    "$engram" --help
}

cluster/install.sh
source cluster/mpi_env.sh
cmake --preset release
cmake --build --preset release --parallel "${ENGRAM_BUILD_JOBS:-$(nproc)}" --target engram
mkdir -p "$results"
run_experiment
