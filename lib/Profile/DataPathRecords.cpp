// Records of ACT and DVE.
#include "RecordReader.h"

namespace tarn::profile {
using namespace isa;

static std::optional<AluOp> aluOp(llvm::StringRef name) {
  if (name == "MULTIPLY")
    return AluOp::mult;
  return parseAluOp(name.lower());
}

llvm::Expected<Payload> activationOf(const OperandText &text, unsigned channels) {
  Activation result;
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), channels),
                                dst = parseAccess(text.field("dst"), channels);
  if (!src || !dst)
    return llvm::joinErrors(src.takeError(), dst.takeError());
  result.data = *src;
  result.dst = *dst;
  if (text.words.empty())
    return makeError("names no function");
  std::optional<ActivationFunction> function = parseActivationFunction(text.words[0].lower());
  if (!function)
    return makeError("found the function {0}; the machine has none of that name", text.words[0]);
  result.op = *function;
  double scale = 1;
  if (text.fields.count("scale") && text.field("scale").getAsDouble(scale))
    return makeError("found scale={0}, allowed: a number", text.field("scale"));
  result.scale = float(scale);
  double bias = 0;
  if (text.fields.count("imm") && text.field("imm").getAsDouble(bias))
    return makeError("found imm={0}, allowed: a number", text.field("imm"));
  result.bias = float(bias);
  for (auto [name, operand] : {std::pair{"bias_ptr", &result.bias}, std::pair{"scale_ptr", &result.scale}}) {
    if (!text.fields.count(name))
      continue;
    llvm::Expected<AccessPattern> pointer = parseAccess(text.field(name), channels);
    if (!pointer)
      return pointer.takeError();
    *operand = *pointer;
  }
  std::string command = text.field("accumulator_cmd").lower();
  if (!command.empty()) {
    std::optional<ReduceCommand> reduce = parseReduceCommand(command);
    if (!reduce)
      return makeError("found accumulator_cmd={0}; the machine has none of that name", command);
    result.reduce_cmd = *reduce;
  }
  return Payload(result);
}

llvm::Expected<Payload> tensorScalarOf(const OperandText &text, unsigned channels) {
  TensorScalar result;
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), channels),
                                dst = parseAccess(text.field("dst"), channels);
  if (!src || !dst)
    return llvm::joinErrors(src.takeError(), dst.takeError());
  result.data = *src;
  result.dst = *dst;
  auto ops = text.field("ops").split(','), values = text.field("imm").split(','),
       sources = text.field("imm_src").split(',');
  std::optional<AluOp> op0 = aluOp(ops.first), op1 = aluOp(ops.second.empty() ? "BYPASS" : ops.second);
  if (!op0 || !op1)
    return makeError("found ops={0}; the machine has no operator of that name", text.field("ops"));
  result.op0 = *op0;
  result.op1 = *op1;
  auto operand = [&](llvm::StringRef value, llvm::StringRef source, ScalarOperand &scalar) -> llvm::Error {
    uint32_t address = 0;
    double number = 0;
    if (source == "PTR") {
      if (value.getAsInteger(0, address))
        return makeError("found the pointer '{0}', allowed: an address", value);
      AccessPattern pointer;
      pointer.memory = address >= psumBase ? Memory::psum : Memory::sbuf;
      pointer.address = address % psumBase;
      pointer.numPartitions = static_cast<uint8_t>(channels);
      scalar = pointer;
    } else if (!value.empty()) {
      if (value.getAsDouble(number))
        return makeError("found the immediate '{0}', allowed: a number", value);
      scalar = float(number);
    }
    return llvm::Error::success();
  };
  if (llvm::Error error = operand(values.first, sources.first, result.operand0))
    return std::move(error);
  if (llvm::Error error = operand(values.second, sources.second, result.operand1))
    return std::move(error);
  return Payload(result);
}

llvm::Expected<Payload> reduceOf(const OperandText &text, unsigned channels) {
  TensorReduce result;
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), channels),
                                dst = parseAccess(text.field("dst"), channels);
  if (!src || !dst)
    return llvm::joinErrors(src.takeError(), dst.takeError());
  std::optional<AluOp> op = aluOp(text.field("op"));
  if (!op)
    return makeError("found op={0}; the machine has no operator of that name", text.field("op"));
  result.op = *op;
  result.data = *src;
  result.dst = *dst;
  result.negate = text.field("negated") == "1";
  // X is the innermost dimension, XY the two innermost ones.
  result.num_dims =
      static_cast<uint8_t>(std::clamp<size_t>(text.field("dim").size(), 1, std::max<size_t>(1, src->rank)));
  return Payload(result);
}

llvm::Expected<Payload> unaryOf(llvm::StringRef opcode, const OperandText &text, unsigned channels) {
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), channels),
                                dst = parseAccess(text.field("dst"), channels);
  if (!src || !dst)
    return llvm::joinErrors(src.takeError(), dst.takeError());
  if (opcode == "RECIPROCAL")
    return Payload(Reciprocal{*dst, *src});
  return Payload(TensorCopy{*dst, *src});
}

} // namespace tarn::profile
