// Whether outputs are as expected, and by how much they are not.
#pragma once
#include "tarn/Support/HostTensor.h"
#include "llvm/Support/JSON.h"

namespace tarn::sim {

/// Match: max |found - expected| ≤ atol + rtol · max |expected| over the tensor. Integers and booleans are
/// exact unless a tolerance is given; NaN equals NaN, infinities of one sign are equal.
struct Tolerance {
  std::optional<double> rtol;  // default by type: 1e-3, 1e-2 for 16-bit floats, 0 for integers
  std::optional<double> atol;  // default 0
  bool isLowPrecision = false; // floats were computed with 16 bits, whatever their type
};

struct Comparison {
  bool matches = false;
  std::string problem;         // when the tensors cannot be compared: shapes or kinds of types differ
  double maxAbsoluteError = 0; // infinite where one of the two is not finite and the other differs
  double maxRelativeError = 0; // of max |expected|
  double allowed = 0;
  struct Element {
    int64_t index;
    double found, expected;
  };
  std::vector<Element> worst; // up to 5 of those that are not allowed, worst first

  llvm::json::Object toJson() const;
};

Comparison compare(const HostTensor &found, const HostTensor &expected, const Tolerance &tolerance = {});
/// One line when it matches, the worst elements below when it does not.
void print(llvm::raw_ostream &os, llvm::StringRef name, const HostTensor &expected, const Comparison &comparison);

} // namespace tarn::sim
