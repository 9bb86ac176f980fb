// Control: what the sequencer does. Waits and updates belong to every instruction and are the machine's
// business.
#include "tarn/ISA/Registers.h"
#include "tarn/Sim/Execute.h"

namespace tarn::sim {
using namespace isa;

// The sequencer has already done these when values are computed.
llvm::Error execute(const RegisterMove &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const RegisterAlu &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const CompareBranch &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const EventSemaphore &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const Drain &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const Runtime &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const SemaphoreRangeClear &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const Notify &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const SetOrderingMode &, Context &) { return llvm::Error::success(); }

llvm::Error execute(const TensorLoad &load, Context &context) {
  int64_t value = 0;
  loadBits(load.src.dtype, Walk({}), context.memory().dmaByte(load.src.memory, load.src.address), &value);
  context.core.registers[static_cast<unsigned>(context.engine)][load.dst % numRegisters] = static_cast<int32_t>(value);
  return llvm::Error::success();
}

llvm::Error execute(const TensorStore &store, Context &context) {
  int64_t value = valueOf(store.src, context.core.registers[static_cast<unsigned>(context.engine)]);
  storeBits(store.dst.dtype, Walk({}), context.memory().dmaByte(store.dst.memory, store.dst.address), &value);
  return llvm::Error::success();
}

llvm::Error execute(const Nop &, Context &) { return llvm::Error::success(); }

} // namespace tarn::sim
