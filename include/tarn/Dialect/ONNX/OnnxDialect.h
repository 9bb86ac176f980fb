// The `onnx` dialect: one class `<OpType>Op` per operator of ai.onnx at opset 28, and Constant, NoValue,
// Custom.
#pragma once
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "tarn/Dialect/ONNX/NodeOp.h"

#include "tarn/Dialect/ONNX/OnnxDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "tarn/Dialect/ONNX/OnnxTypes.h.inc"

#define GET_OP_CLASSES
#include "tarn/Dialect/ONNX/OnnxOps.h.inc"

namespace tarn::onnx {

/// The opset that every operator has in the dialect.
constexpr int dialectOpset = 28;

#define TARN_ONNX_OP(NAME, SINCE, FEWEST_IN, MOST_IN, INPUTS, FEWEST_OUT, MOST_OUT, DETERMINISTIC, FIRST, COUNT, DOC)  \
  class NAME##Op : public NodeOp<NAME##Op, DETERMINISTIC> {                                                            \
  public:                                                                                                              \
    using NodeOp::NodeOp;                                                                                              \
    static constexpr llvm::StringLiteral getOperationName() { return llvm::StringLiteral("onnx." #NAME); }             \
  };
#include "tarn/Dialect/ONNX/OnnxSchemas.inc"

/// A node that the dialect has no operator for; `domain` and `op_type` name it, `opset` its version, when
/// known.
class CustomOp : public NodeOp<CustomOp, false> {
public:
  using NodeOp::NodeOp;
  static constexpr llvm::StringLiteral getOperationName() { return llvm::StringLiteral("onnx.Custom"); }
};

/// What the schema says of one attribute. Kind: i f s t for int, float, string, tensor; capitals for lists.
struct AttributeSchema {
  llvm::StringLiteral name;
  char kind;
  bool required;
};
/// What the schema says of one operator.
struct OperatorSchema {
  llvm::StringLiteral name;
  int sinceOpset;
  int fewestInputs, mostInputs; // INT_MAX: any number
  llvm::StringLiteral inputs;   // per formal input: s single, o optional, v variadic (the last)
  int fewestOutputs, mostOutputs;
  bool deterministic;
  llvm::ArrayRef<AttributeSchema> attributes; // sorted by name
  llvm::StringLiteral summary;
};
/// The schema of an operator of ai.onnx by its name ("Conv"), null when the dialect has none.
const OperatorSchema *findSchema(llvm::StringRef operatorName);
/// All of them, sorted by name.
llvm::ArrayRef<OperatorSchema> allSchemas();

/// The value of a constant operand as an attribute, or null.
mlir::ElementsAttr constantValue(mlir::Value value);
/// An absent optional operand: index beyond the end or an onnx.NoValue.
bool isAbsent(mlir::Operation *op, unsigned operand);
/// The node's name: of its NameLoc, else the operator's name.
std::string nodeName(mlir::Operation *op);

} // namespace tarn::onnx

#define TARN_ONNX_OP(NAME, SINCE, FEWEST_IN, MOST_IN, INPUTS, FEWEST_OUT, MOST_OUT, DETERMINISTIC, FIRST, COUNT, DOC)  \
  MLIR_DECLARE_EXPLICIT_TYPE_ID(::tarn::onnx::NAME##Op)
#include "tarn/Dialect/ONNX/OnnxSchemas.inc"
MLIR_DECLARE_EXPLICIT_TYPE_ID(::tarn::onnx::CustomOp)
