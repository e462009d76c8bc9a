// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace engram::bench {

/// What a core of this machine can do at best: bare loops over flat arrays, without a network, a
/// calendar or a choice of models, with AVX-512 where the processor has it. Median rates by
/// processor time, items per second; measured when called, so call them beside what is compared.
namespace limits {

/// Adds rows of 1,000 weights (u32 targets) to 5,000 inputs, 20,000 rows in random order.
double delivery_constant();
double delivery_single();
double delivery_double();
/// Leaky integrate-and-fire neurons: V_m, the refractory time and one input (two inputs with
/// exponential currents).
double update_delta(std::size_t neurons);
double update_exp(std::size_t neurons);
/// Poisson numbers of one mean, not added to anything: the fastest way that was found to draw them
/// is the one in use.
double poisson(double mean);

}  // namespace limits

}  // namespace engram::bench
