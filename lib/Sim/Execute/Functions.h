// The functions of the Scalar engine, computed in double and rounded once: at most 1 ulp from the true value.
// Their documented ranges (facts 4.2):
//
//   log          [2^-64, 2^64]      0 and +inf give the IEEE result
//   sqrt         [2^-116, 2^118]    0 and +inf
//   rsqrt        [2^-87, 2^97]      0 and +inf
//   reciprocal   ±[2^-42, 2^42]     ±0 and ±inf
//   arctan       [-pi/2, pi/2]
//   sin          [-pi, pi]          beyond, a cubic goes on from ±pi
//
// Any other argument outside gives NaN and is counted.
#pragma once
#include "tarn/ISA/Instructions.h"

namespace tarn::sim {

/// values[i] = function(values[i]); returns how many arguments lay outside the range.
uint64_t applyFunction(isa::ActivationFunction function, float alpha, float *values, size_t size);

} // namespace tarn::sim
