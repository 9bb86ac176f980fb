// Makes linalg.generic, pads, slices and reshapes on tensors of static shape, the only ops of the form
// `linalg`. Bodies receive their operands in the type they are computed in (fp32 for 16-bit floats) and what
// they answer is converted to the element type of the result.
#pragma once
#include "Scalar.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseSet.h"

namespace tarn::tensor {
using mlir::AffineExpr;
using mlir::AffineMap;
using mlir::RankedTensorType;
using mlir::Type;
using mlir::Value;
using Integers = llvm::SmallVector<int64_t>;
using Body = llvm::function_ref<Scalar(llvm::ArrayRef<Scalar>)>;

/// from, from + 1, … to − 1.
inline Integers range(int64_t from, int64_t to) {
  Integers result;
  for (; from < to; ++from)
    result.push_back(from);
  return result;
}
inline RankedTensorType tensorType(Value value) { return mlir::cast<RankedTensorType>(value.getType()); }
inline llvm::ArrayRef<int64_t> shapeOf(Value value) { return tensorType(value).getShape(); }
inline Type elementOf(Value value) { return tensorType(value).getElementType(); }

enum class Combine { Sum, Product, Max, Min };

class TensorBuilder {
public:
  TensorBuilder(mlir::OpBuilder &builder, mlir::Location loc, llvm::DenseSet<Value> &unsignedValues)
      : builder(builder), loc(loc), unsignedValues(unsignedValues) {}

  /// A parallel op over `shape`; operands broadcast as in ONNX (aligned at the right, sizes of 1 stretch).
  /// Constants that hold one value become scalars of the body.
  Value elementwise(llvm::ArrayRef<Value> operands, llvm::ArrayRef<int64_t> shape, Type element, Body body,
                    bool toUnsigned = false);
  /// A parallel op with a map for each operand.
  Value parallel(llvm::ArrayRef<Value> operands, llvm::ArrayRef<AffineMap> maps, llvm::ArrayRef<int64_t> shape,
                 Type element, Body body);
  /// Reduces over `dimensions`, which vanish from the shape. `map` is applied to every element first (null:
  /// none). The result has the type it is computed in.
  Value reduce(Value operand, llvm::ArrayRef<int64_t> dimensions, Combine combine, Body map = nullptr);
  /// A sum of products: maps of both operands and of the result over parallel and reduction dimensions, the
  /// last `numReductions` being reductions. The result is fp32.
  Value contract(Value a, Value b, llvm::ArrayRef<AffineMap> maps, llvm::ArrayRef<int64_t> shape,
                 unsigned numReductions);
  /// The reduction of windows: dimension i of `window` belongs to the innermost reductions of `map`.
  Value reduceWindows(Value operand, AffineMap map, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> window,
                      Combine combine);

  /// Splits and merges dimensions; constants are retyped, not reshaped.
  Value reshape(Value value, llvm::ArrayRef<int64_t> shape);
  /// Result dimension i is dimension permutation[i] of the value.
  Value transpose(Value value, llvm::ArrayRef<int64_t> permutation);
  /// Pads (positive) with a number.
  Value pad(Value value, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high, double number);
  Value slice(Value value, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> sizes,
              llvm::ArrayRef<int64_t> strides);
  Value insert(Value value, Value into, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> strides);
  /// Converts the elements; the value itself when nothing is to do.
  Value convertElements(Value value, Type element);
  Value reverse(Value value, llvm::ArrayRef<int64_t> dimensions);
  Value concat(llvm::ArrayRef<Value> values, int64_t axis);

  Value empty(llvm::ArrayRef<int64_t> shape, Type element);
  Value filled(llvm::ArrayRef<int64_t> shape, Type element, mlir::TypedAttr number);
  Value filled(llvm::ArrayRef<int64_t> shape, Type element, double number);

  AffineExpr dim(unsigned i) const { return builder.getAffineDimExpr(i); }
  AffineMap map(unsigned dims, llvm::ArrayRef<AffineExpr> results) const {
    return AffineMap::get(dims, 0, results, builder.getContext());
  }
  AffineMap identity(unsigned dims) const { return builder.getMultiDimIdentityMap(dims); }

  /// Reports that operands do not fit each other; what is built from then on is thrown away.
  void fail(const llvm::Twine &message) {
    if (!failed)
      mlir::emitError(loc) << message;
    failed = true;
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
  bool failed = false;

private:
  Value generic(llvm::ArrayRef<Value> operands, llvm::ArrayRef<AffineMap> maps, Value init, AffineMap initMap,
                llvm::ArrayRef<mlir::utils::IteratorType> iterators, Body body, bool toUnsigned = false);
  mlir::TypedAttr neutral(Combine combine, Type type, bool isUnsigned);

  Value keepSign(Value from, Value to);

  llvm::DenseSet<Value> &unsignedValues;
};
} // namespace tarn::tensor
