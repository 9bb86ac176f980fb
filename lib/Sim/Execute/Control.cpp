// Control: what the sequencer does. Waits and updates belong to every instruction and are the machine's
// business.
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
llvm::Error execute(const Nop &, Context &) { return llvm::Error::success(); }

} // namespace tarn::sim
