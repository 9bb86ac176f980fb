// Programs as text: all that an object file says, in a form to read and to write by hand.
//
//   .program "name"
//   .target trn2                       (or the text of a chip file as a string)
//   .hbm 0x2000                        bytes of HBM
//   .origin 0 "node" "op" "kernel"     the table that .loc refers to
//   .input "x" fp32[1][512] @0x0       shape; ends with `host int64` where the user's type differs
//   .output, .tensor (scratch)         the same
//   .const "w" fp32[2][2] @0x1000 {1, 2, 3, 4}      or base64 "…", or incbin "file" [offset]
//   .core 0                            implied for the first
//   .dve                               section of an engine: pe act dve pool sp
//   .loc 0                             origin of what follows; or .loc "node" "op" "kernel"
//   again:                             a label
//     tensor_copy S[5]>=4, dst=fp32@0x4000[1][512] p0+128, src=fp32@0x2000000[1][512] p0+128, S[3]+=1
//     compare_branch cmp=lt, lhs=R1, rhs=8, target=again
//
// An operand is dtype@address[steps][counts] with the innermost dimension first, as the profiler prints it; PSUM begins
// at 0x2000000, partitions follow as first+number, `+R3*64` after an address adds a register times 64 bytes. A side of a
// DMA names its memory and walks in bytes: fp32@hbm:0x0[4][512], fp32@sbuf:0x40000[262144,4][128,512]. Lists stand in
// braces, sizes in brackets, outermost first. Fields that are left out have their default. `//` begins a comment.
#pragma once
#include "tarn/ISA/Program.h"

namespace tarn::isa {

/// The text of a program; `parseAssembly` of it gives the same program.
llvm::Error printAssembly(const Program &program, llvm::raw_ostream &os);
/// One line, without origin; a branch's target is printed as L and its number.
void printInstruction(const Instruction &instruction, llvm::raw_ostream &os);
std::string toString(const Instruction &instruction);
std::string toString(const AccessPattern &operand);
std::string toString(const DmaPattern &operand);

/// The mnemonic that is spelt most like `text`.
llvm::StringRef nearestMnemonic(llvm::StringRef text);

/// Errors name file, line and column. `folder` is where incbin looks. Instructions are checked against the rules of
/// their records (for trn2 when there is no .target) unless `unchecked`.
llvm::Expected<Program> parseAssembly(llvm::StringRef text, llvm::StringRef fileName, llvm::StringRef folder = ".",
                                      bool unchecked = false);

/// A legal program from an object file or from assembly, told apart by the first bytes.
llvm::Expected<Program> readProgram(llvm::StringRef path);

} // namespace tarn::isa
