// A program of a NeuronCore machine: the tensors it knows by name, and for each core one instruction stream per
// engine. The same thing whether it came from the compiler, from assembly or from an ELF.
#pragma once
#include "tarn/ISA/Instructions.h"
#include "tarn/Support/HostTensor.h"
#include <string>
#include <vector>

namespace tarn::isa {

enum class TensorKind : uint8_t { input, output, constant, scratch };

/// A tensor in HBM, row-major at `address`.
struct ProgramTensor {
  std::string name;
  TensorKind kind = TensorKind::input;
  DType dtype = DType::fp32; // of the elements in HBM (a machine type)
  Shape shape;
  uint64_t address = 0;         // byte of HBM
  DType hostType = DType::fp32; // what the user gives and receives (int64 indices arrive as int32)
  HostTensor contents;          // of a constant
  uint64_t sizeInBytes() const { return numElements(shape) * tarn::sizeInBytes(dtype); }
};

/// Where instructions come from, in the user's words.
struct Origin {
  std::string node;   // name of the ONNX node(s), "/conv1/Conv"
  std::string op;     // "Conv"
  std::string kernel; // the kernel that the compiler made of it; empty by hand
  bool operator==(const Origin &other) const { return node == other.node && op == other.op && kernel == other.kernel; }
};

struct Core {
  std::array<std::vector<Instruction>, numEngines> streams; // indexed by Engine
  /// Where each instruction stands in the text that was assembled; empty for other programs.
  std::array<std::vector<uint32_t>, numEngines> lines;
  std::vector<Instruction> &stream(Engine engine) { return streams[static_cast<unsigned>(engine)]; }
  const std::vector<Instruction> &stream(Engine engine) const { return streams[static_cast<unsigned>(engine)]; }
};

/// " (line 34)", where an instruction stands in the text that was assembled; empty where there was none.
std::string describeLine(const Core &core, Engine engine, uint32_t index);

struct Program {
  std::string name;
  std::string chip; // the resolved chip file (YAML text)
  std::vector<ProgramTensor> tensors;
  std::vector<Origin> origins; // Instruction::origin indexes here
  std::vector<Core> cores{1};
  uint64_t hbmSize = 0; // bytes of HBM that the program uses, all tensors included

  const ProgramTensor *find(llvm::StringRef name) const;
  uint64_t numInstructions() const;
};

} // namespace tarn::isa
