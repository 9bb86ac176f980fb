// Microscaling (MX) formats of NeuronCore-v4 (facts 3.4, 3.5, 4.3, 4.4). Data lie as words of four elements; 8 partitions
// times one word, 32 elements, share a scale, a power of two in a byte (fp8_e8m0fnu or uint8). The scales of a quadrant's
// four groups lie in four of its partitions, from the `scale_offset`th on.
include "tarn/ISA/Enums.td"

def QuantizeMx : Instruction<"quantize_mx", 0x78, [DVE]> {
  let firstCore = 4;
  let fields = [
    Out<"dst", "[P, F/4] of fp8x4_e4m3fn or fp8x4_e5m2">,
    InOut<"dst_scale", "[P, F/4] for P above 32, else [scale_offset + P/8, F/4]; partitions without a scale stay">,
    In<"src", "[P, F] of fp16 or bf16 in SBUF">,
    U8<"scale_offset", "0", "0, 4, 8 or 12">,
  ];
  let summary = "src in groups of 32 elements as a scale and fp8 elements";
  let description = "The scale is 2^(floor(log2(largest magnitude)) - (Emax - 1)), Emax 8 for e4m3fn and 15 for e5m2: no element overflows. "
                    "A group of zeros has the scale 2^-127, one with an infinity or a NaN the scale NaN.";
  let rules = [
    Rule<"quantize_mx_c1", "src with four times dst's elements and as many partitions", "self.src.numElements() == 4 * self.dst.numElements() && self.src.numPartitions == self.dst.numPartitions", "sizes(self.src, self.dst)">,
    Rule<"quantize_mx_c2", "fp16 or bf16", "self.src.dtype == DType::fp16 || self.src.dtype == DType::bf16", "name(self.src.dtype)">,
    Rule<"quantize_mx_c3", "fp8x4_e4m3fn or fp8x4_e5m2", "self.dst.dtype == DType::fp8x4_e4m3fn || self.dst.dtype == DType::fp8x4_e5m2", "name(self.dst.dtype)">,
    Rule<"quantize_mx_c4", "scales that fit the data: as many elements a partition, P partitions for P above 32, else scale_offset + P/8", "fitsScales(self.dst_scale, self.dst, self.scale_offset)", "sizes(self.dst_scale, self.dst)">,
    Rule<"quantize_mx_c5", "scales of fp8_e8m0fnu or uint8", "isScaleType(self.dst_scale.dtype)", "name(self.dst_scale.dtype)">,
    Rule<"quantize_mx_c6", "src in SBUF", "self.src.memory == Memory::sbuf", "memoryText(engine, self.src)">,
    Rule<"quantize_mx_c7", "32, 64, 96 or 128 partitions", "self.src.numPartitions % 32 == 0", "unsigned(self.src.numPartitions)">,
    Rule<"quantize_mx_c8", "a scale_offset of 0, 4, 8 or 12", "self.scale_offset % 4 == 0 && self.scale_offset <= 12", "unsigned(self.scale_offset)">,
    Rule<"quantize_mx_c9", "scales in the quadrants of their data", "self.dst_scale.startPartition == self.dst.startPartition", "partitionsText(self.dst_scale)", "addresses">];
  let completion = "dveNs(chip.dve.quadruple, chip, {&self.src})";
  let issue = "issueNs(completion, engine, chip)";
  let example = "quantize_mx dst=fp8x4_e4m3fn@0x1000[1][16] p0+128, dst_scale=fp8_e8m0fnu@0x2000[1][16] p0+128, src=bf16@0x0[1][64] p0+128";
}

def LoadStationaryMx : Instruction<"load_stationary_mx", 0x03, [PE]> {
  let firstCore = 4;
  let fields = [
    In<"data", "[P, M <= 128, even] words of four elements: 4 P rows of the product">, In<"scale">,
    U8<"scale_offset", "0", "0, 4, 8 or 12">,
    U8<"row", "0", "first row of the array's tile">, U8<"tile_rows", "128">,
  ];
  let summary = "loads the stationary operand of matmul_mx";
  let rules = [
    Rule<"load_stationary_mx_c1", "up to pe.max_stationary columns, an even number", "self.data.numElements() <= chip.pe.maxStationary && self.data.numElements() % 2 == 0", "self.data.numElements()">,
    Rule<"load_stationary_mx_c2", "words of packed elements", "isPacked(self.data.dtype)", "name(self.data.dtype)">,
    Rule<"load_stationary_mx_c3", "32, 64, 96 or 128 partitions", "self.data.numPartitions % 32 == 0", "unsigned(self.data.numPartitions)">,
    Rule<"load_stationary_mx_c4", "scales that fit the data: as many elements a partition, P partitions for P above 32, else scale_offset + P/8", "fitsScales(self.scale, self.data, self.scale_offset)", "sizes(self.scale, self.data)">,
    Rule<"load_stationary_mx_c5", "scales of fp8_e8m0fnu or uint8", "isScaleType(self.scale.dtype)", "name(self.scale.dtype)">,
    Rule<"load_stationary_mx_c6", "a scale_offset of 0, 4, 8 or 12", "self.scale_offset % 4 == 0 && self.scale_offset <= 12", "unsigned(self.scale_offset)">,
    Rule<"load_stationary_mx_c7", "tile_rows 32, 64 or 128, and row a multiple of them within the array", "isLegalTile(self.row, self.tile_rows)", "tileText(self.row, self.tile_rows)">,
    Rule<"load_stationary_mx_c8", "data on the tile's rows", "fitsTile(self.data, self.row, self.tile_rows)", "partitionsText(self.data)", "addresses">,
    Rule<"load_stationary_mx_c9", "scales in the quadrants of their data", "self.scale.startPartition == self.data.startPartition", "partitionsText(self.scale)", "addresses">];
  let completion = "chip.pe.loadFixedNs + cyclesNs(chip.pe.loadFixedCycles + streamCycles(self, chip), chip.pe)";
  let issue = "cyclesNs(streamCycles(self, chip), chip.pe)";
  let example = "load_stationary_mx data=fp8x4_e4m3fn@0x0[1][128] p0+128, scale=fp8_e8m0fnu@0x1000[1][128] p0+128";
}

def MatmulMx : Instruction<"matmul_mx", 0x04, [PE]> {
  let firstCore = 4;
  let fields = [
    InOut<"dst", "[M partitions, N] in PSUM; read when the group continues">,
    In<"moving", "[P, N] words of four elements">, In<"scale">,
    EnumField<"group", MatmulGroup, "whole">,
    U8<"scale_offset", "0", "0, 4, 8 or 12">,
    U8<"row", "0", "first row of the array's tile">, U8<"tile_rows", "128">,
  ];
  let summary = "dst[m,n] (+)= sum over 4 P elements of stationary * moving, each times its scale";
  let rules = [
    Rule<"matmul_mx_c1", "at most as many columns as a moving operand may have (pe.max_moving, twice that into bf16)", "self.moving.numElements() <= mostMoving(self.dst, chip)", "self.moving.numElements()">,
    Rule<"matmul_mx_c2", "dst of fp32, or of bf16 where the chip adds into it (pe.bf16_output)", "isMatmulOutput(self.dst, chip)", "name(self.dst.dtype)">,
    Rule<"matmul_mx_c3", "dst within pe.output_banks banks of PSUM", "isInBanks(self.dst, chip)", "toString(self.dst)", "addresses">,
    Rule<"matmul_mx_c4", "words of packed elements", "isPacked(self.moving.dtype)", "name(self.moving.dtype)">,
    Rule<"matmul_mx_c5", "dst with as many columns as moving", "self.dst.numElements() == self.moving.numElements()", "sizes(self.dst, self.moving)">,
    Rule<"matmul_mx_c6", "32, 64, 96 or 128 partitions", "self.moving.numPartitions % 32 == 0", "unsigned(self.moving.numPartitions)">,
    Rule<"matmul_mx_c7", "scales that fit the data: as many elements a partition, P partitions for P above 32, else scale_offset + P/8", "fitsScales(self.scale, self.moving, self.scale_offset)", "sizes(self.scale, self.moving)">,
    Rule<"matmul_mx_c8", "scales of fp8_e8m0fnu or uint8", "isScaleType(self.scale.dtype)", "name(self.scale.dtype)">,
    Rule<"matmul_mx_c9", "a scale_offset of 0, 4, 8 or 12", "self.scale_offset % 4 == 0 && self.scale_offset <= 12", "unsigned(self.scale_offset)">,
    Rule<"matmul_mx_c10", "tile_rows 32, 64 or 128, and row a multiple of them within the array", "isLegalTile(self.row, self.tile_rows)", "tileText(self.row, self.tile_rows)">,
    Rule<"matmul_mx_c11", "moving on the tile's rows", "fitsTile(self.moving, self.row, self.tile_rows)", "partitionsText(self.moving)", "addresses">,
    Rule<"matmul_mx_c12", "scales in the quadrants of their data", "self.scale.startPartition == self.moving.startPartition", "partitionsText(self.scale)", "addresses">];
  let completion = "chip.pe.matmulFixedNs + cyclesNs(chip.pe.matmulFixedCycles, chip.pe) + matmulStreamNs(self, chip)";
  let issue = "matmulStreamNs(self, chip) + chip.pe.issueGapNs";
  let before = "load_stationary_mx data=fp8x4_e4m3fn@0x0[1][128] p0+128, scale=fp8_e8m0fnu@0x1000[1][128] p0+128";
  let example = "matmul_mx dst=fp32@0x2000000[1][512] p0+128, moving=fp8x4_e4m3fn@0x2000[1][512] p0+128, scale=fp8_e8m0fnu@0x4000[1][512] p0+128";
}
