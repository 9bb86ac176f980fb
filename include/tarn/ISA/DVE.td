// Vector engine, and what it shares with the Scalar and GpSimd engines (facts 2.5, 4.4).
include "tarn/ISA/Enums.td"

def TensorCopy : Instruction<"tensor_copy", 0x20, [DVE, ACT, POOL]> {
  let fields = [Out<"dst">, In<"src">];
  let summary = "copies and casts; bit exact when the dtypes are equal";
  let completion = "copyNs(self, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
}

def Memset : Instruction<"memset", 0x21, [DVE, POOL]> {
  let fields = [Out<"dst">, F32<"value">];
  let summary = "fills with a value, cast to dst's dtype";
  let completion = "engine == Engine::pool ? poolNs(chip.pool.elementwise, self.dst) : lawNs(chip.dve.memset, self.dst.numElements())";
  let issue = "engine == Engine::pool ? issueNs(completion, chip.pool) : std::max(completion - chip.dve.memset.fixedNs, cyclesNs(chip.dve.minIssueCycles, chip.dve))";
}

def TensorTensor : Instruction<"tensor_tensor", 0x22, [DVE, POOL]> {
  let fields = [Out<"dst">, In<"data1">, In<"data2">, EnumField<"op", AluOp>];
  let summary = "dst = data1 op data2";
  let completion = "tensorTensorNs(self, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
}

def TensorScalar : Instruction<"tensor_scalar", 0x23, [DVE, POOL, ACT]> {
  let fields = [
    Out<"dst">, In<"data">,
    EnumField<"op0", AluOp>, Scalar<"operand0", "0.0f">, Flag<"reverse0", "operand0 op0 data">,
    EnumField<"op1", AluOp, "bypass">, Scalar<"operand1", "0.0f">, Flag<"reverse1", "operand1 op1 …">,
  ];
  let summary = "dst = (data op0 operand0) op1 operand1";
  let completion = "tensorScalarNs(self, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
}

def ScalarTensorTensor : Instruction<"scalar_tensor_tensor", 0x24, [DVE]> {
  let fields = [
    Out<"dst">, In<"data">,
    EnumField<"op0", AluOp>, Scalar<"operand0", "0.0f">, Flag<"reverse0", "operand0 op0 data">,
    EnumField<"op1", AluOp>, In<"operand1">, Flag<"reverse1", "operand1 op1 …">,
  ];
  let summary = "dst = (data op0 operand0) op1 operand1, operand1 a tensor";
  let completion = "dveNs(chip.dve.scalarTensorTensor, chip, {&self.data, &self.operand1}, pointers(self.operand0))";
  let issue = "issueNs(completion, engine, chip)";
}

def TensorReduce : Instruction<"tensor_reduce", 0x25, [DVE]> {
  let fields = [
    Out<"dst">, In<"data">, EnumField<"op", AluOp>,
    U8<"num_dims", "1", "how many of data's innermost free dimensions are reduced">,
    Flag<"negate", "the result is negated">,
  ];
  let summary = "reduces trailing free dimensions";
  let completion = "dveNs(self.data.memory == Memory::psum ? chip.dve.reducePsum : chip.dve.reduce, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
}

def Reciprocal : Instruction<"reciprocal", 0x26, [DVE]> {
  let fields = [Out<"dst">, In<"data">];
  let summary = "dst = 1 / data";
  let completion = "dveNs(chip.dve.reciprocal, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
}

def CopyPredicated : Instruction<"copy_predicated", 0x27, [DVE]> {
  let fields = [InOut<"dst">, In<"src">, In<"predicate", "integers; true where not 0">,
                Flag<"reverse_pred", "copies where the predicate is 0">];
  let summary = "dst = src where predicate; dst stays elsewhere";
  let completion = "dveNs(chip.dve.copyPredicated, chip, {&self.src, &self.predicate})";
  let issue = "issueNs(completion, engine, chip)";
}

def BnStats : Instruction<"bn_stats", 0x28, [DVE]> {
  let fields = [Out<"dst", "[P,6]">, In<"data", "[P, N <= 512]">];
  let summary = "count, mean and variance times count of the elements at even and at odd positions";
  let completion = "dveNs(chip.dve.bnStats, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
}

def BnAggr : Instruction<"bn_aggr", 0x29, [DVE]> {
  let fields = [Out<"dst", "[P,2]: mean, variance">, In<"data", "[P, 3k]: k triples of bn_stats">];
  let summary = "joins the statistics of several bn_stats";
  let completion = "chip.dve.bnStats.fixedNs + cyclesNs(chip.dve.bnAggrCycles * self.data.numElements(), chip.dve)";
  let issue = "issueNs(completion, engine, chip)";
}

def StreamShuffle : Instruction<"stream_shuffle", 0x2a, [DVE]> {
  let fields = [Out<"dst">, In<"src">, Mask<"mask", "source partition of each partition of a quadrant; 255 leaves it">];
  let summary = "moves data between the 32 partitions of each quadrant";
  let completion = "dveNs(chip.dve.shuffle, chip, {&self.src})";
  let issue = "issueNs(completion, engine, chip)";
}

def StreamTranspose : Instruction<"stream_transpose", 0x2b, [DVE]> {
  let fields = [Out<"dst">, In<"src">];
  let summary = "transposes each block of 32 partitions by 32 elements";
  let completion = "dveNs(chip.dve.transpose, chip, {&self.src})";
  let issue = "completion - chip.dve.transposeDrainNs";
}
