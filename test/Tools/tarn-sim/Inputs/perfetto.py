"""Reads a trace in Perfetto's binary form back and prints what it says.

Usage: perfetto.py FILE.pftrace"""
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

# The fields of protos/perfetto/trace/*.proto that a trace of slices uses: name, number, type (u: uint, s: string,
# f: fixed64, b: bytes, or a message), `*`: repeated.
SCHEMA = {
    "Trace": ["packet 1 *TracePacket"],
    "TracePacket": ["timestamp 8 u", "trusted_packet_sequence_id 10 u", "track_event 11 TrackEvent",
                    "interned_data 12 InternedData", "sequence_flags 13 u", "track_descriptor 60 TrackDescriptor"],
    "TrackDescriptor": ["uuid 1 u", "name 2 s", "process 3 ProcessDescriptor", "thread 4 ThreadDescriptor",
                        "parent_uuid 5 u"],
    "ProcessDescriptor": ["pid 1 u", "process_name 6 s"],
    "ThreadDescriptor": ["pid 1 u", "tid 2 u", "thread_name 5 s"],
    "TrackEvent": ["category_iids 3 *u", "debug_annotations 4 *DebugAnnotation", "type 9 u", "name_iid 10 u",
                   "track_uuid 11 u", "flow_ids 47 *f"],
    "DebugAnnotation": ["name_iid 1 u", "uint_value 3 u", "string_value_iid 17 u"],
    "InternedData": ["event_categories 1 *Interned", "event_names 2 *Interned", "debug_annotation_names 3 *Interned",
                     "debug_annotation_string_values 29 *Interned"],
    "Interned": ["iid 1 u", "name 2 s"],
}
TYPES = {"u": descriptor_pb2.FieldDescriptorProto.TYPE_UINT64, "s": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
         "f": descriptor_pb2.FieldDescriptorProto.TYPE_FIXED64}


def trace_message():
    file = descriptor_pb2.FileDescriptorProto(name="trace.proto", package="p", syntax="proto2")
    for message, fields in SCHEMA.items():
        descriptor = file.message_type.add(name=message)
        for line in fields:
            name, number, kind = line.split()
            field = descriptor.field.add(name=name, number=int(number), label=3 if kind.startswith("*") else 1)
            kind = kind.lstrip("*")
            field.type = TYPES.get(kind, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE)
            if kind not in TYPES:
                field.type_name = f".p.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("p.Trace"))()


trace = trace_message()
trace.ParseFromString(open(sys.argv[1], "rb").read())
names = {"event_categories": {}, "event_names": {}, "debug_annotation_names": {}, "debug_annotation_string_values": {}}
tracks, open_slices, flows, last = {}, {}, {}, {}
for packet in trace.packet:
    assert packet.trusted_packet_sequence_id == 1
    for kind, table in names.items():
        for entry in getattr(packet.interned_data, kind):
            assert entry.iid not in table and entry.iid > 0, f"{kind} {entry.iid} is given twice"
            table[entry.iid] = entry.name
    if packet.HasField("track_descriptor"):
        descriptor = packet.track_descriptor
        tracks[descriptor.uuid] = descriptor.thread.thread_name or descriptor.process.process_name
        print(f"track {tracks[descriptor.uuid]}" + (f" of {tracks[descriptor.parent_uuid]}" if descriptor.parent_uuid else ""))
    if not packet.HasField("track_event"):
        continue
    event, track = packet.track_event, packet.track_event.track_uuid
    assert packet.timestamp >= last.get(track, 0), "slices of a track come in order"
    last[track] = packet.timestamp
    if event.type == 1:
        assert track not in open_slices, "slices of a track do not overlap"
        values = [(names["debug_annotation_names"][a.name_iid], names["debug_annotation_string_values"][a.string_value_iid]
                   if a.HasField("string_value_iid") else a.uint_value) for a in event.debug_annotations]
        open_slices[track] = (packet.timestamp, names["event_names"][event.name_iid], dict(values),
                              [names["event_categories"][c] for c in event.category_iids], list(event.flow_ids))
    else:
        begin, name, values, categories, ids = open_slices.pop(track)
        print(f"slice {tracks[track]}: {name} {begin}..{packet.timestamp} {values} {categories}")
        for flow in ids:
            flows.setdefault(flow, []).append((begin, f"{tracks[track]} {name}"))
assert not open_slices, f"not ended: {open_slices}"
for flow, ends in sorted(flows.items()):
    if len(ends) > 1:
        print("flow " + " -> ".join(end for _, end in sorted(ends)))
