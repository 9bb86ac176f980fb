"""exits.py CODE COMMAND...: runs a command, passes its output on, and fails unless it ends with this exit code."""
import subprocess
import sys

found = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, timeout=60).returncode
if found != int(sys.argv[1]):
    print(f"exit code {found}, expected {sys.argv[1]}")
    sys.exit(1)
