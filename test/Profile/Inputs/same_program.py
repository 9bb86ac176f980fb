"""same_program.py A.s B.s [MINIMUM]: fails unless B, read back from a profile, is A: tensors, origins, instructions, at
least MINIMUM lines, names aside. A branch of B leads to the line after it; constants of A are inputs of B."""
import re
import sys


def lines(path):
    result = []
    for line in open(path):
        line = re.sub(r' base64 ".*"', "", line)
        line = re.sub(r"//.*", "", line).strip()
        if not line or line.startswith(".program") or re.match(r"(L\d+|\w+):$", line):
            continue
        if line.startswith(".const"):
            line = line.replace(".const", ".input")
        if line.startswith("compare_branch"):
            line = "compare_branch"
        result.append(line)
    return result


a, b = lines(sys.argv[1]), lines(sys.argv[2])
for x, y in zip(a, b):
    if x != y:
        sys.exit(f"{x}\n{y}")
if len(a) != len(b) or len(a) < int(sys.argv[3] if len(sys.argv) > 3 else 1):
    sys.exit(f"{len(a)} and {len(b)} lines")
