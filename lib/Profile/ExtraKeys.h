// What profiles of our runs say beyond the schema of the vendor's profiler, whose readers pass over unknown
// keys.
//
//   of a record   tarn_turn         its number in what the engine executed: turns of a loop repeat the pc
//                 tarn_origin       which entry of tarn_program.origins it comes from
//                 tarn_instruction  the instruction as assembly; only where operands in the profiler's
//                 spelling do not
//                                   read back as it
//   of the file   tarn_program      {name, chip, cores, hbm_bytes, origins: [[node, op, kernel]], tensors:
//   [{name, kind,
//                                   dtype, host_dtype, shape, address}]}; the values of constants are not
//                                   kept, so they come back as inputs
#pragma once
#include "tarn/ISA/Program.h"
#include "llvm/Support/JSON.h"

namespace tarn::profile {

constexpr llvm::StringLiteral turnKey = "tarn_turn", originKey = "tarn_origin", instructionKey = "tarn_instruction",
                              programKey = "tarn_program";

void writeProgramKey(const isa::Program &program, llvm::json::OStream &json);
/// Name, chip, tensors and origins; cores without instructions.
llvm::Expected<isa::Program> readProgramKey(const llvm::json::Object &object);

} // namespace tarn::profile
