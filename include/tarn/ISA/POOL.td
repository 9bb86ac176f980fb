// GpSimd engine (facts 2.7, 4.6).
include "tarn/ISA/Enums.td"

def PartitionOp : Enum<"PartitionOp", ["add", "average", "max", "bitwise_and", "bitwise_or"],
  "how partitions are joined into one">;

def Iota : Instruction<"iota", 0x30, [POOL]> {
  let fields = [Out<"dst">, Index<"pattern">, I32<"offset", "0">, I32<"channel_multiplier", "0">];
  let summary = "dst[p,i] = offset + p * channel_multiplier + pattern(i), int32 cast to dst's dtype";
  let rules = [
    Rule<"iota_c1", "a pattern of as many elements as dst", "elementsOf(self.pattern) == self.dst.numElements()", "elementsOf(self.pattern)">];
  let completion = "poolNs(chip.pool.iota, self.dst)";
  let issue = "issueNs(completion, chip.pool)";
  let example = "iota dst=int32@0x1000[1][64] p0+128, pattern=[1][64], channel_multiplier=64";
}

def AffineSelect : Instruction<"affine_select", 0x31, [POOL]> {
  let fields = [Out<"dst">, In<"on_true">, Index<"pattern">, I32<"offset", "0">, I32<"channel_multiplier", "0">,
                EnumField<"cmp", Comparison>, F32<"on_false">];
  let summary = "dst = cmp(offset + p * channel_multiplier + pattern(i), 0) ? on_true : on_false";
  let rules = [
    Rule<"affine_select_c1", "in dst as many elements and partitions as in on_true", "sameSize(self.dst, self.on_true)", "sizes(self.dst, self.on_true)">,
    Rule<"affine_select_c2", "a pattern of as many elements as dst", "elementsOf(self.pattern) == self.dst.numElements()", "elementsOf(self.pattern)">,
    Rule<"affine_select_c3", "eq, ne, gt or ge", "self.cmp != Comparison::lt && self.cmp != Comparison::le", "name(self.cmp)">];
  let completion = "poolNs(chip.pool.affineSelect, self.dst)";
  let issue = "issueNs(completion, chip.pool)";
  let example = "affine_select dst=fp32@0x1000[1][128] p0+128, on_true=fp32@0x0[1][128] p0+128, pattern=[-1][128], "
                "channel_multiplier=1, cmp=ge, on_false=-1";
}

def LocalGather : Instruction<"local_gather", 0x32, [POOL]> {
  let fields = [Out<"dst", "[P, V * E]">, In<"src">, In<"index", "[P, n] uint16; number i of a core in its partition i % 16, element i / 16">,
                U8<"elements", "1", "E, how many one index takes">, I32<"count", "", "V, indices of each core that are used">];
  let summary = "each core of 16 partitions: dst[p, i * E + j] = src[p, index(i) * E + j] for i < V";
  let rules = [
    Rule<"local_gather_c1", "multiples of 16 partitions, as many in all operands", "self.src.numPartitions % 16 == 0 && self.dst.numPartitions == self.src.numPartitions && self.index.numPartitions == self.src.numPartitions", "unsigned(self.src.numPartitions)">,
    Rule<"local_gather_c2", "indices of uint16", "self.index.dtype == DType::uint16", "name(self.index.dtype)">,
    Rule<"local_gather_c3", "1, 2, 4, 8, 16 or 32 elements an index", "isPowerOfTwo(self.elements) && self.elements <= 32", "unsigned(self.elements)">,
    Rule<"local_gather_c4", "1 to 4096 indices, and no more than index has", "self.count >= 1 && self.count <= 4096 && unsigned(self.count) <= 16 * self.index.numElements()", "self.count">,
    Rule<"local_gather_c5", "in dst count * elements elements a partition", "self.dst.numElements() == uint64_t(unsigned(self.count)) * self.elements", "self.dst.numElements()">,
    Rule<"local_gather_c6", "in src a multiple of elements", "self.elements != 0 && self.src.numElements() % self.elements == 0", "self.src.numElements()">,
    Rule<"local_gather_c7", "dst and src of one dtype", "self.dst.dtype == self.src.dtype", "dtypesText(self.dst, self.src)">];
  let completion = "localGatherNs(self, chip)";
  let issue = "issueNs(completion, chip.pool)";
  let before = "memset dst=uint16@0x800[1][1] p0+32, value=3, S[0]+=1";
  let example = "local_gather S[0]>=1, dst=fp32@0x1000[1][8] p0+32, src=fp32@0x0[1][64] p0+32, "
                "index=uint16@0x800[1][1] p0+32, elements=4, count=2";
}

def NGather : Instruction<"n_gather", 0x33, [POOL]> {
  let fields = [Out<"dst">, In<"data">, In<"indices", "uint32">];
  let summary = "dst[p,i] = data[p, indices[p,i]]";
  let rules = [
    Rule<"n_gather_c1", "in dst as many elements and partitions as in indices", "sameSize(self.dst, self.indices)", "sizes(self.dst, self.indices)">,
    Rule<"n_gather_c2", "in data the partitions of indices", "self.data.numPartitions == self.indices.numPartitions", "unsigned(self.data.numPartitions)">,
    Rule<"n_gather_c3", "indices of uint32", "self.indices.dtype == DType::uint32", "name(self.indices.dtype)">,
    Rule<"n_gather_c4", "dst and data of one dtype", "self.dst.dtype == self.data.dtype", "dtypesText(self.dst, self.data)">];
  let completion = "poolNs(chip.pool.elementwise, self.dst) + gatherGroupsNs(self.dst, chip)";
  let issue = "issueNs(completion, chip.pool)";
  let before = "memset dst=uint32@0x800[1][16] p0+128, value=3, S[0]+=1";
  let example = "n_gather S[0]>=1, dst=fp32@0x1000[1][16] p0+128, data=fp32@0x0[1][64] p0+128, "
                "indices=uint32@0x800[1][16] p0+128";
}

def SequenceBounds : Instruction<"sequence_bounds", 0x34, [POOL]> {
  let fields = [Out<"dst", "[1, 2 * n]: n first positions, then n ends">, In<"segment_ids", "[1, n]">];
  let summary = "of each element the first position of its run of equal ids and the position after its last";
  let description = "An id of 0 is padding: its first position is n and its end -1.";
  let rules = [
    Rule<"sequence_bounds_c1", "one partition", "self.dst.numPartitions == 1 && self.segment_ids.numPartitions == 1", "unsigned(self.segment_ids.numPartitions)">,
    Rule<"sequence_bounds_c2", "in dst twice the elements of segment_ids", "self.dst.numElements() == 2 * self.segment_ids.numElements()", "sizes(self.dst, self.segment_ids)">];
  let completion = "poolNs(chip.pool.elementwise, self.dst)";
  let issue = "issueNs(completion, chip.pool)";
  let example = "sequence_bounds dst=int32@0x1000[1][64] p0+1, segment_ids=int32@0x0[1][32] p0+1";
}

def NonzeroWithCount : Instruction<"nonzero_with_count", 0x35, [POOL]> {
  let fields = [Out<"dst", "[P, T + 1] int32">, In<"src", "[P, T]">, I32<"index_offset", "0", "added to each position">,
                I32<"padding", "-1", "what follows the positions">];
  let summary = "positions of the elements of src that are not 0, padding, and at last their number";
  let description = "One partition of each core works: 0, 16 to 112 of the operands; the others of dst stay.";
  let firstCore = 3;
  let rules = [
    Rule<"nonzero_with_count_c1", "1 partition or a multiple of 16, as many in dst and src", "(self.src.numPartitions == 1 || self.src.numPartitions % 16 == 0) && self.dst.numPartitions == self.src.numPartitions", "sizes(self.dst, self.src)">,
    Rule<"nonzero_with_count_c2", "in dst one element more than in src", "self.dst.numElements() == self.src.numElements() + 1", "sizes(self.dst, self.src)">,
    Rule<"nonzero_with_count_c3", "a result of int32", "self.dst.dtype == DType::int32", "name(self.dst.dtype)">];
  let completion = "poolNs(chip.pool.elementwise, self.dst)";
  let issue = "issueNs(completion, chip.pool)";
  let example = "nonzero_with_count dst=int32@0x1000[1][65] p0+128, src=fp32@0x0[1][64] p0+128";
}

def TopK : Instruction<"topk", 0x36, [POOL]> {
  let fields = [Out<"val_dst", "[16, K / 16] bf16">, Out<"idx_dst", "[16, K / 16] uint32">, In<"src", "[16, ceil(n / 16)] bf16">,
                I32<"n", "", "elements of each core's src that count">];
  let summary = "the K largest of the n elements of each core's 16 partitions, ascending, and their numbers";
  let description = "Elements wind through the 16 partitions of a core: number i lies in element i / 16, of partition i % 16 "
                    "where that is even and of partition 15 - i % 16 where it is odd; results likewise. Of equal elements "
                    "the one with the lower number is larger.";
  let rules = [
    Rule<"topk_c1", "multiples of 16 partitions, as many in all operands", "self.src.numPartitions % 16 == 0 && self.val_dst.numPartitions == self.src.numPartitions && self.idx_dst.numPartitions == self.src.numPartitions", "unsigned(self.src.numPartitions)">,
    Rule<"topk_c2", "8 to 65535 elements, and no more than src has", "self.n >= 8 && self.n < 65536 && unsigned(self.n) <= 16 * self.src.numElements()", "self.n">,
    Rule<"topk_c3", "as many numbers as values, up to n and below 32768", "self.val_dst.numElements() == self.idx_dst.numElements() && 16 * self.val_dst.numElements() <= unsigned(self.n) && 16 * self.val_dst.numElements() < 32768", "16 * self.val_dst.numElements()">,
    Rule<"topk_c4", "values of bf16 and numbers of uint32", "self.src.dtype == DType::bf16 && self.val_dst.dtype == DType::bf16 && self.idx_dst.dtype == DType::uint32", "dtypesText(self.src, self.idx_dst)">];
  let completion = "topKNs(self, chip)";
  let issue = "issueNs(completion, chip.pool)";
  let example =
      "topk val_dst=bf16@0x1000[1][2] p0+32, idx_dst=uint32@0x1800[1][2] p0+32, src=bf16@0x0[1][8] p0+32, n=100";
}

def TensorPartitionReduce : Instruction<"tensor_partition_reduce", 0x37, [POOL]> {
  let fields = [Out<"dst", "[1, F]">, In<"data", "[P, F]">, EnumField<"op", PartitionOp>];
  let summary = "joins the partitions of data into one";
  let rules = [
    Rule<"tensor_partition_reduce_c1", "dst of one partition with data's elements", "self.dst.numPartitions == 1 && self.dst.numElements() == self.data.numElements()", "sizes(self.dst, self.data)">,
    Rule<"tensor_partition_reduce_c2", "integers for bit-vector operators", "!isBitwise(self.op) || (!isFloat(self.data.dtype) && !isFloat(self.dst.dtype))", "name(self.op)">];
  let completion = "lawNs(chip.pool.partitionReduce, self.data.numElements())";
  let issue = "issueNs(completion, chip.pool)";
  let example = "tensor_partition_reduce dst=fp32@0x1000[1][64] p0+1, data=fp32@0x0[1][64] p0+128, op=add";
}
