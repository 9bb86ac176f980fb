// Tensor engine (facts 2.4, 3.4, 4.3).
include "tarn/ISA/Enums.td"

def LoadStationary : Instruction<"load_stationary", 0x01, [PE]> {
  let fields = [
    In<"data", "[K <= 128 partitions, M <= 128] in SBUF">,
    EnumField<"fp32_mode", Fp32Mode, "full">,
    Flag<"is_transpose", "the next matmul is a bit-exact transpose">,
  ];
  let summary = "loads the stationary operand into the spare weight buffer";
  let rules = [
    Rule<"load_stationary_c1", "at most as many columns as the array has (pe.max_stationary)", "self.data.numElements() <= chip.pe.maxStationary", "self.data.numElements()">,
    Rule<"load_stationary_c2", "fp32, bf16 or fp16", "isFloat(self.data.dtype)", "name(self.data.dtype)">,
    Rule<"load_stationary_c3", "fp32_mode full for 16-bit dtypes", "self.fp32_mode == Fp32Mode::full || self.data.dtype == DType::fp32", "name(self.fp32_mode)">];
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
  let rules = [
    Rule<"matmul_c1", "at most as many columns as a moving operand may have (pe.max_moving)", "self.moving.numElements() <= chip.pe.maxMoving", "self.moving.numElements()">,
    Rule<"matmul_c2", "dst of fp32, or of the moving operand's dtype in a transpose", "self.dst.dtype == DType::fp32 || (self.is_transpose && self.dst.dtype == self.moving.dtype)", "name(self.dst.dtype)">,
    Rule<"matmul_c3", "dst within one bank of PSUM", "isInOneBank(self.dst, chip)", "toString(self.dst)", "addresses">,
    Rule<"matmul_c4", "moving of fp32, bf16 or fp16", "isFloat(self.moving.dtype)", "name(self.moving.dtype)">,
    Rule<"matmul_c5", "dst with as many columns as moving", "self.dst.numElements() == self.moving.numElements()", "sizes(self.dst, self.moving)">,
    Rule<"matmul_c6", "group whole in a transpose", "!self.is_transpose || self.group == MatmulGroup::whole", "name(self.group)">];
  let completion = "chip.pe.matmulFixedNs + cyclesNs(chip.pe.matmulFixedCycles, chip.pe) + matmulStreamNs(self, chip)";
  let issue = "matmulStreamNs(self, chip) + chip.pe.issueGapNs";
}
