#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that Engram needs and that are missing:
#   cluster/install.sh         to build and run
#   cluster/install.sh tests   to check the sources too
# Does nothing, and needs no rights, when all are there.
set -euo pipefail

packages=(
    g++ cmake ninja-build
    libopenmpi-dev openmpi-bin libboost-mpi-dev libboost-serialization-dev
    libhdf5-openmpi-dev hdf5-tools
    libtomlplusplus-dev librandom123-dev libcli11-dev libfmt-dev libxxhash-dev nlohmann-json3-dev
    libgtest-dev libbenchmark-dev  # both commands share one configured build
    python3 python3-numpy python3-h5py python3-matplotlib
    python3-dev pybind11-dev python3-pandas python3-pip
)
if [ "${1:-}" = tests ]; then
    packages+=(clang-format clang-tidy slurm-wlm munge python3-pyflakes python3-mpi4py openssh-server iproute2)
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "cannot install packages (this is no Debian system)." \
         "Install what these Debian packages hold, then build with cmake: ${packages[*]}" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "packages are missing (and installing them needs root or sudo)." \
             "Run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
"${apt[@]}" update
"${apt[@]}" install --yes --no-install-recommends "${missing[@]}" >/dev/null
