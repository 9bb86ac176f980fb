// What the runtime puts around a program: a preamble that loads registers and lets the engines meet, a postamble that
// cleans up. Profiles show both. Only their time and their barriers matter to a program.
include "tarn/ISA/Enums.td"

def RuntimeStep : Enum<"RuntimeStep", ["release", "event", "write", "load", "load_pair", "notify", "order", "clear"],
  "release: the runtime starts the engine; event: it says how to go on; write: to a register of the device; load, "
  "load_pair: of registers; notify: a mark in the profile; order: of memory; clear: of a range of semaphores">;

def Runtime : Instruction<"runtime", 0x5f, [PE, ACT, DVE, POOL, SP]> {
  let fields = [EnumField<"step", RuntimeStep>];
  let isControl = 1;
  let summary = "a step of the runtime's preamble or postamble: time, and no effect inside the core";
  let completion = "runtimeNs(self, engine, chip)";
  let issue = "completion + runtimeGapNs(self, engine, chip)";
  let exampleEngine = "sp";
  let example = "runtime step=load_pair";
}
