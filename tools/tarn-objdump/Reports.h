// What tarn-objdump prints of a program.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Program.h"

namespace tarn {
/// Tensors of HBM by address, and which nodes use which bytes of a partition of SBUF and PSUM.
void printMap(const isa::Program &program, const Chip &chip, llvm::raw_ostream &os);
/// Tensors in the program's order.
void printSymbols(const isa::Program &program, llvm::raw_ostream &os);
/// Nodes with their instructions on each engine.
void printNodes(const isa::Program &program, llvm::raw_ostream &os);
/// All instructions with engines, opcode and summary.
void printInstructionList(llvm::raw_ostream &os);
} // namespace tarn
