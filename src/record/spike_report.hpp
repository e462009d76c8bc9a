// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "hdf5/appender.hpp"
#include "hdf5/file.hpp"

namespace engram {

/// A SONATA spike report, ordered by time, then neuron; the same content for every layout. All
/// functions are collective.
class SpikeReport {
public:
    /// Collective. `path` is the final name.
    SpikeReport(const Communicator& comm, const std::string& path,
                const std::vector<std::string>& populations, double resolution);

    /// Collective. This rank's spikes of the steps (from, to], in any order. Calls follow one
    /// another in time.
    void append(const std::string& population, const std::vector<RecordedSpike>& local, Step from,
                Step to);

    /// Collective. Brings what was appended into the temporary file.
    void flush();
    /// Collective. Closes the file under its final name. Nothing follows.
    void finish();

private:
    struct Columns {
        hdf5::Appender<std::uint64_t> node_ids;
        hdf5::Appender<double> timestamps;
    };

    hdf5::File file_;
    double resolution_;
    std::map<std::string, Columns> populations_;
};

}  // namespace engram
