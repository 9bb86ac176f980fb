// Scalar engine (facts 2.6, 4.2, 4.5).
include "tarn/ISA/Enums.td"

def ActTableLoad : Instruction<"act_table_load", 0x10, [ACT]> {
  let fields = [U8<"table", "", "number of the table, as in the chip file">];
  let summary = "loads the table that holds a group of functions";
  let rules = [
    Rule<"act_table_load_c1", "number of a table of the chip (act.tables)", "self.table < chip.act.tables.size()", "unsigned(self.table)">];
  let completion = "chip.act.tableLoadNs";
  let issue = "completion";
  let example = "act_table_load table=3";
}

def Activation : Instruction<"activation", 0x11, [ACT]> {
  let fields = [
    Out<"dst">, In<"data">,
    EnumField<"op", ActivationFunction>,
    Scalar<"scale", "1.0f">, Scalar<"bias", "0.0f">,
    F32<"alpha", "0.0f", "slope of prelu below zero">,
    EnumField<"reduce_cmd", ReduceCommand, "idle">,
  ];
  let summary = "dst = op(data * scale + bias); may add the results of each partition to its accumulator";
  let rules = [
    Rule<"activation_c1", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">,
    Rule<"activation_c2", "a function that a table of the chip holds (act.tables)", "chip.actTableOf(name(self.op)) < chip.act.tables.size()", "name(self.op)">,
    Rule<"activation_c3", "scale and bias with as many partitions as data", "fitsScalar(self.scale, self.data) && fitsScalar(self.bias, self.data)", "unsigned(self.data.numPartitions)">,
    Rule<"activation_c4", "a bias of 0 or from memory where the chip has no immediate bias (act.immediate_bias)", "chip.act.immediateBias || isZero(self.bias) || std::holds_alternative<AccessPattern>(self.bias)", "\"an immediate bias\"", "addresses">,
    Rule<"activation_c5", "idle, reset, reduce or reset_reduce", "self.reduce_cmd != ReduceCommand::load_reduce", "name(self.reduce_cmd)">,
    Rule<"activation_c6", "reciprocal without bias before NeuronCore-v3", "self.op != ActivationFunction::reciprocal || chip.coreVersion >= 3 || isZero(self.bias)", "name(self.op)">];
  let completion = "activationNs(self, chip)";
  let issue = "issueNs(completion, chip.act)";
  let example = "activation dst=bf16@0x1000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op=exp, scale=0.5";
}

def ActReadAccumulator : Instruction<"act_read_accumulator", 0x12, [ACT]> {
  let fields = [Out<"dst", "[P,1]">];
  let summary = "writes the accumulator of each partition";
  let rules = [
    Rule<"act_read_accumulator_c1", "one element a partition", "self.dst.numElements() == 1", "self.dst.numElements()">];
  let completion = "chip.act.readAccumulatorNs";
  let issue = "chip.act.readAccumulatorIssueNs";
  let before = "activation dst=bf16@0x1800[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op=exp, reduce_cmd=reset_reduce";
  let example = "act_read_accumulator dst=fp32@0x1000[1][1] p0+128";
}

def Activate2 : Instruction<"activate2", 0x13, [ACT]> {
  let firstCore = 4;
  let fields = [
    Out<"dst">, In<"data">,
    EnumField<"op0", AluOp, "bypass">, Scalar<"imm0", "0.0f">, EnumField<"op1", AluOp, "bypass">, Scalar<"imm1", "0.0f">,
    EnumField<"op", ActivationFunction>,
    F32<"relu_param", "0.0f", "slope of prelu below zero">,
    EnumField<"reduce_op", AluOp, "add">, EnumField<"reduce_cmd", ReduceCommand, "idle">,
  ];
  let summary = "dst = op((data op0 imm0) op1 imm1); may reduce the results of each partition into its accumulator";
  let rules = [
    Rule<"activate2_c1", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">,
    Rule<"activate2_c2", "mult then add, subtract or nothing; add, subtract or nothing alone", "isActivate2Pair(self.op0, self.op1)", "operatorsText(self.op0, self.op1)">,
    Rule<"activate2_c3", "a function that a table of the chip holds (act.tables)", "chip.actTableOf(name(self.op)) < chip.act.tables.size()", "name(self.op)">,
    Rule<"activate2_c4", "reduce_op add, max, min, abs_max or abs_min", "isActivate2Reduction(self.reduce_op)", "name(self.reduce_op)">,
    Rule<"activate2_c5", "idle, reset, reduce or reset_reduce", "self.reduce_cmd != ReduceCommand::load_reduce", "name(self.reduce_cmd)">,
    Rule<"activate2_c6", "imm0 and imm1 with as many partitions as data", "fitsScalar(self.imm0, self.data) && fitsScalar(self.imm1, self.data)", "unsigned(self.data.numPartitions)">];
  let completion = "activate2Ns(self, chip)";
  let issue = "issueNs(completion, chip.act)";
  let example = "activate2 dst=bf16@0x1000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op0=mult, imm0=0.5, op1=add, imm1=1, op=exp, reduce_op=max, reduce_cmd=reset_reduce";
}
