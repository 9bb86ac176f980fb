// Small programs written by hand.
#pragma once
#include "tarn/Sim/Machine.h"
#include <gtest/gtest.h>

namespace tarn::sim::test {

inline const Chip &trn2() {
  static Chip chip = llvm::cantFail(Chip::load("trn2"));
  return chip;
}

/// [partitions, elements] contiguous at a byte of SBUF or PSUM.
inline isa::AccessPattern tile(isa::Memory memory, uint32_t address, unsigned partitions, unsigned elements,
                               DType dtype = DType::fp32) {
  isa::AccessPattern pattern;
  pattern.memory = memory;
  pattern.dtype = dtype;
  pattern.numPartitions = partitions;
  pattern.address = address;
  pattern.rank = 1;
  pattern.dims[0] = {1, elements};
  return pattern;
}
inline isa::AccessPattern sbuf(uint32_t address, unsigned partitions, unsigned elements, DType dtype = DType::fp32) {
  return tile(isa::Memory::sbuf, address, partitions, elements, dtype);
}
inline isa::AccessPattern psum(uint32_t address, unsigned partitions, unsigned elements, DType dtype = DType::fp32) {
  return tile(isa::Memory::psum, address, partitions, elements, dtype);
}

/// A row-major [partitions, elements] matrix in HBM, or the same in SBUF, as a DMA sees it.
inline isa::DmaPattern hbmRows(uint64_t address, unsigned partitions, unsigned elements, DType dtype = DType::fp32) {
  isa::DmaPattern pattern;
  pattern.dtype = dtype;
  pattern.address = address;
  pattern.rank = 2;
  pattern.dims[0] = {sizeInBytes(dtype), elements};
  pattern.dims[1] = {int64_t(elements) * sizeInBytes(dtype), partitions};
  return pattern;
}
inline isa::DmaPattern sbufRows(uint64_t address, unsigned partitions, unsigned elements, DType dtype = DType::fp32) {
  isa::DmaPattern pattern = hbmRows(address, partitions, elements, dtype);
  pattern.memory = isa::Memory::sbuf;
  pattern.dims[1].step = isa::sbufPartitionPitch;
  return pattern;
}

/// A program under construction: tensors get addresses one after the other, instructions go to streams.
class Builder {
public:
  Builder() { program.name = "test"; }

  uint64_t tensor(std::string name, isa::TensorKind kind, llvm::ArrayRef<int64_t> shape, DType dtype = DType::fp32) {
    isa::ProgramTensor tensor;
    tensor.name = std::move(name);
    tensor.kind = kind;
    tensor.dtype = tensor.hostType = dtype;
    tensor.shape.assign(shape.begin(), shape.end());
    tensor.address = program.hbmSize;
    program.hbmSize += (tensor.sizeInBytes() + 63) / 64 * 64;
    program.tensors.push_back(tensor);
    return tensor.address;
  }
  uint64_t input(std::string name, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<double> values,
                 DType dtype = DType::fp32) {
    inputs[name] = HostTensor::of<double>(dtype, shape, values);
    return tensor(name, isa::TensorKind::input, shape, dtype);
  }

  isa::Instruction &add(isa::Engine engine, isa::Payload payload) {
    auto &stream = program.cores[0].stream(engine);
    isa::Instruction instruction;
    instruction.payload = std::move(payload);
    instruction.origin = ~0u;
    stream.push_back(std::move(instruction));
    return stream.back();
  }
  /// Loads and stores on the Sync engine, each complete before what follows on semaphore `chain`.
  void load(isa::DmaPattern dst, isa::DmaPattern src) {
    isa::DmaCopy copy;
    copy.dst = dst;
    copy.src = src;
    then(isa::Engine::sp, copy, 16);
  }

  /// Adds an instruction that waits for everything added by `then` before: a program without concurrency.
  isa::Instruction &then(isa::Engine engine, isa::Payload payload, int amount = 1) {
    isa::Instruction &instruction = add(engine, std::move(payload));
    if (chained)
      instruction.wait = isa::Wait{0, isa::WaitCondition::greaterOrEqual, {false, chained}};
    instruction.update = isa::Update{0, isa::UpdateAction::add, {false, amount}};
    chained += amount;
    return instruction;
  }

  RunResult run(const RunOptions &options = {}) {
    llvm::Expected<RunResult> result = simulate(program, trn2(), inputs, options);
    if (!result) {
      ADD_FAILURE() << llvm::toString(result.takeError());
      return {};
    }
    return std::move(*result);
  }
  std::string error(const RunOptions &options = {}) {
    llvm::Expected<RunResult> result = simulate(program, trn2(), inputs, options);
    if (!result)
      return llvm::toString(result.takeError());
    return "";
  }

  isa::Program program;
  std::map<std::string, HostTensor> inputs;
  int chained = 0;
};

inline std::vector<double> valuesOf(const HostTensor &tensor) {
  std::vector<double> values;
  for (int64_t i = 0; i < tensor.size(); ++i)
    values.push_back(tensor.getDouble(i));
  return values;
}

} // namespace tarn::sim::test
