// Tensor engine (facts 2.4, 3.4, 4.3).
include "tarn/ISA/Enums.td"

def LoadStationary : Instruction<"load_stationary", 0x01, [PE]> {
  let fields = [
    In<"data", "[K <= 128 partitions, M <= 128] in SBUF">,
    EnumField<"fp32_mode", Fp32Mode, "full">,
    Flag<"is_transpose", "the next matmul is a bit-exact transpose">,
  ];
  let summary = "loads the stationary operand into the spare weight buffer";
  let completion = "chip.pe.loadFixedNs + cyclesNs(chip.pe.loadFixedCycles + streamCycles(self, chip), chip.pe)";
  let issue = "cyclesNs(streamCycles(self, chip), chip.pe)";
}

def Matmul : Instruction<"matmul", 0x02, [PE]> {
  let fields = [
    InOut<"dst", "[M partitions, N] in one bank of PSUM; read when the group continues">,
    In<"moving", "[K partitions, N <= 512] in SBUF">,
    EnumField<"group", MatmulGroup, "whole">,
    Flag<"is_transpose", "moving is the identity; dst receives the stationary operand transposed, bit for bit">,
  ];
  let summary = "dst[m,n] (+)= sum over k of stationary[k,m] * moving[k,n]";
  let completion = "chip.pe.matmulFixedNs + cyclesNs(chip.pe.matmulFixedCycles, chip.pe) + matmulStreamNs(self, chip)";
  let issue = "matmulStreamNs(self, chip) + chip.pe.issueGapNs";
}
