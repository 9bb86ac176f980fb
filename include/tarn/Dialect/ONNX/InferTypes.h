// Result types of one operation from the types and constant values of its operands.
#pragma once
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/Operation.h"
#include "llvm/Support/Error.h"

namespace tarn::onnx {

/// Answers the value of an operand when it is known at compile time, else null.
using ConstantLookup = llvm::function_ref<mlir::ElementsAttr(mlir::Value)>;

/// One type per result: what ONNX's inference function says, refined by the type that the result has.
/// Operations that ONNX cannot infer (onnx.Custom, other dialects) keep their types. An error names the node
/// and the rule that its operands break; nothing is changed in either case.
llvm::Expected<llvm::SmallVector<mlir::Type>> inferTypes(mlir::Operation *op, ConstantLookup constants);

/// `inferred`, and where it says less than `known` (rank, dimension, element type), what `known` says.
mlir::Type refineType(mlir::Type inferred, mlir::Type known);

} // namespace tarn::onnx
