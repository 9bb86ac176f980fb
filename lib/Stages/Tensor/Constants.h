// Values of `onnx.Constant` ops: reading small ones, rearranging the bytes of large ones without a copy per
// element type.
#pragma once
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include <optional>
#include <vector>

namespace tarn::tensor {
/// The elements of a constant, null when the value is not made by `onnx.Constant`.
mlir::ElementsAttr constantElements(mlir::Value value);
/// The bytes of a dense constant, row-major, one bool a byte. Splats are spread out.
std::vector<char> constantBytes(mlir::ElementsAttr elements);
/// All elements as integers or as numbers; nothing when the value is not constant or of another kind.
std::optional<llvm::SmallVector<int64_t>> constantIntegers(mlir::Value value);
std::optional<std::vector<double>> constantNumbers(mlir::Value value);
/// The one value that all elements have, as FloatAttr or IntegerAttr of signless type.
mlir::TypedAttr constantSplat(mlir::Value value);

/// Makes an `onnx.Constant` from bytes: inline when small, a resource otherwise.
mlir::Value makeConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                         llvm::ArrayRef<char> bytes);
/// Makes an fp32 constant.
mlir::Value makeConstant(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                         llvm::ArrayRef<float> numbers);
/// The same elements under another type with as many elements of the same width (another shape, without
/// sign).
mlir::ElementsAttr retyped(mlir::ElementsAttr elements, mlir::RankedTensorType type);
/// Result dimension i is source dimension permutation[i].
mlir::Value transposedConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value constant,
                               llvm::ArrayRef<int64_t> permutation);
/// The elements reversed along some dimensions.
mlir::Value reversedConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value constant,
                             llvm::ArrayRef<int64_t> dimensions);

/// The elements with a border of zeros.
mlir::Value paddedConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value constant,
                           llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high);

/// The type with element types that MLIR's arithmetic knows: no sign, i8 for i1.
mlir::RankedTensorType signlessType(mlir::RankedTensorType type);
} // namespace tarn::tensor
