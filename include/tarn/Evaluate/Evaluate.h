// Runs a graph of the `onnx` dialect on the host through Reference: for constant folding, and as the oracle
// of the tools. Also the bridge between MLIR's constants and host tensors.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "tarn/Support/HostTensor.h"
#include <optional>
#include <string>
#include <vector>

namespace tarn {

/// The element type of a tensor as host tensors know it; nothing for types they do not hold (strings, 4-bit,
/// 8-bit float).
std::optional<DType> toDType(mlir::Type elementType);
mlir::Type toElementType(mlir::MLIRContext *context, DType type);
mlir::RankedTensorType toTensorType(mlir::MLIRContext *context, const HostTensor &tensor);

/// Integers of 2 and 4 bits are widened to 8. Other constants' bytes are not copied where they lie dense in
/// memory: the tensor is valid as long as the context lives. Resource blobs may be unaligned:
/// `HostTensor::aligned` before typed access.
llvm::Expected<HostTensor> toHostTensor(mlir::ElementsAttr attribute);

/// A splat where all elements are equal, dense elements up to 1 KiB, beyond that a resource which keeps the
/// tensor's bytes alive without copying them. `name` is what the resource is called (made unique by MLIR).
mlir::ElementsAttr toElementsAttr(mlir::MLIRContext *context, const HostTensor &tensor,
                                  llvm::StringRef name = "constant");

/// "node '/conv1/Conv' (Conv)", as errors call an op of the dialect.
std::string describeNode(mlir::Operation *op);
/// The node's name from its location; empty where it has none.
std::string nodeName(mlir::Operation *op);

/// Whether Reference has a function for an operator of ai.onnx.
bool isEvaluable(llvm::StringRef opType);
/// An operator without attributes on two tensors, "Add".
llvm::Expected<HostTensor> evaluateBinary(llvm::StringRef opType, const HostTensor &left, const HostTensor &right);

/// One op on given inputs; null for an input that is left out. Errors name the node.
llvm::Expected<std::vector<HostTensor>> evaluateOp(mlir::Operation *op, llvm::ArrayRef<const HostTensor *> inputs);

/// What a Resize on an input of `shape` does to each dimension: tarn/Reference/Resize.h. `inputs[0]` is not
/// looked at.
llvm::Expected<std::vector<HostTensor>> evaluateResizeMatrices(mlir::Operation *op, llvm::ArrayRef<int64_t> shape,
                                                               llvm::ArrayRef<const HostTensor *> inputs);

/// A whole function, whatever its form (`onnx` or `graph`); values are freed after their last use.
llvm::Expected<std::vector<HostTensor>> evaluateGraph(mlir::func::FuncOp function, llvm::ArrayRef<HostTensor> inputs);

} // namespace tarn
