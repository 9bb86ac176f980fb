// The table of supported operators: the one place that says what can be compiled.
#include "SupportTable.h"

using namespace mlir;

namespace tarn::graph {
namespace {

std::optional<Finding> onlyFirstOutput(Operation *op) {
  for (Value result : op->getResults().drop_front())
    if (!result.use_empty())
      return Finding{"", "only the first output is supported"};
  return std::nullopt;
}

std::optional<Finding> constantOperand(Operation *op, unsigned index, StringRef name) {
  if (!input(op, index) || isConstant(input(op, index)))
    return std::nullopt;
  return Finding{name.str(), "must be known at compile time"};
}

std::optional<Finding> checkWindow(Operation *op) {
  int64_t rank = shapeOf(op->getOperand(0)).size();
  if (rank != 3 && rank != 4)
    return Finding{"", "input has rank " + std::to_string(rank) + ", supported are 3 (1-D) and 4 (2-D)"};
  if (intAttr(op, "storage_order", 0))
    return Finding{"storage_order", "1 is not supported, only 0"};
  return onlyFirstOutput(op);
}

std::optional<Finding> checkShapeOperand(Operation *op) { return constantOperand(op, 1, "shape"); }
std::optional<Finding> checkAxes(Operation *op) { return constantOperand(op, 1, "axes"); }

std::optional<Finding> checkSlice(Operation *op) {
  for (auto [index, name] : {std::pair(1, "starts"), std::pair(2, "ends"), std::pair(3, "axes"), std::pair(4, "steps")})
    if (auto finding = constantOperand(op, index, name))
      return finding;
  return std::nullopt;
}

std::optional<Finding> checkPad(Operation *op) {
  for (auto [index, name] : {std::pair(1, "pads"), std::pair(3, "axes")})
    if (auto finding = constantOperand(op, index, name))
      return finding;
  std::string mode = stringAttr(op, "mode", "constant");
  if (mode != "constant")
    return Finding{"mode", "'" + mode + "' with pads larger than the dimension is not supported"};
  return constantOperand(op, 2, "constant_value");
}

std::optional<Finding> checkClip(Operation *op) {
  if (auto finding = constantOperand(op, 1, "min"))
    return finding;
  return constantOperand(op, 2, "max");
}

std::optional<Finding> checkNormalization(Operation *op) {
  if (intAttr(op, "training_mode", 0))
    return Finding{"training_mode", "1 is not supported, only inference"};
  return onlyFirstOutput(op);
}

std::optional<Finding> checkQuantization(Operation *op) {
  if (intAttr(op, "block_size", 0))
    return Finding{"block_size", "quantisation by blocks is not supported, only per tensor and per axis"};
  bool quantizes = opType(op) == "QuantizeLinear";
  Type narrow = elementType(quantizes ? op->getResult(0) : op->getOperand(0));
  if (!narrow.isSignlessInteger(8) && !narrow.isUnsignedInteger(8) && !(!quantizes && narrow.isSignlessInteger(32)))
    return Finding{"", "only 8-bit integers are supported (and 32-bit ones in DequantizeLinear)"};
  if (auto finding = constantOperand(op, 1, quantizes ? "y_scale" : "x_scale"))
    return finding;
  return constantOperand(op, 2, quantizes ? "y_zero_point" : "x_zero_point");
}

std::optional<Finding> checkCast(Operation *op) {
  if (!allows(anyType, elementType(op->getResult(0))))
    return Finding{"to", "the type does not exist on the machine"};
  return std::nullopt;
}

// Sorted by name.
constexpr Support table[] = {
    {"Abs", floats | integers, nullptr},
    {"Add", floats | integers, nullptr},
    {"And", booleans, nullptr},
    {"AveragePool", floats, checkWindow},
    {"Cast", anyType, checkCast},
    {"Ceil", floats, nullptr},
    {"Clip", floats | integers, checkClip},
    {"Concat", anyType, nullptr},
    {"Constant", anyType, nullptr},
    {"Conv", floats, checkWindow},
    {"ConvTranspose", floats, checkWindow},
    {"DequantizeLinear", integers, checkQuantization},
    {"Div", floats, nullptr},
    {"Elu", floats, nullptr},
    {"Equal", anyType, nullptr},
    {"Erf", floats, nullptr},
    {"Exp", floats, nullptr},
    {"Expand", anyType, checkShapeOperand},
    {"Floor", floats, nullptr},
    {"Gelu", floats, nullptr},
    {"Gemm", floats, nullptr},
    {"Greater", floats | integers, nullptr},
    {"HardSigmoid", floats, nullptr},
    {"HardSwish", floats, nullptr},
    {"InstanceNormalization", floats, nullptr},
    {"LayerNormalization", floats, checkNormalization},
    {"LeakyRelu", floats, nullptr},
    {"Less", floats | integers, nullptr},
    {"Log", floats, nullptr},
    {"LogSoftmax", floats, nullptr},
    {"MatMul", floats, nullptr},
    {"Max", floats | integers, nullptr},
    {"MaxPool", floats, checkWindow},
    {"Min", floats | integers, nullptr},
    {"Mul", floats | integers, nullptr},
    {"Neg", floats | integers, nullptr},
    {"NoValue", anyType, nullptr},
    {"Not", booleans, nullptr},
    {"Or", booleans, nullptr},
    {"PRelu", floats, nullptr},
    {"Pad", anyType, checkPad},
    {"Pow", floats, nullptr},
    {"QuantizeLinear", floats, checkQuantization},
    {"Reciprocal", floats, nullptr},
    {"ReduceMax", floats, checkAxes},
    {"ReduceMean", floats, checkAxes},
    {"ReduceMin", floats, checkAxes},
    {"ReduceSum", floats, checkAxes},
    {"Relu", floats | integers, nullptr},
    {"Reshape", anyType, checkShapeOperand},
    {"Sigmoid", floats, nullptr},
    {"Slice", anyType, checkSlice},
    {"Softmax", floats, nullptr},
    {"Softplus", floats, nullptr},
    {"Sqrt", floats, nullptr},
    {"Sub", floats | integers, nullptr},
    {"Tanh", floats, nullptr},
    {"Transpose", anyType, nullptr},
    {"Where", booleans, nullptr},
};

// Sorted by name: the operators with a rewrite that ends in the table above.
constexpr llvm::StringLiteral rewritten[] = {"BatchNormalization",
                                             "CastLike",
                                             "Celu",
                                             "DepthToSpace",
                                             "Dropout",
                                             "Flatten",
                                             "Gather",
                                             "GlobalAveragePool",
                                             "GlobalMaxPool",
                                             "GreaterOrEqual",
                                             "GroupNormalization",
                                             "Identity",
                                             "LessOrEqual",
                                             "LpNormalization",
                                             "Mean",
                                             "MeanVarianceNormalization",
                                             "Mish",
                                             "RMSNormalization",
                                             "ReduceL1",
                                             "ReduceL2",
                                             "ReduceLogSum",
                                             "ReduceLogSumExp",
                                             "ReduceSumSquare",
                                             "Resize",
                                             "Selu",
                                             "Shrink",
                                             "Softsign",
                                             "SpaceToDepth",
                                             "Split",
                                             "Squeeze",
                                             "Sum",
                                             "Swish",
                                             "ThresholdedRelu",
                                             "Tile",
                                             "Unsqueeze",
                                             "Xor"};

} // namespace

const Support *findSupport(StringRef op) {
  const Support *found =
      llvm::lower_bound(table, op, [](const Support &entry, StringRef name) { return entry.op < name; });
  return found != std::end(table) && found->op == op ? found : nullptr;
}

bool isRewritten(StringRef op) { return std::binary_search(std::begin(rewritten), std::end(rewritten), op); }

bool allows(unsigned types, Type elementType) {
  std::optional<DType> type = toDType(elementType);
  if (!type || !isMachineType(*type))
    return false;
  if (isFloat(*type))
    return types & floats;
  return types & (*type == DType::boolean ? booleans : integers);
}

} // namespace tarn::graph
