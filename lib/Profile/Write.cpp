#include "tarn/Profile/Write.h"
#include "AddressMap.h"
#include "ExtraKeys.h"
#include "RecordReader.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Cost.h"

namespace tarn::profile {
using namespace isa;

namespace {
constexpr llvm::StringLiteral groups[] = {"Tensor", "Scalar", "Vector", "GpSimd", "Sync"};
std::string subgraphOf(unsigned core) { return llvm::formatv("sg{0,0+2}", core); }
int64_t wholeNs(sim::Picoseconds time) { return (time + 500) / 1000; }

std::string queueOf(Engine engine, DgeMode mode) {
  if (mode == DgeMode::none)
    return llvm::formatv("q{0}Static", groups[unsigned(engine)]);
  return engine == Engine::pool ? "qGpSimdDynamic" : engine == Engine::act ? "qScalarDynamicHW" : "qSyncDynamicHW";
}

/// Whether what was read is `instruction`. A branch leads to the record that follows it.
bool isSame(ReadInstruction &read, const Instruction &instruction) {
  if (!read.before.empty())
    return false;
  for (const HbmUse &use : read.uses) {
    if (use.table || use.begin < hbmBase)
      return false;
    auto &copy = std::get<DmaCopy>(read.instruction.payload);
    (use.isSource ? copy.src : copy.dst).address = use.begin - hbmBase;
  }
  if (instruction.is<CompareBranch>())
    return read.instruction.is<CompareBranch>() && read.instruction.wait == instruction.wait &&
           read.instruction.update == instruction.update;
  return toString(read.instruction) == toString(instruction);
}
} // namespace

/// What a reader of the file knows so far.
struct Writer::CoreState {
  RecordReader reader;
  std::array<int64_t, numEngines> turns{};
};

Writer::Writer(const Program &program, const Chip &chip, llvm::raw_ostream &os)
    : program(program), chip(chip), json(os) {
  for (size_t core = 0; core < program.cores.size(); ++core)
    cores.push_back(std::make_unique<CoreState>());
  json.objectBegin();
  json.attributeBegin("instruction");
  json.arrayBegin();
}

Writer::~Writer() {
  if (!isFinished)
    finish(0);
}

void Writer::on(const sim::Started &event) {
  const sim::Step &step = event.step;
  CoreState &core = *cores[step.core];
  Text &text = texts[step.id];
  text.turn = core.turns[unsigned(step.engine)]++;
  text.operands = operandText(event.resolved, step.engine);
  Record record;
  record.engine = step.engine;
  record.opcode = opcodeText(event.resolved, step.engine);
  record.operands = text.operands;
  if (const Origin *origin = originOf(*step.instruction))
    record.name = origin->node;
  llvm::Expected<ReadInstruction> read = core.reader.read(record);
  if (read && isSame(*read, event.resolved))
    return;
  if (!read)
    llvm::consumeError(read.takeError());
  text.instruction = record.instruction = toString(event.resolved);
  llvm::consumeError(core.reader.read(record).takeError()); // the reader knows what weights are loaded
}

void Writer::on(const sim::Completed &event) {
  const sim::Step &step = event.step;
  const Instruction &instruction = *step.instruction;
  bool isDma = instruction.info().isDma;
  // Control instructions wait while they run: the profiler counts it as theirs.
  bool waitsInside = instruction.is<Drain>() || (instruction.is<EventSemaphore>() && instruction.update);
  sim::Picoseconds begin = waitsInside ? step.reached : step.start;
  sim::Picoseconds end = isDma ? step.triggerEnd : step.completion;
  // The sequencer is done with a control instruction before older ones of the data path are complete.
  if (instruction.info().isControl && !waitsInside && step.completionBlocker != sim::noStep)
    end = std::min(end, begin + sim::fromNs(costOf(instruction, step.engine, chip).completionNs));
  const Origin *origin = originOf(instruction);
  const Text &text = texts[step.id];
  json.object([&] {
    json.attribute("subgraph", subgraphOf(step.core));
    json.attribute("subgroup", groups[unsigned(step.engine)]);
    json.attribute("pc", int64_t(step.index));
    json.attribute("opcode", opcodeText(instruction, step.engine));
    json.attribute("operands", text.operands);
    json.attribute("bir_instruction_name", llvm::json::fixUTF8(origin ? origin->node : ""));
    json.attribute("timestamp", wholeNs(begin));
    json.attribute("duration", wholeNs(end) - wholeNs(begin));
    json.attribute("evt_wait_time", std::max<int64_t>(0, wholeNs(step.dispatch) - wholeNs(step.reached)));
    json.attribute(turnKey, text.turn);
    if (origin)
      json.attribute(originKey, int64_t(instruction.origin));
    if (!text.instruction.empty())
      json.attribute(instructionKey, text.instruction);
  });
  texts.erase(step.id);
  if (isDma)
    writeDma(step);
}

const Origin *Writer::originOf(const Instruction &instruction) const {
  return instruction.origin < program.origins.size() ? &program.origins[instruction.origin] : nullptr;
}

/// On each DMA engine that takes part one packet for all of its elements, and the semaphore's.
void Writer::writeDma(const sim::Step &step) {
  DmaElements elements = dmaElementsOf(*step.instruction, chip);
  std::string queue = queueOf(step.engine, elements.mode);
  size_t number = llvm::find(queues, queue) - queues.begin();
  if (number == queues.size())
    queues.push_back(queue);
  for (unsigned i = 0; i < elements.engines; ++i) {
    unsigned engine = (elements.firstEngine + i) % unsigned(chip.dma.engines);
    auto packet = [&](sim::Picoseconds begin, sim::Picoseconds end, int64_t bytes) {
      packets.push_back(llvm::json::Object{{"subgraph", subgraphOf(step.core)},
                                           {"dma_queue", std::to_string(number)},
                                           {"dma_engine", std::to_string(engine)},
                                           {"timestamp", wholeNs(begin)},
                                           {"duration", wholeNs(end) - wholeNs(begin)},
                                           {"transfer_size", bytes},
                                           {"semaphore_id", "-1"}});
    };
    // Packets of a ring follow one another.
    sim::Picoseconds &last = lastPacket[{step.core, number, engine}];
    packet(std::min(step.completion, std::max(step.firstElement, last)), step.completion,
           int64_t(elements.bytes / elements.engines));
    last = std::max(last, step.completion);
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
    for (size_t core = 0; core < program.cores.size(); ++core)
      for (size_t i = 0; i < queues.size(); ++i)
        json.object([&] {
          json.attribute("subgraph", subgraphOf(core));
          json.attribute("q_idx", int64_t(i));
          json.attribute("q_name", queues[i]);
        });
  });
  json.attributeArray("ham", [&] {
    for (auto clock = clocks.begin(); clock != clocks.end(); ++clock)
      json.object([&] {
        auto next = std::find_if(clock + 1, clocks.end(), [&](const auto &later) { return later.core == clock->core; });
        sim::Picoseconds end = next != clocks.end() ? next->time : std::max(time, clock->time);
        json.attribute("subgraph", subgraphOf(clock->core));
        json.attribute("timestamp", wholeNs(clock->time));
        json.attribute("duration", wholeNs(end) - wholeNs(clock->time));
        json.attribute("k", clock->isFull ? 8 : 4);
        json.attribute("n", 8);
        json.attribute("type", clock->isFull ? 0 : 1);
      });
  });
  json.attributeArray("summary", [&] { json.object([&] { json.attribute("total_time", sim::toNs(time) * 1e-9); }); });
  json.attributeArray("metadata", [&] {
    json.object([&] {
      json.attribute("is_simulation", true);
      json.attribute("last_hw_timestamp", wholeNs(time));
    });
  });
  writeProgramKey(program, json);
  json.objectEnd();
}

} // namespace tarn::profile
