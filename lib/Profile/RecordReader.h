// One record as an instruction of the machine.
#pragma once
#include "Operands.h"
#include "tarn/Profile/Profile.h"

namespace tarn::profile {

/// What a side of a DMA names in HBM: by address, or by offset in the tensor of a table.
struct HbmUse {
  bool isSource = false;
  std::optional<int64_t> table;
  uint64_t begin = 0, bytes = 0;
};

struct ReadInstruction {
  llvm::SmallVector<isa::Wait, 1> before; // all waits but the last
  isa::Instruction instruction;           // without origin; a branch's target is the caller's
  llvm::SmallVector<HbmUse, 2> uses;      // of its sides in HBM, whose addresses are the caller's too
};

/// Reads the records of one core in their order: what a matmul does follows from the load of weights before
/// it.
class RecordReader {
public:
  llvm::Expected<ReadInstruction> read(const Record &record);

private:
  llvm::Expected<isa::Payload> payload(const Record &record, const OperandText &text, ReadInstruction &result);
  llvm::Expected<isa::Payload> pe(const Record &record, const OperandText &text);

  bool isTranspose = false; // what the last LDWEIGHTS said
};

/// Opcodes that are understood without tarn_instruction.
bool isKnownOpcode(llvm::StringRef opcode);

// Payloads by what they work on. `channels`: the partitions of each operand.
llvm::Expected<isa::Payload> activationOf(const OperandText &text, unsigned channels);
llvm::Expected<isa::Payload> tensorScalarOf(const OperandText &text, unsigned channels);
llvm::Expected<isa::Payload> reduceOf(const OperandText &text, unsigned channels);
/// COPY, CAST, RECIPROCAL.
llvm::Expected<isa::Payload> unaryOf(llvm::StringRef opcode, const OperandText &text, unsigned channels);
llvm::Expected<isa::Payload> dmaOf(isa::Engine engine, const OperandText &text, llvm::SmallVectorImpl<HbmUse> &uses);

} // namespace tarn::profile
