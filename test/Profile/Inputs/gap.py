"""A profile in which the instruction at pc 5 of the Scalar engine is missing."""
import json

copy = "src=fp32@0x0[1][4] dst=fp32@0x100[1][4] channels=128"
records = [("Scalar", 4, "S[9]>=1 S[4]++@complete "), ("Scalar", 6, "S[4]++@complete "), ("Vector", 4, "S[4]>=3 ")]
print(json.dumps({"instruction": [
    {"subgraph": "sg00", "subgroup": engine, "pc": pc, "opcode": "COPY", "operands": semaphores + copy,
     "bir_instruction_name": f"I-{pc}", "timestamp": pc, "duration": 1} for engine, pc, semaphores in records]}))
