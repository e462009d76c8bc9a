// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engram/error.hpp"

#include "hdf5/file.hpp"

namespace engram::sonata {

/// Collective. What our SONATA files begin with.
inline void write_header(hdf5::File& file, const std::string& format, double resolution) {
    file.write_attribute("/", "format", format);
    file.write_attribute("/", "format_version", 1);
    file.write_attribute("/", "resolution_ms", resolution);
    file.write_attribute("/", "magic", std::uint32_t{0x0A7A});
    file.write_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
}

/// Local. Throws unless a finished report has the steps of this run.
inline void require_resolution(const hdf5::File& file, double resolution) {
    const auto found = file.read_attribute<double>("/", "resolution_ms");
    if (found != resolution)
        throw Error("cannot go on with the recording '" + file.path() + "' (its resolution is " +
                    std::to_string(found) + " ms, not " + std::to_string(resolution) +
                    "). Choose another output folder");
}

}  // namespace engram::sonata
