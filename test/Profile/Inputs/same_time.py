"""same_time.py A.json B.json: fails unless two reports of tarn-sim have the same time and the same count of instructions
executed."""
import json
import sys

a, b = (json.load(open(path)) for path in sys.argv[1:])
for key in ("time_ns", "instructions"):
    if a[key] != b[key]:
        sys.exit(f"{key}: {a[key]} and {b[key]}")
