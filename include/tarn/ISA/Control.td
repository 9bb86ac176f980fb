// Control instructions of every sequencer (facts 4.8).
include "tarn/ISA/Enums.td"

defvar AllEngines = [PE, ACT, DVE, POOL, SP];

def RegisterMove : Instruction<"register_move", 0x50, AllEngines> {
  let fields = [Register<"dst">, RegImm<"src">];
  let isControl = 1;
  let summary = "dst = src";
  let rules = [
    Rule<"register_move_c1", "registers 0 to 63", "isRegister(self.dst) && isRegister(self.src)", "unsigned(self.dst)", "queues">];
  let completion = "chip.control.registerNs";
  let issue = "completion";
}

def RegisterAlu : Instruction<"register_alu", 0x51, AllEngines> {
  let fields = [Register<"dst">, EnumField<"op", RegisterOp>, RegImm<"lhs">, RegImm<"rhs">];
  let isControl = 1;
  let summary = "dst = lhs op rhs";
  let rules = [
    Rule<"register_alu_c1", "registers 0 to 63", "isRegister(self.dst) && isRegister(self.lhs) && isRegister(self.rhs)", "unsigned(self.dst)", "queues">];
  let completion = "chip.control.registerNs";
  let issue = "completion";
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
}

def EventSemaphore : Instruction<"event_semaphore", 0x53, AllEngines> {
  let isControl = 1;
  let summary = "does nothing but wait and update, as said beside it";
  let completion = "chip.semaphore.eventNs[unsigned(engine)]";
  let issue = "completion + chip.semaphore.eventGapNs[unsigned(engine)]";
}

def Drain : Instruction<"drain", 0x54, AllEngines> {
  let isControl = 1;
  let summary = "waits until all earlier instructions of this engine but its DMAs are complete";
  let completion = "chip.control.drainNs[unsigned(engine)]";
  let issue = "completion + chip.control.gapNs[unsigned(engine)]";
}

def Nop : Instruction<"nop", 0x55, AllEngines> {
  let isControl = 1;
  let summary = "does nothing";
  let completion = "chip.control.nopNs";
  let issue = "completion + chip.control.gapNs[unsigned(engine)]";
}
