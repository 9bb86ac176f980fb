// Small programs for tests of the proof and of the semaphores that Sync plans: operands, a builder, its loops.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Program.h"
#include "tarn/Proof/Prove.h"

namespace tarn::proof::test {

inline const Chip &trn2() {
  static const Chip chip = llvm::cantFail(Chip::load("trn2"));
  return chip;
}

inline isa::AccessPattern onChip(isa::Memory memory, uint32_t address, uint32_t count, uint8_t partitions = 2,
                                 uint8_t start = 0, int32_t step = 1) {
  isa::AccessPattern pattern;
  pattern.memory = memory;
  pattern.startPartition = start;
  pattern.numPartitions = partitions;
  pattern.address = address;
  pattern.rank = 1;
  pattern.dims[0] = {step, count};
  return pattern;
}
inline isa::DmaPattern inHbm(uint64_t address, uint32_t count) {
  isa::DmaPattern pattern;
  pattern.address = address;
  pattern.rank = 1;
  pattern.dims[0] = {4, count};
  return pattern;
}
inline isa::DmaPattern inSbuf(uint64_t address, uint32_t perPartition, uint32_t partitions = 2) {
  isa::DmaPattern pattern;
  pattern.memory = isa::Memory::sbuf;
  pattern.address = address;
  pattern.rank = 2;
  pattern.dims[0] = {4, perPartition};
  pattern.dims[1] = {isa::sbufPartitionPitch, partitions};
  return pattern;
}
/// The operand, moved by register `reg` times `scale` bytes.
template <typename Pattern> Pattern moved(Pattern pattern, uint8_t reg, int32_t scale) {
  pattern.offset = isa::RegisterOffset{reg, scale};
  return pattern;
}

struct Builder {
  isa::Core core;

  isa::Instruction &add(isa::Engine engine, isa::Payload payload) {
    core.stream(engine).push_back({std::move(payload), std::nullopt, std::nullopt, 0});
    return core.stream(engine).back();
  }
  void wait(isa::Engine engine, uint16_t semaphore, int32_t value) {
    if (value > 0)
      add(engine, isa::EventSemaphore{}).wait =
          isa::Wait{semaphore, isa::WaitCondition::greaterOrEqual, {false, value}};
  }
  void waitRegister(isa::Engine engine, uint16_t semaphore, uint8_t reg) {
    add(engine, isa::EventSemaphore{}).wait = isa::Wait{semaphore, isa::WaitCondition::greaterOrEqual, {true, reg}};
  }
  void update(isa::Engine engine, uint16_t semaphore, int32_t value = 1) {
    core.stream(engine).back().update = isa::Update{semaphore, isa::UpdateAction::add, {false, value}};
  }
  void set(isa::Engine engine, uint8_t reg, int32_t value) { add(engine, isa::RegisterMove{reg, {false, value}}); }
  void step(isa::Engine engine, uint8_t reg, int32_t by) {
    add(engine, isa::RegisterAlu{reg, isa::RegisterOp::add, {true, reg}, {false, by}});
  }
  uint32_t here(isa::Engine engine) const { return core.stream(engine).size(); }
  /// Goes back to `target` while `reg` is below `end`.
  void repeat(isa::Engine engine, uint8_t reg, int32_t end, uint32_t target) {
    add(engine, isa::CompareBranch{isa::Comparison::lt, {true, reg}, {false, end}, target});
  }
};

inline std::string textOf(const Proof &proof) {
  std::string text;
  for (const Finding &finding : proof.findings)
    text += (name(finding.kind) + ": " + finding.message + "\n").str();
  return text;
}

} // namespace tarn::proof::test
