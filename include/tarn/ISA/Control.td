// Control instructions of every sequencer (facts 4.8).
include "tarn/ISA/Enums.td"

def OrderingMode : Enum<"OrderingMode", ["strict", "relaxed"], "whether writes to memory keep their order">;

defvar AllEngines = [PE, ACT, DVE, POOL, SP];

def RegisterMove : Instruction<"register_move", 0x50, AllEngines> {
  let fields = [Register<"dst">, RegImm<"src">];
  let isControl = 1;
  let summary = "dst = src";
  let rules = [
    Rule<"register_move_c1", "registers 0 to 63", "isRegister(self.dst) && isRegister(self.src)", "unsigned(self.dst)", "queues">];
  let completion = "chip.control.registerNs";
  let issue = "completion";
  let exampleEngine = "sp";
  let example = "register_move dst=R1, src=64";
}

def RegisterAlu : Instruction<"register_alu", 0x51, AllEngines> {
  let fields = [Register<"dst">, EnumField<"op", RegisterOp>, RegImm<"lhs">, RegImm<"rhs">];
  let isControl = 1;
  let summary = "dst = lhs op rhs";
  let rules = [
    Rule<"register_alu_c1", "registers 0 to 63", "isRegister(self.dst) && isRegister(self.lhs) && isRegister(self.rhs)", "unsigned(self.dst)", "queues">];
  let completion = "chip.control.registerNs";
  let issue = "completion";
  let before = "register_move dst=R1, src=64";
  let exampleEngine = "sp";
  let example = "register_alu dst=R1, op=add, lhs=R1, rhs=64";
}

def CompareBranch : Instruction<"compare_branch", 0x52, AllEngines> {
  let fields = [EnumField<"cmp", Comparison>, RegImm<"lhs">, RegImm<"rhs">, Label<"target">];
  let isControl = 1;
  let summary = "goes on at target when lhs cmp rhs";
  let rules = [
    Rule<"compare_branch_c1", "registers 0 to 63", "isRegister(self.lhs) && isRegister(self.rhs)", "unsigned(self.lhs.value)", "queues">,
    Rule<"compare_branch_c2", "an instruction of this stream, or its end", "self.target <= streamSize", "self.target", "stream">];
  let completion = "branchNs(engine, chip)";
  let issue = "completion";
  let before = "register_move dst=R1, src=0\nagain:\nregister_alu dst=R1, op=add, lhs=R1, rhs=1";
  let exampleEngine = "sp";
  let example = "compare_branch cmp=lt, lhs=R1, rhs=8, target=again";
}

def EventSemaphore : Instruction<"event_semaphore", 0x53, AllEngines> {
  let isControl = 1;
  let summary = "does nothing but wait and update, as said beside it";
  let completion = "chip.semaphore.eventNs[unsigned(engine)]";
  let issue = "completion + chip.semaphore.eventGapNs[unsigned(engine)]";
  let before = "event_semaphore S[0]+=1";
  let exampleEngine = "sp";
  let example = "event_semaphore S[0]>=1, S[1]=0";
}

def Drain : Instruction<"drain", 0x54, AllEngines> {
  let isControl = 1;
  let summary = "waits until all earlier instructions of this engine but its DMAs are complete";
  let completion = "chip.control.drainNs[unsigned(engine)]";
  let issue = "completion + chip.control.gapNs[unsigned(engine)]";
  let before = "tensor_copy dst=fp32@0x1000[1][512] p0+128, src=fp32@0x0[1][512] p0+128";
  let exampleEngine = "dve";
  let example = "drain S[0]+=1";
}

def Nop : Instruction<"nop", 0x55, AllEngines> {
  let isControl = 1;
  let summary = "does nothing";
  let completion = "chip.control.nopNs";
  let issue = "completion + chip.control.gapNs[unsigned(engine)]";
  let exampleEngine = "sp";
  let example = "nop";
}

def TensorLoad : Instruction<"tensor_load", 0x56, AllEngines> {
  let fields = [Register<"dst">, DmaIn<"src", "one element of up to 4 bytes in HBM or SBUF">];
  let isControl = 1;
  let summary = "dst = an element in memory: integers by value, of floats the bits";
  let rules = [
    Rule<"tensor_load_c1", "registers 0 to 63", "isRegister(self.dst)", "unsigned(self.dst)", "queues">,
    Rule<"tensor_load_c2", "one element", "self.src.numElements() == 1", "self.src.numElements()">];
  let completion = "chip.control.tensorLoadNs";
  let issue = "completion";
  let before = ".input \"x\" int32[4] @0x0";
  let exampleEngine = "sp";
  let example = "tensor_load dst=R1, src=int32@hbm:0x4";
}

def TensorStore : Instruction<"tensor_store", 0x57, AllEngines> {
  let fields = [DmaOut<"dst", "one element of up to 4 bytes in HBM or SBUF">, RegImm<"src">];
  let isControl = 1;
  let summary = "an element in memory = the low bits of src";
  let rules = [
    Rule<"tensor_store_c1", "registers 0 to 63", "isRegister(self.src)", "unsigned(self.src.value)", "queues">,
    Rule<"tensor_store_c2", "one element", "self.dst.numElements() == 1", "self.dst.numElements()">];
  let completion = "chip.control.writeNs";
  let issue = "completion";
  let before = ".output \"y\" int32[4] @0x0";
  let exampleEngine = "sp";
  let example = "tensor_store dst=int32@hbm:0x4, src=7";
}

def SemaphoreRangeClear : Instruction<"semaphore_range_clear", 0x58, AllEngines> {
  let fields = [U8<"first">, I32<"count">];
  let isControl = 1;
  let summary = "sets semaphores first to first + count - 1 to 0";
  let rules = [
    Rule<"semaphore_range_clear_c1", "1 or more semaphores, of 0 to 255", "self.count >= 1 && self.first + int64_t(self.count) <= int64_t(numSemaphores)", "self.count">];
  let completion = "chip.control.rangeClearNs";
  let issue = "completion";
  let exampleEngine = "sp";
  let example = "semaphore_range_clear first=8, count=16";
}

def Notify : Instruction<"notify", 0x59, AllEngines> {
  let fields = [I32<"value", "0", "what the notification says">];
  let isControl = 1;
  let summary = "tells the host that the engine has come here; in the simulator a slice of the trace";
  let completion = "chip.control.notifyNs";
  let issue = "completion";
  let exampleEngine = "sp";
  let example = "notify value=1";
}

def SetOrderingMode : Instruction<"set_ordering_mode", 0x5a, AllEngines> {
  let fields = [EnumField<"mode", OrderingMode>];
  let isControl = 1;
  let summary = "asks for strict or relaxed order of writes";
  let description = "Checks of order count on semaphores alone, in both modes: what is proven holds in the relaxed one.";
  let completion = "chip.control.orderingModeNs";
  let issue = "completion";
  let exampleEngine = "sp";
  let example = "set_ordering_mode mode=relaxed";
}
