// DMA, an instruction of the engine whose queue it goes to (facts 1.4, 4.7).
include "tarn/ISA/Enums.td"

def DmaCopy : Instruction<"dma_copy", 0x40, [SP, ACT, POOL, PE, DVE]> {
  let fields = [DmaOut<"dst">, DmaIn<"src">, EnumField<"dge_mode", DgeMode, "hwdge">];
  let isDma = 1;
  let summary = "copies between HBM and SBUF in any direction, elements in order, cast when the dtypes differ";
  let rules = [
    Rule<"dma_copy_c1", "as many elements on both sides", "self.dst.numElements() == self.src.numElements()", "dmaSizes(self.dst, self.src)">,
    Rule<"dma_copy_c2", "hwdge on sp and act, swdge on pool", "self.dge_mode == DgeMode::none || (self.dge_mode == DgeMode::hwdge ? engine == Engine::sp || engine == Engine::act : engine == Engine::pool)", "modeText(self.dge_mode, engine)", "queues">,
    Rule<"dma_copy_c3", "hwdge where the chip has it (dma.hardware_dge)", "self.dge_mode != DgeMode::hwdge || chip.dma.hardwareDge", "name(self.dge_mode)", "queues">,
    Rule<"dma_copy_c4", "words of packed elements as they are", "self.dst.dtype == self.src.dtype || (!isPacked(self.dst.dtype) && !isPacked(self.src.dtype))", "name(self.src.dtype)">];
  let completion = "dmaCompletionNs(dmaCostOf(self, engine, chip))";
  let issue = "dmaCostOf(self, engine, chip).triggerNs";
}
