// Whether instructions are legal: the numbered rules of the records, one function for the verifier of the nisa dialect,
// the assembler and the loader.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Program.h"

namespace tarn::isa {

/// What must be decided before a rule can be asked, in the order in which the compiler decides it.
enum class Needs : uint8_t { shapes, addresses, queues, stream };
llvm::StringRef name(Needs needs);

/// Asks the rules that need no more than `upTo`. The error reads "matmul_c1: found 600, allowed: …". `streamSize`: the
/// number of instructions of the engine, where upTo is `stream`.
llvm::Error check(const Instruction &instruction, Engine engine, const Chip &chip, Needs upTo, size_t streamSize = 0);
/// Asks the rules that need addresses, and those alone: of an instruction whose registers have been read.
llvm::Error checkAddresses(const Instruction &instruction, Engine engine, const Chip &chip);

/// Asks the rules that a macro operation has beside those of the instructions that it stands for.
llvm::Error check(const NcMatmul &macro, const Chip &chip);
llvm::Error check(const NcTranspose &macro, const Chip &chip);
llvm::Error check(const ActivationReduce &macro, const Chip &chip);

/// Whether a tensor has values before the program begins: an input, a constant.
bool isFilled(const ProgramTensor &tensor);
/// An error where both tensors are inputs or constants and share bytes: one would be filled over the other.
llvm::Error checkApart(const ProgramTensor &a, const ProgramTensor &b);

/// Tensors lie within the program's HBM, no two of a kind have one name, inputs and constants lie apart.
llvm::Error checkTensors(const Program &program);

/// The program fits the chip's HBM.
llvm::Error checkMemory(const Program &program, const Chip &chip);

/// Asks all rules of all instructions. Names the first bad instruction with
/// core, engine, number and node.
llvm::Error check(const Program &program, const Chip &chip);

struct RuleInfo {
  llvm::StringLiteral number;
  llvm::StringLiteral summary;
  Needs needs;
};
/// All rules, those of operands included, each once.
llvm::ArrayRef<RuleInfo> allRules();

} // namespace tarn::isa
