// Tensor engine (facts 2.4, 3.4, 4.3). The array of 128 x 128 can be cut into tiles that work independently; `row`, `col`,
// `tile_rows` and `tile_cols` say where an instruction works. A row of the array is fed by the partition of its number.
include "tarn/ISA/Enums.td"

def LoadStationary : Instruction<"load_stationary", 0x01, [PE]> {
  let fields = [
    In<"data", "[K <= 128 partitions, M <= 128] in SBUF; with double_row [K, 2, M]">,
    EnumField<"fp32_mode", Fp32Mode, "full">,
    Flag<"is_transpose", "the next matmul is a bit-exact transpose">,
    EnumField<"perf_mode", PerfMode, "normal">,
    U8<"row", "0", "first row of the tile">, U8<"col", "0", "first column of the tile">,
    U8<"tile_rows", "128">, U8<"tile_cols", "128">,
  ];
  let summary = "loads the stationary operand into the spare weight buffer";
  let rules = [
    Rule<"load_stationary_c1", "at most as many columns as the array has (pe.max_stationary, twice that with double_row)", "self.data.numElements() <= chip.pe.maxStationary * rowsAtOnce(self.perf_mode)", "self.data.numElements()">,
    Rule<"load_stationary_c2", "fp32, fp32r, tf32, bf16, fp16 or fp8", "isMatmulInput(self.data.dtype)", "name(self.data.dtype)">,
    Rule<"load_stationary_c3", "fp32_mode full for dtypes other than fp32", "self.fp32_mode == Fp32Mode::full || self.data.dtype == DType::fp32", "name(self.fp32_mode)">,
    Rule<"load_stationary_c4", "double_row from NeuronCore-v3 on, of fp8_e4m3, fp8_e5m2 or fp8_e4m3fn, without transpose", "self.perf_mode == PerfMode::normal || (chip.coreVersion >= 3 && takesDoubleRow(self.data.dtype) && !self.is_transpose)", "name(self.data.dtype)">,
    Rule<"load_stationary_c5", "two planes, the outermost dimension, with double_row", "self.perf_mode == PerfMode::normal || hasTwoPlanes(self.data)", "toString(self.data)">,
    Rule<"load_stationary_c6", "a tile of 32, 64 or 128 rows and columns at multiples of them, as small as the chip has (pe.min_tile, pe.min_other_tile)", "isLegalTile(self, chip)", "tileText(self)">,
    Rule<"load_stationary_c7", "data on the tile's rows, with at most tile_cols columns", "isOnTile(self.data, self) && self.data.numElements() <= self.tile_cols * rowsAtOnce(self.perf_mode)", "partitionsText(self.data)", "addresses">,
    Rule<"load_stationary_c8", "the whole array's columns with double_row", "self.perf_mode == PerfMode::normal || self.tile_cols == 128", "unsigned(self.tile_cols)">];
  let completion = "chip.pe.loadFixedNs + cyclesNs(chip.pe.loadFixedCycles + streamCycles(self, chip), chip.pe)";
  let issue = "cyclesNs(streamCycles(self, chip), chip.pe)";
  let example = "load_stationary data=bf16@0x0[1][128] p0+128";
}

def Matmul : Instruction<"matmul", 0x02, [PE]> {
  let fields =
      [InOut<"dst", "[M partitions, N] in one bank of PSUM; read when the group continues">,
       In<"moving", "[K partitions, N <= 512] in SBUF; with double_row [K, 2, N]">,
       EnumField<"group", MatmulGroup, "whole">,
       Flag<"is_transpose", "moving is the identity; dst receives the stationary operand transposed, bit for bit">,
       EnumField<"perf_mode", PerfMode, "normal">, U8<"row", "0", "first row of the tile">,
       U8<"col", "0", "first column of the tile">, U8<"tile_rows", "128">, U8<"tile_cols", "128">,
       Flag<"is_moving_onezero",
            "moving is fp32 of exact zeros and ones, or of numbers whose upper part will do: one pass instead of two">,
  ];
  let summary = "dst[m,n] (+)= sum over k of stationary[k,m] * moving[k,n]";
  let description = "fp32 (and fp32r, tf32) goes only with fp32, fp32r or tf32; fp8_e4m3 does not go with fp8_e4m3fn; all others mix. "
                    "A transpose of fp8 gives uint16 with the byte below.";
  let rules =
      [Rule<"matmul_c1", "at most as many columns as a moving operand may have (pe.max_moving, twice that into bf16)",
            "columnsOf(self) <= mostMoving(self.dst, chip)", "columnsOf(self)">,
       Rule<"matmul_c2",
            "dst of fp32, of bf16 where the chip adds into it (pe.bf16_output), or of the moving operand's dtype in a "
            "transpose (uint16 of fp8)",
            "isMatmulOutput(self.dst, chip) || (self.is_transpose && self.dst.dtype == "
            "transposedType(self.moving.dtype))",
            "name(self.dst.dtype)">,
       Rule<"matmul_c3", "dst within one bank of PSUM (pe.output_banks)", "isInBanks(self.dst, chip)",
            "toString(self.dst)", "addresses">,
       Rule<"matmul_c4", "moving of fp32, fp32r, tf32, bf16, fp16 or fp8", "isMatmulInput(self.moving.dtype)",
            "name(self.moving.dtype)">,
       Rule<"matmul_c5", "dst with as many columns as moving", "self.dst.numElements() == columnsOf(self)",
            "sizes(self.dst, self.moving)">,
       Rule<"matmul_c6", "group whole in a transpose", "!self.is_transpose || self.group == MatmulGroup::whole",
            "name(self.group)">,
       Rule<"matmul_c7", "double_row from NeuronCore-v3 on, of fp8_e4m3, fp8_e5m2 or fp8_e4m3fn, without transpose",
            "self.perf_mode == PerfMode::normal || (chip.coreVersion >= 3 && takesDoubleRow(self.moving.dtype) && "
            "!self.is_transpose)",
            "name(self.moving.dtype)">,
       Rule<"matmul_c8", "two planes, the outermost dimension, with double_row",
            "self.perf_mode == PerfMode::normal || hasTwoPlanes(self.moving)", "toString(self.moving)">,
       Rule<"matmul_c9",
            "a tile of 32, 64 or 128 rows and columns at multiples of them, as small as the chip has (pe.min_tile, "
            "pe.min_other_tile)",
            "isLegalTile(self, chip)", "tileText(self)">,
       Rule<"matmul_c10", "moving on the tile's rows", "isOnTile(self.moving, self)", "partitionsText(self.moving)",
            "addresses">,
       Rule<"matmul_c11", "dst on the partitions of the tile's columns",
            "self.tile_cols == 128 || isWithin(self.dst, self.col, self.tile_cols)", "partitionsText(self.dst)",
            "addresses">,
       Rule<"matmul_c12", "the whole array's columns with double_row",
            "self.perf_mode == PerfMode::normal || self.tile_cols == 128", "unsigned(self.tile_cols)">,
       Rule<"matmul_c13", "is_moving_onezero with fp32 alone",
            "!self.is_moving_onezero || self.moving.dtype == DType::fp32", "name(self.moving.dtype)">];
  let completion = "chip.pe.matmulFixedNs + cyclesNs(chip.pe.matmulFixedCycles, chip.pe) + matmulStreamNs(self, chip)";
  let issue = "matmulStreamNs(self, chip) + chip.pe.issueGapNs";
  let before = "load_stationary data=bf16@0x0[1][128] p0+128";
  let example = "matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x1000[1][512] p0+128";
}

// Operands found by an index along the free axis, of the whole array (facts 3.2).

def LoadStationaryGather : Instruction<"load_stationary_gather", 0x05, [PE]> {
  let firstCore = 4;
  let fields = [In<"data", "[K, elements that the index counts]">,
                In<"index", "[K, M <= 128]: for each column the number of data's element, in each partition by itself">,
  ];
  let summary = "loads the stationary operand stationary[k,m] = data[k,index[k,m]]";
  let rules = [Rule<"load_stationary_gather_c1", "at most as many columns as the array has (pe.max_stationary)",
                    "self.index.numElements() <= chip.pe.maxStationary", "self.index.numElements()">,
               Rule<"load_stationary_gather_c2", "data of bf16, fp16, fp8_e4m3, fp8_e5m2 or fp8_e4m3fn",
                    "isGatherInput(self.data.dtype)", "name(self.data.dtype)">,
               Rule<"load_stationary_gather_c3", "indices of uint16 or uint32",
                    "self.index.dtype == DType::uint16 || self.index.dtype == DType::uint32", "name(self.index.dtype)">,
               Rule<"load_stationary_gather_c4", "data with as many partitions as index",
                    "self.data.numPartitions == self.index.numPartitions", "sizes(self.data, self.index)">,
               Rule<"load_stationary_gather_c5", "data on the partitions of index",
                    "self.data.startPartition == self.index.startPartition", "partitionsText(self.data)", "addresses">];
  let completion = "chip.pe.loadFixedNs + cyclesNs(chip.pe.loadFixedCycles + streamCycles(self, chip), chip.pe)";
  let issue = "cyclesNs(streamCycles(self, chip), chip.pe)";
  let before = ".dve\nmemset dst=uint16@0x1000[1][128] p0+128, value=3, S[0]+=1";
  let example = "load_stationary_gather S[0]>=1, data=bf16@0x0[1][512] p0+128, index=uint16@0x1000[1][128] p0+128";
}

def MatmulGather : Instruction<"matmul_gather", 0x06, [PE]> {
  let firstCore = 4;
  let fields = [InOut<"dst", "[M partitions, N] in PSUM; read when the group continues">,
                In<"moving", "[K, elements that the index counts]">,
                In<"index", "[K, N]: for each column the number of moving's element, in each partition by itself">,
                EnumField<"group", MatmulGroup, "whole">,
  ];
  let summary = "dst[m,n] (+)= sum over k of stationary[k,m] * moving[k,index[k,n]]";
  let description = "No transpose, no tiles. The stationary operand comes from load_stationary or "
                    "load_stationary_gather. Time is that of matmul with "
                    "columns in a row (what gathering adds is not public).";
  let rules = [Rule<"matmul_gather_c1",
                    "at most as many columns as a moving operand may have (pe.max_moving, twice that into bf16)",
                    "self.index.numElements() <= mostMoving(self.dst, chip)", "self.index.numElements()">,
               Rule<"matmul_gather_c2", "dst of fp32, or of bf16 where the chip adds into it (pe.bf16_output)",
                    "isMatmulOutput(self.dst, chip)", "name(self.dst.dtype)">,
               Rule<"matmul_gather_c3", "dst within pe.output_banks banks of PSUM", "isInBanks(self.dst, chip)",
                    "toString(self.dst)", "addresses">,
               Rule<"matmul_gather_c4", "moving of bf16, fp16, fp8_e4m3, fp8_e5m2 or fp8_e4m3fn",
                    "isGatherInput(self.moving.dtype)", "name(self.moving.dtype)">,
               Rule<"matmul_gather_c5", "dst with as many columns as index",
                    "self.dst.numElements() == self.index.numElements()", "sizes(self.dst, self.index)">,
               Rule<"matmul_gather_c6", "indices of uint16 or uint32",
                    "self.index.dtype == DType::uint16 || self.index.dtype == DType::uint32", "name(self.index.dtype)">,
               Rule<"matmul_gather_c7", "moving with as many partitions as index",
                    "self.moving.numPartitions == self.index.numPartitions", "sizes(self.moving, self.index)">,
               Rule<"matmul_gather_c8", "moving on the partitions of index",
                    "self.moving.startPartition == self.index.startPartition", "partitionsText(self.moving)",
                    "addresses">];
  let completion = "chip.pe.matmulFixedNs + cyclesNs(chip.pe.matmulFixedCycles, chip.pe) + cyclesNs(streamCycles(self, "
                   "chip), chip.pe)";
  let issue = "cyclesNs(streamCycles(self, chip), chip.pe) + chip.pe.issueGapNs";
  let before = ".dve\nmemset dst=uint16@0x1000[1][512] p0+128, value=3, S[0]+=1\n.pe\nload_stationary "
               "data=bf16@0x2000[1][128] p0+128";
  let example = "matmul_gather S[0]>=1, dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, "
                "index=uint16@0x1000[1][512] p0+128";
}
