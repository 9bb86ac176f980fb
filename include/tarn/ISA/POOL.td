// GpSimd engine (facts 2.7, 4.6).
include "tarn/ISA/Enums.td"

def Iota : Instruction<"iota", 0x30, [POOL]> {
  let fields = [Out<"dst">, Index<"pattern">, I32<"offset", "0">, I32<"channel_multiplier", "0">];
  let summary = "dst[p,i] = offset + p * channel_multiplier + pattern(i), int32 cast to dst's dtype";
  let rules = [
    Rule<"iota_c1", "a pattern of as many elements as dst", "elementsOf(self.pattern) == self.dst.numElements()", "elementsOf(self.pattern)">];
  let completion = "poolNs(chip.pool.iota, self.dst)";
  let issue = "issueNs(completion, chip.pool)";
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
}
