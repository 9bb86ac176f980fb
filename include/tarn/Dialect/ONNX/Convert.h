// Types and tensors of an ONNX model as types and attributes of MLIR, and back.
#pragma once
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "tarn/OnnxFile/OnnxModel.h"

namespace tarn::onnx {

/// Signed integers are signless, unsigned ones unsigned, boolean is i1. Null for numbers that ONNX does not
/// know.
mlir::Type toElementType(int32_t onnxElementType, mlir::MLIRContext *context);
/// 0 (undefined) for types that ONNX does not have.
int32_t fromElementType(mlir::Type type);

/// `tensor<*x!onnx.unknown>` for an unknown type; null for maps and sparse tensors.
mlir::Type toType(const onnxfile::Type &type, mlir::MLIRContext *context);
onnxfile::Type fromType(mlir::Type type);

/// Up to 1 KiB dense, above a resource blob over the tensor's own bytes (not copied; 2- and 4-bit elements
/// are spread to a byte each). Null when the element type is unknown.
mlir::ElementsAttr toElements(const onnxfile::Tensor &tensor, mlir::MLIRContext *context);
/// Bytes as ONNX has them; for elements below a byte nothing.
std::optional<onnxfile::Tensor> fromElements(mlir::ElementsAttr elements);

} // namespace tarn::onnx
