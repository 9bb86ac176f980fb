// Instructions as the profiler prints them: the counterpart of Import.cpp. What the profiler has no known
// spelling for keeps that of our assembly.
#include "AddressMap.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/Profile/Write.h"

namespace tarn::profile {
using namespace isa;

namespace {
std::string typeText(DType type) {
  return type == DType::bf16 ? "bfloat16" : type == DType::fp16 ? "float16" : name(type).str();
}

template <typename Dims> std::string patternText(const Dims &dims) {
  std::string steps, counts;
  for (const auto &dim : dims) {
    steps += (steps.empty() ? "" : ",") + std::to_string(dim.step);
    counts += (counts.empty() ? "" : ",") + std::to_string(dim.num);
  }
  return dims.empty() ? "[1][1]" : "[" + steps + "][" + counts + "]";
}

std::string addressText(const AccessPattern &pattern) {
  uint64_t address = pattern.address + (pattern.memory == Memory::psum ? uint64_t(psumBase) : 0);
  return "0x" + llvm::utohexstr(address, /*LowerCase=*/true);
}
std::string accessText(const AccessPattern &pattern, bool hasType = true) {
  return (hasType ? typeText(pattern.dtype) + "@" : "") + addressText(pattern) +
         (pattern.rank ? patternText(pattern.pattern()) : "");
}
std::string channels(const AccessPattern &pattern) { return " channels=" + std::to_string(pattern.numPartitions); }
std::string operatorText(AluOp op) { return op == AluOp::mult ? "MULTIPLY" : name(op).upper(); }
std::string numberText(float value) { return llvm::formatv("{0:f6}", double(value)); }

struct Printer {
  std::string operator()(const LoadStationary &load) const {
    std::string mode =
        load.data.dtype == DType::fp32 ? load.fp32_mode == Fp32Mode::high ? "fp32_mode=HIGH " : "fp32_mode=LOW " : "";
    return llvm::formatv("{0}transpose_mode={1} src={2} {3}*{4}", mode, load.is_transpose ? "ENABLED" : "DISABLED",
                         accessText(load.data), unsigned(load.data.numPartitions), load.data.numElements());
  }
  std::string operator()(const Matmul &matmul) const {
    return llvm::formatv("acc_flags={0} {1}src={2} dst={3} {4}*{5}", unsigned(matmul.group),
                         matmul.moving.dtype == DType::fp32 ? "fp32_mode=LOW_HIGH " : "", accessText(matmul.moving),
                         accessText(matmul.dst, false), unsigned(matmul.moving.numPartitions),
                         unsigned(matmul.dst.numPartitions));
  }
  std::string operator()(const Activation &self) const {
    std::string text = name(self.op).upper();
    if (auto *bias = std::get_if<AccessPattern>(&self.bias))
      text += " bias_ptr=" + accessText(*bias);
    if (auto *scale = std::get_if<AccessPattern>(&self.scale))
      text += " scale_ptr=" + accessText(*scale);
    text += " src=" + accessText(self.data) + " dst=" + accessText(self.dst) + channels(self.dst);
    if (auto *scale = std::get_if<float>(&self.scale))
      text += " scale=" + numberText(*scale);
    if (auto *bias = std::get_if<float>(&self.bias))
      text += " imm=" + numberText(*bias);
    return text + " accumulator_cmd=" + name(self.reduce_cmd).upper();
  }
  std::string operator()(const TensorCopy &self) const { return unary(self.src, self.dst); }
  std::string operator()(const Reciprocal &self) const { return unary(self.data, self.dst); }
  std::string operator()(const TensorReduce &self) const {
    return llvm::formatv("op={0} dim={1}{2} {3}", operatorText(self.op),
                         llvm::StringRef("XYZW").take_front(self.num_dims), self.negate ? " negated=1" : "",
                         unary(self.data, self.dst));
  }
  std::string operator()(const TensorScalar &self) const {
    auto value = [](const ScalarOperand &scalar) {
      auto *pattern = std::get_if<AccessPattern>(&scalar);
      return pattern ? addressText(*pattern) : numberText(std::get<float>(scalar));
    };
    auto source = [](const ScalarOperand &scalar) {
      return std::holds_alternative<AccessPattern>(scalar) ? "PTR" : "INSTRUCTION";
    };
    return llvm::formatv("ops={0},{1} imm={2},{3} imm_src={4},{5} {6}", operatorText(self.op0), operatorText(self.op1),
                         value(self.operand0), value(self.operand1), source(self.operand0), source(self.operand1),
                         unary(self.data, self.dst));
  }
  std::string operator()(const ActTableLoad &load) const { return "table_sel=" + std::to_string(load.table); }
  std::string operator()(const DmaCopy &copy) const {
    std::string types = copy.src.dtype == copy.dst.dtype
                            ? ""
                            : " in_dtype=" + typeText(copy.src.dtype) + " out_dtype=" + typeText(copy.dst.dtype);
    return side("src", copy.src) + " " + side("dst", copy.dst) + types + " compute_op=NONE";
  }
  Engine engine;

  std::string operator()(const Runtime &self) const {
    switch (self.step) {
    case RuntimeStep::event:
      return engine == Engine::pe ? "$E[4]==1- cycle=1" : "cmp_op=EQ cmp0=$R[0] cmp1=0";
    case RuntimeStep::load:
      return "addr=uint32@0x0[0,0][1,1]";
    case RuntimeStep::load_pair:
      return "addr=uint32@0x0[1,0][2,1]";
    default:
      return "";
    }
  }
  std::string operator()(const CompareBranch &) const { return "cmp_op=ALWAYS"; }
  std::string operator()(const EventSemaphore &) const { return ""; }
  std::string operator()(const Drain &) const { return ""; }
  std::string operator()(const Nop &) const { return "cycle=0"; }
  template <typename Other> std::string operator()(const Other &other) const {
    Instruction bare;
    bare.payload = other;
    std::string text = toString(bare);
    return llvm::StringRef(text).split(' ').second.str();
  }

private:
  static std::string unary(const AccessPattern &src, const AccessPattern &dst) {
    return "src=" + accessText(src) + " dst=" + accessText(dst) + channels(dst);
  }
  /// The innermost contiguous run is the element, the rest the pattern.
  static std::string side(llvm::StringRef which, const DmaPattern &pattern) {
    uint64_t bytes = sizeInBytes(pattern.dtype);
    llvm::ArrayRef<DmaDim> dims = pattern.pattern();
    while (!dims.empty() && dims[0].step == int64_t(bytes)) {
      bytes *= dims[0].num;
      dims = dims.drop_front();
    }
    uint64_t base = pattern.memory == Memory::sbuf ? sbufBase : hbmBase;
    return llvm::formatv("{0}_elem_size={1} {0}_pattern={2} {0}_addr_imm=0x{3:x-}", which, bytes, patternText(dims),
                         base + pattern.address);
  }
};
} // namespace

std::string operandText(const Instruction &instruction, Engine engine) {
  std::string text;
  auto semaphore = [&](unsigned number) { return "S[" + std::to_string(number) + "]"; };
  if (instruction.wait)
    text += semaphore(instruction.wait->semaphore) +
            (instruction.wait->condition == WaitCondition::equal ? "==" : ">=") +
            std::to_string(instruction.wait->value.value) + " ";
  if (instruction.update && instruction.info().isDma) {
    text += llvm::formatv("semaphore={0} sem_increment={1} ", instruction.update->semaphore,
                          instruction.update->value.value);
  } else if (instruction.update) {
    const char *actions[] = {"+=", "-=", "="};
    text += semaphore(instruction.update->semaphore) + actions[unsigned(instruction.update->action)] +
            std::to_string(instruction.update->value.value) + (instruction.update->isAtRead ? "@read " : "@complete ");
  }
  return text + std::visit(Printer{engine}, instruction.payload);
}

std::string opcodeText(const Instruction &instruction, Engine engine) {
  if (auto *copy = std::get_if<TensorCopy>(&instruction.payload))
    return copy->src.dtype == copy->dst.dtype ? "COPY" : "CAST";
  if (auto *runtime = std::get_if<Runtime>(&instruction.payload)) {
    constexpr llvm::StringLiteral steps[] = {"RELEASE",
                                             "NOP",
                                             "WRITE",
                                             "TENSOR_LOAD",
                                             "TENSOR_LOAD",
                                             "NOTIFY",
                                             "SET_ORDERING_MODE",
                                             "EVENT_SEMAPHORE_RANGE_CLEAR"};
    if (runtime->step == RuntimeStep::event && engine != Engine::pe)
      return "COMPARE_BRANCH";
    return steps[unsigned(runtime->step)].str();
  }
  switch (instruction.opcode()) {
  case Opcode::LoadStationary:
    return "LDWEIGHTS";
  case Opcode::Activation:
    return "ACTIVATE";
  case Opcode::DmaCopy:
    return "DMA_DIRECT2D";
  default:
    return instruction.info().mnemonic.upper();
  }
}

} // namespace tarn::profile
