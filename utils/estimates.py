"""Constants of the chip file that captures show directly: the medians and means behind `published captures` and `replay`
in lib/Chip/trn2.yaml. `utils/fidelity` estimates them from four captures to predict the fifth."""
import profiles
from profiles import ENGINES, median


def _mean(values):
    return sum(values) / len(values)


def _shares(capture, dma, queue, number):
    """Of the DMA's share of each DMA engine: engine, first start, last end, elements, bytes of one."""
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
    """(capture, dma, shares, number on its queue, whether no other DMA is in flight beside it)."""
    for capture in captures:
        found = []
        for queue, engine in (("qSyncDynamicHW", "Sync"), ("qScalarDynamicHW", "Scalar"), ("qGpSimdDynamic", "GpSimd")):
            for number, dma in enumerate(i for i in capture.streams[engine] if i.is_dma):
                shares = list(_shares(capture, dma, queue, number))
                if shares:
                    found.append((dma, shares, number))
        for dma, shares, number in found:
            alone = all(other is dma or other.transfer[1] < dma.transfer[0] or other.transfer[0] > dma.transfer[1] - 50
                        for other, _, _ in found)
            yield capture, dma, shares, number, alone


def overrides(captures):
    """As --set KEY=VALUE."""
    result = {}

    # The runtime: when it releases the engines, and what its loads take.
    def first(engine):
        return _mean([c.streams[engine][0].start for c in captures])
    result["launch.release_ns"] = [first(e) for e in ENGINES]

    def durations(engine, opcode, part=""):
        return median([i.duration for c in captures for i in c.streams[engine]
                       if i.opcode == opcode and part in i.operands and not i.name])
    result["launch.load_pair_ns"] = [durations(e, "TENSOR_LOAD", "[2,1]") for e in ENGINES]
    result["launch.load_ns"] = [durations(e, "TENSOR_LOAD", "[1,1]") if e != "Tensor" else 870 for e in ENGINES]

    # DMAs that have the engines for themselves: latency, stagger, cold reads.
    latency, stagger, cold = {}, {"load": [], "store": []}, {"long": [], "short": [], "first": [], "again": []}
    for capture, dma, shares, number, alone in _dmas(captures):
        kind = profiles.transfer_class(dma)
        begin, end = min(s[1] for s in shares), max(s[2] for s in shares)
        count, size = max(s[3] for s in shares), shares[0][4]
        alone_time = count * (4.9 + size / 27.2) + 9
        if kind.startswith("SWDGE"):
            if number == 0:
                cold["first"].append(end - begin - 230 - alone_time + 230)
            elif number == 2 and count * size <= 16384 and kind.endswith("load"):
                before = [s for c, d, ss, n, _ in _dmas([capture]) if d.engine == "GpSimd" and n == 1 for s in ss]
                cold["again"].append(end - max(max(s[2] for s in before), begin) - alone_time)
        if not alone:
            continue
        latency.setdefault(kind, []).append(begin - dma.end)
        if kind == "HWDGE store":
            stagger["store"].append(max(s[1] for s in shares) - begin)
        if kind == "HWDGE load":
            if size < 2048:
                stagger["load"].append(max(s[1] for s in shares) - begin)
            elif size == 2048:
                cold["short"].append(end - begin - alone_time)
            else:
                cold["long"].append(end - begin - alone_time)
    names = {"HWDGE load": "hwdge_load_ns", "HWDGE store": "hwdge_store_ns", "SWDGE load": "swdge_load_ns",
             "SWDGE store": "swdge_store_ns"}
    for kind, values in latency.items():
        result["dma." + names[kind]] = median(values)
    for side, values in stagger.items():
        if values:
            result[f"dma.{side}_stagger_ns"] = median(values)
    spread = result.get("dma.load_stagger_ns", 230)
    for name, key in (("long", "cold_long_row_ns"), ("short", "cold_short_row_ns")):
        if cold[name]:
            result["dma." + key] = median(cold[name]) - spread
    # A capture without such rows says nothing of them: rows of the other length stand in.
    for key, other in (("dma.cold_long_row_ns", "dma.cold_short_row_ns"), ("dma.cold_short_row_ns", "dma.cold_long_row_ns")):
        if key not in result and other in result:
            result[key] = result[other]
    # Without loads and stores in flight together, or held triggers, nothing is known of them.
    hardware = [(c, d) for c, d, _, _, _ in _dmas(captures) if d.engine != "GpSimd"]
    beside = any(c is k and profiles.is_load(d) != profiles.is_load(o) and d.transfer[0] < o.transfer[1] - 500
                 and o.transfer[0] < d.transfer[1] - 500 for c, d in hardware for k, o in hardware)
    if not beside:
        result["dma.slow_engine_beside_loads_ns"] = 16
    if not any(not profiles.is_load(d) and d.duration > 900 for _, d in hardware):
        result["dma.ring_bytes"] = 1e9
    for name, key in (("first", "cold_swdge_ns"), ("again", "cold_swdge_again_ns")):
        if cold[name]:
            result["dma." + key] = median(cold[name]) - (spread if name == "first" else 0)

    def text(value):
        return f"[{', '.join(f'{v:.6g}' for v in value)}]" if isinstance(value, list) else f"{value:.6g}"
    return [f"{key}={text(value)}" for key, value in result.items()]


if __name__ == "__main__":
    import sys
    sys.dont_write_bytecode = True
    for line in overrides([profiles.Profile(f) for f in sys.argv[1:]]):
        print(line)
