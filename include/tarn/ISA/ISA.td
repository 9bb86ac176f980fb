// All instructions, engine by engine, and the rules that their operands share.
include "tarn/ISA/Operands.td"
include "tarn/ISA/PE.td"
include "tarn/ISA/ACT.td"
include "tarn/ISA/DVE.td"
include "tarn/ISA/POOL.td"
include "tarn/ISA/DMA.td"
include "tarn/ISA/Control.td"
include "tarn/ISA/Macros.td"
