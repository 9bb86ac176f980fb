// Vector engine, and what it shares with the Scalar and GpSimd engines (facts 2.5, 4.4).
include "tarn/ISA/Enums.td"

def TensorCopy : Instruction<"tensor_copy", 0x20, [DVE, ACT, POOL]> {
  let fields = [Out<"dst">, In<"src">];
  let summary = "copies and casts; bit exact when the dtypes are equal";
  let rules = [
    Rule<"tensor_copy_c1", "in dst as many elements and partitions as in src", "sameSize(self.dst, self.src)", "sizes(self.dst, self.src)">,
    Rule<"tensor_copy_c2", "on act where it copies bits (act.copies); elsewhere activation with copy", "engine != Engine::act || chip.act.copies", "name(engine)">,
    Rule<"tensor_copy_c3", "words of packed elements as they are", "self.dst.dtype == self.src.dtype || (!isPacked(self.dst.dtype) && !isPacked(self.src.dtype))", "name(self.src.dtype)">];
  let completion = "copyNs(self, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
  let example = "tensor_copy dst=bf16@0x1000[1][512] p0+128, src=fp32@0x0[1][512] p0+128";
}

def Memset : Instruction<"memset", 0x21, [DVE, POOL]> {
  let fields = [Out<"dst">, F32<"value">];
  let summary = "fills with a value, cast to dst's dtype";
  let rules = [
    Rule<"memset_c1", "the value 0 for words of packed elements", "!isPacked(self.dst.dtype) || self.value == 0", "name(self.dst.dtype)">];
  let completion = "engine == Engine::pool ? poolNs(chip.pool.elementwise, self.dst) : lawNs(chip.dve.memset, self.dst.numElements())";
  let issue = "engine == Engine::pool ? issueNs(completion, chip.pool) : std::max(completion - chip.dve.memset.fixedNs, cyclesNs(chip.dve.minIssueCycles, chip.dve))";
  let example = "memset dst=fp32@0x1000[1][512] p0+128, value=1";
}

def TensorTensor : Instruction<"tensor_tensor", 0x22, [DVE, POOL]> {
  let fields = [Out<"dst">, In<"data1">, In<"data2">, EnumField<"op", AluOp>];
  let summary = "dst = data1 op data2";
  let rules = [
    Rule<"tensor_tensor_c1", "in dst as many elements and partitions as in data1", "sameSize(self.dst, self.data1)", "sizes(self.dst, self.data1)">,
    Rule<"tensor_tensor_c2", "in data2 as many elements and partitions as in data1", "sameSize(self.data2, self.data1)", "sizes(self.data2, self.data1)">,
    Rule<"tensor_tensor_c3", "at most one input in PSUM", "self.data1.memory != Memory::psum || self.data2.memory != Memory::psum", "memoryText(engine, self.data2)">,
    Rule<"tensor_tensor_c4", "an operator of two operands", "!isUnary(self.op)", "name(self.op)">,
    Rule<"tensor_tensor_c5", "integers for bit-vector operators", "!isBitwise(self.op) || (!isFloat(self.data1.dtype) && !isFloat(self.data2.dtype) && !isFloat(self.dst.dtype))", "name(self.op)">];
  let completion = "tensorTensorNs(self, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
  let example = "tensor_tensor dst=fp32@0x2000[1][512] p0+128, data1=fp32@0x0[1][512] p0+128, data2=fp32@0x1000[1][512] p0+128, op=add";
}

def TensorScalar : Instruction<"tensor_scalar", 0x23, [DVE, POOL, ACT]> {
  let fields = [
    Out<"dst">, In<"data">,
    EnumField<"op0", AluOp>, Scalar<"operand0", "0.0f">, Flag<"reverse0", "operand0 op0 data">,
    EnumField<"op1", AluOp, "bypass">, Scalar<"operand1", "0.0f">, Flag<"reverse1", "operand1 op1 …">,
  ];
  let summary = "dst = (data op0 operand0) op1 operand1";
  let rules = [
    Rule<"tensor_scalar_c1", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">,
    Rule<"tensor_scalar_c2", "on act: mult then add, mult, or add", "engine != Engine::act || isAffine(self.op0, self.op1)", "operatorsText(self.op0, self.op1)">,
    Rule<"tensor_scalar_c3", "both operators bit-vector, or both not", "sameClass(self.op0, self.op1)", "operatorsText(self.op0, self.op1)">,
    Rule<"tensor_scalar_c4", "integers and the engine dve for bit-vector operators", "!isBitwise(self.op0) || (engine == Engine::dve && !isFloat(self.data.dtype) && !isFloat(self.dst.dtype))", "name(self.op0)">,
    Rule<"tensor_scalar_c5", "operands with as many partitions as data", "fitsScalar(self.operand0, self.data) && fitsScalar(self.operand1, self.data)", "unsigned(self.data.numPartitions)">,
    Rule<"tensor_scalar_c6", "on act where it has the instruction (act.copies)", "engine != Engine::act || chip.act.copies", "name(engine)">];
  let completion = "tensorScalarNs(self, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
  let example = "tensor_scalar dst=fp32@0x2000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=subtract, operand0=fp32@0x1000[1][1] p0+128, op1=mult, operand1=0.125";
}

def ScalarTensorTensor : Instruction<"scalar_tensor_tensor", 0x24, [DVE]> {
  let fields = [
    Out<"dst">, In<"data">,
    EnumField<"op0", AluOp>, Scalar<"operand0", "0.0f">, Flag<"reverse0", "operand0 op0 data">,
    EnumField<"op1", AluOp>, In<"operand1">, Flag<"reverse1", "operand1 op1 …">,
  ];
  let summary = "dst = (data op0 operand0) op1 operand1, operand1 a tensor";
  let rules = [
    Rule<"scalar_tensor_tensor_c1", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">,
    Rule<"scalar_tensor_tensor_c2", "in operand1 as many elements and partitions as in data", "sameSize(self.operand1, self.data)", "sizes(self.operand1, self.data)">,
    Rule<"scalar_tensor_tensor_c3", "at most one input in PSUM", "self.data.memory != Memory::psum || self.operand1.memory != Memory::psum", "memoryText(engine, self.operand1)">,
    Rule<"scalar_tensor_tensor_c4", "both operators bit-vector, or both not", "sameClass(self.op0, self.op1)", "operatorsText(self.op0, self.op1)">,
    Rule<"scalar_tensor_tensor_c5", "operand0 with as many partitions as data", "fitsScalar(self.operand0, self.data)", "unsigned(self.data.numPartitions)">];
  let completion = "dveNs(chip.dve.scalarTensorTensor, chip, {&self.data, &self.operand1}, pointers(self.operand0))";
  let issue = "issueNs(completion, engine, chip)";
  let example = "scalar_tensor_tensor dst=fp32@0x2000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=2, op1=add, operand1=fp32@0x1000[1][512] p0+128";
}

def TensorReduce : Instruction<"tensor_reduce", 0x25, [DVE]> {
  let fields = [
    Out<"dst">, In<"data">, EnumField<"op", AluOp>,
    U8<"num_dims", "1", "how many of data's innermost free dimensions are reduced">,
    Flag<"negate", "the result is negated">,
  ];
  let summary = "reduces trailing free dimensions";
  let rules = [
    Rule<"tensor_reduce_c1", "1 to as many dimensions as data has", "self.num_dims >= 1 && self.num_dims <= self.data.rank", "unsigned(self.num_dims)">,
    Rule<"tensor_reduce_c2", "dst with one element for each reduction, and data's partitions", "isReductionOf(self.dst, self.data, self.num_dims)", "sizes(self.dst, self.data)">,
    Rule<"tensor_reduce_c3", "add subtract mult max min abs_max abs_min, logical or bitwise and, or, xor", "isReducing(self.op)", "name(self.op)">];
  let completion = "dveNs(self.data.memory == Memory::psum ? chip.dve.reducePsum : chip.dve.reduce, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "tensor_reduce dst=fp32@0x1000[1][1] p0+128, data=fp32@0x0[1][512] p0+128, op=max";
}

def Reciprocal : Instruction<"reciprocal", 0x26, [DVE]> {
  let fields = [Out<"dst">, In<"data">];
  let summary = "dst = 1 / data";
  let rules = [
    Rule<"reciprocal_c1", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">];
  let completion = "dveNs(chip.dve.reciprocal, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "reciprocal dst=fp32@0x1000[1][8] p0+128, data=fp32@0x0[1][8] p0+128";
}

def CopyPredicated : Instruction<"copy_predicated", 0x27, [DVE]> {
  let fields = [InOut<"dst">, In<"src">, In<"predicate", "integers; true where not 0">,
                Flag<"reverse_pred", "copies where the predicate is 0">];
  let summary = "dst = src where predicate; dst stays elsewhere";
  let rules = [
    Rule<"copy_predicated_c1", "in dst as many elements and partitions as in src", "sameSize(self.dst, self.src)", "sizes(self.dst, self.src)">,
    Rule<"copy_predicated_c2", "in predicate as many elements and partitions as in src", "sameSize(self.predicate, self.src)", "sizes(self.predicate, self.src)">,
    Rule<"copy_predicated_c3", "a predicate of integers", "!isFloat(self.predicate.dtype)", "name(self.predicate.dtype)">];
  let completion = "dveNs(chip.dve.copyPredicated, chip, {&self.src, &self.predicate})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "copy_predicated dst=fp32@0x1000[1][64] p0+128, src=fp32@0x0[1][64] p0+128, predicate=uint8@0x800[1][64] p0+128";
}

def BnStats : Instruction<"bn_stats", 0x28, [DVE]> {
  let fields = [Out<"dst", "[P,6]">, In<"data", "[P, N <= 512]">];
  let summary = "count, mean and variance times count of the elements at even and at odd positions";
  let rules = [
    Rule<"bn_stats_c1", "at most 512 elements a partition", "self.data.numElements() <= 512", "self.data.numElements()">,
    Rule<"bn_stats_c2", "dst with 6 elements a partition, and data's partitions", "self.dst.numElements() == 6 && self.dst.numPartitions == self.data.numPartitions", "sizes(self.dst, self.data)">];
  let completion = "dveNs(chip.dve.bnStats, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "bn_stats dst=fp32@0x1000[1][6] p0+128, data=fp32@0x0[1][512] p0+128";
}

def BnAggr : Instruction<"bn_aggr", 0x29, [DVE]> {
  let fields = [Out<"dst", "[P,2]: mean, variance">, In<"data", "[P, 3k]: k triples of bn_stats">];
  let summary = "joins the statistics of several bn_stats";
  let rules = [
    Rule<"bn_aggr_c1", "a multiple of 3 elements a partition", "self.data.numElements() % 3 == 0", "self.data.numElements()">,
    Rule<"bn_aggr_c2", "dst with 2 elements a partition, and data's partitions", "self.dst.numElements() == 2 && self.dst.numPartitions == self.data.numPartitions", "sizes(self.dst, self.data)">];
  let completion = "chip.dve.bnStats.fixedNs + cyclesNs(chip.dve.bnAggrCycles * self.data.numElements(), chip.dve)";
  let issue = "issueNs(completion, engine, chip)";
  let example = "bn_aggr dst=fp32@0x1000[1][2] p0+128, data=fp32@0x0[1][12] p0+128";
}

def StreamShuffle : Instruction<"stream_shuffle", 0x2a, [DVE]> {
  let fields = [Out<"dst">, In<"src">, Mask<"mask", "source partition of each partition of a quadrant; 255 leaves it">];
  let summary = "moves data between the 32 partitions of each quadrant";
  let rules = [
    Rule<"stream_shuffle_c1", "in dst as many elements and partitions as in src", "sameSize(self.dst, self.src)", "sizes(self.dst, self.src)">,
    Rule<"stream_shuffle_c2", "dst and src of one dtype", "self.dst.dtype == self.src.dtype", "name(self.dst.dtype)">,
    Rule<"stream_shuffle_c3", "entries of the mask below 32, or 255", "isLegalMask(self.mask)", "maskText(self.mask)">];
  let completion = "dveNs(chip.dve.shuffle, chip, {&self.src})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "stream_shuffle dst=bf16@0x1000[1][64] p0+128, src=bf16@0x0[1][64] p0+128, mask=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 0]";
}

def StreamTranspose : Instruction<"stream_transpose", 0x2b, [DVE]> {
  let fields = [Out<"dst">, In<"src">];
  let summary = "transposes each block of 32 partitions by 32 elements";
  let rules = [
    Rule<"stream_transpose_c1", "in dst as many elements and partitions as in src", "sameSize(self.dst, self.src)", "sizes(self.dst, self.src)">,
    Rule<"stream_transpose_c2", "dst and src of one dtype", "self.dst.dtype == self.src.dtype", "name(self.dst.dtype)">,
    Rule<"stream_transpose_c3", "multiples of 32 partitions and 32 elements", "self.src.numPartitions % 32 == 0 && self.src.numElements() % 32 == 0", "sizes(self.dst, self.src)">];
  let completion = "dveNs(chip.dve.transpose, chip, {&self.src})";
  let issue = "completion - chip.dve.transposeDrainNs";
  let example = "stream_transpose dst=fp32@0x1000[1][32] p0+32, src=fp32@0x0[1][32] p0+32";
}
