// Scalar arithmetic inside the body of a linalg op, written as arithmetic: `x * 0.5 * (1.0 + erf(x * c))`.
// Floats use arith and math ops on fp32, integers arith ops on their own width, truth values i1.
#pragma once
#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace tarn::tensor {
struct Scalar {
  mlir::OpBuilder *builder;
  mlir::Location loc;
  mlir::Value value;
  bool isUnsigned = false; // how an integer is read

  bool isFloat() const { return mlir::isa<mlir::FloatType>(value.getType()); }
  mlir::Type type() const { return value.getType(); }
  Scalar with(mlir::Value other) const { return {builder, loc, other, isUnsigned}; }
  /// A constant of this scalar's type.
  Scalar constant(double number) const;
};

Scalar operator+(Scalar a, Scalar b);
Scalar operator-(Scalar a, Scalar b);
Scalar operator*(Scalar a, Scalar b);
Scalar operator/(Scalar a, Scalar b);
inline Scalar operator+(Scalar a, double b) { return a + a.constant(b); }
inline Scalar operator-(Scalar a, double b) { return a - a.constant(b); }
inline Scalar operator*(Scalar a, double b) { return a * a.constant(b); }
inline Scalar operator/(Scalar a, double b) { return a / a.constant(b); }
inline Scalar operator+(double a, Scalar b) { return b.constant(a) + b; }
inline Scalar operator-(double a, Scalar b) { return b.constant(a) - b; }
inline Scalar operator*(double a, Scalar b) { return b.constant(a) * b; }
inline Scalar operator/(double a, Scalar b) { return b.constant(a) / b; }

Scalar maximum(Scalar a, Scalar b);
Scalar minimum(Scalar a, Scalar b);
inline Scalar maximum(Scalar a, double b) { return maximum(a, a.constant(b)); }
inline Scalar minimum(Scalar a, double b) { return minimum(a, a.constant(b)); }

/// "neg", "abs", "exp", "log", "log1p", "sqrt", "rsqrt", "erf", "tanh", "floor", "ceil", "roundeven", "sin", "cos".
Scalar apply(llvm::StringRef function, Scalar x);
/// a to the power b; a constant small whole exponent becomes products, which are right for negative bases
/// too.
Scalar power(Scalar a, Scalar b);
Scalar sigmoid(Scalar x);

/// "lt", "le", "gt", "ge", "eq", "ne": an i1. Comparisons with NaN are false, but for "ne".
Scalar compare(llvm::StringRef relation, Scalar a, Scalar b);
inline Scalar compare(llvm::StringRef relation, Scalar a, double b) { return compare(relation, a, a.constant(b)); }
Scalar select(Scalar condition, Scalar whenTrue, Scalar whenFalse);
/// An i1 that is true where an integer or a float is not 0.
Scalar truth(Scalar x);
Scalar logicalAnd(Scalar a, Scalar b);
Scalar logicalOr(Scalar a, Scalar b);
Scalar logicalXor(Scalar a, Scalar b);

/// Between number types: float to integer truncates, i1 to number is 0 or 1, 16-bit floats round to nearest
/// even.
Scalar convert(Scalar x, mlir::Type to, bool toUnsigned = false);
/// The type that an element is computed in: fp32 for floats, itself otherwise.
mlir::Type computeType(mlir::Type elementType);
} // namespace tarn::tensor
