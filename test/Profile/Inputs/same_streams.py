"""same_streams.py A.s B.s: fails unless both assemblies have the same instructions, the walk through HBM and origins aside."""
import re
import sys


def streams(path):
    lines = [l.strip() for l in open(path)]
    # Contiguous dimensions of DMAs may have been joined.
    lines = [l for l in lines if l and not l.startswith(".") or l[1:] in ("pe", "act", "dve", "pool", "sp")]
    return [re.sub(r"(hbm:0x[0-9a-f]+|sbuf:0x[0-9a-f]+)\S+\]", lambda m: m.group(1).split(":0x")[0], l) for l in lines]


a, b = streams(sys.argv[1]), streams(sys.argv[2])
for x, y in zip(a, b):
    if x != y:
        sys.exit(f"{x}\n{y}")
if len(a) != len(b) or len(a) < 100:
    sys.exit(f"{len(a)} and {len(b)} instructions")
