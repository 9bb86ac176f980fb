// Vector engine: the eight largest elements, where values stand, gathers along the free axis (facts 2.5, 3.2, 4.4).
include "tarn/ISA/Enums.td"

def Max8 : Instruction<"max8", 0x68, [DVE]> {
  let fields = [Out<"dst", "[P,8]">, In<"src", "[P, 8 to 16384]">];
  let summary = "the 8 largest elements of each partition, descending";
  let rules = [
    Rule<"max8_c1", "8 to 16384 elements a partition", "self.src.numElements() >= 8 && self.src.numElements() <= 16384", "self.src.numElements()">,
    Rule<"max8_c2", "dst with 8 elements a partition, and src's partitions", "self.dst.numElements() == 8 && self.dst.numPartitions == self.src.numPartitions", "sizes(self.dst, self.src)">];
  let completion = "dveNs(chip.dve.single, chip, {&self.src})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "max8 dst=fp32@0x1000[1][8] p0+128, src=fp32@0x0[1][64] p0+128";
}

def MatchValueLoad : Instruction<"match_value_load", 0x69, [DVE]> {
  let fields = [In<"vals", "[P,8]">];
  let summary = "loads the 8 values that find_index8 and match_replace8 look for";
  let rules = [
    Rule<"match_value_load_c1", "8 elements a partition", "self.vals.numElements() == 8", "self.vals.numElements()">];
  let completion = "dveNs(chip.dve.single, chip, {&self.vals})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "match_value_load vals=fp32@0x0[1][8] p0+128";
}

def FindIndex8 : Instruction<"find_index8", 0x6a, [DVE]> {
  let fields = [Out<"dst", "[P,8]">, In<"data", "[P, 8 to 16384]">];
  let summary = "where each of the 8 loaded values stands first in data; all ones where nowhere";
  let description = "A value that was loaded several times is found at its first, second … place, in order.";
  let rules = [
    Rule<"find_index8_c1", "8 to 16384 elements a partition", "self.data.numElements() >= 8 && self.data.numElements() <= 16384", "self.data.numElements()">,
    Rule<"find_index8_c2", "dst with 8 elements a partition, and data's partitions", "self.dst.numElements() == 8 && self.dst.numPartitions == self.data.numPartitions", "sizes(self.dst, self.data)">,
    Rule<"find_index8_c3", "indices of uint16 or uint32", "self.dst.dtype == DType::uint16 || self.dst.dtype == DType::uint32", "name(self.dst.dtype)">];
  let completion = "dveNs(chip.dve.single, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
  let before = "match_value_load vals=fp32@0x800[1][8] p0+128";
  let example = "find_index8 dst=uint32@0x1000[1][8] p0+128, data=fp32@0x0[1][64] p0+128";
}

def MatchReplace8 : Instruction<"match_replace8", 0x6b, [DVE]> {
  let fields = [Out<"dst">, In<"data", "[P, 8 to 16384]">, F32<"imm", "0.0f", "what stands in dst instead">];
  let summary = "dst = data, but imm where each of the 8 loaded values stands first";
  let rules = [
    Rule<"match_replace8_c1", "8 to 16384 elements a partition", "self.data.numElements() >= 8 && self.data.numElements() <= 16384", "self.data.numElements()">,
    Rule<"match_replace8_c2", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">];
  let completion = "dveNs(chip.dve.single, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
  let before = "match_value_load vals=fp32@0x800[1][8] p0+128";
  let example = "match_replace8 dst=fp32@0x1000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, imm=-1e30";
}

def MatchReplaceIndex8 : Instruction<"match_replace_index8", 0x6c, [DVE]> {
  let fields = [Out<"dst">, Out<"dst_idx", "[P,8]: where each value was replaced">, In<"data", "[P, 8 to 16384]">,
                F32<"imm", "0.0f", "what stands in dst instead">];
  let summary = "match_replace8 that also writes the places; all ones for a value that is nowhere";
  let description = "Values loaded several times take their places in descending order of their number: the last one the first place.";
  let rules = [
    Rule<"match_replace_index8_c1", "8 to 16384 elements a partition", "self.data.numElements() >= 8 && self.data.numElements() <= 16384", "self.data.numElements()">,
    Rule<"match_replace_index8_c2", "in dst as many elements and partitions as in data", "sameSize(self.dst, self.data)", "sizes(self.dst, self.data)">,
    Rule<"match_replace_index8_c3", "dst_idx with 8 elements a partition, and data's partitions", "self.dst_idx.numElements() == 8 && self.dst_idx.numPartitions == self.data.numPartitions", "sizes(self.dst_idx, self.data)">,
    Rule<"match_replace_index8_c4", "indices of uint16 or uint32", "self.dst_idx.dtype == DType::uint16 || self.dst_idx.dtype == DType::uint32", "name(self.dst_idx.dtype)">];
  let completion = "dveNs(chip.dve.single, chip, {&self.data})";
  let issue = "issueNs(completion, engine, chip)";
  let before = "match_value_load vals=fp32@0x800[1][8] p0+128";
  let example = "match_replace_index8 dst=fp32@0x1000[1][64] p0+128, dst_idx=uint16@0x1800[1][8] p0+128, data=fp32@0x0[1][64] p0+128";
}

def TensorGather : Instruction<"tensor_gather", 0x6d, [DVE, ACT, POOL]> {
  let firstCore = 4;
  let fields = [Out<"dst">, In<"src">, In<"index", "for each element of dst the number of src's element">];
  let summary = "dst[i] = src[index[i]] in each partition: a copy whose source is indirect";
  let rules = [
    Rule<"tensor_gather_c1", "in dst as many elements and partitions as in index", "sameSize(self.dst, self.index)", "sizes(self.dst, self.index)">,
    Rule<"tensor_gather_c2", "src with as many partitions as index", "self.src.numPartitions == self.index.numPartitions", "sizes(self.src, self.index)">,
    Rule<"tensor_gather_c3", "indices of uint16 or uint32", "self.index.dtype == DType::uint16 || self.index.dtype == DType::uint32", "name(self.index.dtype)">,
    Rule<"tensor_gather_c4", "src on the partitions of index", "self.src.startPartition == self.index.startPartition", "partitionsText(self.src)", "addresses">];
  let completion = "gatherNs(self.src, self.dst, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
  let before = "memset dst=uint16@0x800[1][16] p0+128, value=3, S[0]+=1";
  let example = "tensor_gather S[0]>=1, dst=fp32@0x1000[1][16] p0+128, src=fp32@0x0[1][64] p0+128, index=uint16@0x800[1][16] p0+128";
}

def TensorScatter : Instruction<"tensor_scatter", 0x6e, [DVE, ACT, POOL]> {
  let firstCore = 4;
  let fields = [InOut<"dst", "elements that no index names stay">, In<"src">,
                In<"index", "for each element of src the number of dst's element">];
  let summary = "dst[index[i]] = src[i] in each partition: a copy whose destination is indirect";
  let description = "Of several elements that go to one place the last one stays.";
  let rules = [
    Rule<"tensor_scatter_c1", "in src as many elements and partitions as in index", "sameSize(self.src, self.index)", "sizes(self.src, self.index)">,
    Rule<"tensor_scatter_c2", "dst with as many partitions as index", "self.dst.numPartitions == self.index.numPartitions", "sizes(self.dst, self.index)">,
    Rule<"tensor_scatter_c3", "indices of uint16 or uint32", "self.index.dtype == DType::uint16 || self.index.dtype == DType::uint32", "name(self.index.dtype)">,
    Rule<"tensor_scatter_c4", "src on the partitions of index", "self.src.startPartition == self.index.startPartition", "partitionsText(self.src)", "addresses">,
    Rule<"tensor_scatter_c5", "dst in SBUF on act", "engine != Engine::act || self.dst.memory == Memory::sbuf", "memoryText(engine, self.dst)">];
  let completion = "gatherNs(self.src, self.dst, engine, chip)";
  let issue = "issueNs(completion, engine, chip)";
  let before = "memset dst=uint16@0x800[1][16] p0+128, value=3, S[0]+=1";
  let example = "tensor_scatter S[0]>=1, dst=fp32@0x1000[1][64] p0+128, src=fp32@0x0[1][16] p0+128, index=uint16@0x800[1][16] p0+128";
}
