// Scalar engine (facts 2.6, 4.2, 4.5).
include "tarn/ISA/Enums.td"

def ActTableLoad : Instruction<"act_table_load", 0x10, [ACT]> {
  let fields = [U8<"table", "", "number of the table, as in the chip file">];
  let summary = "loads the table that holds a group of functions";
  let rules = [
    Rule<"act_table_load_c1", "number of a table of the chip (act.tables)", "self.table < chip.act.tables.size()", "unsigned(self.table)">];
  let completion = "chip.act.tableLoadNs";
  let issue = "completion";
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
    Rule<"activation_c4", "a bias of 0 or from memory where the chip has no immediate bias (act.immediate_bias)", "chip.act.immediateBias || isZero(self.bias) || std::holds_alternative<AccessPattern>(self.bias)", "\"an immediate bias\"", "addresses">];
  let completion = "activationNs(self, chip)";
  let issue = "issueNs(completion, chip.act)";
}

def ActReadAccumulator : Instruction<"act_read_accumulator", 0x12, [ACT]> {
  let fields = [Out<"dst", "[P,1]">];
  let summary = "writes the accumulator of each partition";
  let rules = [
    Rule<"act_read_accumulator_c1", "one element a partition", "self.dst.numElements() == 1", "self.dst.numElements()">];
  let completion = "chip.act.readAccumulatorNs";
  let issue = "chip.act.readAccumulatorIssueNs";
}
