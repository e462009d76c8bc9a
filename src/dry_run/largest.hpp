// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace engram::dry_run {

/// The largest of `count` independent Poisson numbers of this mean, where `level` is uniform in
/// (0, 1).
double largest_poisson(double count, double mean, double level);

}  // namespace engram::dry_run
