// What the stages after Graph compile: one entry per operator with the data types and restrictions.
#pragma once
#include "Nodes.h"

namespace tarn::graph {

/// Sets of element types.
enum Types : unsigned { floats = 1, booleans = 2, integers = 4, anyType = floats | booleans | integers };

struct Finding {
  std::string attribute; // or operand; empty for the operator itself
  std::string reason;
};

/// What is compiled only in part.
struct Restriction {
  llvm::StringLiteral says = "";
  /// Called with static types only.
  std::optional<Finding> (*check)(mlir::Operation *op) = nullptr;
};

struct Support {
  llvm::StringLiteral op;
  unsigned operandTypes; // of operand 0
  Restriction restriction = {};
};

/// Null for operators outside the core.
const Support *findSupport(llvm::StringRef op);
/// Operators that graph-canonicalize-ops rewrites into the core.
bool isRewritten(llvm::StringRef op);
/// Whether a type's elements exist on the machine, and in the set.
bool allows(unsigned types, mlir::Type elementType);

} // namespace tarn::graph
