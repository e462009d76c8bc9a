#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# all_layouts.sh ENGRAM RANKS THREADS OPTION ...: the main experiment through the command, with the reference layout
# (1 rank, 1 thread) and this one: spikes and stored files are the same, also when each layout restores what the other
# stored. OPTION ...: of `engram run`, to make the network smaller.
set -euo pipefail
engram=$1 ranks=$2 threads=$3
shift 3
network=$(dirname "$0")/../../cluster/einetwork.toml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# run NAME RANKS THREADS OPTION ...: results in $folder/NAME.
run() {
    local name=$1 r=$2 t=$3
    shift 3
    timeout -k 5 240 mpirun -n "$r" "$engram" run "$network" --threads "$t" --quiet \
        --output "$folder/$name" --store "$folder/$name/network.h5" "$@"
}

# same A B: what both runs recorded and stored.
same() {
    local file
    for file in spikes.h5 network.h5; do
        h5diff "$folder/$1/$file" "$folder/$2/$file" || { echo "$file differs between $1 and $2"; exit 1; }
    done
}

run reference 1 1 "$@"
run layout "$ranks" "$threads" "$@"
same reference layout

run restored_reference 1 1 "$@" --restore "$folder/layout/network.h5"
run restored_layout "$ranks" "$threads" "$@" --restore "$folder/reference/network.h5"
same restored_reference restored_layout
run other_seed "$ranks" "$threads" "$@" --restore "$folder/reference/network.h5" --seed 7
if h5diff -q "$folder"/{restored_layout,other_seed}/spikes.h5; then
    echo "another seed gives the same spikes"
    exit 1
fi
