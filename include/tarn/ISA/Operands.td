// Rules of operands, whatever the instruction (facts 2.3, 3.1, 3.2, 3.3, 4.7).
include "tarn/ISA/Base.td"

def OnChipRules : FieldRules<["In", "Out", "InOut", "Scalar"], [
  Rule<"operand_c1", "1 to as many partitions as the chip has",
       "operand.numPartitions >= 1 && operand.numPartitions <= chip.partitions", "unsigned(operand.numPartitions)">,
  Rule<"operand_c2", "start partition 0 (more than 64 partitions), 0 or 64 (33 to 64), a multiple of 32 (up to 32)",
       "isLegalStart(operand, chip)", "partitionsText(operand)", "addresses">,
  Rule<"operand_c3", "up to 4 dimensions with 1 to 65535 elements each and steps from -32768 to 32767",
       "isLegalPattern(operand)", "toString(operand)">,
  Rule<"operand_c4", "at most 65536 elements a partition in SBUF and 4096 in PSUM (8192 of bf16 with pe.bf16_output)",
       "operand.numElements() <= mostElements(operand, chip)", "operand.numElements()">,
  Rule<"operand_c5", "a dtype of the machine", "isMachineType(operand.dtype)", "name(operand.dtype)">,
  Rule<"operand_c6", "an address within the partition, at a multiple of the element's size",
       "isLegalAddress(operand, chip)", "toString(operand)", "addresses">,
  Rule<"operand_c7", "a dtype of the chip (dtypes)", "chip.dtypes.has(operand.dtype)", "name(operand.dtype)">,
  Rule<"operand_c8", "words of packed elements only where an instruction moves or knows them",
       "!isPacked(operand.dtype) || takesPacked(self)", "name(operand.dtype)">]>;

def ReadRules : FieldRules<["In", "InOut", "Scalar"], [
  Rule<"read_c1", "a memory that the engine reads: pe SBUF; pool SBUF; act and dve SBUF, PSUM",
       "readsFrom(engine, operand.memory) || isAccumulating(operand, self)", "memoryText(engine, operand)">]>;
def WriteRules : FieldRules<["Out", "InOut"], [
  Rule<"write_c1", "a memory that the engine writes: pe PSUM; pool SBUF; act and dve SBUF, PSUM",
       "writesTo(engine, operand.memory)", "memoryText(engine, operand)">]>;

def ScalarRules : FieldRules<["Scalar"], [
  Rule<"scalar_c1", "an fp32 operand with one element a partition",
       "operand.dtype == DType::fp32 && operand.numElements() == 1", "toString(operand)">]>;

def AnyInstruction
    : InstructionRules<
          [Rule<"instruction_c1", "an engine that has the instruction",
                "(info.engines >> static_cast<unsigned>(engine)) & 1",
                "(info.mnemonic + \" on \" + name(engine)).str()", "shapes", "enginesOf(info)">,
           Rule<"instruction_c2", "semaphores 0 to 255", "hasSemaphores(instruction)", "semaphoreText(instruction)",
                "queues">,
           Rule<"instruction_c3", "an instruction of the chip's NeuronCore (core_version)",
                "info.firstCore <= chip.coreVersion", "coreText(info, chip)", "shapes", "firstCoreText(info)">,
           Rule<"instruction_c4", "an update at read of an instruction with a data path that reads something",
                "!instruction.update || !instruction.update->isAtRead || readsOnDataPath(instruction)",
                "(info.mnemonic + \" with an update at read\").str()", "queues">]>;

def DmaRules : FieldRules<["DmaIn", "DmaOut", "DmaInOut", "DmaInList"], [
  Rule<"dma_c1", "a side in HBM or SBUF", "operand.memory != Memory::psum", "name(operand.memory)">,
  Rule<"dma_c2", "up to 5 dimensions, each with 1 or more elements", "isLegalPattern(operand)", "toString(operand)">,
  Rule<"dma_c3", "a dtype of the machine", "isMachineType(operand.dtype)", "name(operand.dtype)">,
  Rule<"dma_c4", "an address within HBM, or within the partitions of SBUF", "isLegalAddress(operand, chip)",
       "toString(operand)", "addresses">,
  Rule<"dma_c5", "a dtype of the chip (dtypes)", "chip.dtypes.has(operand.dtype)", "name(operand.dtype)">,
  Rule<"dma_c6", "at most 2^31 elements, over at most 2^48 bytes", "isLegalReach(operand)", "toString(operand)">]>;
