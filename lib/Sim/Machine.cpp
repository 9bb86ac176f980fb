// The page to read first: how a program runs.
//
// Two kinds of events move the machine: a sequencer that can look at its next instruction, and an instruction
// that completes. Looking at an instruction means: pass its wait, find when its data path takes it and when
// it completes, compute its values. Completing means: apply its update and wake the engines that wait for
// that semaphore.
//
// Values are computed when the instruction is looked at. That is legal, and equal to any other legal order,
// in a program without races: an instruction that depends on another is looked at after that one has
// completed. A program with races gets a finding, not a promise.
#include "tarn/ISA/Registers.h"
#include "EventLoop.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::sim {
using isa::Instruction;

EventLoop::EventLoop(const isa::Program &program, const Chip &chip, const RunOptions &options,
                     std::shared_ptr<Hbm> hbm)
    : program(program), chip(chip), options(options), hbmSize(hbm->sizeInBytes()) {
  double phase = options.throttlePhaseNs.value_or(chip.pe.throttlePhaseNs);
  for (unsigned core = 0; core < program.cores.size(); ++core) {
    cores.push_back({std::make_unique<CoreState>(chip, hbm), std::vector<Semaphore>(isa::numSemaphores),
                     DmaEngines(chip), TensorEngine(chip, phase)});
    for (unsigned kind = 0; kind < isa::numEngines; ++kind) {
      Engine engine;
      engine.core = core;
      engine.kind = static_cast<isa::Engine>(kind);
      engine.stream = &program.cores[core].streams[kind];
      const int64_t depths[] = {chip.pe.queue, chip.act.queue, chip.dve.queue, chip.pool.queue, 1};
      engine.queueDepth = depths[kind];
      engines.push_back(std::move(engine));
    }
  }
}

llvm::Error EventLoop::run() {
  for (unsigned i = 0; i < engines.size(); ++i)
    if (!engines[i].isDone())
      schedule(0, Kind::sequencer, i);
  while ((nextTurn || !events.empty()) && !outOfBoundsAt) {
    // Often an engine goes on before anything else happens.
    Event event;
    if (nextTurn && (events.empty() || events.top() > *nextTurn)) {
      event = *nextTurn;
    } else {
      event = events.top();
      events.pop();
      if (nextTurn)
        events.push(*nextTurn);
    }
    nextTurn.reset();
    now = event.time;
    switch (event.kind()) {
    case Kind::dma:
      runDmas(event.subject);
      break;
    case Kind::completion:
      complete(event.subject);
      break;
    case Kind::sequencer:
      if (llvm::Error error = advance(engines[event.subject]))
        return error;
      break;
    }
  }
  if (outOfBoundsAt)
    return llvm::Error::success();
  for (unsigned core = 0; core < cores.size(); ++core)
    tellClockChanges(core, lastCompletion);
  for (const Engine &engine : engines) {
    if (engine.isDone())
      continue;
    stuck = true;
    const Instruction &instruction = (*engine.stream)[engine.pc];
    const auto &core = cores[engine.core];
    Blocked blocked{engine.core,
                    engine.kind,
                    engine.pc,
                    instruction.wait->semaphore,
                    instruction.wait->condition,
                    valueOf(instruction.wait->value, core.state->registers[unsigned(engine.kind)]),
                    core.semaphores[instruction.wait->semaphore].value()};
    for (Listener *listener : listeners)
      listener->on(blocked);
  }
  return llvm::Error::success();
}

/// Lets the DMA engines work until now, and completes what they have finished.
void EventLoop::runDmas(unsigned core) {
  DmaEngines &dma = cores[core].dma;
  for (const DmaEngines::Finished &finished : dma.run(now)) {
    auto found = dmaSlots.find(finished.step);
    uint32_t slot = found->second;
    dmaSlots.erase(found);
    inFlight[slot].step.firstElement = finished.firstElement;
    inFlight[slot].step.completion = finished.completion;
    schedule(finished.completion, Kind::completion, slot);
  }
  Picoseconds &check = cores[core].dmaCheck;
  if (std::optional<Picoseconds> next = dma.nextFinished()) {
    // Others may come in between: it is asked again until it is so.
    Picoseconds at = *next > now ? *next : now + fromNs(5);
    if (check <= now || at < check) {
      check = at;
      schedule(at, Kind::dma, core);
    }
  }
}

/// False when the trigger has to hold until its ring has room.
bool EventLoop::startDma(Engine &engine, const Instruction &instruction, Step &step) {
  DmaEngines &dma = cores[engine.core].dma;
  isa::DmaElements elements = isa::dmaElementsOf(instruction, chip);
  runDmas(engine.core);
  if (Picoseconds wait = dma.roomIn(elements, engine.kind, now); wait > 0) {
    // The ring is asked at the end of the trigger.
    if (!engine.held) {
      engine.held = step;
      wait = step.dispatch + fromNs(isa::dmaCostOf(elements, engine.kind, chip).triggerNs) - now;
    }
    schedule(now + std::max<Picoseconds>(wait, 1), Kind::sequencer, &engine - engines.data());
    return false;
  }
  if (engine.held) {
    step.triggerEnd = now;
    engine.held.reset();
  }
  dma.transfer(elements, step);
  return true;
}

void EventLoop::tellClockChanges(unsigned core, Picoseconds until) {
  for (auto [time, isFull] : cores[core].tensorEngine.takeClockChanges(until))
    for (Listener *listener : listeners)
      listener->on(ClockChanged{uint8_t(core), time, isFull});
}

/// An event_semaphore that waits and updates, as in a barrier.
static bool isForwarding(const Instruction &instruction) {
  return std::holds_alternative<isa::EventSemaphore>(instruction.payload) && instruction.wait && instruction.update;
}

/// Start and completion of a control instruction, and when its sequencer goes on.
void EventLoop::runControl(Engine &engine, const Instruction &instruction, Step &step) {
  unsigned kind = unsigned(engine.kind);
  isa::Cost cost = isa::costOf(instruction, engine.kind, chip);
  if (std::holds_alternative<isa::Drain>(instruction.payload)) {
    // It wakes like one that waits for a semaphore.
    Picoseconds drained = engine.lastCompletion + fromNs(toEngineNs(engine.kind) - cost.completionNs);
    if (drained > step.dispatch) {
      step.dispatch = drained;
      step.reason = AfterCompletion{engine.lastCompletionStep};
    }
  } else if (std::holds_alternative<isa::EventSemaphore>(instruction.payload) && instruction.update) {
    bool hasWaited = std::holds_alternative<SemaphoreWait>(step.reason);
    cost.completionNs = hasWaited ? std::min(chip.semaphore.forwardNs[kind], chip.semaphore.eventUpdateNs[kind])
                                  : chip.semaphore.eventUpdateNs[kind];
    cost.issueNs = cost.completionNs + chip.control.gapNs[kind];
  }
  step.start = step.dispatch;
  step.completion = step.start + fromNs(cost.completionNs);
  step.sequencerEnd = step.start + fromNs(cost.issueNs);
}

double EventLoop::toEngineNs(isa::Engine engine) const {
  const auto &semaphore = chip.semaphore;
  const double byEngine[] = {semaphore.toPeNs, semaphore.toActNs, semaphore.toDveNs, semaphore.toPoolNs,
                             semaphore.toSpNs};
  return byEngine[unsigned(engine)];
}

/// How long after an update the waiting instruction wakes up.
Picoseconds EventLoop::wakeTime(const Engine &engine, const Instruction &instruction,
                                uint32_t producer) const {
  double toEngine = 0;
  if (isForwarding(instruction)) {
    // It wakes while it runs: what is left of its way from update to update is its own duration.
    unsigned kind = unsigned(engine.kind);
    toEngine = std::max(0.0, chip.semaphore.forwardNs[kind] - chip.semaphore.eventUpdateNs[kind]);
  } else if (instruction.info().isDma) {
    bool isSoftware = isa::dgeModeOf(instruction) == isa::DgeMode::swdge;
    toEngine = isSoftware ? chip.dma.poolWaitNs : chip.semaphore.toDmaTriggerNs;
  } else {
    toEngine = toEngineNs(engine.kind);
  }
  return fromNs(isDmaStep[producer] ? std::max(toEngine, chip.dma.notifyNs) : toEngine);
}

/// Sets step.dispatch and its reason; false when the engine has to wait.
bool EventLoop::passWait(Engine &engine, const Instruction &instruction, Step &step) {
  step.reached = step.dispatch = engine.sequencerFree;
  if (engine.lastStep != noStep)
    step.reason = AfterDispatch{engine.lastStep};
  if (!instruction.wait)
    return true;
  Core &core = cores[engine.core];
  Semaphore &semaphore = core.semaphores[instruction.wait->semaphore];
  int64_t needed = valueOf(instruction.wait->value, core.state->registers[unsigned(engine.kind)]);
  if (!semaphore.fulfils(instruction.wait->condition, needed)) {
    engine.isBlocked = true;
    semaphore.waiters.push_back(&engine - engines.data());
    return false;
  }
  if (const auto *delivery = semaphore.fulfilledBy(instruction.wait->condition, needed)) {
    step.producer = delivery->step;
    Picoseconds ready = delivery->time + wakeTime(engine, instruction, delivery->step);
    if (ready > step.dispatch) {
      step.dispatch = ready;
      step.reason = SemaphoreWait{delivery->step};
    }
  }
  return true;
}

/// Start and completion of an instruction with a data path.
void EventLoop::runDataPath(Engine &engine, const Instruction &instruction, Step &step) {
  if (isFree(step)) {
    step.start = step.completion = step.dispatch;
    return;
  }
  auto regionOf = [](const auto &payload) {
    return TensorEngine::Region{payload.row, payload.tile_rows, payload.col, payload.tile_cols};
  };
  TensorEngine &array = cores[engine.core].tensorEngine;
  if (auto *load = std::get_if<isa::LoadStationary>(&instruction.payload)) {
    array.load(regionOf(*load), step);
  } else if (auto *matmul = std::get_if<isa::Matmul>(&instruction.payload)) {
    array.matmul(regionOf(*matmul), matmul->moving.numPartitions, step);
  } else if (auto *mxLoad = std::get_if<isa::LoadStationaryMx>(&instruction.payload)) {
    array.load({mxLoad->row, mxLoad->tile_rows}, step);
  } else if (auto *mx = std::get_if<isa::MatmulMx>(&instruction.payload)) {
    array.matmul({mx->row, mx->tile_rows}, mx->moving.numPartitions, step);
  } else {
    isa::Cost cost = isa::costOf(instruction, engine.kind, chip);
    step.start = std::max(step.dispatch, engine.dataPathFree);
    if (step.start > step.dispatch)
      step.dataPathBlocker = engine.dataPathStep;
    step.completion = step.start + fromNs(cost.completionNs);
    if (auto *transpose = std::get_if<isa::StreamTranspose>(&instruction.payload)) {
      // One between other quadrants than the one before holds the data path longer (facts 4.4).
      std::pair<uint8_t, uint8_t> quadrants{transpose->src.startPartition, transpose->dst.startPartition};
      if (engine.lastTranspose.value_or(quadrants) != quadrants)
        cost.issueNs += chip.dve.transposeChangeNs;
      engine.lastTranspose = quadrants;
    }
    engine.dataPathFree = step.start + fromNs(cost.issueNs);
    engine.dataPathStep = step.id;
  }
  // Copies and activations from PSUM complete at a distance (replay 4, rule 5).
  if (engine.kind != isa::Engine::act)
    return;
  const isa::AccessPattern *source = nullptr;
  double spacing = chip.act.psumCopySpacingNs;
  if (auto *copy = std::get_if<isa::TensorCopy>(&instruction.payload)) {
    source = &copy->src;
  } else if (auto *activation = std::get_if<isa::Activation>(&instruction.payload)) {
    source = &activation->data;
    spacing = chip.act.psumActivationSpacingNs;
  } else if (auto *second = std::get_if<isa::Activate2>(&instruction.payload)) {
    source = &second->data;
    spacing = chip.act.psumActivationSpacingNs;
  }
  if (!source || source->memory != isa::Memory::psum)
    return;
  if (engine.lastPsumCompletion >= 0 && engine.lastPsumCompletion > step.start) {
    Picoseconds earliest =
        engine.lastPsumCompletion + fromNs(source->numElements() * 1e9 / chip.act.clockHz + spacing);
    step.completion = std::max(step.completion, earliest);
  }
  engine.lastPsumCompletion = step.completion;
}

/// The instruction with addresses, wait and update values read from registers.
static void resolve(Instruction &instruction, llvm::ArrayRef<int32_t> registers) {
  auto resolvePattern = [&](auto &pattern) {
    if (!pattern.offset)
      return;
    pattern.address += int64_t(registers[pattern.offset->reg]) * pattern.offset->scale;
    pattern.offset.reset();
  };
  std::visit(
      [&](auto &payload) {
        std::decay_t<decltype(payload)>::visit(payload, [&](const isa::FieldInfo &, auto &member) {
          using Member = std::decay_t<decltype(member)>;
          if constexpr (std::is_same_v<Member, isa::AccessPattern> || std::is_same_v<Member, isa::DmaPattern>)
            resolvePattern(member);
          else if constexpr (std::is_same_v<Member, std::vector<isa::DmaPattern>>)
            llvm::for_each(member, resolvePattern);
          else if constexpr (std::is_same_v<Member, isa::ScalarOperand>)
            if (auto *pattern = std::get_if<isa::AccessPattern>(&member))
              resolvePattern(*pattern);
        });
      },
      instruction.payload);
  if (instruction.update)
    instruction.update->value = {false, valueOf(instruction.update->value, registers)};
  if (instruction.wait)
    instruction.wait->value = {false, valueOf(instruction.wait->value, registers)};
}

static bool usesRegisters(const Instruction &instruction) {
  bool found = (instruction.wait && instruction.wait->value.isRegister) ||
               (instruction.update && instruction.update->value.isRegister);
  isa::forEachAccess(
      instruction,
      [&](const isa::FieldInfo &, const isa::AccessPattern &pattern) { found |= pattern.offset.has_value(); },
      [&](const isa::FieldInfo &, const isa::DmaPattern &pattern) { found |= pattern.offset.has_value(); });
  return found;
}

static void popStarted(Engine &engine, Picoseconds now) {
  while (!engine.queue.empty() && engine.queue.front().start <= now)
    engine.queue.pop_front();
}

llvm::Error EventLoop::advance(Engine &engine) {
  if (engine.isDone())
    return llvm::Error::success();
  const Instruction &written = (*engine.stream)[engine.pc];
  auto &registers = cores[engine.core].state->registers[unsigned(engine.kind)];

  // 1. Its wait.
  Step step;
  step.id = steps;
  step.core = engine.core;
  step.engine = engine.kind;
  step.index = engine.pc;
  step.instruction = &written;
  if (engine.held) {
    uint32_t id = step.id;
    step = *engine.held;
    step.id = id;
  } else if (!passWait(engine, written, step)) {
    return llvm::Error::success();
  }
  if (++steps > options.maxSteps)
    return makeError("{0}: gave up after {1} instructions; the program may loop for ever",
                     describe(program, engine.core, engine.kind, engine.pc), options.maxSteps);

  // 2. What it is, with its registers read.
  Instruction copy;
  const Instruction *resolved = &written;
  if (usesRegisters(written)) {
    copy = written;
    resolve(copy, registers);
    resolved = &copy;
  }
  if (std::string text = outOfBounds(*resolved, chip, hbmSize); !text.empty()) {
    outOfBoundsAt = Place{engine.core, engine.kind, engine.pc};
    outOfBoundsText = std::move(text);
    return llvm::Error::success();
  }

  // 3. When it starts and completes.
  const isa::InstructionInfo &info = written.info();
  uint32_t next = engine.pc + 1;
  if (info.isDma) {
    if (!startDma(engine, *resolved, step)) {
      --steps;
      return llvm::Error::success();
    }
  } else if (info.isControl) {
    runControl(engine, *resolved, step);
    if (auto *branch = std::get_if<isa::CompareBranch>(&written.payload);
        branch && trips.decide(engine.core, engine.kind, engine.pc).value_or(isTaken(*branch, registers))) {
      next = branch->target;
      if (std::abs(int64_t(next) - int64_t(engine.pc)) > chip.control.fetchWindow) {
        step.fetch = fromNs(chip.control.refillNs);
        step.sequencerEnd += step.fetch;
      }
    }
    if (isFree(step) || (options.free == Cause::fetch && step.fetch)) {
      step.completion = isFree(step) ? step.start : step.completion;
      step.sequencerEnd = isFree(step) ? step.start : step.sequencerEnd - step.fetch;
      step.fetch = 0;
    }
  } else {
    popStarted(engine, step.dispatch);
    if (engine.queue.size() >= engine.queueDepth) {
      step.dispatch = engine.queue.front().start;
      step.reason = AfterStart{engine.queue.front().step};
      popStarted(engine, step.dispatch);
    }
    runDataPath(engine, *resolved, step);
    step.sequencerEnd = step.dispatch;
    if (step.start > step.dispatch)
      engine.queue.push_back({step.start, step.id});
  }
  // A load of weights completes beside the matmul before it, unless somebody is told.
  bool isBeside = std::holds_alternative<isa::LoadStationary>(written.payload) && !written.update;
  if (!info.isDma && !isBeside) {
    if (step.completion < engine.lastCompletion) {
      step.completion = engine.lastCompletion;
      step.completionBlocker = engine.lastCompletionStep;
    }
    engine.lastCompletion = step.completion;
    engine.lastCompletionStep = step.id;
  }
  isDmaStep.push_back(info.isDma);

  // 4. Who wants to know, and what it computes.
  for (Listener *listener : listeners)
    listener->on(Started{step, *resolved, registers.data()});
  if (auto *move = std::get_if<isa::RegisterMove>(&written.payload))
    executeRegisters(*move, registers);
  else if (auto *alu = std::get_if<isa::RegisterAlu>(&written.payload))
    executeRegisters(*alu, registers);
  if (options.values) {
    Context context{*cores[engine.core].state, engine.kind};
    beginInstruction(context);
    if (llvm::Error error =
            std::visit([&](const auto &payload) { return execute(payload, context); }, resolved->payload))
      return makeError("{0}: {1}", describe(program, engine.core, engine.kind, engine.pc),
                       llvm::toString(std::move(error)));
  }

  // 5. Its completion, and the instruction after it.
  uint32_t slot;
  if (freeSlots.empty()) {
    slot = inFlight.size();
    inFlight.push_back({step, resolved->update});
  } else {
    slot = freeSlots.back();
    freeSlots.pop_back();
    inFlight[slot] = {step, resolved->update};
  }
  if (info.isDma) {
    dmaSlots[step.id] = slot;
    cores[engine.core].dmaCheck = -1;
    runDmas(engine.core);
  } else {
    schedule(step.completion, Kind::completion, slot);
  }
  engine.lastStep = step.id;
  engine.sequencerFree = step.sequencerEnd;
  engine.pc = next;
  if (!engine.isDone())
    nextTurn = Event(step.sequencerEnd, Kind::sequencer, nextOrder++, uint32_t(&engine - engines.data()));
  return llvm::Error::success();
}

void EventLoop::complete(uint32_t slot) {
  const InFlight &done = inFlight[slot];
  lastCompletion = std::max(lastCompletion, done.step.completion);
  auto apply = [&](const isa::Update &update) {
    Semaphore &semaphore = cores[done.step.core].semaphores[update.semaphore];
    semaphore.apply(update.action, update.value.value, done.step.completion, done.step.id);
    std::vector<unsigned> waiters = std::move(semaphore.waiters);
    semaphore.waiters.clear();
    for (unsigned waiter : waiters) {
      engines[waiter].isBlocked = false;
      schedule(done.step.completion, Kind::sequencer, waiter);
    }
  };
  if (done.update)
    apply(*done.update);
  if (auto *clear = std::get_if<isa::SemaphoreRangeClear>(&done.step.instruction->payload))
    for (int32_t i = 0; i < clear->count && clear->first + i < int32_t(isa::numSemaphores); ++i)
      apply({static_cast<uint16_t>(clear->first + i), isa::UpdateAction::set, {false, 0}});
  for (Listener *listener : listeners)
    listener->on(Completed{done.step});
  freeSlots.push_back(slot);
}

} // namespace tarn::sim
