"""interrupt.py FOLDER COMMAND...: runs a command that writes into the current folder, whole and then interrupted at several points.
Whatever an interrupted run leaves must be there in full: no temporary file, and each file as the whole run writes it."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

NUM_POINTS = 6


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def interrupt(command, folder, sent, seconds, whole):
    """Whether the run was still going on; ends the test when something is half-written."""
    folder.mkdir()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(sent)
    wasKilled = process.wait() == -sent
    for path, contents in files(folder).items():
        if whole.get(path) != contents:
            sys.exit(f"{path} is left half-written by {sent.name} after {seconds} s")
    return wasKilled


base, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
shutil.rmtree(base, ignore_errors=True)
(base / "whole").mkdir(parents=True)
started = time.monotonic()
subprocess.run(command, cwd=base / "whole", stdout=subprocess.DEVNULL, check=True)
seconds = time.monotonic() - started
whole = files(base / "whole")
# On a busy machine the whole run may have taken much longer than those that follow: then they are interrupted earlier.
for attempt in range(10):
    killed = [interrupt(command, base / f"{attempt}-{sent.name}-{number}", sent, seconds * (number + 0.5) / NUM_POINTS, whole)
              for number in range(NUM_POINTS) for sent in (signal.SIGINT, signal.SIGTERM)]
    if any(killed):
        break
    seconds /= 2
else:
    sys.exit("no run was interrupted")
print("nothing is left half-written")
