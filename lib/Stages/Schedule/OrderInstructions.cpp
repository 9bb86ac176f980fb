// schedule-order-instructions: engines take their instructions in order, so what waits holds up all that comes behind it.
//
//   program order, one engine each               by start times
//     memset A0    memset A1 behind the            memset A0
//     load A0      store of B0, which waits        load A0
//     compute B0   for compute: nothing of         memset A1, load A1
//     store B0     box 1 runs beside box 0         compute B0
//     memset A1                                    store B0
//     load A1                                      compute B1
//
// A list scheduler: of the instructions whose operands are made, among the next `window` of the program, the one that can
// start first is next, by the ISA's cost formulas; where equal the earlier one. Loops stay where they are; their bodies
// are ordered by themselves. A DMA without a queue gets the one by which it is complete first.
#include "Dependences.h"
#include "Pressure.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Stages/Schedule/Passes.h"
#include "llvm/ADT/SetVector.h"
#include <cmath>
#include <set>

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {
#define GEN_PASS_DEF_ORDERINSTRUCTIONS
#include "tarn/Stages/Schedule/Passes.h.inc"

namespace {

struct Queue {
  isa::Engine engine;
  isa::DgeMode mode;
};

/// What the clock knows of an instruction: its cost, or that of a DMA by each queue that may take it.
struct Work {
  struct Way {
    Queue queue;
    isa::DmaCost cost;
    double share; // of the DMA engines' time
  };
  isa::Instruction record;
  Operation *op;
  SmallVector<Way, 0> ways; // of a DMA
  unsigned engine = 0;      // of others
  double issueNs = 0, completionNs = 0;
};

/// How the next instruction is found: among so many of the program; of those that can start not later than so long behind
/// the first one, the one with the longest way ahead. And how dear a queue is beside the time that a DMA takes by it: the
/// Scalar engine's, which has other work, and one of hardware for each nanosecond that it waits and holds up what is behind.
struct Rule {
  uint64_t window;
  double slackNs;
  double actNs, waitFactor;
};

/// When engines and DMAs are free, as far as the compiler can tell.
class Clock {
public:
  explicit Clock(const Chip &chip) : chip(&chip) {}

  double startOf(const Work &work, double ready) const {
    if (work.ways.empty())
      return std::max(engineFree[work.engine], ready) + tableNs(work.op);
    double earliest = HUGE_VAL;
    for (const Work::Way &way : work.ways)
      earliest = std::min(earliest, triggerOf(way, ready));
    return earliest;
  }

  /// Issues the instruction; returns when it is complete. A DMA: by which of its ways.
  double issue(const Work &work, double ready, const Rule &rule, const Work::Way *&taken) {
    if (work.ways.empty()) {
      double start = startOf(work, ready);
      if (auto activation = dyn_cast<ActivationOp>(work.op))
        table = chip->actTableOf(stringifyActivationFunction(activation.getOp()));
      engineFree[work.engine] = start + work.issueNs;
      return start + work.completionNs;
    }
    double best = HUGE_VAL;
    for (const Work::Way &way : work.ways) {
      double end = triggerOf(way, ready) + way.cost.triggerNs + way.cost.latencyNs + way.cost.transferNs;
      if (way.queue.engine == isa::Engine::act)
        end += rule.actNs;
      if (way.queue.mode != isa::DgeMode::swdge)
        end += rule.waitFactor * std::max(ready - freeOf(way), 0.0);
      if (end >= best)
        continue;
      best = end;
      taken = &way;
    }
    unsigned engine = static_cast<unsigned>(taken->queue.engine);
    double start = triggerOf(*taken, ready), end = start + taken->cost.triggerNs;
    engineFree[engine] = end;
    queueFree[engine] = start + spacingOf(*taken);
    double first = std::max(dmaFree, end + taken->cost.latencyNs);
    dmaFree = first + taken->cost.transferNs * taken->share;
    return first + taken->cost.transferNs + chip->dma.notifyNs;
  }

private:
  // When a trigger starts. Software wakes late when it has to wait (dma.pool_wait_ns).
  double triggerOf(const Work::Way &way, double ready) const {
    double free = freeOf(way);
    if (ready <= free)
      return free;
    return ready + (way.queue.mode == isa::DgeMode::swdge ? chip->dma.poolWaitNs : chip->semaphore.toDmaTriggerNs);
  }
  double freeOf(const Work::Way &way) const {
    unsigned engine = static_cast<unsigned>(way.queue.engine);
    return std::max(engineFree[engine], queueFree[engine]);
  }
  // From one trigger of a queue to the next.
  double spacingOf(const Work::Way &way) const {
    switch (way.queue.mode) {
    case isa::DgeMode::hwdge:
      return std::max(way.cost.triggerNs, chip->dma.triggerSpacingNs);
    case isa::DgeMode::swdge:
      return std::max(way.cost.triggerNs, chip->dma.poolTriggerSpacingNs);
    case isa::DgeMode::none:
      return way.cost.triggerNs;
    }
    llvm_unreachable("a mode");
  }
  double tableNs(Operation *op) const {
    auto activation = dyn_cast<ActivationOp>(op);
    if (!activation || chip->actTableOf(stringifyActivationFunction(activation.getOp())) == table)
      return 0;
    return chip->act.tableLoadNs;
  }

  const Chip *chip;
  std::array<double, isa::numEngines> engineFree = {}, queueFree = {};
  double dmaFree = 0;
  std::optional<unsigned> table;
};

class Orderer {
public:
  Orderer(Block &block, ArrayRef<Rule> rules, const Chip &chip) : block(block), rules(rules), chip(chip), clock(chip) {}

  LogicalResult run() {
    // 1. Stretches between loops, each ordered by itself.
    SmallVector<Operation *> order;
    SmallVector<InstructionInterface> stretch;
    for (Operation &op : block) {
      auto instruction = dyn_cast<InstructionInterface>(op);
      bool isDma = llvm::isa<DmaCopyOp>(op);
      if (instruction && op.getNumRegions() == 0 && (isDma || instruction.getEngine()) && hasTiles(instruction)) {
        stretch.push_back(instruction);
        continue;
      }
      if (!instruction && op.getNumRegions() == 0)
        continue; // a tile, a view: moves with its first use
      if (failed(orderStretch(stretch, order)))
        return failure();
      stretch.clear();
      order.push_back(&op);
    }
    if (failed(orderStretch(stretch, order)))
      return failure();
    // 2. Each operation behind what it uses.
    Operation *end = block.mightHaveTerminator() ? block.getTerminator() : nullptr;
    SmallVector<Operation *> others;
    for (Operation &op : block) {
      if (llvm::isa<TensorOp>(op))
        place(&op, end);
      else if (&op != end)
        others.push_back(&op);
    }
    for (Operation *op : order)
      if (op != end)
        place(op, end);
    for (Operation *op : others)
      place(op, end);
    for (Operation *op : placed)
      op->moveBefore(&block, end ? Block::iterator(end) : block.end());
    return success();
  }

private:
  static bool hasTiles(InstructionInterface instruction) {
    SmallVector<TileAccess> accesses;
    instruction.getAccesses(accesses);
    return !accesses.empty();
  }

  void place(Operation *op, Operation *end) {
    if (op->getBlock() != &block || op == end || !isPlaced.insert(op).second)
      return;
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *definition = operand.getDefiningOp())
          place(definition, end);
    });
    placed.push_back(op);
  }

  LogicalResult orderStretch(ArrayRef<InstructionInterface> stretch, SmallVector<Operation *> &order) {
    unsigned size = stretch.size();
    if (size == 0)
      return success();
    std::vector<Work> works;
    Resolver resolver;
    resolver.isPlaced = false;
    for (InstructionInterface instruction : stretch) {
      FailureOr<isa::Payload> payload = toInstruction(instruction.getOperation(), resolver);
      if (failed(payload))
        return failure();
      works.push_back(workOf(instruction, std::move(*payload)));
    }
    Dependences dependences(stretch);
    std::optional<Order> best;
    for (const Rule &rule : rules)
      if (Order found = findOrder(stretch, works, dependences, rule); !best || found.end < best->end)
        best = std::move(found);
    for (unsigned i = 0; i < size; ++i) {
      InstructionInterface instruction = stretch[best->instructions[i]];
      order.push_back(instruction);
      if (const Work::Way *way = best->ways[i]; way && !instruction.getEngine())
        setQueue(instruction, way->queue);
    }
    clock = best->clock;
    return success();
  }

  struct Order {
    std::vector<unsigned> instructions;
    std::vector<const Work::Way *> ways; // of each of them
    Clock clock;                         // behind the last
    double end = 0;                      // when all are complete
  };

  Order findOrder(ArrayRef<InstructionInterface> stretch, ArrayRef<Work> works, const Dependences &dependences,
                  const Rule &rule) const {
    unsigned size = stretch.size(), window = std::min<uint64_t>(rule.window, size);
    Order order{{}, {}, clock};
    Pressure pressure(stretch, window, chip);
    std::vector<SmallVector<unsigned, 4>> after(size);
    std::vector<unsigned> numMissing(size, 0);
    for (unsigned i = 0; i < size; ++i)
      for (Dependence dependence : dependences.before[i]) {
        after[dependence.from].push_back(i);
        ++numMissing[i];
      }
    std::vector<double> heights = rule.slackNs > 0 ? heightsOf(works, after) : std::vector<double>();
    std::vector<double> ready(size, 0), done(size, 0);
    std::vector<bool> isTaken(size, false);
    std::set<unsigned> candidates;
    for (unsigned i = 0; i < size; ++i)
      if (numMissing[i] == 0)
        candidates.insert(i);
    SmallVector<std::pair<unsigned, double>> starts; // of those that may be next
    for (unsigned oldest = 0; oldest < size;) {
      unsigned best = oldest;
      double bestStart = HUGE_VAL;
      starts.clear();
      for (unsigned candidate : candidates) {
        if (candidate >= oldest + window)
          break;
        if (!pressure.mayTake(candidate, oldest))
          continue;
        double start = order.clock.startOf(works[candidate], ready[candidate]);
        if (rule.slackNs > 0)
          starts.push_back({candidate, start});
        if (start >= bestStart)
          continue;
        best = candidate;
        bestStart = start;
      }
      for (auto [candidate, start] : starts)
        if (start <= bestStart + rule.slackNs && heights[candidate] > heights[best])
          best = candidate;
      candidates.erase(best);
      isTaken[best] = true;
      pressure.take(best);
      const Work::Way *way = nullptr;
      done[best] = order.clock.issue(works[best], ready[best], rule, way);
      order.instructions.push_back(best);
      order.ways.push_back(way);
      if (std::optional<unsigned> earlier = dependences.sameWrite[best])
        done[best] = std::max(done[best], done[*earlier]);
      order.end = std::max(order.end, done[best]);
      for (unsigned next : after[best])
        if (--numMissing[next] == 0)
          makeReady(next, dependences, done, ready, candidates);
      while (oldest < size && isTaken[oldest])
        ++oldest;
      pressure.advance(oldest);
    }
    return order;
  }

  /// Of each instruction: the longest way from its start to the end of what follows from it.
  static std::vector<double> heightsOf(ArrayRef<Work> works, ArrayRef<SmallVector<unsigned, 4>> after) {
    std::vector<double> heights(works.size());
    for (size_t i = works.size(); i-- > 0;) {
      const Work &work = works[i];
      const isa::DmaCost *dma = work.ways.empty() ? nullptr : &work.ways.front().cost;
      for (unsigned next : after[i])
        heights[i] = std::max(heights[i], heights[next]);
      heights[i] += dma ? dma->triggerNs + dma->latencyNs + dma->transferNs : work.completionNs;
    }
    return heights;
  }

  static void makeReady(unsigned next, const Dependences &dependences, const std::vector<double> &done,
                        std::vector<double> &ready, std::set<unsigned> &candidates) {
    for (Dependence dependence : dependences.before[next])
      if (dependence.isAwaited)
        ready[next] = std::max(ready[next], done[dependence.from]);
    candidates.insert(next);
  }

  Work workOf(InstructionInterface instruction, isa::Payload payload) {
    Work work{{std::move(payload), {}, {}, 0}, instruction.getOperation(), {}};
    auto *dma = std::get_if<isa::DmaCopy>(&work.record.payload);
    if (!dma) {
      isa::Engine engine = static_cast<isa::Engine>(*instruction.getEngine());
      isa::Cost cost = isa::costOf(work.record, engine, chip);
      work.engine = static_cast<unsigned>(engine);
      work.issueNs = cost.issueNs;
      work.completionNs = cost.completionNs;
      return work;
    }
    isa::DgeMode byHardware = chip.dma.hardwareDge ? isa::DgeMode::hwdge : isa::DgeMode::none;
    SmallVector<Queue> queues{
        {isa::Engine::sp, byHardware}, {isa::Engine::act, byHardware}, {isa::Engine::pool, isa::DgeMode::swdge}};
    if (std::optional<nisa::Engine> engine = instruction.getEngine())
      queues = {{static_cast<isa::Engine>(*engine), dma->dge_mode}};
    for (Queue queue : queues) {
      dma->dge_mode = queue.mode;
      isa::DmaElements elements = isa::dmaElementsOf(*dma, chip);
      work.ways.push_back(
          {queue, isa::dmaCostOf(elements, queue.engine, chip), double(elements.engines) / chip.dma.engines});
    }
    return work;
  }

  static void setQueue(InstructionInterface instruction, Queue queue) {
    instruction.setEngine(static_cast<nisa::Engine>(queue.engine));
    cast<DmaCopyOp>(instruction.getOperation()).setDgeMode(static_cast<nisa::DgeMode>(queue.mode));
  }

  Block &block;
  ArrayRef<Rule> rules;
  const Chip &chip;
  Clock clock;
  llvm::DenseSet<Operation *> isPlaced;
  std::vector<Operation *> placed;
};

/// What a search tries beside the rule itself: how many times wider the window is, and by how many ns an instruction may
/// start later and still go before others when more hangs on it. The order that ends first is taken, so these decide only
/// what is tried.
constexpr std::pair<unsigned, double> searched[] = {{4, 0}, {1, 100}, {1, 1000}, {4, 300}};

struct OrderInstructions : impl::OrderInstructionsBase<OrderInstructions> {
  using OrderInstructionsBase::OrderInstructionsBase;
  void runOnOperation() override {
    if (window == 0) {
      getOperation().emitError("schedule-order-instructions: found window=0, allowed is 1 or more");
      return signalPassFailure();
    }
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    Rule rule{window, 0, actNs < 0 ? chip->dma.triggerSpacingNs : actNs, waitFactor};
    SmallVector<Rule> rules{rule};
    if (search)
      for (const auto &[factor, slackNs] : searched)
        rules.push_back({factor * rule.window, slackNs, rule.actNs, rule.waitFactor});
    WalkResult walk = getOperation().walk([&](Block *block) {
      if (llvm::isa<ModuleOp>(block->getParentOp()))
        return WalkResult::advance();
      return failed(Orderer(*block, rules, *chip).run()) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
} // namespace tarn::schedule
