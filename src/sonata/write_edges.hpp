// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "engram/communicator.hpp"

#include "store/network_file.hpp"

namespace engram::sonata {

/// The type of all edges, or nodes, of a population that Engram writes.
inline constexpr std::uint64_t only_type = 100;

/// Collective. What all SONATA files begin with.
void write_version(hdf5::File& file);

/// Collective. Writes the synapses of a projection to `path`: one population of edges in the order
/// (target, source, delay), with both indices.
void write_edges(const Communicator& comm, const NetworkFile& network,
                 const NetworkFile::Projection& projection, const std::string& path);

}  // namespace engram::sonata
