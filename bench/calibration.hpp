// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace engram::bench {

/// What the memory system of this machine does at this moment. Printed beside every result, since
/// machines differ and are shared: compare results as ratios to these.
struct Calibration {
    double read_one = 0.0,
           read_two = 0.0;  ///< sequential read on one core and on two threads, GB/s
    double triad_one = 0.0, triad_two = 0.0;  ///< a = b + q c, three arrays counted, GB/s
    double random_reads = 0.0;                ///< independent reads of 8 bytes over 256 MiB, M/s
    double latency = 0.0;                     ///< of a load that the next one depends on, ns
};

/// The machine for which the targets of the benchmarks are stated.
inline constexpr Calibration reference_machine{31.0, 62.0, 27.0, 53.0, 120.0, 157.0};

/// Measures for about two seconds, on arrays of 256 MiB. Medians, by the processor time of the
/// threads, so that others who use the same cores disturb less.
Calibration calibrate();

/// How many times slower than the reference machine this one is on one core: the geometric mean of
/// sequential read, random reads and latency.
double slowness(const Calibration& calibration);

/// In one line.
std::string text(const Calibration& calibration);

}  // namespace engram::bench
