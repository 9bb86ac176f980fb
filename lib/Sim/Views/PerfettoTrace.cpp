// Perfetto's binary form: a stream of TracePackets (protos/perfetto/trace/trace_packet.proto). A slice is two
// packets, its begin and its end; names are sent once and then meant by number. Times are whole nanoseconds,
// as the format has no finer ones.
//
// The few messages are written by hand: a field is the number `field << 3 | type` and its value, numbers are
// cut into groups of 7 bits, the lowest first.
#include "TraceFormat.h"
#include "tarn/Sim/Check.h"
#include "llvm/ADT/SmallString.h"

namespace tarn::sim {

namespace {

/// A message of the protocol buffer wire format.
class Message {
public:
  Message &number(unsigned field, uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
  }
  Message &fixed64(unsigned field, uint64_t value) {
    varint(field << 3 | 1);
    for (unsigned i = 0; i < 8; ++i)
      bytes.push_back(char(value >> (8 * i)));
    return *this;
  }
  Message &text(unsigned field, llvm::StringRef value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes.append(value);
    return *this;
  }
  Message &message(unsigned field, const Message &value) { return text(field, value.bytes); }
  llvm::StringRef str() const { return bytes; }
  void clear() { bytes.clear(); }

private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      bytes.push_back(char(value | 0x80));
    bytes.push_back(char(value));
  }
  llvm::SmallString<128> bytes;
};

// Numbers of fields.
namespace packet {
constexpr unsigned timestamp = 8, sequence = 10, event = 11, interned = 12, flags = 13, track = 60, ofTrace = 1;
}
namespace event {
constexpr unsigned categories = 3, annotations = 4, type = 9, name = 10, track = 11, flows = 47;
constexpr uint64_t begin = 1, end = 2;
} // namespace event
namespace track {
constexpr unsigned uuid = 1, process = 3, thread = 4, parent = 5;
}
namespace interned {
constexpr unsigned categories = 1, names = 2, annotationNames = 3, strings = 29;
}

class PerfettoTrace : public TraceFormat {
public:
  PerfettoTrace(const isa::Program &program, llvm::raw_ostream &os)
      : program(program), os(os), mnemonics(isa::numOpcodes, false), nodes(program.origins.size(), false) {
    // Numbers given from here on hold to the end.
    Message first, names;
    for (auto [number, name] : {std::make_pair(instruction, "instruction"), std::make_pair(flight, "DMA")})
      names.message(interned::categories, Message().number(1, number).text(2, name));
    for (auto [number, name] :
         {std::make_pair(node, "node"), std::make_pair(op, "op"), std::make_pair(kernel, "kernel"),
          std::make_pair(index, "index"), std::make_pair(startPs, "start_ps")})
      names.message(interned::annotationNames, Message().number(1, number).text(2, name));
    first.number(packet::sequence, 1).number(packet::flags, 1).message(packet::interned, names);
    write(first);
  }

  void process(unsigned core, llvm::StringRef name) override {
    Message descriptor, ofProcess;
    ofProcess.number(1, core + 1).text(6, name);
    descriptor.number(track::uuid, uuidOf(core)).message(track::process, ofProcess);
    write(Message().number(packet::sequence, 1).message(packet::track, descriptor));
  }
  void track(unsigned core, unsigned number, llvm::StringRef name) override {
    Message descriptor, ofThread;
    ofThread.number(1, core + 1).number(2, threadOf(core, number)).text(5, name);
    descriptor.number(track::uuid, uuidOf(core, number))
        .number(track::parent, uuidOf(core))
        .message(track::thread, ofThread);
    write(Message().number(packet::sequence, 1).message(packet::track, descriptor));
  }

  void slice(const TraceSlice &slice) override {
    const Step &step = slice.step;
    unsigned opcode = step.instruction->payload.index();
    uint32_t origin = step.instruction->origin;
    bool hasOrigin = origin < program.origins.size();

    begin.clear();
    begin.number(event::type, event::begin)
        .number(event::track, uuidOf(step.core, slice.track))
        .number(event::categories, slice.isFlight ? flight : instruction)
        .number(event::name, opcode + 1)
        .message(event::annotations, Message().number(1, index).number(3, step.index))
        .message(event::annotations, Message().number(1, startPs).number(3, slice.begin));
    if (hasOrigin)
      for (unsigned part : {node, op, kernel})
        if (!partOf(origin, part).empty())
          begin.message(event::annotations, Message().number(1, part).number(17, 3 * origin + part));
    // One flow for each update that somebody may wait for.
    if (step.instruction->update && slice.isFlight == step.instruction->info().isDma)
      begin.fixed64(event::flows, step.id + 1);
    if (step.producer != noStep && !slice.isFlight)
      begin.fixed64(event::flows, step.producer + 1);

    message.clear();
    message.number(packet::timestamp, nanoseconds(slice.begin))
        .number(packet::sequence, 1)
        .number(packet::flags, 2)
        .message(packet::event, begin);
    if (!mnemonics[opcode] || (hasOrigin && !nodes[origin]))
      message.message(packet::interned, newNames(step, opcode, hasOrigin));
    write(message);

    begin.clear();
    begin.number(event::type, event::end).number(event::track, uuidOf(step.core, slice.track));
    message.clear();
    message.number(packet::timestamp, nanoseconds(slice.end)).number(packet::sequence, 1).message(packet::event, begin);
    write(message);
  }

  void arrow(const End &, const End &) override {} // both slices carry the flow
  void finish() override {}

private:
  enum Category : unsigned { instruction = 1, flight };
  enum Annotation : unsigned { node = 1, op, kernel, index, startPs };

  static uint64_t nanoseconds(Picoseconds time) { return uint64_t(time + 500) / 1000; }
  static uint64_t uuidOf(unsigned core) { return uint64_t(core + 1) << 32; }
  static uint64_t threadOf(unsigned core, unsigned track) { return uint64_t(core) * 100'000 + track + 1; }
  static uint64_t uuidOf(unsigned core, unsigned track) { return uuidOf(core) + track + 1; }

  const std::string &partOf(uint32_t origin, unsigned part) const {
    const isa::Origin &which = program.origins[origin];
    return part == node ? which.node : part == op ? which.op : which.kernel;
  }

  Message newNames(const Step &step, unsigned opcode, bool hasOrigin) {
    Message names;
    if (!mnemonics[opcode])
      names.message(interned::names, Message().number(1, opcode + 1).text(2, step.instruction->info().mnemonic));
    mnemonics[opcode] = true;
    uint32_t origin = step.instruction->origin;
    if (hasOrigin && !nodes[origin]) {
      nodes[origin] = true;
      for (unsigned part : {node, op, kernel})
        names.message(interned::strings, Message().number(1, 3 * origin + part).text(2, partOf(origin, part)));
    }
    return names;
  }

  void write(const Message &packet) { os << Message().message(packet::ofTrace, packet).str(); }

  const isa::Program &program;
  llvm::raw_ostream &os;
  std::vector<bool> mnemonics, nodes; // whose names have been sent, by opcode and by origin
  Message begin, message;
};

} // namespace

std::unique_ptr<TraceFormat> makePerfettoTrace(const isa::Program &program, llvm::raw_ostream &os) {
  return std::make_unique<PerfettoTrace>(program, os);
}

} // namespace tarn::sim
