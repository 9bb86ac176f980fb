#include "CriticalPath.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::sim {

static constexpr llvm::StringLiteral causeNames[] = {
    "pe",        "act",       "dve",      "pool",  "sp",     "dma_issue",     "dma_latency", "dma_bandwidth",
    "semaphore", "act_table", "throttle", "fetch", "branch", "bank_conflict", "register",    "idle"};

llvm::StringRef name(Cause cause) { return causeNames[unsigned(cause)]; }

std::optional<Cause> parseCause(llvm::StringRef name) {
  for (unsigned cause = 0; cause < numCauses; ++cause)
    if (causeNames[cause] == name)
      return Cause(cause);
  return std::nullopt;
}

Cause causeOf(const Step &step) {
  switch (step.instruction->opcode()) {
  case isa::Opcode::ActTableLoad:
    return Cause::actTable;
  case isa::Opcode::CompareBranch:
    return Cause::branch;
  case isa::Opcode::RegisterMove:
  case isa::Opcode::RegisterAlu:
    return Cause::registers;
  case isa::Opcode::EventSemaphore:
    return Cause::semaphore;
  default:
    return step.instruction->info().isDma ? Cause::dmaIssue : Cause(step.engine);
  }
}

namespace {

/// Walks back; `at` is the time that is reached.
class Walk {
public:
  explicit Walk(llvm::ArrayRef<Step> steps) : steps(steps) {}

  CriticalPath run() {
    if (steps.empty())
      return {};
    const Step *step =
        llvm::max_element(steps, [](const Step &a, const Step &b) { return a.completion < b.completion; });
    at = step->completion;
    while (step)
      switch (point) {
      case Point::completion:
        step = beforeCompletion(*step);
        break;
      case Point::start:
        step = beforeStart(*step);
        break;
      case Point::dispatch:
        step = std::visit([&](const auto &reason) { return beforeDispatch(*step, reason); }, step->reason);
        break;
      }
    std::reverse(path.segments.begin(), path.segments.end());
    std::reverse(path.handOvers.begin(), path.handOvers.end());
    return std::move(path);
  }

private:
  void add(Cause cause, Picoseconds time, const Step &step) {
    if (time)
      path.segments.push_back({at - time, at, cause, step.id});
    at -= time;
  }
  /// Part of an instruction's own time: what throttle and conflicts added goes to them.
  void addOwn(const Step &step, Picoseconds time) {
    Picoseconds throttled = std::min(step.throttle, time), conflict = std::min(step.conflict, time - throttled);
    add(causeOf(step), time - throttled - conflict, step);
    add(Cause::bankConflict, conflict, step);
    add(Cause::throttle, throttled, step);
  }

  const Step *beforeCompletion(const Step &step) {
    if (step.completionBlocker != noStep) {
      const Step &before = steps[step.completionBlocker];
      addOwn(step, step.completion - before.completion);
      return &before;
    }
    if (step.instruction->info().isDma) {
      add(Cause::dmaBandwidth, step.completion - step.firstElement, step);
      add(Cause::dmaLatency, step.firstElement - step.triggerEnd, step);
      add(Cause::dmaIssue, step.triggerEnd - step.start, step);
    } else {
      addOwn(step, step.completion - step.start);
    }
    point = Point::start;
    return &step;
  }

  const Step *beforeStart(const Step &step) {
    if (step.dataPathBlocker != noStep) {
      const Step &before = steps[step.dataPathBlocker];
      addOwn(before, step.start - before.start);
      return &before;
    }
    point = Point::dispatch;
    return &step;
  }

  const Step *beforeDispatch(const Step &, const Begin &) { return nullptr; }
  const Step *beforeDispatch(const Step &step, const AfterDispatch &reason) {
    const Step &before = steps[reason.step];
    addOwn(before, step.dispatch - before.dispatch - before.fetch);
    add(Cause::fetch, before.fetch, before);
    return &before;
  }
  const Step *beforeDispatch(const Step &step, const AfterStart &reason) {
    const Step &before = steps[reason.step];
    add(Cause(step.engine), step.dispatch - before.start, step);
    point = Point::start;
    return &before;
  }
  const Step *beforeDispatch(const Step &step, const AfterCompletion &reason) {
    const Step &before = steps[reason.step];
    add(Cause(step.engine), step.dispatch - before.completion, step);
    point = Point::completion;
    return &before;
  }
  const Step *beforeDispatch(const Step &step, const SemaphoreWait &reason) {
    const Step &before = steps[reason.step];
    Picoseconds time = step.dispatch - updatedAt(before);
    add(Cause::semaphore, time, step);
    path.handOvers.push_back({before.id, step.id, time});
    point = updatesAtRead(before) ? Point::start : Point::completion;
    return &before;
  }

  enum class Point { dispatch, start, completion } point = Point::completion;
  llvm::ArrayRef<Step> steps;
  Picoseconds at = 0;
  CriticalPath path;
};

} // namespace

CriticalPath findCriticalPath(llvm::ArrayRef<Step> steps) { return Walk(steps).run(); }

} // namespace tarn::sim
