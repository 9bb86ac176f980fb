// Enumerations of instruction fields (names: public NKI documentation; facts 4.1, 4.2, 2.2).
#ifndef TARN_ISA_ENUMS
#define TARN_ISA_ENUMS
include "tarn/ISA/Base.td"

def AluOp : Enum<"AluOp", [
  "bypass", "add", "subtract", "mult", "max", "min", "divide", "power", "mod", "abs_max", "abs_min",
  "is_equal", "not_equal", "is_gt", "is_ge", "is_lt", "is_le", "logical_and", "logical_or", "logical_xor",
  "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "shift_left", "shift_right", "arith_shift_right",
  "abs", "square", "relu", "rsqrt", "reciprocal"],
  "an operator of the vector data path; comparisons and logic give 0 or 1">;

def ActivationFunction : Enum<"ActivationFunction", [
  "copy", "square", "sigmoid", "relu", "prelu", "gelu", "gelu_dx", "gelu_apprx_tanh", "gelu_apprx_sigmoid",
  "gelu_apprx_sigmoid_dx", "silu", "silu_dx", "tanh", "softplus", "mish", "erf", "erf_dx", "exp", "sign", "abs",
  "log", "sin", "arctan", "sqrt", "rsqrt", "reciprocal"],
  "a function of the Scalar engine's tables">;

def ReduceCommand : Enum<"ReduceCommand", ["idle", "reset", "reduce", "reset_reduce", "load_reduce"],
  "what an instruction does with the engine's accumulators: nothing; clear them; add to them; clear them, then add; take them from an operand, then add">;

def Fp32Mode : Enum<"Fp32Mode", ["full", "low", "high"],
  "which part of the stationary operand is loaded: all of a 16-bit value (or of an exact 0/1 matrix), or one part of fp32">;

def PerfMode : Enum<"PerfMode", ["normal", "double_row"],
  "double_row: fp8 operands of two planes, a product over both (K up to 256) in the time of one">;

def DropoutRate : Enum<"DropoutRate", ["drop", "keep"], "what a probability is the probability of">;

def MatmulGroup : Enum<"MatmulGroup", ["middle", "first", "last", "whole"],
  "place in an accumulation group: bit 0 overwrites, bit 1 ends the group">;

def Comparison : Enum<"Comparison", ["eq", "ne", "gt", "ge", "lt", "le"], "comparison of integers">;

def RegisterOp : Enum<"RegisterOp", ["add", "subtract", "mult", "bitwise_and", "bitwise_or", "bitwise_xor",
  "shift_left", "shift_right", "min", "max"], "32-bit register arithmetic, wrapping">;

def DgeMode : Enum<"DgeMode", ["hwdge", "swdge", "none"],
  "who makes the descriptors: hardware (queues of SP and ACT), software on POOL, or the runtime beforehand">;

#endif
