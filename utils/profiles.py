"""Profiles of neuron-profile, and those that tarn-sim --profile writes: reading, pairing, measuring."""
import collections
import gzip
import json
import statistics

ENGINES = ["Tensor", "Scalar", "Vector", "GpSimd", "Sync"]
WINDOW = 4096 / 1.2  # ns of a throttle window


class Instruction:
    __slots__ = ("engine", "pc", "opcode", "operands", "name", "start", "duration", "transfer", "bytes_of", "wait",
                 "turn")

    def __init__(self, record):
        self.engine, self.pc, self.opcode = record["subgroup"], record["pc"], record["opcode"]
        self.operands, self.name = record["operands"], record.get("bir_instruction_name", "")
        self.start, self.duration = record["timestamp"], record["duration"]
        self.wait = record.get("evt_wait_time", 0)
        self.turn = record.get("tarn_turn", 0)  # of runs of ours, in which loops repeat addresses
        self.transfer = None  # of a DMA: begin of the first packet, end of the last one
        self.bytes_of = []    # its packets, without those of the semaphore

    @property
    def end(self):
        return self.start + self.duration

    @property
    def is_dma(self):
        return self.opcode.startswith("DMA_")


class Profile:
    def __init__(self, path):
        opened = gzip.open(path, "rt") if open(path, "rb").read(2) == b"\x1f\x8b" else open(path)
        with opened as file:
            data = json.load(file)
        self.path = path
        self.streams = {engine: [] for engine in ENGINES}
        for record in data["instruction"]:
            if record["subgraph"] == "sg00":
                self.streams[record["subgroup"]].append(Instruction(record))
        for stream in self.streams.values():
            stream.sort(key=lambda i: (i.turn, i.pc))
        self.total = data["summary"][0]["total_time"] * 1e9
        self.changes = sorted((h["timestamp"], h["k"] == 8) for h in data.get("ham", []) if h["subgraph"] == "sg00")
        self._pair_transfers(data)
        self.user = [i for s in self.streams.values() for i in s if i.name]

    def _pair_transfers(self, data):
        """Packets do not name their instruction: a queue's packets on an engine are cut after each semaphore write, the
        k-th piece belongs to the k-th DMA of the queue."""
        names = {q["q_idx"]: q["q_name"] for q in data.get("dma_queues_info", []) if q["subgraph"] == "sg00"}
        triggers = {"qSyncDynamicHW": "Sync", "qScalarDynamicHW": "Scalar", "qGpSimdDynamic": "GpSimd"}
        # Runs of ours name the queues of descriptors made before; an engine is taken to use one queue.
        triggers.update({f"q{engine}Static": engine for engine in ENGINES})
        packets = collections.defaultdict(list)
        for p in data.get("dma", []):
            if p["subgraph"] == "sg00":
                packets[int(p["dma_queue"]), p["dma_engine"]].append(p)
        pieces = collections.defaultdict(list)
        self.packets = {}
        for (queue, engine), list_ in sorted(packets.items()):
            name = names.get(queue)
            if name not in triggers:
                continue
            list_.sort(key=lambda p: (p["timestamp"], p["timestamp"] + p["duration"]))
            self.packets[name, engine] = list_
            piece, number = [], 0
            for p in list_:
                piece.append(p)
                if p["transfer_size"] == 4:
                    pieces[name, number].append(piece)
                    piece, number = [], number + 1
        for name, engine in triggers.items():
            dmas = [i for i in self.streams[engine] if i.is_dma]
            for number, dma in enumerate(dmas):
                of_all = pieces.get((name, number))
                if of_all and not dma.transfer:
                    begin = min(p[0]["timestamp"] for p in of_all)
                    end = max(p[-1]["timestamp"] + p[-1]["duration"] for p in of_all)
                    dma.transfer = (begin, end)
                    dma.bytes_of = [p for piece in of_all for p in piece if p["transfer_size"] != 4]

    @property
    def first_dma(self):
        return min(i.start for i in self.user if i.is_dma)

    def user_end(self):
        return max(i.end for i in self.user)

    def is_full(self, time):
        state = False
        for when, full in self.changes:
            if when <= time + 1:
                state = full
        return state

    def active(self, engine):
        """Union of the user instructions' intervals."""
        total, until = 0, -1
        for i in sorted((i for i in self.streams[engine] if i.name), key=lambda i: i.start):
            begin = max(i.start, until)
            total += max(0, i.end - begin)
            until = max(until, i.end)
        return total

    def phase(self):
        """Start of a throttle window after the first user DMA; None without a change of the clock."""
        if not self.changes:
            return None
        return (self.changes[0][0] - self.first_dma) % WINDOW


def class_of(i):
    kinds = {
        "MATMUL": "PE MATMUL", "LDWEIGHTS": "PE LDWEIGHTS", "ACTIVATE": "ACT ACTIVATE", "TENSOR_REDUCE": "DVE reduce",
        "TENSOR_SCALAR": "DVE tensor_scalar", "RECIPROCAL": "DVE reciprocal", "ACT_TABLE_LOAD": "ACT table load",
        "TENSOR_TENSOR": "DVE tensor_tensor",
    }
    if i.opcode in ("COPY", "CAST"):
        return {"Scalar": "ACT copy/cast", "Vector": "DVE copy/cast"}.get(i.engine, i.engine + " copy/cast")
    if i.is_dma:
        return "SWDGE trigger" if i.engine == "GpSimd" else "HWDGE trigger"
    return kinds.get(i.opcode, "control of the user" if i.name else "control of the runtime")


CLASSES = ["PE MATMUL", "PE LDWEIGHTS", "ACT ACTIVATE", "ACT copy/cast", "ACT table load", "DVE reduce",
           "DVE tensor_scalar", "DVE tensor_tensor", "DVE reciprocal", "DVE copy/cast", "HWDGE trigger",
           "SWDGE trigger", "control of the user", "control of the runtime"]
DATA_PATH = ["PE MATMUL", "PE LDWEIGHTS", "ACT ACTIVATE", "ACT copy/cast", "DVE reduce", "DVE tensor_scalar",
             "DVE reciprocal", "DVE copy/cast"]


def is_load(i):
    return "dst_addr_imm=0x802" in i.operands


def transfer_class(i):
    return ("SWDGE " if i.engine == "GpSimd" else "HWDGE ") + ("load" if is_load(i) else "store")


def pair(model, machine):
    """Instructions of the same engine in program order, paired by opcode; what the importer put in besides (a release,
    a second wait) has no partner."""
    pairs = []
    for engine in ENGINES:
        left, right = model.streams[engine], machine.streams[engine]
        k = 0
        for i in right:
            # A record that is missing on the other side costs one look ahead.
            ahead = next((n for n in range(k, min(k + 4, len(left))) if left[n].opcode == i.opcode
                          and left[n].name == i.name), None)
            if ahead is None:
                continue
            # Of several event_semaphores the last is the record's own.
            while (i.opcode == "EVENT_SEMAPHORE" and i.name and ahead + 1 < len(left)
                   and left[ahead + 1].opcode == i.opcode and left[ahead + 1].name == i.name):
                ahead += 1
            pairs.append((left[ahead], i))
            k = ahead + 1
    return pairs


def quantile(values, q):
    values = sorted(values)
    return values[min(len(values) - 1, int(q * len(values)))] if values else float("nan")


def median(values):
    return statistics.median(values) if values else float("nan")
