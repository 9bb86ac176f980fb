"""mutate.py CAPTURE.json.gz HOW OUT.json[.gz]: a capture as others might be."""
import gzip
import json
import random
import sys

capture, how, out = sys.argv[1:]
dump = json.load(gzip.open(capture))
records = dump["instruction"]
user = [r for r in records if r["bir_instruction_name"] and r["subgraph"] == "sg00"]
matmul = next(r for r in user if r["opcode"] == "MATMUL")
if how == "shuffle":  # records in any order
    random.Random(1).shuffle(records)
elif how == "gz":
    pass
elif how == "other-core":  # the active core is the second one
    for r in records:
        r["subgraph"] = "sg01" if r["subgraph"] == "sg00" else "sg00"
elif how == "both-cores":  # both cores of a pair run the kernel
    dump["instruction"] = [{**r, "subgraph": core} for r in records if r["subgraph"] == "sg00" for core in ("sg01", "sg00")]
elif how == "unknown-opcodes":
    for i, r in enumerate(r for r in user if r["opcode"] == "COPY"):
        r["opcode"] = "MEMSET" if i % 2 else "TENSOR_TENSOR"
elif how == "no-pc":
    del matmul["pc"]
elif how == "no-operands":
    matmul["operands"] = ""
elif how == "subgraph":
    matmul["subgraph"] = "main"
elif how == "engine":
    matmul["subgroup"] = "Cpu"
elif how == "dma-on-vector":
    next(r for r in user if r["opcode"] == "DMA_DIRECT2D")["subgroup"] = "Vector"
elif how == "repeated-pc":  # a turn that no branch leads to
    records.append(dict(matmul))
elif how == "lacks-producer":  # one record that others wait for
    records.remove(next(r for r in user if "S[5] (Tensor)++" in r["operands"]))
elif how == "lacks-dmas":  # none of the loads
    dump["instruction"] = [r for r in records if not (r["opcode"] == "DMA_DIRECT2D" and r["subgroup"] == "GpSimd")]
elif how == "user-only":  # without what the runtime puts around it
    dump["instruction"] = user
else:
    sys.exit(f"{how}: unknown")
with (gzip.open(out, "wt") if out.endswith(".gz") else open(out, "w")) as file:
    json.dump(dump, file)
