// Chrome trace events: a process a core, a track an engine, tracks for DMAs in flight, arrows for semaphores.
//
// Instructions of an engine overlap in time, slices of a track must not: a slice lasts until the next
// instruction of the engine starts, its completion is an argument.
#include "tarn/Sim/Check.h"
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {
constexpr unsigned firstDmaTrack = 10;
double microseconds(Picoseconds time) { return double(time) / 1e6; }
} // namespace

TraceWriter::TraceWriter(const isa::Program &program, llvm::raw_ostream &os) : program(program), os(os) {
  os << "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[";
  for (unsigned core = 0; core < program.cores.size(); ++core) {
    write(llvm::json::Object{
        {"name", "process_name"},
        {"ph", "M"},
        {"pid", core},
        {"args", llvm::json::Object{{"name", llvm::formatv("NeuronCore {0}", core).str()}}}});
    for (unsigned kind = 0; kind < isa::numEngines; ++kind)
      write(llvm::json::Object{{"name", "thread_name"},
                               {"ph", "M"},
                               {"pid", core},
                               {"tid", kind},
                               {"args", llvm::json::Object{{"name", isa::name(isa::Engine(kind))}}}});
  }
}

void TraceWriter::write(llvm::json::Object event) {
  os << (isFirst ? "\n" : ",\n") << llvm::json::Value(std::move(event));
  isFirst = false;
}

void TraceWriter::emit(const Pending &pending, Picoseconds end) {
  const Step &step = pending.step;
  llvm::json::Object args{{"instruction", describe(program, step.core, step.engine, step.index)},
                          {"completion_ns", toNs(step.completion)}};
  uint32_t origin = step.instruction->origin;
  if (origin < program.origins.size()) {
    args["node"] = program.origins[origin].node;
    args["op"] = program.origins[origin].op;
    args["kernel"] = program.origins[origin].kernel;
  }
  write(llvm::json::Object{
      {"name", step.instruction->info().mnemonic},
      {"cat", origin < program.origins.size() ? program.origins[origin].node : std::string("instruction")},
      {"ph", "X"},
      {"ts", microseconds(pending.begin)},
      {"dur", microseconds(end - pending.begin)},
      {"pid", step.core},
      {"tid", pending.track},
      {"args", std::move(args)}});
}

void TraceWriter::on(const Started &event) {
  const Step &step = event.step;
  unsigned track = unsigned(step.engine);
  bool isDma = step.instruction->info().isDma;

  // 1. The engine's slice before this one is complete.
  std::optional<Pending> &before = pending[{step.core, track}];
  if (before)
    emit(*before, std::max(before->begin, std::min(before->end, step.start)));
  before = Pending{step, step.start, isDma ? step.triggerEnd : step.completion, track};

  // 2. A DMA's flight lies on the first track that is free.
  Slice slice{step.start, step.core, track};
  if (isDma) {
    std::vector<Picoseconds> &lanes = dmaLanes[step.core];
    unsigned lane = 0;
    while (lane < lanes.size() && lanes[lane] > step.triggerEnd)
      ++lane;
    if (lane == lanes.size()) {
      lanes.push_back(0);
      write(llvm::json::Object{{"name", "thread_name"},
                               {"ph", "M"},
                               {"pid", step.core},
                               {"tid", firstDmaTrack + lane},
                               {"args", llvm::json::Object{{"name", llvm::formatv("dma {0}", lane).str()}}}});
    }
    lanes[lane] = step.completion;
    emit({step, step.triggerEnd, step.completion, firstDmaTrack + lane}, step.completion);
    slice = {step.triggerEnd, step.core, firstDmaTrack + lane};
  }
  if (slices.size() <= step.id)
    slices.resize(step.id + 1);
  slices[step.id] = slice;

  // 3. The arrow from whose update it waited for.
  if (step.producer == noStep)
    return;
  const Slice &from = slices[step.producer];
  write(llvm::json::Object{{"name", "semaphore"},
                           {"cat", "semaphore"},
                           {"ph", "s"},
                           {"id", nextFlow},
                           {"ts", microseconds(from.begin)},
                           {"pid", from.process},
                           {"tid", from.track}});
  write(llvm::json::Object{{"name", "semaphore"},
                           {"cat", "semaphore"},
                           {"ph", "f"},
                           {"bp", "e"},
                           {"id", nextFlow},
                           {"ts", microseconds(step.start)},
                           {"pid", step.core},
                           {"tid", track}});
  ++nextFlow;
}

void TraceWriter::finish() {
  for (auto &[place, slice] : pending)
    if (slice)
      emit(*slice, slice->end);
  pending.clear();
  os << "\n]}\n";
}

} // namespace tarn::sim
