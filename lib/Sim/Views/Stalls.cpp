// Where the time went: the critical path by cause, by node and by hand-over between engines; and each
// engine's own time.
#include "CriticalPath.h"
#include "tarn/Sim/Check.h"
#include "tarn/Sim/View.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::sim {

namespace {

using Parts = std::array<Picoseconds, numCauses + 1>; // by cause; the last is idle

class Stalls : public View {
public:
  explicit Stalls(const isa::Program &program) : program(program) { steps.reserve(program.numInstructions()); }
  llvm::StringRef name() const override { return "stalls"; }

  void on(const Started &event) override { steps.push_back(event.step); }
  void on(const Completed &event) override {
    if (event.step.instruction->info().isDma)
      steps[event.step.id] = event.step; // when it was moved is known now
  }

  void finish(Picoseconds time) override {
    CriticalPath path = findCriticalPath(steps);
    std::vector<Parts> byOrigin(program.origins.size() + 1, Parts{});
    for (const Segment &segment : path.segments) {
      Picoseconds part = segment.end - segment.begin;
      critical[unsigned(segment.cause)] += part;
      size_t origin = std::min<size_t>(steps[segment.step].instruction->origin, program.origins.size());
      byOrigin[origin][unsigned(segment.cause)] += part;
    }
    std::map<std::string, Parts> byNode;
    for (size_t i = 0; i < byOrigin.size(); ++i)
      if (sum(byOrigin[i])) {
        Parts &parts = byNode[i < program.origins.size() ? program.origins[i].node : ""];
        for (unsigned cause = 0; cause < numCauses; ++cause)
          parts[cause] += byOrigin[i][cause];
      }
    nodes.assign(byNode.begin(), byNode.end());
    llvm::sort(nodes, [](const auto &a, const auto &b) {
      return std::make_pair(-sum(a.second), a.first) < std::make_pair(-sum(b.second), b.first);
    });
    sumHandOvers(path);
    cutEngines(time);
  }

  void addTo(llvm::json::Object &report) const override {
    report["stalls"] = toJson(critical);
    llvm::json::Object byEngine;
    for (const auto &[key, parts] : engines)
      byEngine[key] = toJson(parts);
    report["engine_stalls"] = std::move(byEngine);
    llvm::json::Array array;
    for (const auto &[node, parts] : nodes)
      array.push_back(llvm::json::Object{{"node", node}, {"critical_ns", toNs(sum(parts))}, {"stalls", toJson(parts)}});
    report["critical_nodes"] = std::move(array);
    llvm::json::Array hand;
    for (const auto &[way, use] : handOvers)
      hand.push_back(llvm::json::Object{{"from", way.from},
                                        {"to", way.to},
                                        {"semaphore", way.semaphore},
                                        {"count", use.count},
                                        {"ns", toNs(use.time)}});
    report["critical_handovers"] = std::move(hand);
  }

  void print(llvm::raw_ostream &os) const override {
    os << "Critical path: what the time was spent on\n";
    Picoseconds total = sum(critical);
    auto percent = [&](Picoseconds part) { return total ? 100.0 * part / total : 0.0; };
    for (unsigned cause = 0; cause < numCauses; ++cause)
      if (critical[cause])
        os << llvm::formatv("  {0,-14} {1,14:f3} ns {2,6:f1} %\n", sim::name(Cause(cause)), toNs(critical[cause]),
                            percent(critical[cause]));
    os << llvm::formatv("  {0,-14} {1,14:f3} ns\n", "total", toNs(total));
    if (!nodes.empty())
      os << "Critical path by node\n";
    for (const auto &[node, parts] : llvm::ArrayRef(nodes).take_front(maxLines))
      os << llvm::formatv("  {0,14:f3} ns {1,6:f1} %  {2}: {3}\n", toNs(sum(parts)), percent(sum(parts)),
                          node.empty() ? "(no node)" : node, topCauses(parts));
    if (!handOvers.empty())
      os << "Critical path from engine to engine\n";
    for (const auto &[way, use] : llvm::ArrayRef(handOvers).take_front(maxLines))
      os << llvm::formatv("  {0,14:f3} ns {1,6:f1} %  {2} to {3} by S[{4}], {5} times\n", toNs(use.time),
                          percent(use.time), way.from, way.to, way.semaphore, use.count);
  }

private:
  static constexpr size_t maxLines = 10;
  struct Way {
    std::string from, to;
    unsigned semaphore;
    bool operator<(const Way &other) const {
      return std::tie(from, to, semaphore) < std::tie(other.from, other.to, other.semaphore);
    }
  };
  struct Use {
    int64_t count = 0;
    Picoseconds time = 0;
  };

  static Picoseconds sum(const Parts &parts) { return std::accumulate(parts.begin(), parts.end(), Picoseconds(0)); }

  /// "pe 61 %, throttle 30 %", the largest first.
  static std::string topCauses(const Parts &parts) {
    std::vector<std::pair<Picoseconds, unsigned>> sorted;
    for (unsigned cause = 0; cause < numCauses; ++cause)
      if (parts[cause])
        sorted.push_back({-parts[cause], cause});
    llvm::sort(sorted);
    std::string text;
    for (auto [time, cause] : llvm::ArrayRef(sorted).take_front(3))
      text += llvm::formatv("{0}{1} {2:f0} %", text.empty() ? "" : ", ", sim::name(Cause(cause)),
                            -100.0 * time / sum(parts));
    return text;
  }

  void sumHandOvers(const CriticalPath &path) {
    std::map<Way, Use> uses;
    for (const HandOver &handOver : path.handOvers) {
      const Step &from = steps[handOver.producer], &to = steps[handOver.consumer];
      std::string source = key(from.core, from.engine);
      Use &use = uses[{from.instruction->info().isDma ? source + "'s DMA" : source, key(to.core, to.engine),
                       to.instruction->wait->semaphore}];
      ++use.count;
      use.time += handOver.time;
    }
    handOvers.assign(uses.begin(), uses.end());
    llvm::sort(handOvers, [](const auto &a, const auto &b) {
      return a.second.time != b.second.time ? a.second.time > b.second.time : a.first < b.first;
    });
  }

  /// Each engine's own time: what it did; in gaps, what its next instruction waited for; idle after the last.
  void cutEngines(Picoseconds time) {
    std::vector<Picoseconds> cursors(program.cores.size() * isa::numEngines, 0);
    std::vector<Parts> all(cursors.size(), Parts{});
    // The instructions of an engine start in order.
    for (const Step &step : steps) {
      size_t row = step.core * isa::numEngines + unsigned(step.engine);
      Picoseconds &cursor = cursors[row];
      Parts &parts = all[row];
      if (step.start > cursor) {
        cutGap(step, cursor, parts);
        cursor = step.start;
      }
      Picoseconds end = step.instruction->info().isDma ? step.triggerEnd : step.completion;
      if (end > cursor) {
        Picoseconds own = end - cursor, throttled = std::min(step.throttle, own);
        Picoseconds conflict = std::min(step.conflict, own - throttled);
        part(parts, Cause::throttle) += throttled;
        part(parts, Cause::bankConflict) += conflict;
        part(parts, causeOf(step)) += own - throttled - conflict;
        cursor = end;
      }
    }
    for (size_t row = 0; row < cursors.size(); ++row) {
      part(all[row], Cause::idle) += time - cursors[row];
      engines[key(row / isa::numEngines, isa::Engine(row % isa::numEngines))] = all[row];
    }
  }

  static Picoseconds &part(Parts &parts, Cause cause) { return parts[unsigned(cause)]; }

  void cutGap(const Step &step, Picoseconds begin, Parts &parts) {
    Picoseconds end = step.start;
    const auto *wait = std::get_if<SemaphoreWait>(&step.reason);
    if (!wait) {
      part(parts, causeOf(step)) += end - begin;
      return;
    }
    const Step &producer = steps[wait->step];
    Picoseconds news = std::max(begin, std::min(end, updatedAt(producer)));
    part(parts, Cause::semaphore) += end - news;
    Cause cause = causeOf(producer);
    if (producer.instruction->info().isDma) {
      Picoseconds first = std::max(begin, std::min(news, producer.firstElement));
      part(parts, Cause::dmaLatency) += first - begin;
      begin = first;
      cause = Cause::dmaBandwidth;
    }
    part(parts, cause) += news - begin;
  }

  std::string key(unsigned core, isa::Engine engine) const {
    return program.cores.size() > 1 ? llvm::formatv("nc{0}.{1}", core, isa::name(engine)).str()
                                    : isa::name(engine).str();
  }

  static llvm::json::Object toJson(const Parts &parts) {
    llvm::json::Object object;
    for (unsigned cause = 0; cause <= numCauses; ++cause)
      if (parts[cause])
        object[sim::name(Cause(cause))] = toNs(parts[cause]);
    return object;
  }

  const isa::Program &program;
  std::vector<Step> steps; // by id
  Parts critical{};
  std::vector<std::pair<std::string, Parts>> nodes; // the most expensive first
  std::vector<std::pair<Way, Use>> handOvers;
  std::map<std::string, Parts> engines;
};

} // namespace

std::unique_ptr<View> makeStallsView(const isa::Program &program, const Chip &) {
  return std::make_unique<Stalls>(program);
}

} // namespace tarn::sim
