"""The built tools that a script runs."""
import pathlib
import sys


def need(build, *tools):
    """Ends the script, with the way out, where a tool is not built."""
    missing = [tool for tool in tools if not (pathlib.Path(build) / "bin" / tool).is_file()]
    if missing:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {build}/bin has no {', '.join(missing)}: `cmake -B {build} -G Ninja && "
                 f"ninja -C {build}` builds all tools; --build names another folder")
