// Instructions as bytes: a header of 16, the fields of the record in order, zeros up to a multiple of 64.
//
// | byte  | of the header                                                                     |
// | 0     | opcode                                                                            |
// | 1     | bit 0 waits, 1 for equality, 2 with a register; bit 3 updates, 4–5 action, 6 with a register |
// | 2, 3  | semaphore waited for, semaphore updated                                           |
// | 4–7   | value waited for, or number of the register                                       |
// | 8–11  | value of the update, or number of the register                                    |
// | 12    | length in slots of 64 bytes                                                       |
// | 13    | 1 when the update takes place at read, not at completion                          |
// | 14–15 | scale of the register that a wait multiplies, else 0                              |
//
// The encoding is the project's own (the hardware's is not public); what follows the public facts are slots of 64
// bytes and the widths of operands: step int16, num uint16, start partition, byte offset in the partition.
// Origins are not encoded: an object file keeps them beside.
#pragma once
#include "tarn/ISA/Instructions.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace tarn::isa {

constexpr unsigned slotBytes = 64;
constexpr unsigned headerBytes = 16;

/// Length of an instruction.
unsigned encodedBytes(const InstructionInfo &info);
/// Appends an instruction. Error: a value does not fit its field.
llvm::Error encode(const Instruction &instruction, llvm::SmallVectorImpl<char> &out);
/// Reads the first instruction of `bytes` and drops it from them. Accepts exactly what `encode` writes.
llvm::Expected<Instruction> decode(llvm::ArrayRef<char> &bytes);

} // namespace tarn::isa
