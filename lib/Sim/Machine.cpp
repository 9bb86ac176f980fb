// The page to read first: how a program runs.
//
// Three kinds of events move the machine: DMA engines that have work to do (Triggers.cpp), a sequencer that can look at its
// next instruction, and an instruction that completes. Looking at an instruction means: pass its wait, find when its data path takes it and when
// it completes, compute its values. Completing means: apply its update and wake the engines that wait for
// that semaphore.
//
// Values are computed when the instruction is looked at. That is legal, and equal to any other legal order,
// in a program without races: an instruction that depends on another is looked at after that one has
// completed. A program with races gets a finding, not a promise.
#include "EventLoop.h"
#include "Resolve.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Registers.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::sim {
using isa::Instruction;

static constexpr int64_t longestNs = int64_t(1) << 50; // sums of what takes less stay within 64 bits of picoseconds

EventLoop::EventLoop(const isa::Program &program, const Chip &chip, const RunOptions &options, std::shared_ptr<Hbm> hbm)
    : program(program), chip(chip), options(options), hbmSize(hbm->sizeInBytes()) {
  double phase = options.throttlePhaseNs.value_or(chip.pe.throttlePhaseNs);
  for (unsigned core = 0; core < program.cores.size(); ++core) {
    cores.push_back({std::make_unique<CoreState>(chip, hbm), std::vector<Semaphore>(isa::numSemaphores),
                     DmaEngines(chip), TensorEngine(chip, phase), SharedPorts(chip)});
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
  while ((nextTurn || !events.empty()) && !halted) {
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
    if (now > longestNs * 1000)
      return makeError("the program runs for more than {0} s; what is behind is not simulated", longestNs / 1000000000);
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
  if (halted)
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

void EventLoop::tellClockChanges(unsigned core, Picoseconds until) {
  for (auto [time, isFull] : cores[core].tensorEngine.takeClockChanges(until))
    for (Listener *listener : listeners)
      listener->on(ClockChanged{uint8_t(core), time, isFull});
}

/// Takes out of a control instruction what costs nothing in this run.
void EventLoop::leaveOutFree(Step &step) const {
  if (isFree(step)) {
    step.completion = step.sequencerEnd = step.start;
    step.fetch = 0;
  } else if (options.free == Cause::fetch && step.fetch) {
    step.sequencerEnd -= step.fetch;
    step.fetch = 0;
  }
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
    return makeError("{0}: gave up after {1} instructions; the program may loop for ever, else --max-instructions=N "
                     "lets it run longer",
                     describe(program, engine.core, engine.kind, engine.pc), options.maxSteps);

  // 2. What it is, with its registers read.
  std::optional<Instruction> copy;
  const Instruction *resolved = &written;
  std::string outside;
  if (usesRegisters(written)) {
    copy = written;
    outside = resolve(*copy, registers);
    resolved = &*copy;
  }
  if (outside.empty())
    outside = outOfBounds(*resolved, chip, hbmSize);
  if (!outside.empty()) {
    halted = Halt{"bounds", {engine.core, engine.kind, engine.pc}, outside + registersOf(written, registers)};
    return llvm::Error::success();
  }
  // What rules ask of addresses they could not ask before.
  if (copy)
    if (llvm::Error error = isa::checkAddresses(*copy, engine.kind, chip))
      return makeError("{0}: with its registers read: {1}", describe(program, engine.core, engine.kind, engine.pc),
                       llvm::toString(std::move(error)));

  // 3. When it starts and completes.
  if (written.wait || written.is<isa::TensorLoad>())
    engine.forgetReturns();
  const isa::InstructionInfo &info = written.info();
  uint32_t next = engine.pc + 1;
  if (info.isDma) {
    if (!startDma(engine, *resolved, step)) {
      --steps;
      return llvm::Error::success();
    }
  } else if (info.isControl) {
    if ((written.update || written.is<isa::Drain>()) && engine.lastBesideCompletion > engine.lastCompletion) {
      engine.lastCompletion = engine.lastBesideCompletion;
      engine.lastCompletionStep = engine.lastBesideStep;
    }
    runControl(engine, *resolved, step);
    auto *branch = std::get_if<isa::CompareBranch>(&written.payload);
    std::optional<bool> decided = branch ? trips.decide(engine.core, engine.kind, engine.pc) : std::nullopt;
    if (decided)
      engine.forgetReturns();
    if (branch && decided.value_or(isTaken(*branch, registers))) {
      next = branch->target;
      if (next <= engine.pc && !decided && engine.returnsForEver(registers)) {
        halted = Halt{
            "deadlock",
            {engine.core, engine.kind, engine.pc},
            llvm::formatv("goes back to instruction {0} for ever: no register changes and it waits for nobody", next)};
        return llvm::Error::success();
      }
      if (std::abs(int64_t(next) - int64_t(engine.pc)) > chip.control.fetchWindow) {
        step.fetch = fromNs(chip.control.refillNs);
        step.sequencerEnd += step.fetch;
      }
    }
    leaveOutFree(step);
  } else {
    runQueued(engine, *resolved, step);
  }
  // A load of weights completes beside the matmul before it, unless somebody is told.
  bool isBeside =
      !written.update && written.is<isa::LoadStationary, isa::LoadStationaryMx, isa::LoadStationaryGather>();
  if (!info.isDma && !isBeside) {
    if (step.completion < engine.lastCompletion) {
      step.completion = engine.lastCompletion;
      step.completionBlocker = engine.lastCompletionStep;
    }
    engine.lastCompletion = step.completion;
    engine.lastCompletionStep = step.id;
  }
  if (isBeside && step.completion > engine.lastBesideCompletion) {
    engine.lastBesideCompletion = step.completion;
    engine.lastBesideStep = step.id;
  }
  isDmaStep.push_back(info.isDma);

  // 4. Who wants to know, and what it computes.
  for (Listener *listener : listeners)
    listener->on(
        Started{step, *resolved, registers.data(), options.values ? &cores[engine.core].state->memory : nullptr});
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
  std::optional<isa::Update> update = resolved->update;
  if (update && update->isAtRead) {
    Step begin = step;
    begin.completion = step.start;
    schedule(begin.completion, Kind::completion, addInFlight(begin, update, true));
    update.reset();
  }
  if (info.isDma) {
    dmaSlots[step.id] = addInFlight(step, update);
    scheduleDmas(engine.core);
  } else if (!update && listeners.empty() && !written.is<isa::SemaphoreRangeClear>()) {
    lastCompletion = std::max(lastCompletion, step.completion); // nobody is to be told
  } else {
    schedule(step.completion, Kind::completion, addInFlight(step, update));
  }
  engine.lastStep = step.id;
  engine.sequencerFree = step.sequencerEnd;
  engine.pc = next;
  if (!engine.isDone())
    nextTurn = Event(step.sequencerEnd, Kind::sequencer, nextOrder++, uint32_t(&engine - engines.data()));
  return llvm::Error::success();
}

uint32_t EventLoop::addInFlight(const Step &step, const std::optional<isa::Update> &update, bool isBegin) {
  uint32_t slot = inFlight.size();
  if (freeSlots.empty()) {
    inFlight.emplace_back();
  } else {
    slot = freeSlots.back();
    freeSlots.pop_back();
  }
  inFlight[slot] = {step, update, isBegin};
  return slot;
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
  if (done.isBegin)
    return freeSlots.push_back(slot);
  if (auto *clear = std::get_if<isa::SemaphoreRangeClear>(&done.step.instruction->payload))
    for (int32_t i = 0; i < clear->count && clear->first + i < int32_t(isa::numSemaphores); ++i)
      apply({static_cast<uint16_t>(clear->first + i), isa::UpdateAction::set, {false, 0}});
  for (Listener *listener : listeners)
    listener->on(Completed{done.step});
  freeSlots.push_back(slot);
}

} // namespace tarn::sim
