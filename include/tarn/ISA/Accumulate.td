// Vector engine: scans, and instructions that reduce into its accumulators (facts 2.5, 4.4). There is one accumulator a
// partition; reduce_cmd says what happens to it: `idle` leaves it, `reset` sets it to the reduction's identity, `reduce`
// goes on from it, `reset_reduce` begins anew, `load_reduce` begins with a given value. Before the first of the last
// three and of `reset` it holds nothing, and to go on from it or to read it is an error.
include "tarn/ISA/Enums.td"

def TensorTensorScan : Instruction<"tensor_tensor_scan", 0x60, [DVE]> {
  let fields = [
    Out<"dst">, In<"data0">, In<"data1">, Scalar<"initial", "0.0f", "what stands before the first element">,
    EnumField<"op0", AluOp>, Flag<"reverse0", "result op0 data0">,
    EnumField<"op1", AluOp>, Flag<"reverse1", "data1 op1 …">,
  ];
  let summary = "dst[i] = (data0[i] op0 dst[i-1]) op1 data1[i], in fp32";
  let rules = [
    Rule<"tensor_tensor_scan_c1", "in dst as many elements and partitions as in data0", "sameSize(self.dst, self.data0)", "sizes(self.dst, self.data0)">,
    Rule<"tensor_tensor_scan_c2", "in data1 as many elements and partitions as in data0", "sameSize(self.data1, self.data0)", "sizes(self.data1, self.data0)">,
    Rule<"tensor_tensor_scan_c3", "at most one input in PSUM", "self.data0.memory != Memory::psum || self.data1.memory != Memory::psum", "memoryText(engine, self.data1)">,
    Rule<"tensor_tensor_scan_c4", "arithmetic operators", "!isBitwise(self.op0) && !isBitwise(self.op1)", "operatorsText(self.op0, self.op1)">,
    Rule<"tensor_tensor_scan_c5", "initial with as many partitions as data0", "fitsScalar(self.initial, self.data0)", "unsigned(self.data0.numPartitions)">];
  let completion = "dveNs(chip.dve.scan, chip, {&self.data0, &self.data1}, pointers(self.initial))";
  let issue = "issueNs(completion, engine, chip)";
  let example = "tensor_tensor_scan dst=fp32@0x1000[1][64] p0+128, data0=fp32@0x0[1][64] p0+128, data1=fp32@0x400[1][64] p0+128, op0=mult, op1=add";
}

def TensorScalarCumulative : Instruction<"tensor_scalar_cumulative", 0x61, [DVE]> {
  let fields = [
    Out<"dst">, In<"src">,
    EnumField<"op0", AluOp>, Scalar<"imm0", "0.0f">,
    EnumField<"op1", AluOp>, Scalar<"imm1", "0.0f", "the accumulator's first value with load_reduce">,
    EnumField<"reduce_cmd", ReduceCommand, "reset_reduce">,
  ];
  let summary = "accumulator = (src[i] op0 imm0) op1 accumulator; dst[i] = accumulator";
  let rules = [
    Rule<"tensor_scalar_cumulative_c1", "in dst as many elements and partitions as in src", "sameSize(self.dst, self.src)", "sizes(self.dst, self.src)">,
    Rule<"tensor_scalar_cumulative_c2", "op1 add, subtract, mult, max or min", "isAccumulating(self.op1) || self.op1 == AluOp::subtract", "name(self.op1)">,
    Rule<"tensor_scalar_cumulative_c3", "an arithmetic operator op0", "!isBitwise(self.op0)", "name(self.op0)">,
    Rule<"tensor_scalar_cumulative_c4", "no 32-bit integers", "!isWideInteger(self.src.dtype) && !isWideInteger(self.dst.dtype)", "name(self.src.dtype)">,
    Rule<"tensor_scalar_cumulative_c5", "reduce, reset_reduce or load_reduce", "self.reduce_cmd >= ReduceCommand::reduce", "name(self.reduce_cmd)">,
    Rule<"tensor_scalar_cumulative_c6", "imm0 and imm1 with as many partitions as src", "fitsScalar(self.imm0, self.src) && fitsScalar(self.imm1, self.src)", "unsigned(self.src.numPartitions)">];
  let completion = "dveNs(chip.dve.single, chip, {&self.src}, pointers(self.imm0) + pointers(self.imm1))";
  let issue = "issueNs(completion, engine, chip)";
  let example = "tensor_scalar_cumulative dst=fp32@0x1000[1][64] p0+128, src=fp32@0x0[1][64] p0+128, op0=mult, imm0=2, op1=add";
}

def TensorScalarReduce : Instruction<"tensor_scalar_reduce", 0x62, [DVE]> {
  let fields = [
    Out<"dst">, In<"data">,
    EnumField<"op0", AluOp>, Scalar<"operand0", "0.0f">, Flag<"reverse0", "operand0 op0 data">,
    EnumField<"reduce_op", AluOp>, EnumField<"reduce_cmd", ReduceCommand, "reset_reduce">,
    Scalar<"reduce_init", "0.0f", "the accumulator's first value with load_reduce">,
  ];
  let summary = "dst = data op0 operand0; the results of each partition are reduced into its accumulator";
  let rules = [
    Rule<"tensor_scalar_reduce_c1", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">,
    Rule<"tensor_scalar_reduce_c2", "reduce_op add, mult, max or min", "isAccumulating(self.reduce_op)", "name(self.reduce_op)">,
    Rule<"tensor_scalar_reduce_c3", "an arithmetic operator op0", "!isBitwise(self.op0)", "name(self.op0)">,
    Rule<"tensor_scalar_reduce_c4", "operand0 and reduce_init with as many partitions as data", "fitsScalar(self.operand0, self.data) && fitsScalar(self.reduce_init, self.data)", "unsigned(self.data.numPartitions)">];
  let completion = "dveNs(chip.dve.tensorScalarFp32, chip, {&self.data}, pointers(self.operand0) + pointers(self.reduce_init)) + cyclesNs(chip.dve.accumulateCycles, chip.dve)";
  let issue = "issueNs(completion, engine, chip)";
  let example = "tensor_scalar_reduce dst=fp32@0x1000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op0=mult, operand0=0.5, reduce_op=max";
}

def SelectReduce : Instruction<"select_reduce", 0x63, [DVE]> {
  let fields = [
    Out<"dst">, In<"predicate", "integers; true where not 0">, In<"on_true">, Scalar<"on_false", "0.0f">,
    Flag<"reverse_pred", "takes on_true where the predicate is 0">,
    EnumField<"reduce_cmd", ReduceCommand, "idle">, EnumField<"reduce_op", AluOp, "max">,
    Scalar<"reduce_init", "0.0f", "the accumulator's first value with load_reduce">,
  ];
  let summary = "dst = predicate ? on_true : on_false; the results of each partition may be reduced into its accumulator";
  let rules = [
    Rule<"select_reduce_c1", "in dst as many elements and partitions as in on_true", "sameSize(self.dst, self.on_true)", "sizes(self.dst, self.on_true)">,
    Rule<"select_reduce_c2", "in predicate as many elements and partitions as in on_true", "sameSize(self.predicate, self.on_true)", "sizes(self.predicate, self.on_true)">,
    Rule<"select_reduce_c3", "a predicate of integers", "!isFloat(self.predicate.dtype)", "name(self.predicate.dtype)">,
    Rule<"select_reduce_c4", "reduce_op max", "self.reduce_op == AluOp::max", "name(self.reduce_op)">,
    Rule<"select_reduce_c5", "on_false and reduce_init with as many partitions as on_true", "fitsScalar(self.on_false, self.on_true) && fitsScalar(self.reduce_init, self.on_true)", "unsigned(self.on_true.numPartitions)">];
  let completion = "dveNs(chip.dve.tensorTensorFp32, chip, {&self.on_true, &self.predicate}, pointers(self.on_false) + pointers(self.reduce_init))";
  let issue = "issueNs(completion, engine, chip)";
  let example = "select_reduce dst=fp32@0x1000[1][64] p0+128, predicate=uint8@0x0[1][64] p0+128, on_true=fp32@0x400[1][64] p0+128, on_false=-1, reduce_cmd=reset_reduce";
}

def RangeSelect : Instruction<"range_select", 0x64, [DVE]> {
  let firstCore = 3;
  let fields = [
    Out<"dst">, In<"on_true">,
    EnumField<"comp_op0", AluOp>, Scalar<"bound0", "0.0f">, EnumField<"comp_op1", AluOp>, Scalar<"bound1", "0.0f">,
    F32<"range_start", "0.0f", "the index of the first element">,
    F32<"on_false", "-3.40282347e+38f">,
    EnumField<"reduce_cmd", ReduceCommand, "idle">, EnumField<"reduce_op", AluOp, "max">,
  ];
  let summary = "dst[i] = (range_start + i) comp_op0 bound0 and (range_start + i) comp_op1 bound1 ? on_true[i] : on_false";
  let rules = [
    Rule<"range_select_c1", "in dst as many elements and partitions as in on_true", "sameSize(self.dst, self.on_true)", "sizes(self.dst, self.on_true)">,
    Rule<"range_select_c2", "comparisons comp_op0 and comp_op1", "isComparison(self.comp_op0) && isComparison(self.comp_op1)", "operatorsText(self.comp_op0, self.comp_op1)">,
    Rule<"range_select_c3", "indices below 2^24, which fp32 counts", "std::fabs(self.range_start) + self.on_true.numElements() <= 16777216.0f", "std::to_string(self.range_start)">,
    Rule<"range_select_c4", "reduce_op max", "self.reduce_op == AluOp::max", "name(self.reduce_op)">,
    Rule<"range_select_c5", "idle, reset, reduce or reset_reduce", "self.reduce_cmd != ReduceCommand::load_reduce", "name(self.reduce_cmd)">,
    Rule<"range_select_c6", "bounds with as many partitions as on_true", "fitsScalar(self.bound0, self.on_true) && fitsScalar(self.bound1, self.on_true)", "unsigned(self.on_true.numPartitions)">];
  let completion = "dveNs(chip.dve.single, chip, {&self.on_true}, pointers(self.bound0) + pointers(self.bound1))";
  let issue = "issueNs(completion, engine, chip)";
  let example = "range_select dst=fp32@0x1000[1][64] p0+128, on_true=fp32@0x0[1][64] p0+128, comp_op0=is_ge, bound0=3, comp_op1=is_lt, bound1=40";
}

def Exponential : Instruction<"exponential", 0x65, [DVE]> {
  let firstCore = 4;
  let fields = [
    Out<"dst">, In<"src">, Scalar<"max_value", "0.0f">, EnumField<"reduce_cmd", ReduceCommand, "idle">,
    Scalar<"reduce_init", "0.0f", "the accumulator's first value with load_reduce">,
  ];
  let summary = "dst = exp(src - max_value); the results of each partition may be added into its accumulator";
  let description = "The public documentation warns that the accumulators are not kept even with `idle`; here they are.";
  let rules = [
    Rule<"exponential_c1", "in dst as many elements and partitions as in src", "sameSize(self.dst, self.src)", "sizes(self.dst, self.src)">,
    Rule<"exponential_c2", "max_value and reduce_init with as many partitions as src", "fitsScalar(self.max_value, self.src) && fitsScalar(self.reduce_init, self.src)", "unsigned(self.src.numPartitions)">];
  let completion = "dveNs(chip.dve.quadruple, chip, {&self.src}, pointers(self.max_value) + pointers(self.reduce_init))";
  let issue = "issueNs(completion, engine, chip)";
  let example = "exponential dst=bf16@0x1000[1][64] p0+128, src=fp32@0x0[1][64] p0+128, max_value=fp32@0x800[1][1] p0+128, reduce_cmd=reset_reduce";
}

def DveReadAccumulator : Instruction<"dve_read_accumulator", 0x66, [DVE]> {
  let fields = [Out<"dst", "[P,1]">, Flag<"negate", "writes the negated values">];
  let summary = "writes the accumulator of each partition";
  let rules = [
    Rule<"dve_read_accumulator_c1", "one element a partition", "self.dst.numElements() == 1", "self.dst.numElements()">];
  let completion = "chip.dve.single.fixedNs + cyclesNs(1, chip.dve)";
  let issue = "issueNs(completion, engine, chip)";
  let before = "tensor_scalar_reduce dst=fp32@0x1800[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op0=bypass, reduce_op=max";
  let example = "dve_read_accumulator dst=fp32@0x1000[1][1] p0+128";
}
