"""Constants of the chip file that captures show: the medians and means behind `published captures`, `replay` and those
parts of `facts 5` that come from the same captures. `utils/fidelity` estimates them from four captures to predict the
fifth. What four captures do not show at all is taken as absent (no stall, no limit), never from the fifth.

Not estimated: laws of operand forms (facts appendix B), which other people measured by other programs; clocks and sizes;
the forms of the rules, their thresholds in bytes among them."""
import json
import pathlib
import re

import profiles
from profiles import ENGINES, median

ABSENT = object()  # nothing in the captures: the chip file's value stays


def _mean(values):
    return sum(values) / len(values)


def _median(values, otherwise=ABSENT):
    values = list(values)
    return median(values) if values else otherwise


def _slope(points, otherwise):
    """Of the line through points (x, y) with the least squares; `otherwise` when all have one x."""
    x, y = (_mean(values) for values in zip(*points)) if points else (0, 0)
    spread = sum((p[0] - x) ** 2 for p in points)
    return sum((p[0] - x) * (p[1] - y) for p in points) / spread if spread else otherwise


def _is_barrier(i):
    return i.opcode == "EVENT_SEMAPHORE" and "$S[" in i.operands and "@complete" in i.operands


# ---- the runtime's instructions and the sequencers

def _each(captures, engine):
    """(capture, instruction, the one after it)"""
    for capture in captures:
        stream = capture.streams[engine]
        for i, after in zip(stream, stream[1:] + [None]):
            yield capture, i, after


def _durations(captures, engine, opcode, part="", of_user=False):
    return [i.duration for _, i, _ in _each(captures, engine)
            if i.opcode == opcode and part in i.operands and bool(i.name) == of_user]


def _gaps(captures, engine, chosen):
    return [after.start - i.end for _, i, after in _each(captures, engine) if after and chosen(i)]


def runtime(captures):
    """When the runtime releases the engines, and what its instructions take."""
    gap = [_median(_gaps(captures, e, lambda i: i.opcode == "DRAIN")) for e in ENGINES]
    result = {
        "launch.release_ns": [_mean([c.streams[e][0].start for c in captures]) for e in ENGINES],
        "launch.load_pair_ns": [_median(_durations(captures, e, "TENSOR_LOAD", "[2,1]")) for e in ENGINES],
        "launch.load_ns": [_median(_durations(captures, e, "TENSOR_LOAD", "[1,1]")) for e in ENGINES],
        "launch.notify_ns": [_median(_durations(captures, e, "NOTIFY")) for e in ENGINES],
        "launch.order_ns": [_median(_durations(captures, e, "SET_ORDERING_MODE")) for e in ENGINES],
        "launch.clear_ns": [_median(_durations(captures, e, "EVENT_SEMAPHORE_RANGE_CLEAR")) for e in ENGINES],
        "launch.load_pair_gap_ns": [_median(_gaps(captures, e, lambda i: i.opcode == "TENSOR_LOAD" and "[2,1]" in i.operands))
                                    for e in ENGINES],
        # What follows in the same stream without a wait: a DMA, a table load.
        "launch.order_gap_ns": [_median([after.start - i.end for _, i, after in _each(captures, e)
                                         if i.opcode == "SET_ORDERING_MODE" and after and "S[" not in after.operands])
                                for e in ENGINES],
        "control.drain_ns": [_median(_durations(captures, e, "DRAIN")) for e in ENGINES],
        "control.gap_ns": gap,
        # A branch on a flag of the runtime, with the way to what follows.
        "launch.event_ns": [ABSENT] + [
            _median([after.start - i.start - gap[number] for _, i, after in _each(captures, e)
                     if i.opcode == "COMPARE_BRANCH" and not i.name and after and after.opcode == "NOTIFY"])
            for number, e in enumerate(ENGINES) if number],
    }
    return result


def semaphores(captures):
    result = {
        "semaphore.event_ns": [_median(_durations(captures, e, "EVENT_SEMAPHORE", of_user=True)) for e in ENGINES],
        "semaphore.event_update_ns": [min((i.duration for _, i, _ in _each(captures, e) if _is_barrier(i)), default=ABSENT)
                                      for e in ENGINES],
    }
    # A barrier goes from engine to engine: who ends next after whom.
    forward = {e: [] for e in ENGINES}
    for capture in captures:
        chain = sorted((i for s in capture.streams.values() for i in s if _is_barrier(i)), key=lambda i: i.end)
        for i, after in zip(chain, chain[1:]):
            if i.engine != after.engine and "==" in after.operands and after.start < i.end:
                forward[after.engine].append(after.end - i.end)
    result["semaphore.forward_ns"] = [_median(forward[e]) for e in ENGINES]

    # From an update to the start of who waited for it.
    wakes = {}
    for capture in captures:
        updates = {}
        for stream in capture.streams.values():
            for i in stream:
                for semaphore in re.findall(r"(?<!\$)S\[(\d+)\] \([^)]*\)\+\+@complete", i.operands):
                    updates.setdefault(semaphore, []).append((i.end, 1, False))
                found = re.search(r"\bsemaphore=(\d+) sem_increment=(\d+)", i.operands)
                if found and i.transfer:
                    updates.setdefault(found[1], []).append((i.transfer[1], int(found[2]), True))
        for stream in capture.streams.values():
            for before, i in zip(stream, stream[1:]):
                waits = re.findall(r"(?<!\$)S\[(\d+)\] \([^)]*\)>=(\d+)", i.operands)
                if len(waits) != 1 or not i.name:
                    continue
                count, value = 0, int(waits[0][1])
                for time, step, is_dma in sorted(updates.get(waits[0][0], [])):
                    count += step
                    if count >= value:
                        if before.end + 100 < time <= i.start:
                            wakes.setdefault((is_dma, i.engine, i.is_dma), []).append(i.start - time)
                        break
    for engine, key in (("Tensor", "to_pe_ns"), ("Scalar", "to_act_ns"), ("Vector", "to_dve_ns")):
        result["semaphore." + key] = _median(wakes.get((False, engine, False), []))
    result["semaphore.to_dma_trigger_ns"] = _median(wakes.get((False, "Sync", True), []) + wakes.get((False, "Scalar", True), []))
    result["dma.pool_wait_ns"] = _median(wakes.get((False, "GpSimd", True), []))
    result["dma.notify_ns"] = _median([t for (is_dma, _, _), times in wakes.items() if is_dma for t in times if t < 900])
    return result


# ---- the Tensor engine and ACT

def _elements(operands, side):
    counts = re.search(side + r"=[^\[ ]*\[[^\]]*\]\[([^\]]*)\]", operands)
    product = 1
    for count in counts[1].split(",") if counts else []:
        product *= int(count)
    return product


def _stream_cycles(i):
    if i.opcode == "MATMUL":
        return max(64, _elements(i.operands, "src")) * (2 if "LOW_HIGH" in i.operands else 1)
    if "src=fp32" not in i.operands:
        return 32
    return 128 if "transpose_mode=ENABLED" in i.operands else 256


def data_paths(captures):
    result = {}
    full, half = 2.4, 1.2
    for opcode, key in (("LDWEIGHTS", "load"), ("MATMUL", "matmul")):
        fixed = {full: [], half: []}
        for capture, i, _ in _each(captures, "Tensor"):
            if i.opcode == opcode and capture.is_full(i.start) == capture.is_full(i.end):
                clock = full if capture.is_full(i.start) else half
                fixed[clock].append(i.duration - _stream_cycles(i) / clock)
        if fixed[full] and fixed[half]:
            cycles = (median(fixed[half]) - median(fixed[full])) / (1 / half - 1 / full)
            result[f"pe.{key}_fixed_cycles"] = max(0, cycles)
            result[f"pe.{key}_fixed_ns"] = max(0, median(fixed[full]) - max(0, cycles) / full)
    gaps = {full: [], half: []}
    issue = []
    for capture in captures:
        stream = [i for i in capture.streams["Tensor"] if i.opcode in ("MATMUL", "LDWEIGHTS")]
        before, load = None, 0
        for i, after in zip(stream, stream[1:]):
            if i.opcode == "LDWEIGHTS":
                load = _stream_cycles(i)
            if i.opcode == "MATMUL" and after.opcode == "LDWEIGHTS" and after.start - i.start < 6:
                issue.append(after.start - i.start)
            if i.opcode != "MATMUL":
                continue
            # Where the stream is the longer one of the two, not the load beside it.
            if before and _stream_cycles(before) > load and capture.is_full(before.start) == capture.is_full(i.end):
                clock = full if capture.is_full(i.start) else half
                gap = i.start - before.start - _stream_cycles(before) / clock
                if abs(gap) < 6:
                    gaps[clock].append(gap)
            before = i
    for clock, key in ((full, "issue_gap_ns"), (half, "throttled_issue_gap_ns")):
        result["pe." + key] = max(0, _mean(gaps[clock])) if gaps[clock] else ABSENT
    result["pe.load_issue_ns"] = _mean(issue) if issue else ABSENT
    # Copies and activations from PSUM that stand behind one another.
    for opcodes, key in ((("COPY", "CAST"), "psum_copy_spacing_ns"), (("ACTIVATE",), "psum_activation_spacing_ns")):
        result["act." + key] = _median(
            after.end - i.end - _elements(after.operands, "src") / 1.2 for _, i, after in _each(captures, "Scalar")
            if after and i.opcode in opcodes and after.opcode in opcodes and i.name and after.start < i.end - 60
            and all("src=" in x.operands and "@0x2" in x.operands.split("src=")[1].split(" ")[0] and len(
                x.operands.split("@0x2")[1].split("[")[0]) == 6 for x in (i, after)))
    return result


# ---- DMAs

QUEUES = (("qSyncDynamicHW", "Sync"), ("qScalarDynamicHW", "Scalar"), ("qGpSimdDynamic", "GpSimd"))


class Dma:
    """A DMA with its share of each DMA engine: engine, first start, last end, elements, bytes of one."""

    def __init__(self, capture, dma, number, shares):
        self.capture, self.dma, self.number, self.shares = capture, dma, number, shares
        self.begin, self.end = min(s[1] for s in shares), max(s[2] for s in shares)
        self.count, self.size = max(s[3] for s in shares), shares[0][4]
        self.kind, self.is_load = profiles.transfer_class(dma), profiles.is_load(dma)
        self.casts = "in_dtype=" in dma.operands
        row = re.search(r"src_elem_size=(\d+)", dma.operands)
        self.row = int(row[1]) if row else self.size
        if self.casts:
            self.size = max(self.size, self.row)
        self.alone = True  # no other DMA in flight, but for one that comes up behind it
        self.beside_load = False


def _shares(capture, queue, number):
    for (name, engine), packets in capture.packets.items():
        if name != queue:
            continue
        piece, count = [], 0
        for p in packets:
            piece.append(p)
            if p["transfer_size"] == 4:
                if count == number and len(piece) > 1:
                    yield (engine, piece[0]["timestamp"], piece[-1]["timestamp"] + piece[-1]["duration"],
                           len(piece) - 1, piece[0]["transfer_size"])
                piece, count = [], count + 1


def _dmas(captures):
    result = []
    for capture in captures:
        found = []
        for queue, engine in QUEUES:
            for number, dma in enumerate(i for i in capture.streams[engine] if i.is_dma):
                shares = list(_shares(capture, queue, number))
                if shares:
                    found.append(Dma(capture, dma, number, shares))
        for dma in found:
            others = [o for o in found if o is not dma and not (o.end < dma.begin or o.begin > dma.end - 50)]
            dma.alone = all(o.begin > dma.end - 400 for o in others)
            dma.beside_load = any(o.is_load and min(o.end, dma.end) - max(o.begin, dma.begin) > (dma.end - dma.begin) / 2
                                  for o in others)
        result += found
    return result


def elements(captures):
    """Rate and period of elements, from packets that follow one another."""
    periods = {}
    for capture in captures:
        for packets in capture.packets.values():
            for p, q in zip(packets, packets[1:]):
                size = p["transfer_size"]
                if size == q["transfer_size"] >= 512 and q["timestamp"] - p["timestamp"] - p["duration"] < 2:
                    periods.setdefault(size, []).append(q["timestamp"] - p["timestamp"])
    points = [(size, median(values)) for size, values in periods.items() if len(values) >= 8]
    slope = _slope(points, None)
    if not slope:
        return {}
    return {"dma.bytes_per_ns": 1 / slope, "dma.element_period_ns": max(0, _mean([t - slope * size for size, t in points]))}


def triggers(captures, dmas):
    result = {}
    # Software: how long with none, one … in flight, and from one to the next.
    software = {0: [], 1: [], 2: []}
    spacing = []
    hardware = {"Sync": {}, "Scalar": {}}
    firsts, spaced, gap = [], [], {"Sync": [], "Scalar": []}
    for d in dmas:
        queue = [o for o in dmas if o.capture is d.capture and o.dma.engine == d.dma.engine]
        if d.dma.engine == "GpSimd":
            flying = sum(o.number < d.number and o.end > d.dma.start for o in queue)
            software.setdefault(flying, []).append(d.dma.duration)
            spacing += [o.dma.start - d.dma.start for o in queue if o.number == d.number + 1 and o.dma.start - d.dma.start < 700]
            continue
        before = next((o for o in queue if o.number == d.number - 1), None)
        if before and d.dma.start - before.dma.end < 60:
            gap[d.dma.engine].append(d.dma.start - before.dma.end)
            if d.dma.duration < 650:
                spaced.append(d.dma.end - before.dma.end)
        elif not before:
            firsts.append(d)
        elif d.dma.duration < 650:
            hardware[d.dma.engine].setdefault(d.count, []).append(d.dma.duration)
    result["dma.pool_trigger_ns"] = _median(software[0])
    if software[1] and software[2]:
        result["dma.pool_trigger_in_flight_ns"] = (median(software[2]) - median(software[0])) / 2
    result["dma.pool_trigger_spacing_ns"] = _median(spacing)
    slopes = []
    for counts in hardware.values():
        points = sorted((n, median(v)) for n, v in counts.items())
        slopes += [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(points, points[1:])]
    slope = _median(slopes, 5.9)
    result["dma.trigger_element_ns"] = slope if slopes else ABSENT
    bases = {}
    for engine, key in (("Sync", "sp"), ("Scalar", "act")):
        bases[engine] = _median(t - slope * (n + 1) for n, v in hardware[engine].items() for t in v)
        result[f"dma.{key}_trigger_ns"] = bases[engine]
    extra = [d.dma.duration - bases[d.dma.engine] - slope * (d.count + 1) for d in firsts if bases[d.dma.engine] is not ABSENT]
    result["dma.trigger_first_ns"] = max(0, median(extra)) if extra else ABSENT
    result["dma.trigger_spacing_ns"] = _median(spaced)
    gaps = {e: _median(g) for e, g in gap.items()}
    result["dma.trigger_gap_ns"] = [gaps["Scalar"] if e == "Scalar" else gaps["Sync"] for e in ENGINES]
    return result


def transfers(captures, dmas, rate, period):
    """Latency, stagger, cold reads, the slow engine, rings."""
    result = {}
    latency, stagger, cold = {}, {"load": [], "store": []}, {"long": [], "short": [], "first": [], "again": []}
    gathered, casting = [], []
    for d in dmas:
        alone_time = d.count * (period + d.size / rate) + 9
        if d.kind == "SWDGE load":
            if d.number == 0:
                latency.setdefault(d.kind, []).append(d.begin - d.dma.end)
                cold["first"].append((d.count, d.end - d.begin - alone_time))
            elif d.number == 2 and d.count * d.size <= 16384:
                before = [o for o in dmas if o.capture is d.capture and o.dma.engine == "GpSimd" and o.number == 1]
                cold["again"].append(d.end - max(before[0].end, d.begin) - alone_time)
        if not d.alone or d.kind == "SWDGE load":
            continue
        latency.setdefault(d.kind, []).append(d.begin - d.dma.end)
        if d.kind == "HWDGE store":
            stagger["store"].append(max(s[1] for s in d.shares) - d.begin)
        elif d.kind == "HWDGE load":
            if d.size < 2048:
                stagger["load"].append(max(s[1] for s in d.shares) - d.begin)
            else:
                cold["short" if d.size == 2048 else "long"].append(d.end - d.begin - alone_time)
        elif d.kind == "SWDGE store":
            (casting if d.casts else gathered).append((d, alone_time))
    names = {"HWDGE load": "hwdge_load_ns", "HWDGE store": "hwdge_store_ns", "SWDGE load": "swdge_load_ns",
             "SWDGE store": "swdge_store_ns"}
    for kind, values in latency.items():
        result["dma." + names[kind]] = median(values)
    for side, values in stagger.items():
        result[f"dma.{side}_stagger_ns"] = _median(values)
    spread = {side: _median(values, 0) for side, values in stagger.items()}
    for name, key in (("long", "cold_long_row_ns"), ("short", "cold_short_row_ns")):
        if cold[name]:
            result["dma." + key] = max(0, median(cold[name]) - spread["load"])
    # A capture without such rows says nothing of them: rows of the other length stand in.
    for key, other in (("dma.cold_long_row_ns", "dma.cold_short_row_ns"), ("dma.cold_short_row_ns", "dma.cold_long_row_ns")):
        result.setdefault(key, result.get(other, 0))
    result["dma.cold_swdge_again_ns"] = max(0, median(cold["again"])) if cold["again"] else 0
    # A first load: so much, and so much for each element.
    if cold["first"]:
        result["dma.cold_swdge_element_ns"] = max(0, _slope(cold["first"], 0))
        result["dma.cold_swdge_ns"] = max(0, median([t - result["dma.cold_swdge_element_ns"] * n for n, t in cold["first"]]) - spread["load"])
    rows = [d.end - d.begin - t - spread["store"] for d, t in gathered if d.row < 4096]
    result["dma.gather_store_ns"] = max(0, median(rows)) if rows else 0
    extra = [(d.end - d.begin - t - spread["store"]) / d.count for d, t in casting]
    result["dma.cast_element_ns"] = max(0, median(extra)) if extra else 0
    result.update(slow_engine(dmas))
    result["dma.ring_bytes"] = ring_bytes(dmas)
    return result


def slow_engine(dmas):
    """What one DMA engine takes longer for 4 KiB of a store than the others do: alone, queued, beside loads. What it lags
    behind them it hands on to the next store of its queue."""
    extra = {"slow_engine_ns": [], "slow_engine_queued_ns": [], "slow_engine_beside_loads_ns": []}
    lags = {}
    for d in dmas:
        if d.kind != "HWDGE store" or len(d.shares) < 2:
            continue
        by_engine = sorted(d.shares, key=lambda s: int(re.sub(r"\D", "", s[0])))
        lag = lags[id(d.capture), d.number] = by_engine[0][2] - median([s[2] for s in by_engine[1:]])
        if d.alone:
            others = median([s[2] - s[1] for s in by_engine[1:]])
            key, longer = "slow_engine_ns", by_engine[0][2] - by_engine[0][1] - others
        else:
            key = "slow_engine_beside_loads_ns" if d.beside_load else "slow_engine_queued_ns"
            longer = lag - lags.get((id(d.capture), d.number - 1), 0)
        extra[key].append(longer / (d.count * d.size / 4096))
    result = {f"dma.{key}": max(0, _mean(values)) for key, values in extra.items() if values}
    # What is not seen is as slow as what comes nearest.
    result.setdefault("dma.slow_engine_ns", 0)
    result.setdefault("dma.slow_engine_queued_ns", result["dma.slow_engine_ns"])
    result.setdefault("dma.slow_engine_beside_loads_ns", result["dma.slow_engine_queued_ns"])
    return result


def ring_bytes(dmas):
    """Outstanding bytes of an engine's ring, its own among them, when a held store's trigger ends."""
    outstanding = []
    for d in dmas:
        if d.kind != "HWDGE store" or d.dma.duration < 900:
            continue
        ends = {}
        for o in dmas:
            if o.capture is d.capture and o.dma.engine == d.dma.engine and o.number < d.number:
                for engine, begin, end, count, size in o.shares:
                    part = min(1, max(0, (end - d.dma.end) / max(1, end - begin)))
                    ends[engine] = ends.get(engine, 0) + part * count * size
        outstanding.append(max(ends.values(), default=0) + d.count * d.size)
    return round(median(outstanding)) if outstanding else 10**9


def estimates(captures):
    """key -> number, list of numbers by engine, or ABSENT."""
    dmas = _dmas(captures)
    result = {**runtime(captures), **semaphores(captures), **data_paths(captures), **elements(captures),
              **triggers(captures, dmas)}
    result.update(transfers(captures, dmas, result.get("dma.bytes_per_ns", 27.2), result.get("dma.element_period_ns", 4.9)))
    # The window of a DMA engine shows only where loads and stores are in flight together.
    hardware = [d for d in dmas if d.dma.engine != "GpSimd"]
    if not any(d.capture is o.capture and d.is_load != o.is_load and d.begin < o.end - 500 and o.begin < d.end - 500
               for d in hardware for o in hardware):
        result["dma.window_elements"] = 1000000
    return result


def chip_file(path):
    """key -> number or list, of a chip file: groups, and in them lines `key: {value: …, source: …}`."""
    values, group = {}, ""
    for line in path.read_text().splitlines():
        if found := re.match(r"(\w+):\s*$", line):
            group = found[1]
        elif found := re.match(r"  (\w+): \{value: (\[[-\d., e]+\]|[-\d.e]+),", line):
            values[f"{group}.{found[1]}"] = json.loads(found[2])
    return values


CHIP = pathlib.Path(__file__).resolve().parent.parent / "lib/Chip/trn2.yaml"


def overrides(captures):
    """As --set KEY=VALUE. What nothing shows of an engine stays as it is in the chip file."""
    base, lines = chip_file(CHIP), []
    for key, value in estimates(captures).items():
        if isinstance(value, list):
            value = [base[key][n] if v is ABSENT else v for n, v in enumerate(value)]
            lines.append(f"{key}=[{', '.join(f'{v:.6g}' for v in value)}]")
        elif value is not ABSENT:
            lines.append(f"{key}={value:.6g}")
    return lines


if __name__ == "__main__":
    import sys
    sys.dont_write_bytecode = True
    chip = chip_file(CHIP)
    for line in overrides([profiles.Profile(f) for f in sys.argv[1:]]):
        print(f"{line}    # {chip.get(line.split('=')[0], 'nothing')} in the chip file")
