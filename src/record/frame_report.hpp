// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "hdf5/appender.hpp"
#include "hdf5/file.hpp"

namespace engram {

/// A SONATA frame report of one variable: its value in every neuron at regular times; the same
/// content for every layout. All functions are collective.
class FrameReport {
public:
    /// A recorded population and the slice of it that this rank holds; slices are in rank order.
    struct Part {
        std::string population, unit;
        std::uint64_t size = 0;
        std::uint64_t begin = 0, count = 0;
    };
    /// When frames are taken: the first one at `first`, then every `interval` steps.
    struct Times {
        Step first = 0, interval = 1;
        double resolution = 0.1;  ///< ms
    };

    /// Collective. `path` is the final name.
    FrameReport(const Communicator& comm, const std::string& path, const std::string& variable,
                const std::vector<Part>& parts, const Times& times);

    /// Collective. The next `frames` frames of a population: this rank's slice of each, frame after
    /// frame.
    void append(const std::string& population, std::span<const double> local, std::uint64_t frames);

    /// Collective. Brings what was appended into the temporary file.
    void flush();
    /// Collective. Closes the file under its final name. Nothing follows.
    void finish();

private:
    struct Data {
        std::uint64_t count;                // neurons of this rank
        std::vector<std::uint64_t> begins;  // of all ranks' slices, and the size
        hdf5::Appender<double> frames;
    };

    /// Collective. Whole frames for this rank, of frames that are spread over the ranks by neurons.
    [[nodiscard]] std::vector<double> collect(const Data& data, std::span<const double> local,
                                              std::uint64_t frames) const;

    hdf5::File file_;
    Times times_;
    std::map<std::string, Data> populations_;
};

}  // namespace engram
