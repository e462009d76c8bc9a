#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs all tests and checks:  tests/run.sh [options of ctest]
#   ENGRAM_BUILD_JOBS=N  compilers at a time (default: one for each core)
#   ENGRAM_SWEEP=1       the slow sweeps (label "sweep") too
set -euo pipefail
cd "$(dirname "$0")/.."

cluster/install.sh tests
cmake --preset release
cmake --build --preset release --parallel "${ENGRAM_BUILD_JOBS:-$(nproc)}"

select=(--label-exclude sweep)
[ "${ENGRAM_SWEEP:-0}" = 0 ] || select=()
# One more than cores: ranks that start, end or wait for a server leave a core idle.
exec ctest --preset release --parallel 3 --no-tests=error "${select[@]}" "$@"
