// What single instructions do to the memory and the state of a core.
#pragma once
#include "Programs.h"
#include "tarn/ISA/Check.h"
#include "tarn/Sim/Execute.h"

namespace tarn::sim::test {

/// A core without engines: instructions are executed on its memory one by one.
struct SingleCore {
  using Values = std::vector<float>;

  explicit SingleCore(llvm::StringRef target, std::vector<std::string> overrides = {})
      : chip(llvm::cantFail(Chip::load(target, overrides))), state(chip, std::make_shared<Hbm>(64)) {}

  void put(const isa::AccessPattern &at, const Values &rows) {
    for (unsigned p = 0; p < at.numPartitions; ++p)
      store(at.dtype, Walk(at.pattern()), state.memory.row(at, p), rows.data() + size_t(p) * at.numElements());
  }
  Values get(const isa::AccessPattern &at) {
    Values rows(size_t(at.numPartitions) * at.numElements());
    for (unsigned p = 0; p < at.numPartitions; ++p)
      load(at.dtype, Walk(at.pattern()), state.memory.row(at, p), rows.data() + size_t(p) * at.numElements());
    return rows;
  }
  void putBits(const isa::AccessPattern &at, const std::vector<int64_t> &rows) {
    for (unsigned p = 0; p < at.numPartitions; ++p)
      storeBits(at.dtype, Walk(at.pattern()), state.memory.row(at, p), rows.data() + size_t(p) * at.numElements());
  }
  std::vector<int64_t> getBits(const isa::AccessPattern &at) {
    std::vector<int64_t> rows(size_t(at.numPartitions) * at.numElements());
    for (unsigned p = 0; p < at.numPartitions; ++p)
      loadBits(at.dtype, Walk(at.pattern()), state.memory.row(at, p), rows.data() + size_t(p) * at.numElements());
    return rows;
  }
  std::string messageOf(isa::Engine engine, const isa::Payload &payload) {
    if (llvm::Error error = isa::check({payload, {}, {}, 0}, engine, chip, isa::Needs::queues))
      return llvm::toString(std::move(error));
    Context context{state, engine};
    beginInstruction(context);
    llvm::Error error = std::visit([&](const auto &instruction) { return execute(instruction, context); }, payload);
    return error ? llvm::toString(std::move(error)) : std::string();
  }
  void run(isa::Engine engine, const isa::Payload &payload) { EXPECT_EQ(messageOf(engine, payload), ""); }

  Chip chip;
  CoreState state;
};

} // namespace tarn::sim::test
