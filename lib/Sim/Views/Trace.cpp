// A trace: a process a core, a track an engine, tracks for DMAs in flight, arrows for semaphores.
//
// Instructions of an engine overlap in time, slices of a track must not: a slice lasts until the next
// instruction of the engine starts.
#include "TraceFormat.h"
#include "tarn/Sim/View.h"

namespace tarn::sim {

static constexpr unsigned firstDmaTrack = 10;

TraceWriter::TraceWriter(const isa::Program &program, llvm::StringRef file, llvm::raw_ostream &os)
    : format(file.ends_with(".pftrace") ? makePerfettoTrace(program, os) : makeChromeTrace(program, os)),
      pending(program.cores.size() * isa::numEngines), dmaLanes(program.cores.size()) {
  for (unsigned core = 0; core < program.cores.size(); ++core) {
    format->process(core, llvm::formatv("NeuronCore {0}", core).str());
    for (unsigned kind = 0; kind < isa::numEngines; ++kind)
      format->track(core, kind, isa::name(isa::Engine(kind)));
  }
}

TraceWriter::~TraceWriter() = default;

void TraceWriter::on(const Started &event) {
  const Step &step = event.step;
  unsigned track = unsigned(step.engine);
  bool isDma = step.instruction->info().isDma;

  // 1. The engine's slice before this one is complete.
  std::optional<Pending> &before = pending[step.core * isa::numEngines + track];
  if (before)
    format->slice({before->step, before->begin, std::max(before->begin, std::min(before->end, step.start)), track,
                   /*isFlight=*/false});
  before = Pending{step, step.start, isDma ? step.triggerEnd : step.completion};

  // 2. Where arrows from it begin; a DMA's when it has been moved.
  if (starts.size() <= step.id)
    starts.resize(step.id + 1);
  starts[step.id] = {step.start, step.core, uint16_t(track)};

  // 3. The arrow from whose update it waited for.
  if (step.producer == noStep)
    return;
  const Start &producer = starts[step.producer];
  format->arrow({producer.core, producer.track, producer.time}, {step.core, track, step.start});
}

void TraceWriter::on(const Completed &event) {
  const Step &step = event.step;
  if (!step.instruction->info().isDma)
    return;
  // A DMA's flight lies on the first track that is free.
  std::vector<Picoseconds> &lanes = dmaLanes[step.core];
  unsigned lane = llvm::find_if(lanes, [&](Picoseconds free) { return free <= step.triggerEnd; }) - lanes.begin();
  if (lane == lanes.size()) {
    lanes.push_back(0);
    format->track(step.core, firstDmaTrack + lane, llvm::formatv("dma {0}", lane).str());
  }
  lanes[lane] = step.completion;
  format->slice({step, step.triggerEnd, step.completion, firstDmaTrack + lane, /*isFlight=*/true});
  starts[step.id] = {step.triggerEnd, step.core, uint16_t(firstDmaTrack + lane)};
}

void TraceWriter::finish() {
  for (unsigned i = 0; i < pending.size(); ++i)
    if (const std::optional<Pending> &slice = pending[i])
      format->slice({slice->step, slice->begin, slice->end, i % isa::numEngines, /*isFlight=*/false});
  pending.clear();
  format->finish();
}

} // namespace tarn::sim
