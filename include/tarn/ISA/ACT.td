// Scalar engine (facts 2.6, 4.2, 4.5).
include "tarn/ISA/Enums.td"

def ActTableLoad : Instruction<"act_table_load", 0x10, [ACT]> {
  let fields = [U8<"table", "", "number of the table, as in the chip file">];
  let summary = "loads the table that holds a group of functions";
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
  let completion = "activationNs(self, chip)";
  let issue = "issueNs(completion, chip.act)";
}

def ActReadAccumulator : Instruction<"act_read_accumulator", 0x12, [ACT]> {
  let fields = [Out<"dst", "[P,1]">];
  let summary = "writes the accumulator of each partition";
  let completion = "chip.act.readAccumulatorNs";
  let issue = "chip.act.readAccumulatorIssueNs";
}
