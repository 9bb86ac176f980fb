// The table of supported operators: the one place that says what can be compiled.
#include "SupportTable.h"
#include "ExpandFunctions.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "tarn/Stages/Graph/Passes.h"

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

constexpr Restriction window{"1-D or 2-D", checkWindow};
constexpr Restriction maxWindow{"1-D or 2-D; storage_order 0; only the first output", checkWindow};
constexpr Restriction shapeOperand{"shape known at compile time", checkShapeOperand};
constexpr Restriction axes{"axes known at compile time", checkAxes};
constexpr Restriction slice{"starts, ends, axes and steps known at compile time", checkSlice};
constexpr Restriction pad{"pads, axes and constant_value known at compile time; in other modes than constant, pads no "
                          "larger than the dimension",
                          checkPad};
constexpr Restriction clip{"min and max known at compile time", checkClip};
constexpr Restriction normalization{"inference; only the first output", checkNormalization};
constexpr Restriction quantization{"8-bit integers (DequantizeLinear: 32-bit ones too); scale and zero point known at "
                                   "compile time; per tensor or per axis",
                                   checkQuantization};
constexpr Restriction cast{"to a type that the machine has", checkCast};

// Sorted by name.
constexpr Support table[] = {
    {"Abs", floats | integers},
    {"Add", floats | integers},
    {"And", booleans},
    {"AveragePool", floats, window},
    {"Cast", anyType, cast},
    {"Ceil", floats},
    {"Clip", floats | integers, clip},
    {"Concat", anyType},
    {"Constant", anyType},
    {"Conv", floats, window},
    {"ConvTranspose", floats, window},
    {"Cos", floats},
    {"DequantizeLinear", integers, quantization},
    {"Div", floats},
    {"Elu", floats},
    {"Equal", anyType},
    {"Erf", floats},
    {"Exp", floats},
    {"Expand", anyType, shapeOperand},
    {"Floor", floats},
    {"Gelu", floats},
    {"Gemm", floats},
    {"Greater", floats | integers},
    {"HardSigmoid", floats},
    {"HardSwish", floats},
    {"InstanceNormalization", floats},
    {"IsNaN", floats},
    {"LayerNormalization", floats, normalization},
    {"LeakyRelu", floats},
    {"Less", floats | integers},
    {"Log", floats},
    {"LogSoftmax", floats},
    {"MatMul", floats},
    {"Max", floats | integers},
    {"MaxPool", floats, maxWindow},
    {"Min", floats | integers},
    {"Mul", floats | integers},
    {"Neg", floats | integers},
    {"NoValue", anyType},
    {"Not", booleans},
    {"Or", booleans},
    {"PRelu", floats},
    {"Pad", anyType, pad},
    {"Pow", floats},
    {"QuantizeLinear", floats, quantization},
    {"Reciprocal", floats},
    {"ReduceMax", floats, axes},
    {"ReduceMean", floats, axes},
    {"ReduceMin", floats, axes},
    {"ReduceSum", floats, axes},
    {"Relu", floats | integers},
    {"Reshape", anyType, shapeOperand},
    {"Round", floats},
    {"Sigmoid", floats},
    {"Sign", floats | integers},
    {"Sin", floats},
    {"Slice", anyType, slice},
    {"Softmax", floats},
    {"Softplus", floats},
    {"Sqrt", floats},
    {"Sub", floats | integers},
    {"Tanh", floats},
    {"Transpose", anyType},
    {"Where", booleans},
};

// Sorted by name: the operators with a rewrite that ends in the table above, and where there is none.
struct Rewritten {
  llvm::StringLiteral op, says = "";
};
constexpr Rewritten rewritten[] = {{"BatchNormalization"},
                                   {"CastLike"},
                                   {"Celu"},
                                   {"DepthToSpace"},
                                   {"Dropout"},
                                   {"Flatten"},
                                   {"Gather", "indices known at compile time, in even steps"},
                                   {"GlobalAveragePool"},
                                   {"GlobalMaxPool"},
                                   {"GreaterOrEqual"},
                                   {"GroupNormalization"},
                                   {"Identity"},
                                   {"LessOrEqual"},
                                   {"LpNormalization"},
                                   {"Mean"},
                                   {"MeanVarianceNormalization"},
                                   {"Mish"},
                                   {"RMSNormalization"},
                                   {"ReduceL1"},
                                   {"ReduceL2"},
                                   {"ReduceLogSum"},
                                   {"ReduceLogSumExp"},
                                   {"ReduceSumSquare"},
                                   {"Resize", "floats; roi, scales and sizes known at compile time"},
                                   {"Selu"},
                                   {"Shrink"},
                                   {"Softsign"},
                                   {"SpaceToDepth"},
                                   {"Split"},
                                   {"Squeeze"},
                                   {"Sum"},
                                   {"Swish"},
                                   {"ThresholdedRelu"},
                                   {"Tile"},
                                   {"Unsqueeze"},
                                   {"Xor"}};

std::string listTypes(unsigned types) {
  std::string text;
  for (auto [type, name] : {std::pair(floats, "floats"), {integers, "integers"}, {booleans, "bool"}})
    if (types & type)
      text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

} // namespace

template <typename Entries> static auto findEntry(const Entries &entries, StringRef op) {
  auto found = llvm::lower_bound(entries, op, [](const auto &entry, StringRef name) { return entry.op < name; });
  return found != std::end(entries) && found->op == op ? found : nullptr;
}

const Support *findSupport(StringRef op) { return findEntry(table, op); }

bool isRewritten(StringRef op) { return findEntry(rewritten, op); }

bool allows(unsigned types, Type elementType) {
  std::optional<DType> type = toDType(elementType);
  if (!type || !isMachineType(*type))
    return false;
  if (isFloat(*type))
    return types & floats;
  return types & (*type == DType::boolean ? booleans : integers);
}

} // namespace tarn::graph

std::vector<tarn::SupportedOperator> tarn::listSupportedOperators() {
  using namespace graph;
  std::vector<SupportedOperator> operators;
  for (const onnx::OperatorSchema &schema : onnx::allSchemas()) {
    if (const Support *support = findSupport(schema.name))
      operators.push_back({schema.name.str(), listTypes(support->operandTypes), support->restriction.says.str()});
    else if (const Rewritten *other = findEntry(rewritten, schema.name))
      operators.push_back({schema.name.str(), "by operators of this list", other->says.str()});
    else if (isExpandable(schema.name))
      operators.push_back({schema.name.str(), "by its function in ONNX", "as far as the function's operators are"});
  }
  return operators;
}
