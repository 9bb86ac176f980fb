// Random legal instructions of a chip. They come from random walks over what the rules allow: each begins at an example of
// the manual and changes one field, or a size of all operands, at a time.
#pragma once
#include "RandomInstruction.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Manual.h"
#include "gtest/gtest.h"

namespace tarn::isa {

class Walk {
public:
  Walk(Instruction start, Engine engine, const Chip &chip, uint64_t seed)
      : current(std::move(start)), engine(engine), chip(chip), random(seed) {}

  const Instruction &next() {
    Instruction changed = current;
    change(changed);
    if (llvm::Error error = check(changed, engine, chip, Needs::queues))
      llvm::consumeError(std::move(error));
    else
      current = std::move(changed);
    return current;
  }

private:
  uint64_t below(uint64_t limit) { return random.below(limit); }

  void change(Instruction &instruction) {
    switch (below(8)) {
    case 0:
      instruction.wait = Wait{uint16_t(below(256)), WaitCondition::greaterOrEqual, {false, int32_t(below(1000))}};
      return;
    case 1:
      instruction.update = Update{
          uint16_t(below(256)), static_cast<UpdateAction>(below(3)), {false, int32_t(below(100))}, below(4) == 0};
      return;
    case 2: { // all operands on as many partitions
      unsigned partitions = 1 + below(128);
      return forEachPattern(instruction, [&](AccessPattern &pattern) { pattern.numPartitions = partitions; });
    }
    case 3: { // operands of one size take another
      uint32_t from = 0, to = 1 + below(64) * (1 + below(16));
      forEachPattern(instruction, [&](AccessPattern &pattern) { from = std::max(from, pattern.numElements()); });
      return forEachPattern(instruction, [&](AccessPattern &pattern) {
        if (pattern.numElements() != from)
          return;
        pattern.rank = 1;
        pattern.dims[0] = {1, to};
      });
    }
    default:
      break;
    }
    size_t numFields = instruction.info().numFields, chosen = numFields ? below(numFields) : 0, index = 0;
    std::visit(
        [&](auto &payload) {
          std::decay_t<decltype(payload)>::visit(payload, [&](const FieldInfo &, auto &member) {
            if (index++ == chosen)
              changeField(member);
          });
        },
        instruction.payload);
  }

  template <typename F> void forEachPattern(Instruction &instruction, F &&f) {
    std::visit(
        [&](auto &payload) {
          std::decay_t<decltype(payload)>::visit(payload, [&](const FieldInfo &, auto &member) {
            if constexpr (std::is_same_v<std::decay_t<decltype(member)>, AccessPattern>)
              f(member);
          });
        },
        instruction.payload);
  }

  void changeField(AccessPattern &pattern) {
    switch (below(5)) {
    case 0:
      pattern.address = below(16384) * sizeInBytes(pattern.dtype);
      break;
    case 1:
      pattern.startPartition = 32 * below(4);
      break;
    case 2:
      pattern.dtype = static_cast<DType>(below(numDTypes));
      break;
    case 3: // as two dimensions, the outer one of any step
      if (pattern.rank == 1 && pattern.dims[0].num % 2 == 0) {
        pattern.rank = 2;
        pattern.dims[0].num /= 2;
        pattern.dims[1] = {int32_t(below(2000)) - 1000, 2};
      }
      break;
    default:
      pattern.memory = below(2) ? Memory::psum : Memory::sbuf;
      pattern.offset =
          below(2) ? std::optional(RegisterOffset{uint8_t(below(64)), int32_t(below(4096))}) : std::nullopt;
    }
  }
  void changeField(ScalarOperand &scalar) {
    if (auto *pattern = std::get_if<AccessPattern>(&scalar); pattern && below(2))
      return changeField(*pattern);
    scalar = float(below(2000)) / 8 - 100;
  }
  void changeField(DmaPattern &pattern) {
    pattern.address = below(1 << 20) * 4;
    pattern.dtype = static_cast<DType>(below(numDTypes));
    for (unsigned i = 0; i < pattern.rank; ++i)
      if (below(2))
        pattern.dims[i].step = int64_t(below(8192)) * sizeInBytes(pattern.dtype);
  }
  void changeField(std::vector<DmaPattern> &sides) {
    if (!sides.empty())
      changeField(sides[below(sides.size())]);
  }
  void changeField(RegisterOrImmediate &value) {
    value.isRegister = below(2);
    value.value = below(64);
  }
  void changeField(ShuffleMask &mask) { mask[below(32)] = below(2) ? below(32) : 255; }
  void changeField(IndexPattern &pattern) {
    for (unsigned i = 0; i < pattern.rank; ++i)
      pattern.dims[i].step = int32_t(below(20)) - 10;
  }
  void changeField(Extents &) {}
  void changeField(std::vector<float> &numbers) {
    for (float &number : numbers)
      number = float(below(100)) / 4;
  }
  void changeField(float &member) { member = float(below(100000)) / 16 - 1000; }
  void changeField(bool &member) { member = below(2); }
  void changeField(int32_t &member) { member = int32_t(below(100000)) - 50000; }
  void changeField(uint32_t &) {} // a label: the streams here have no places to go to
  void changeField(uint8_t &member) { member = below(4) ? below(4) * 32 : below(256); }
  template <typename E> std::enable_if_t<std::is_enum_v<E>> changeField(E &member) {
    member = static_cast<E>(below(numCasesOf(member)));
  }

  Instruction current;
  Engine engine;
  const Chip &chip;
  RandomInstruction random;
};

/// Legal instructions of a chip, in the streams of their engines. Walks begin anew after `length` steps.
inline Program legalProgram(const Chip &chip, size_t count, size_t length = SIZE_MAX) {
  Program program;
  program.name = "legal";
  program.chip = chip.toYaml();
  program.cores.resize(1);
  std::vector<std::pair<Instruction, Engine>> starts;
  for (const InstructionInfo &info : instructionInfos) {
    std::string source = exampleOf(info.mnemonic);
    Program example = llvm::cantFail(parseAssembly(source, info.mnemonic, ".", /*unchecked=*/true));
    for (unsigned e = 0; e < numEngines; ++e) {
      const std::vector<Instruction> &stream = example.cores.front().streams[e];
      if (stream.empty() || stream.back().opcode() != info.opcode)
        continue;
      if (llvm::Error error = check(stream.back(), static_cast<Engine>(e), chip, Needs::stream, 1))
        llvm::consumeError(std::move(error));
      else
        starts.push_back({stream.back(), static_cast<Engine>(e)});
    }
  }
  EXPECT_GT(starts.size(), 20u) << chip.name;
  for (auto &[start, engine] : starts) {
    start.origin = 0;
    uint64_t seed = starts.size() + unsigned(start.opcode());
    for (size_t i = 0; i <= count / starts.size();) {
      Walk walk(start, engine, chip, seed++);
      for (size_t step = 0; step < length && i <= count / starts.size(); ++step, ++i)
        program.cores.front().stream(engine).push_back(walk.next());
    }
  }
  program.origins = {{"", "", ""}};
  return program;
}

} // namespace tarn::isa
