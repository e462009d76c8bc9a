// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Elementary functions that give the same bits on every processor: libm chooses its code by CPU
/// type, these use IEEE additions, multiplications, divisions and roots alone. Errors stay below 2
/// units in the last place (pow: 1e-14 relative). docs/decisions/0001-own-elementary-functions.md.
namespace engram::math {

double exp(double x);
/// Natural logarithm; x > 0.
double log(double x);
/// x to the power y for x >= 0; exact for y = 0 and y = 1.
double pow(double x, double y);
/// Inverse of the normal distribution function, 0 < p < 1 (Wichura 1988, AS 241: relative error
/// 1e-16).
double normal_quantile(double p);

}  // namespace engram::math
