"""keys.py HOW: a profile of a run of ours, damaged."""
import json
import sys

program = {"name": "p", "chip": "", "cores": 1, "hbm_bytes": 4096, "origins": [["a", "b", "c"]],
           "tensors": [{"name": "x", "kind": "input", "dtype": "fp32", "host_dtype": "fp32", "shape": [4], "address": 0}]}
record = {"subgraph": "sg00", "subgroup": "Vector", "pc": 0, "opcode": "MEMSET", "operands": "", "timestamp": 0,
          "tarn_turn": 0, "tarn_origin": 0, "tarn_instruction": "memset dst=fp32@0x0[1][4] p0+1, value=1"}
how = sys.argv[1]
if how == "cores":
    program["cores"] = 0
elif how == "core":
    record["subgraph"] = "sg01"
elif how == "tensor":
    program["tensors"][0]["address"] = 4092
elif how == "twice":
    program["tensors"] *= 2
elif how == "kind":
    program["tensors"][0]["kind"] = "secret"
elif how == "origin":
    record["tarn_origin"] = 7
elif how == "lines":
    record["tarn_instruction"] += "\n.const \"w\" fp32[1] @0x0 incbin \"/etc/passwd\""
elif how == "directive":
    record["tarn_instruction"] = ".const \"w\" fp32[1] @0x0 incbin \"/etc/passwd\""
elif how == "words":
    record["tarn_instruction"] = "memset dst=nowhere"
print(json.dumps({"instruction": [record], "tarn_program": program}))
