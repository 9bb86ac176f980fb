// Types and tensors of an ONNX model as types and attributes of MLIR, and back.
#pragma once
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
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

/// Null for graphs, types and tensors of an unknown element type.
mlir::Attribute toAttribute(const onnxfile::Attribute &attribute, mlir::MLIRContext *context);
/// The value of a node Constant, whose one attribute may be of any kind; null as above. `name` becomes a resource's key.
mlir::ElementsAttr toConstant(const onnxfile::Attribute &attribute, llvm::StringRef name, mlir::MLIRContext *context);

/// The node of an operation of ai.onnx: operands are named "operand0" …, results "result0" …, an absent operand has no
/// name. Attributes with a dialect's prefix are not ONNX's and are left out.
onnxfile::Node toNode(mlir::Operation *op);

} // namespace tarn::onnx
