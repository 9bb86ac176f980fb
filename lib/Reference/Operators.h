// Inside the room: what one operator's function looks like, the tables that list them by category, and how a
// function reads its node.
//
// `evaluate` calls a function only when the number of inputs lies in the operator's range and the first
// `minInputs` are there, and puts the operator's name before its errors. Attributes have the types of the
// schema: the importer's checker sees to that; one of another type counts as absent.
#pragma once
#include "tarn/Reference/Reference.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::reference {

using Outputs = std::vector<HostTensor>;
using Result = llvm::Expected<Outputs>;

constexpr unsigned variadic = ~0u;

struct Operator {
  const char *name;
  Result (*function)(const Node &);
  unsigned minInputs, maxInputs;
};

llvm::ArrayRef<Operator> activationOperators();
llvm::ArrayRef<Operator> attentionOperators();
llvm::ArrayRef<Operator> binaryOperators();
llvm::ArrayRef<Operator> convolutionOperators();
llvm::ArrayRef<Operator> einsumOperators();
llvm::ArrayRef<Operator> generatorOperators();
llvm::ArrayRef<Operator> indexingOperators();
llvm::ArrayRef<Operator> logicOperators();
llvm::ArrayRef<Operator> lossOperators();
llvm::ArrayRef<Operator> matrixOperators();
llvm::ArrayRef<Operator> movementOperators();
llvm::ArrayRef<Operator> normalizationOperators();
llvm::ArrayRef<Operator> poolingOperators();
llvm::ArrayRef<Operator> quantizationOperators();
llvm::ArrayRef<Operator> recurrentOperators();
llvm::ArrayRef<Operator> reductionOperators();
llvm::ArrayRef<Operator> resizeOperators();
llvm::ArrayRef<Operator> samplingOperators();
llvm::ArrayRef<Operator> shapeOperators();
llvm::ArrayRef<Operator> unaryOperators();

/// The only output.
inline Result single(HostTensor tensor) { return Outputs{std::move(tensor)}; }

/// Input `i`, null where it is left out.
inline const HostTensor *optionalInput(const Node &node, unsigned i) {
  return i < node.inputs.size() ? node.inputs[i] : nullptr;
}

bool hasAttribute(const Node &node, llvm::StringRef name);
int64_t intAttribute(const Node &node, llvm::StringRef name, int64_t otherwise);
double floatAttribute(const Node &node, llvm::StringRef name, double otherwise);
std::string stringAttribute(const Node &node, llvm::StringRef name, llvm::StringRef otherwise);
std::vector<int64_t> intsAttribute(const Node &node, llvm::StringRef name);

/// The elements of a tensor of integers (a shape, axes, indices).
std::vector<int64_t> integers(const HostTensor &tensor);
/// Counts a negative axis from the end; an error outside [-rank, rank).
llvm::Expected<int64_t> normalizedAxis(int64_t axis, int64_t rank);
/// As a set in ascending order: errors for doubles too.
llvm::Expected<llvm::SmallVector<int64_t, 6>> normalizedAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);
/// An error for a shape that comes from data and cannot be allocated (negative or beyond 16 GiB).
llvm::Error checkAllocatable(llvm::ArrayRef<int64_t> shape);
/// An error unless both have the same element type.
llvm::Error checkSameType(const HostTensor &a, const HostTensor &b);

} // namespace tarn::reference
