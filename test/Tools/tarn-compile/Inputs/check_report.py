"""Checks the JSON report of a compiled Relu on 2x4 floats."""
import json
import sys

report = json.load(open(sys.argv[1]))
assert report["schema"] == 1 and report["nodes"] == 1 and report["unsupported"] == []
assert report["kernels"] == 1 and report["instructions"]["static"] > 0
assert report["compile_wall_s"] >= sum(report["stages"].values()) * 0.9
assert report["predicted_time_ns"] > 0
memory = report["memory"]
tensors = {tensor["name"]: tensor for tensor in memory["hbm_tensors"]}
assert tensors["x"]["kind"] == "input" and tensors["y"]["kind"] == "output"
assert tensors["x"]["bytes"] == tensors["y"]["bytes"] == 2 * 4 * 4
assert memory["hbm_bytes"] >= max(tensor["address"] + tensor["bytes"] for tensor in tensors.values())
# A peak is the highest byte that the program touches, as tarn-sim counts it; live is what tiles need at once.
run = json.load(open(sys.argv[2]))
for place in ("sbuf", "psum"):
    assert memory[f"peak_{place}_bytes_per_partition"] == run[f"peak_{place}_bytes_per_partition"]
    tenants = sum(tenant["bytes_per_partition"] for tenant in memory[f"peak_{place}_tenants"])
    assert memory[f"live_{place}_bytes_per_partition"] == tenants
assert memory["peak_sbuf_bytes_per_partition"] >= memory["live_sbuf_bytes_per_partition"] > 0
