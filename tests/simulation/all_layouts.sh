#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# all_layouts.sh ENGRAM RANKS THREADS T: the main experiment by the command on the reference layout
# (1 rank, 1 thread) and on this one, stored after T ms and continued to 2T. Spikes and stored files
# are the same, also when each layout restores what the other stored.
set -euo pipefail
engram=$1 ranks=$2 threads=$3 duration=$4
network=$(dirname "$0")/../../cluster/einetwork.toml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# run NAME RANKS THREADS OPTION ...: results in $folder/NAME.
run() {
    local name=$1 r=$2 t=$3
    shift 3
    timeout -k 5 240 mpirun -n "$r" "$engram" run "$network" --threads "$t" --quiet \
        --output "$folder/$name" --store "$folder/$name/end.h5" "$@"
}

# same FILE A B: the file of both runs.
same() {
    h5diff "$folder/$2/$1" "$folder/$3/$1" || { echo "$1 differs between $2 and $3"; exit 1; }
}

whole() { run "$@" --duration $((2 * duration)) --store-at "$duration=$folder/$1/stored.h5"; }
whole reference 1 1
whole layout "$ranks" "$threads"
for file in spikes.h5 stored.h5 end.h5; do same $file reference layout; done

restored() { run "$1" "$2" "$3" --duration "$duration" --restore "$folder/$4/stored.h5" "${@:5}"; }
restored restored_reference 1 1 layout
restored restored_layout "$ranks" "$threads" reference
for file in spikes.h5 end.h5; do same $file restored_reference restored_layout; done

restored other_seed "$ranks" "$threads" reference --seed 7
if h5diff -q "$folder"/{restored_layout,other_seed}/spikes.h5; then
    echo "another seed gives the same spikes"
    exit 1
fi
