#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Settings of Open MPI for many ranks on one shared machine. Two ways to use it:
#   source cluster/mpi_env.sh
#   cluster/mpi_env.sh mpirun -n 4 build/release/engram run network.toml
# Not for timing on a quiet machine or for batch systems, which bind ranks to cores themselves.
export OMPI_MCA_rmaps_base_oversubscribe=1                  # more ranks than cores
export OMPI_MCA_hwloc_base_binding_policy=none              # else all threads of a rank share one core
export OMPI_MCA_mpi_yield_when_idle=1                       # waiting ranks leave the core to others
export OMPI_MCA_btl_vader_single_copy_mechanism=none        # containers forbid reading another process
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMP_WAIT_POLICY=passive
if [ "${BASH_SOURCE[0]}" = "$0" ]; then exec "$@"; fi
