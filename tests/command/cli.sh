#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# cli.sh ENGRAM: what goes wrong under mpirun ends all ranks soon, with an exit status that says so, one message on
# standard error, and no file under its final name.
set -uo pipefail
engram=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
problems=0

complain() {
    echo "$*"
    sed 's/^/    | /' stderr
    problems=$((problems + 1))
}

# fails NAME TEXT OPTION ...: `engram OPTION ...` on three ranks fails as it should, and says TEXT once.
fails() {
    local name=$1 text=$2 status count
    shift 2
    timeout -k 5 20 mpirun -n 3 "$engram" "$@" >stdout 2>stderr
    status=$?
    [ $status -ne 0 ] || complain "$name: the exit status is 0"
    [ $status -ne 124 ] && [ $status -ne 137 ] || complain "$name: it did not end by itself"
    count=$(grep --count --fixed-strings -- "$text" stderr)
    [ "$count" -eq 1 ] || complain "$name: standard error says it $count times: $text"
    count=$(grep --count '^engram: ' stderr)
    [ "$count" -le 1 ] || complain "$name: standard error holds $count messages"
    [ -z "$(find . -path '*results/*' -type f)" ] || complain "$name: left $(find . -path '*results/*' -type f)"
    rm -rf results
}

cat >network.toml <<'END'
[simulation]
duration = 20.0
[populations.E]
model = "iaf_psc_delta"
size = 100
[devices.drive]
model = "poisson_generator"
rate = 2000.0
[[projections]]
source = "E"
target = "E"
rule = { fixed_indegree = { indegree = 10 } }
[[projections]]
source = "drive"
target = "E"
rule = "all_to_all"
[recorders.spikes]
model = "spike_recorder"
from = "E"
END
run=(run network.toml --quiet)

# What the rest is compared with: it works.
mpirun -n 3 "$engram" "${run[@]}" --threads 2 --store stored.h5 >stdout 2>stderr || complain "a sound run failed"
[ -s results/spikes.h5 ] && [ -s stored.h5 ] || complain "a sound run left no files"
[ ! -s stderr ] || complain "a sound run wrote to standard error"
rm -rf results

# An option and --set side by side: both count.
mpirun -n 3 "$engram" run network.toml --duration 5 --set populations.E.size=10 --report report.json >stdout 2>stderr ||
    complain "an option beside --set: the run failed"
grep -q '"model_ms": 5.0' report.json && grep -q '"neurons": 10' report.json ||
    complain "an option beside --set: one of them was lost"
rm -rf results report.json

# The report of three ranks: memory of the processes and rates fit together.
mpirun -n 3 "$engram" "${run[@]}" --threads 2 --report report.json >stdout 2>stderr || complain "a run with report failed"
/usr/bin/python3 - 2>stderr <<'END' || complain "the report does not fit together"
import json
report = json.load(open("report.json"))
memory = report["process_bytes"]
for bytes in memory.values():
    assert 2**20 < bytes["max"] < bytes["sum"] <= 3 * bytes["max"], memory
for which in ("max", "sum"):
    assert memory["resident_built"][which] <= memory["peak_building"][which] <= memory["peak"][which], memory
    assert memory["resident"][which] <= memory["peak"][which], memory
near = lambda name, value: abs(report[name] - value) <= 1e-9 * value or exit(f"{name}: {report[name]}, not {value}")
near("events_per_s_core", report["events"] / report["run_s"] / 6)
near("real_time_factor", report["run_s"] / report["model_ms"] * 1000)
near("built_per_s_core", report["synapses"] / report["build_s"] / 6)
near("bytes_per_synapse", sum(report["bytes"].values()) / report["synapses"])
near("building_peak", memory["peak_building"]["sum"] / memory["resident_built"]["sum"])
END
rm -rf results report.json

# A dry run says what it measured and what it modelled, and leaves no results.
mpirun -n 1 "$engram" run network.toml --dry-run 5,4 --threads 2 --report report.json >stdout 2>stderr ||
    complain "a dry run failed"
grep -q '^engram: dry run of rank 4 of 5' stdout && grep -q '"modelled"' report.json ||
    complain "a dry run says nothing of what it did"
[ ! -e results ] || complain "a dry run left results"
rm -f report.json

fails "missing network file" "missing.toml" run missing.toml
fails "no subcommand" "subcommand"
fails "unknown option" "--thread" run network.toml --thread 2
fails "unknown model" "Did you mean 'iaf_psc_delta'?" "${run[@]}" --set populations.E.model=iaf_psc_dela
fails "value out of range" "tau_m = -1" "${run[@]}" --set populations.E.tau_m=-1
fails "no threads" "threads = 0" "${run[@]}" --threads 0
fails "negative duration" "duration" "${run[@]}" --duration -5
fails "duration off the grid" "duration" "${run[@]}" --duration 0.05
fails "dry run of several processes" "3 processes (one stands for all ranks)" run network.toml --dry-run 4
fails "rate without a dry run" "--dry-run-rate requires --dry-run" run network.toml --dry-run-rate 5
fails "missing stored file" "missing.h5" "${run[@]}" --restore missing.h5
head -c 3000 stored.h5 >damaged.h5
fails "damaged stored file" "damaged.h5" "${run[@]}" --restore damaged.h5
fails "stored file that does not fit" "of another network" "${run[@]}" --restore stored.h5 --set populations.E.size=101
touch file
fails "output folder is a file" "output folder 'file'" "${run[@]}" --output file
fails "folder of the stored file is missing" "missing/" "${run[@]}" --store missing/stored.h5
fails "report cannot be written" "missing/report.json" "${run[@]}" --report missing/report.json
fails "more memory than there is" "GiB" "${run[@]}" --set populations.E.size=1000000000 \
    --set 'projections[0].rule={fixed_indegree={indegree=10000}}'
fails "unknown file to tell about" "missing.h5" info missing.h5
fails "unknown model to tell about" "Did you mean" models iaf_psc_dela

[ $problems -eq 0 ]
