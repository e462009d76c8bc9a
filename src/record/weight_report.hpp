// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "state/weight_tap.hpp"
#include "record/raw_file.hpp"

namespace engram {

/// The order of transmitted weights in recordings: by arrival, source, target, delay, receptor.
/// Those that agree in all of it come from one VP and keep their order.
[[nodiscard]] bool arrives_before(const TransmittedWeight& a, const TransmittedWeight& b);

/// A file of transmitted weights; the same content for every layout. Until it is finished, the
/// weights of each projection are in a raw file. All functions are collective.
class WeightReport {
public:
    /// A recorded projection. Where a run is resumed, its first `kept` events stay, which are in
    /// the raw file or the finished report.
    struct Part {
        std::string projection, source_population, target_population, unit;
        std::uint64_t kept = 0;
    };

    /// Collective. `path` is the final name.
    WeightReport(const Communicator& comm, std::string path, const std::vector<Part>& parts,
                 double resolution);

    /// Local. Goes on with the files of another report, which has other projections.
    void take_over(WeightReport& other);
    /// Collective. This rank's events of the steps (from, to], those of each VP in the order of its
    /// calendar. Calls follow one another in time.
    void append(const std::string& projection, const std::vector<TransmittedWeight>& local,
                Step from, Step to);
    /// Collective. What was appended is on the disk when it returns.
    void sync() const;
    /// Collective. Writes the report, under its final name. Nothing follows.
    void finish();

private:
    /// Collective. Sees to it that the raw file of a part is there, which keeps some events.
    void find_raw_file(const Part& part, const RawFile::Format& format) const;
    /// Collective.
    void write_weights(hdf5::File& file, const Part& part, const RawFile& raw) const;

    Communicator comm_;
    std::string path_;
    double resolution_;
    std::vector<Part> parts_;
    std::map<std::string, RawFile> projections_;
};

}  // namespace engram
