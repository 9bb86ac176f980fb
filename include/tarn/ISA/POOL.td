// GpSimd engine (facts 2.7, 4.6).
include "tarn/ISA/Enums.td"

def Iota : Instruction<"iota", 0x30, [POOL]> {
  let fields = [Out<"dst">, Index<"pattern">, I32<"offset", "0">, I32<"channel_multiplier", "0">];
  let summary = "dst[p,i] = offset + p * channel_multiplier + pattern(i), int32 cast to dst's dtype";
  let completion = "poolNs(chip.pool.iota, self.dst)";
  let issue = "issueNs(completion, chip.pool)";
}

def AffineSelect : Instruction<"affine_select", 0x31, [POOL]> {
  let fields = [Out<"dst">, In<"on_true">, Index<"pattern">, I32<"offset", "0">, I32<"channel_multiplier", "0">,
                EnumField<"cmp", Comparison>, F32<"on_false">];
  let summary = "dst = cmp(offset + p * channel_multiplier + pattern(i), 0) ? on_true : on_false";
  let completion = "poolNs(chip.pool.affineSelect, self.dst)";
  let issue = "issueNs(completion, chip.pool)";
}
