// DMA, an instruction of the engine whose queue it goes to (facts 1.4, 4.7).
include "tarn/ISA/Enums.td"

def DmaCopy : Instruction<"dma_copy", 0x40, [SP, ACT, POOL, PE, DVE]> {
  let fields = [DmaOut<"dst">, DmaIn<"src">, EnumField<"dge_mode", DgeMode, "hwdge">];
  let isDma = 1;
  let summary = "copies between HBM and SBUF in any direction, elements in order, cast when the dtypes differ";
  let completion = "dmaCompletionNs(dmaCostOf(self, engine, chip))";
  let issue = "dmaCostOf(self, engine, chip).triggerNs";
}
