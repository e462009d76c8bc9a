// SPDX-License-Identifier: Apache-2.0
// What the memory system of this machine does at this moment, in one line.
#include <cstdio>

#include "calibration.hpp"

int main() {
    using namespace engram::bench;
    const Calibration calibration = calibrate();
    std::printf("%s; %.2f times slower than the reference machine\n", text(calibration).c_str(),
                slowness(calibration));
    return 0;
}
