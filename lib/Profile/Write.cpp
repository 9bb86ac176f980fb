#include "tarn/Profile/Write.h"
#include "tarn/ISA/Cost.h"

namespace tarn::profile {
using namespace isa;

namespace {
constexpr llvm::StringLiteral groups[] = {"Tensor", "Scalar", "Vector", "GpSimd", "Sync"};
constexpr llvm::StringLiteral subgraph = "sg00";
int64_t wholeNs(sim::Picoseconds time) { return (time + 500) / 1000; }

llvm::StringRef queueOf(Engine engine, DgeMode mode) {
  if (mode == DgeMode::none)
    return "static";
  return engine == Engine::pool ? "qGpSimdDynamic" : engine == Engine::act ? "qScalarDynamicHW" : "qSyncDynamicHW";
}
} // namespace

Writer::Writer(const Program &program, const Chip &chip, llvm::raw_ostream &os) : program(program), chip(chip), json(os) {
  json.objectBegin();
  json.attributeBegin("instruction");
  json.arrayBegin();
}

Writer::~Writer() {
  if (!isFinished)
    finish(0);
}

void Writer::on(const sim::Started &event) {
  if (event.step.core == 0)
    texts[event.step.id] = operandText(event.resolved, event.step.engine);
}

void Writer::on(const sim::Completed &event) {
  const sim::Step &step = event.step;
  if (step.core != 0)
    return;
  const Instruction &instruction = *step.instruction;
  bool isDma = instruction.info().isDma;
  // Control instructions wait while they run: the profiler counts it as theirs.
  bool waitsInside = std::holds_alternative<Drain>(instruction.payload) ||
                     (std::holds_alternative<EventSemaphore>(instruction.payload) && instruction.update);
  sim::Picoseconds begin = waitsInside ? step.reached : step.start;
  sim::Picoseconds end = isDma ? step.triggerEnd : step.completion;
  std::string name = instruction.origin < program.origins.size() ? program.origins[instruction.origin].node : "";
  json.object([&] {
    json.attribute("subgraph", subgraph);
    json.attribute("subgroup", groups[unsigned(step.engine)]);
    json.attribute("pc", int64_t(step.index));
    json.attribute("opcode", opcodeText(instruction, step.engine));
    json.attribute("operands", texts[step.id]);
    json.attribute("bir_instruction_name", name);
    json.attribute("timestamp", wholeNs(begin));
    json.attribute("duration", wholeNs(end) - wholeNs(begin));
    json.attribute("evt_wait_time", std::max<int64_t>(0, wholeNs(step.dispatch) - wholeNs(step.reached)));
  });
  texts.erase(step.id);
  if (isDma)
    writeDma(step);
}

/// On each DMA engine that takes part one packet for all of its elements, and the semaphore's.
void Writer::writeDma(const sim::Step &step) {
  DmaElements elements = dmaElementsOf(*step.instruction, chip);
  std::string queue = queueOf(step.engine, elements.mode).str();
  size_t number = llvm::find(queues, queue) - queues.begin();
  if (number == queues.size())
    queues.push_back(queue);
  for (unsigned i = 0; i < elements.engines; ++i) {
    unsigned engine = (elements.firstEngine + i) % unsigned(chip.dma.engines);
    auto packet = [&](sim::Picoseconds begin, sim::Picoseconds end, int64_t bytes) {
      packets.push_back(llvm::json::Object{{"subgraph", subgraph},
                                           {"dma_queue", std::to_string(number)},
                                           {"dma_engine", std::to_string(engine)},
                                           {"timestamp", wholeNs(begin)},
                                           {"duration", wholeNs(end) - wholeNs(begin)},
                                           {"transfer_size", bytes},
                                           {"semaphore_id", "-1"}});
    };
    packet(step.firstElement, step.completion, int64_t(elements.bytes / elements.engines));
    packet(step.completion, step.completion, 4);
  }
}

void Writer::on(const sim::ClockChanged &event) { clocks.push_back(event); }

void Writer::finish(sim::Picoseconds time) {
  isFinished = true;
  json.arrayEnd();
  json.attributeEnd();
  json.attributeArray("dma", [&] {
    for (llvm::json::Object &packet : packets)
      json.value(std::move(packet));
  });
  json.attributeArray("dma_queues_info", [&] {
    for (size_t i = 0; i < queues.size(); ++i)
      json.object([&] {
        json.attribute("subgraph", subgraph);
        json.attribute("q_idx", int64_t(i));
        json.attribute("q_name", queues[i]);
      });
  });
  json.attributeArray("ham", [&] {
    for (size_t i = 0; i < clocks.size(); ++i)
      if (clocks[i].core == 0)
        json.object([&] {
          sim::Picoseconds end = i + 1 < clocks.size() ? clocks[i + 1].time : std::max(time, clocks[i].time);
          json.attribute("subgraph", subgraph);
          json.attribute("timestamp", wholeNs(clocks[i].time));
          json.attribute("duration", wholeNs(end) - wholeNs(clocks[i].time));
          json.attribute("k", clocks[i].isFull ? 8 : 4);
          json.attribute("n", 8);
          json.attribute("type", clocks[i].isFull ? 0 : 1);
        });
  });
  json.attributeArray("summary", [&] { json.object([&] { json.attribute("total_time", sim::toNs(time) * 1e-9); }); });
  json.attributeArray("metadata", [&] {
    json.object([&] {
      json.attribute("is_simulation", true);
      json.attribute("last_hw_timestamp", wholeNs(time));
    });
  });
  json.objectEnd();
}

} // namespace tarn::profile
