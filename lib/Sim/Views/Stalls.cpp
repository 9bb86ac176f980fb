// Where the time went: the critical path from the last completion back to time 0, cut without remainder into
// causes.
//
//   completion  <- start         what the instruction itself took, or the one it must not overtake
//   start       <- other start   the data path was busy with another instruction
//   dispatch    <- completion    a semaphore: the producer's completion, and the way of the news
//   dispatch    <- dispatch      the sequencer was busy with the instruction before
#include "tarn/Sim/Check.h"
#include "tarn/Sim/View.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

namespace tarn::sim {

namespace {

enum Cause : unsigned {
  pe,
  act,
  dve,
  pool,
  sp,
  dmaIssue,
  dmaLatency,
  dmaBandwidth,
  semaphore,
  actTable,
  throttle,
  fetch,
  branch,
  bankConflict,
  registers,
  numCauses,
  idle = numCauses
};
constexpr llvm::StringLiteral causeNames[] = {
    "pe",        "act",       "dve",      "pool",  "sp",     "dma_issue",     "dma_latency", "dma_bandwidth",
    "semaphore", "act_table", "throttle", "fetch", "branch", "bank_conflict", "register",    "idle"};
using Parts = std::array<Picoseconds, numCauses + 1>;

/// What the time belongs to while this instruction runs.
Cause causeOf(const Step &step) {
  if (step.instruction->info().isDma)
    return dmaIssue;
  switch (step.instruction->opcode()) {
  case isa::Opcode::ActTableLoad:
    return actTable;
  case isa::Opcode::CompareBranch:
    return branch;
  case isa::Opcode::RegisterMove:
  case isa::Opcode::RegisterAlu:
    return registers;
  case isa::Opcode::EventSemaphore:
    return semaphore;
  default:
    return static_cast<Cause>(step.engine);
  }
}

class Stalls : public View {
public:
  explicit Stalls(const isa::Program &program) : program(program) {}
  llvm::StringRef name() const override { return "stalls"; }

  void on(const Started &event) override { steps.push_back(event.step); }

  void finish(Picoseconds time) override {
    walkCriticalPath(time);
    cutEngines(time);
  }

  void addTo(llvm::json::Object &report) const override {
    report["stalls"] = toJson(critical, numCauses);
    llvm::json::Object byEngine;
    for (const auto &[key, parts] : engines)
      byEngine[key] = toJson(parts, numCauses + 1);
    report["engine_stalls"] = std::move(byEngine);
    llvm::json::Array nodes;
    for (const auto &[node, time] : sortedNodes())
      nodes.push_back(llvm::json::Object{{"node", node}, {"critical_ns", toNs(time)}});
    report["critical_nodes"] = std::move(nodes);
  }

  void print(llvm::raw_ostream &os) const override {
    os << "Critical path: what the time was spent on\n";
    Picoseconds total = 0;
    for (Picoseconds part : critical)
      total += part;
    for (unsigned cause = 0; cause < numCauses; ++cause)
      if (critical[cause])
        os << llvm::formatv("  {0,-14} {1,14:f3} ns {2,6:f1} %\n", causeNames[cause], toNs(critical[cause]),
                            100.0 * critical[cause] / total);
    os << llvm::formatv("  {0,-14} {1,14:f3} ns\n", "total", toNs(total));
    auto nodes = sortedNodes();
    if (nodes.empty())
      return;
    os << "Critical path by node\n";
    for (const auto &[node, time] : llvm::ArrayRef(nodes).take_front(10))
      os << llvm::formatv("  {0,14:f3} ns {1,6:f1} %  {2}\n", toNs(time), 100.0 * time / total,
                          node.empty() ? "(no node)" : node);
  }

private:
  enum class Point { dispatch, start, completion };

  void add(Cause cause, Picoseconds time, const Step &step) {
    critical[cause] += time;
    byOrigin[step.instruction->origin] += time;
  }

  /// Part of an instruction's own time: what the throttle added goes to the throttle.
  void addOwn(const Step &step, Picoseconds time) {
    Picoseconds lost = std::min(step.throttle, time);
    add(throttle, lost, step);
    add(causeOf(step), time - lost, step);
  }

  void walkCriticalPath(Picoseconds time) {
    if (steps.empty())
      return;
    const Step *step =
        &*llvm::max_element(steps, [](const Step &a, const Step &b) { return a.completion < b.completion; });
    Point point = Point::completion;
    while (step) {
      switch (point) {
      case Point::completion:
        if (step->completionBlocker != noStep) {
          const Step &before = steps[step->completionBlocker];
          addOwn(*step, step->completion - before.completion);
          step = &before;
          break;
        }
        if (step->instruction->info().isDma) {
          add(dmaIssue, step->triggerEnd - step->start, *step);
          add(dmaLatency, step->firstElement - step->triggerEnd, *step);
          add(dmaBandwidth, step->completion - step->firstElement, *step);
        } else {
          addOwn(*step, step->completion - step->start);
        }
        point = Point::start;
        break;
      case Point::start:
        if (step->dataPathBlocker != noStep) {
          const Step &before = steps[step->dataPathBlocker];
          addOwn(before, step->start - before.start);
          step = &before;
          break;
        }
        point = Point::dispatch;
        break;
      case Point::dispatch:
        step = beforeDispatch(*step, point);
        break;
      }
    }
  }

  /// Accounts for the time between a dispatch and what it stood behind; null at the beginning.
  const Step *beforeDispatch(const Step &step, Point &point) {
    struct Visitor {
      Stalls &self;
      const Step &step;
      Point &point;
      const Step *operator()(const Begin &) { return nullptr; }
      const Step *operator()(const AfterDispatch &reason) {
        const Step &before = self.steps[reason.step];
        self.add(fetch, before.fetch, before);
        self.addOwn(before, step.dispatch - before.dispatch - before.fetch);
        point = Point::dispatch;
        return &before;
      }
      const Step *operator()(const AfterStart &reason) {
        const Step &before = self.steps[reason.step];
        self.add(static_cast<Cause>(step.engine), step.dispatch - before.start, step);
        point = Point::start;
        return &before;
      }
      const Step *operator()(const AfterCompletion &reason) {
        const Step &before = self.steps[reason.step];
        self.add(static_cast<Cause>(step.engine), step.dispatch - before.completion, step);
        point = Point::completion;
        return &before;
      }
      const Step *operator()(const SemaphoreWait &reason) {
        const Step &before = self.steps[reason.step];
        self.add(semaphore, step.dispatch - before.completion, step);
        point = Point::completion;
        return &before;
      }
    };
    return std::visit(Visitor{*this, step, point}, step.reason);
  }

  /// Each engine's own time: what it did; in gaps, what its next instruction waited for; idle after the last.
  void cutEngines(Picoseconds time) {
    std::map<std::pair<unsigned, isa::Engine>, Picoseconds> cursors;
    for (unsigned core = 0; core < program.cores.size(); ++core)
      for (unsigned kind = 0; kind < isa::numEngines; ++kind) {
        cursors[{core, isa::Engine(kind)}] = 0;
        engines[key(core, isa::Engine(kind))] = {};
      }
    std::vector<const Step *> sorted;
    for (const Step &step : steps)
      sorted.push_back(&step);
    llvm::sort(sorted, [](const Step *a, const Step *b) {
      return std::tie(a->start, a->id) < std::tie(b->start, b->id);
    });
    for (const Step *step : sorted) {
      Picoseconds &cursor = cursors[{step->core, step->engine}];
      Parts &parts = engines[key(step->core, step->engine)];
      if (step->start > cursor) {
        cutGap(*step, cursor, parts);
        cursor = step->start;
      }
      Picoseconds end = step->instruction->info().isDma ? step->triggerEnd : step->completion;
      if (end > cursor) {
        Picoseconds own = end - cursor, lost = std::min(step->throttle, own);
        parts[throttle] += lost;
        parts[causeOf(*step)] += own - lost;
        cursor = end;
      }
    }
    for (const auto &[place, cursor] : cursors)
      engines[key(place.first, place.second)][idle] += time - cursor;
  }

  void cutGap(const Step &step, Picoseconds begin, Parts &parts) {
    Picoseconds end = step.start;
    const auto *wait = std::get_if<SemaphoreWait>(&step.reason);
    if (!wait) {
      parts[causeOf(step)] += end - begin;
      return;
    }
    const Step &producer = steps[wait->step];
    Picoseconds news = std::max(begin, std::min(end, producer.completion));
    parts[semaphore] += end - news;
    Cause cause = producer.instruction->info().isDma ? dmaBandwidth : causeOf(producer);
    if (producer.instruction->info().isDma) {
      Picoseconds first = std::max(begin, std::min(news, producer.firstElement));
      parts[dmaLatency] += first - begin;
      begin = first;
    }
    parts[cause] += news - begin;
  }

  std::string key(unsigned core, isa::Engine engine) const {
    return program.cores.size() > 1 ? llvm::formatv("nc{0}.{1}", core, isa::name(engine)).str()
                                    : isa::name(engine).str();
  }

  static llvm::json::Object toJson(const Parts &parts, unsigned count) {
    llvm::json::Object object;
    for (unsigned cause = 0; cause < count; ++cause)
      if (parts[cause])
        object[causeNames[cause]] = toNs(parts[cause]);
    return object;
  }

  std::vector<std::pair<std::string, Picoseconds>> sortedNodes() const {
    std::map<std::string, Picoseconds> byNode;
    for (const auto &[origin, time] : byOrigin)
      byNode[origin < program.origins.size() ? program.origins[origin].node : ""] += time;
    std::vector<std::pair<std::string, Picoseconds>> sorted(byNode.begin(), byNode.end());
    llvm::sort(sorted, [](const auto &a, const auto &b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return sorted;
  }

  const isa::Program &program;
  std::vector<Step> steps; // by id
  Parts critical{};
  std::map<uint32_t, Picoseconds> byOrigin;
  std::map<std::string, Parts> engines;
};

} // namespace

std::unique_ptr<View> makeStallsView(const isa::Program &program, const Chip &) {
  return std::make_unique<Stalls>(program);
}

} // namespace tarn::sim
