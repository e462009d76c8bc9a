// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "record/raw_file.hpp"

namespace engram {

/// A SONATA spike report, ordered by time, then neuron; the same content for every layout. Until it
/// is finished, the spikes of each population are in a raw file. All functions are collective.
class SpikeReport {
public:
    /// A recorded population. Where a run is resumed, its first `kept` spikes stay, which are in
    /// the raw file or the finished report.
    struct Part {
        std::string population;
        std::uint64_t kept = 0;
    };

    /// Collective. `path` is the final name.
    SpikeReport(const Communicator& comm, std::string path, const std::vector<Part>& parts,
                double resolution);

    /// Local. Goes on with the files of another report, which has other populations.
    void take_over(SpikeReport& other) { populations_.merge(other.populations_); }
    /// Collective. This rank's spikes of the steps (from, to], in any order. Calls follow one
    /// another in time.
    void append(const std::string& population, const std::vector<RecordedSpike>& local, Step from,
                Step to);
    /// Collective. What was appended is on the disk when it returns.
    void sync() const;
    /// Collective. Writes the report, under its final name. Nothing follows.
    void finish();

private:
    /// Collective. Sees to it that the raw file of a part is there, which keeps some spikes.
    void find_raw_file(const Part& part, const RawFile::Format& format) const;
    /// Collective.
    void write_spikes(hdf5::File& file, const std::string& population, const RawFile& raw) const;

    Communicator comm_;
    std::string path_;
    double resolution_;
    std::map<std::string, RawFile> populations_;
};

}  // namespace engram
