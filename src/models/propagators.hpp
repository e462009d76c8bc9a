// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What synaptic currents make of the potential of a leaky membrane within one step, exactly
/// (Rotter and Diesmann 1999, doi:10.1007/s004220050570). Good to some units in the last place for
/// all time constants, equal and nearly equal ones included.
namespace engram::propagators {

/// mV at the end of a step for each pA at its beginning of a current that decays with `tau_syn`.
/// Times in ms, C_m in pF.
double exponential_current(double resolution, double tau_syn, double tau_m, double C_m);

/// mV at the end of a step for each pA/ms at its beginning of what feeds such a current and decays
/// with the same `tau_syn`: an alpha function.
double alpha_current(double resolution, double tau_syn, double tau_m, double C_m);

}  // namespace engram::propagators
