// DMA, an instruction of the engine whose queue it goes to (facts 1.4, 4.7).
include "tarn/ISA/Enums.td"

def BoundsMode : Enum<"BoundsMode", ["error", "skip"],
  "what an index outside the table does: it ends the run, or its row is left out">;

def ScatterOp : Enum<"ScatterOp", ["copy", "add", "min", "max"],
  "what a scatter does with a row that is there: it replaces it, or joins it in fp32">;

def DmaJoinOp : Enum<"DmaJoinOp", ["add", "mult", "min", "max"], "how a DMA joins its sources, in fp32">;

def DmaCopy : Instruction<"dma_copy", 0x40, [SP, ACT, POOL, PE, DVE]> {
  let fields = [DmaOut<"dst">, DmaIn<"src">, EnumField<"dge_mode", DgeMode, "hwdge">];
  let isDma = 1;
  let summary = "copies between HBM and SBUF in any direction, elements in order, cast when the dtypes differ";
  let rules = [
    Rule<"dma_copy_c1", "as many elements on both sides", "self.dst.numElements() == self.src.numElements()", "dmaSizes(self.dst, self.src)">,
    Rule<"dma_copy_c2", "hwdge on sp and act, swdge on pool", "isModeOf(self.dge_mode, engine)", "modeText(self.dge_mode, engine)", "queues">,
    Rule<"dma_copy_c3", "hwdge where the chip has it (dma.hardware_dge)", "self.dge_mode != DgeMode::hwdge || chip.dma.hardwareDge", "name(self.dge_mode)", "queues">,
    Rule<"dma_copy_c4", "words of packed elements as they are", "self.dst.dtype == self.src.dtype || (!isPacked(self.dst.dtype) && !isPacked(self.src.dtype))", "name(self.src.dtype)">];
  let completion = "dmaCompletionNs(dmaCostOf(self, engine, chip))";
  let issue = "dmaCostOf(self, engine, chip).triggerNs";
  let before = ".input \"x\" fp32[128][64] @0x0";
  let exampleEngine = "pool";
  let example = "dma_copy dst=bf16@sbuf:0x0[2,262144][64,128], src=fp32@hbm:0x0[4][8192], dge_mode=swdge";
}

def DmaTranspose : Instruction<"dma_transpose", 0x41, [SP, ACT, POOL, PE, DVE]> {
  let fields = [DmaOut<"dst">, DmaIn<"src">, Extents<"shape", "of src; dst has the first and the last size exchanged">,
                EnumField<"dge_mode", DgeMode, "hwdge">];
  let isDma = 1;
  let summary = "exchanges the first and the last dimension of 2 to 4: dst[k, .., i] = src[i, .., k]";
  let rules = [
    Rule<"dma_transpose_c1", "as many elements in src and in dst as shape says", "self.dst.numElements() == self.shape.numElements() && self.src.numElements() == self.shape.numElements()", "dmaSizes(self.dst, self.src)">,
    Rule<"dma_transpose_c2", "2 to 4 sizes", "self.shape.rank >= 2 && self.shape.rank <= 4", "unsigned(self.shape.rank)">,
    Rule<"dma_transpose_c3", "dst and src of one dtype of 2 or 4 bytes", "self.dst.dtype == self.src.dtype && (sizeInBytes(self.src.dtype) == 2 || sizeInBytes(self.src.dtype) == 4)", "dtypesText(self.dst, self.src)">,
    Rule<"dma_transpose_c4", "hwdge on sp and act, swdge on pool", "isModeOf(self.dge_mode, engine)", "modeText(self.dge_mode, engine)", "queues">,
    Rule<"dma_transpose_c5", "by hwdge 2 bytes an element, and a shape [16, up to 128], or [a, .., b, up to 128] with a of 1, 2, 4, 8 or 16 and a * b a multiple of 16", "self.dge_mode != DgeMode::hwdge || isHardwareTranspose(self.shape, self.src.dtype)", "shapeText(self.shape, self.src.dtype)", "queues">,
    Rule<"dma_transpose_c6", "hwdge where the chip has it (dma.hardware_dge)", "self.dge_mode != DgeMode::hwdge || chip.dma.hardwareDge", "name(self.dge_mode)", "queues">];
  let completion = "dmaCompletionNs(dmaCostOf(self, engine, chip))";
  let issue = "dmaCostOf(self, engine, chip).triggerNs";
  let before = ".input \"x\" bf16[16][64] @0x0";
  let example = "dma_transpose dst=bf16@sbuf:0x0[2,262144][16,64], src=bf16@hbm:0x0[2][1024], shape=[16, 64]";
}

def DmaGather : Instruction<"dma_gather", 0x42, [POOL]> {
  let fields = [DmaOut<"dst", "rows of the table, one after the other">, DmaIn<"table", "rows in HBM">,
                In<"index", "[P, n] numbers of rows, partition by partition">,
                EnumField<"bounds", BoundsMode, "error">];
  let isDma = 1;
  let summary = "row r of dst = row index[r] of table, cast when the dtypes differ; software makes the descriptors";
  let description = "A row has as many elements as dst has for each index. With `skip`, the row of dst stays whose index is "
                    "outside the table. Checks of order take the whole table as read.";
  let rules = [
    Rule<"dma_gather_c1", "a table in HBM", "self.table.memory == Memory::hbm", "name(self.table.memory)">,
    Rule<"dma_gather_c2", "indices of int32 or uint32 in SBUF", "isIndexType(self.index.dtype) && self.index.memory == Memory::sbuf", "name(self.index.dtype)">,
    Rule<"dma_gather_c3", "in dst a row for each index, in table whole rows", "areRows(self.dst, self.table, self.index)", "rowsText(self.dst, self.table, self.index)">];
  let completion = "dmaCompletionNs(dmaCostOf(self, engine, chip))";
  let issue = "dmaCostOf(self, engine, chip).triggerNs";
  let before = ".input \"x\" fp32[128][64] @0x0\niota dst=int32@0x1000[1][1] p0+32, pattern=[1][1], "
               "channel_multiplier=3, S[0]+=1";
  let example = "dma_gather S[0]>=1, dst=fp32@sbuf:0x0[4,262144][64,32], table=fp32@hbm:0x0[4][8192], "
                "index=int32@0x1000[1][1] p0+32";
}

def DmaScatter : Instruction<"dma_scatter", 0x43, [POOL]> {
  let fields = [DmaInOut<"table", "rows in HBM">, DmaIn<"src", "rows, one after the other">,
                In<"index", "[P, n] numbers of rows, partition by partition">, EnumField<"op", ScatterOp, "copy">,
                EnumField<"bounds", BoundsMode, "error">];
  let isDma = 1;
  let summary = "row index[r] of table = row r of src, or joined with it; software makes the descriptors";
  let description = "A row has as many elements as src has for each index. Rows of one index are joined in their order. Checks "
                    "of order take the whole table as read and written.";
  let rules = [
    Rule<"dma_scatter_c1", "a table in HBM", "self.table.memory == Memory::hbm", "name(self.table.memory)">,
    Rule<"dma_scatter_c2", "indices of int32 or uint32 in SBUF", "isIndexType(self.index.dtype) && self.index.memory == Memory::sbuf", "name(self.index.dtype)">,
    Rule<"dma_scatter_c3", "in src a row for each index, in table whole rows", "areRows(self.src, self.table, self.index)", "rowsText(self.src, self.table, self.index)">];
  let completion = "dmaCompletionNs(dmaCostOf(self, engine, chip))";
  let issue = "dmaCostOf(self, engine, chip).triggerNs";
  let before = ".input \"x\" fp32[128][64] @0x0\niota dst=int32@0x1000[1][1] p0+32, pattern=[1][1], "
               "channel_multiplier=3, S[0]+=1";
  let example = "dma_scatter S[0]>=1, table=fp32@hbm:0x0[4][8192], src=fp32@sbuf:0x0[4,262144][64,32], "
                "index=int32@0x1000[1][1] p0+32, op=add";
}

def DmaCompute : Instruction<"dma_compute", 0x44, [SP, ACT, POOL, PE, DVE]> {
  let fields = [DmaOut<"dst">, DmaInList<"srcs", "may include dst: that accumulates">,
                F32List<"scales", "one for each source, or none">, EnumField<"op", DmaJoinOp, "add">,
                EnumField<"dge_mode", DgeMode, "hwdge">];
  let isDma = 1;
  let summary = "dst = scales[0] * srcs[0] op scales[1] * srcs[1] op .., in fp32, cast to dst's dtype";
  let rules = [Rule<"dma_compute_c1", "1 to 16 sources", "!self.srcs.empty() && self.srcs.size() <= maxListed",
                    "self.srcs.size()">,
               Rule<"dma_compute_c2", "in each source as many elements as in dst",
                    "llvm::all_of(self.srcs, [&](const DmaPattern &side) { return side.numElements() == "
                    "self.dst.numElements(); })",
                    "listSizes(self.srcs, self.dst)">,
               Rule<"dma_compute_c3", "a scale for each source, or none",
                    "self.scales.empty() || self.scales.size() == self.srcs.size()", "self.scales.size()">,
               Rule<"dma_compute_c4", "hwdge on sp and act, swdge on pool", "isModeOf(self.dge_mode, engine)",
                    "modeText(self.dge_mode, engine)", "queues">,
               Rule<"dma_compute_c5", "hwdge where the chip has it (dma.hardware_dge)",
                    "self.dge_mode != DgeMode::hwdge || chip.dma.hardwareDge", "name(self.dge_mode)", "queues">,
               Rule<"dma_compute_c6", "a dst in SBUF among the sources from NeuronCore-v4 on",
                    "chip.coreVersion >= 4 || self.dst.memory != Memory::sbuf || !contains(self.srcs, self.dst)",
                    "coreText(infoOf(self.opcode), chip)", "addresses">];
  let completion = "dmaCompletionNs(dmaCostOf(self, engine, chip))";
  let issue = "dmaCostOf(self, engine, chip).triggerNs";
  let before = ".input \"x\" fp32[2][64][32] @0x0";
  let example = "dma_compute dst=fp32@sbuf:0x0[4,262144][32,64], srcs={fp32@hbm:0x0[4][2048], "
                "fp32@hbm:0x2000[4][2048]}, scales={0.5, 0.5}, dge_mode=none";
}
