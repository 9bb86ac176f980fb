// When an instruction that is no DMA starts and completes: one with a data path behind those before it, one
// of control in the sequencer itself.
#include "EventLoop.h"
#include "tarn/ISA/Cost.h"

namespace tarn::sim {
using isa::Instruction;

/// Start and completion of a control instruction, and when its sequencer goes on.
void EventLoop::runControl(Engine &engine, const Instruction &instruction, Step &step) {
  unsigned kind = unsigned(engine.kind);
  isa::Cost cost = isa::costOf(instruction, engine.kind, chip);
  if (instruction.is<isa::Drain>()) {
    // It wakes like one that waits for a semaphore.
    Picoseconds drained = engine.lastCompletion + fromNs(toEngineNs(engine.kind) - cost.completionNs);
    if (engine.lastCompletionStep != noStep && drained > step.dispatch) {
      step.dispatch = drained;
      step.reason = AfterCompletion{engine.lastCompletionStep};
    }
  } else if (instruction.is<isa::EventSemaphore>() && instruction.update) {
    bool hasWaited = std::holds_alternative<SemaphoreWait>(step.reason);
    cost.completionNs = hasWaited ? std::min(chip.semaphore.forwardNs[kind], chip.semaphore.eventUpdateNs[kind])
                                  : chip.semaphore.eventUpdateNs[kind];
    cost.issueNs = cost.completionNs + chip.control.gapNs[kind];
  }
  step.start = step.dispatch;
  step.completion = step.start + fromNs(cost.completionNs);
  step.sequencerEnd = step.start + fromNs(cost.issueNs);
}

/// Copies and activations of the Scalar engine from PSUM complete at a distance (replay 4, rule 5).
void EventLoop::keepPsumDistance(Engine &engine, const Instruction &instruction, Step &step) {
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
    Picoseconds earliest = engine.lastPsumCompletion + fromNs(source->numElements() * 1e9 / chip.act.clockHz + spacing);
    step.completion = std::max(step.completion, earliest);
  }
  engine.lastPsumCompletion = step.completion;
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
  } else if (instruction.is<isa::LoadStationaryGather>()) {
    array.load({}, step);
  } else if (auto *gather = std::get_if<isa::MatmulGather>(&instruction.payload)) {
    array.matmul({}, gather->moving.numPartitions, step);
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
    if (options.free != Cause::bankConflict) {
      step.conflict = cores[engine.core].ports.conflictOf(instruction, engine.kind, step.start, engine.dataPathFree);
      step.completion += step.conflict;
      engine.dataPathFree += step.conflict;
    }
    engine.dataPathStep = step.id;
  }
  if (engine.kind == isa::Engine::act)
    keepPsumDistance(engine, instruction, step);
}

static void popStarted(Engine &engine, Picoseconds now) {
  while (!engine.queue.empty() && engine.queue.front().start <= now)
    engine.queue.pop_front();
}

/// Hands an instruction on to the queue in front of the data path, which may have to make room first.
void EventLoop::runQueued(Engine &engine, const Instruction &instruction, Step &step) {
  popStarted(engine, step.dispatch);
  if (engine.queue.size() >= engine.queueDepth) {
    step.dispatch = engine.queue.front().start;
    step.reason = AfterStart{engine.queue.front().step};
    popStarted(engine, step.dispatch);
  }
  runDataPath(engine, instruction, step);
  step.sequencerEnd = step.dispatch;
  if (step.start > step.dispatch)
    engine.queue.push_back({step.start, step.id});
}

} // namespace tarn::sim
