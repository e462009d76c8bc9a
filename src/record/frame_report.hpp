// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "record/raw_file.hpp"

namespace engram {

/// A SONATA frame report of one variable: its value in every neuron at regular times; the same
/// content for every layout. Until it is finished, the frames of each population are in a raw file.
/// All functions are collective.
class FrameReport {
public:
    /// A recorded population and the slice of it that this rank holds; slices are in rank order.
    /// Where a run is resumed, its first `kept` frames stay, which are in the raw file or the
    /// finished report.
    struct Part {
        std::string population, unit;
        std::uint64_t size = 0;
        std::uint64_t begin = 0, count = 0;
        std::uint64_t kept = 0;
        std::vector<std::uint64_t> nodes =
            {};  ///< node ids of this slice; none: begin, begin + 1, ...
    };
    /// When frames are taken: the next one at `next`, then every `interval` steps.
    struct Times {
        Step next = 0, interval = 1;
        double resolution = 0.1;  ///< ms
    };

    /// Collective. `path` is the final name.
    FrameReport(const Communicator& comm, std::string path, std::string variable,
                const std::vector<Part>& parts, const Times& times);

    /// Local. Goes on with the files of another report, which has other populations.
    void take_over(FrameReport& other) { populations_.merge(other.populations_); }
    /// Collective. The next `frames` frames of a population: this rank's slice of each, frame after
    /// frame.
    void append(const std::string& population, std::span<const double> local, std::uint64_t frames);
    /// Collective. What was appended is on the disk when it returns.
    void sync() const;
    /// Collective. Writes the report, under its final name. Nothing follows.
    void finish();

private:
    struct Data {
        Part part;
        std::vector<std::uint64_t> begins;  // of all ranks' slices, and the size
        Step next;                          // when the next frame is taken
        std::unique_ptr<RawFile> frames;
    };

    /// Collective. Sees to it that the raw file of a part is there, which keeps some frames.
    void find_raw_file(const Part& part, const RawFile::Format& format) const;
    /// Collective. Whole frames for this rank, of frames that are spread over the ranks by neurons.
    [[nodiscard]] std::vector<double> collect(const Data& data, std::span<const double> local,
                                              std::uint64_t frames) const;
    /// Collective.
    void write_frames(hdf5::File& file, const Data& data) const;

    Communicator comm_;
    std::string path_, variable_;
    Times times_;
    std::map<std::string, Data> populations_;
};

}  // namespace engram
