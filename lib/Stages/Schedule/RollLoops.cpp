// schedule-roll-loops: equal stretches of @main become nisa.loop.
//
//   dma_copy T0, x[0:8]       nisa.loop %i = 0 to 4 {
//   activation T0               dma_copy T, x[8 * %i : 8 * %i + 8]
//   dma_copy T1, x[8:16]   ─►   activation T
//   activation T1             }
//   …
//
// Repeats.h says which stretches are equal. A turn of the loop holds several of them, so that its tiles, which are the
// same memory in every turn, come in as many copies: loads of one stretch run beside the computation of another.
#include "Repeats.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"
#include "tarn/Stages/Schedule/Passes.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {
#define GEN_PASS_DEF_ROLLLOOPS
#include "tarn/Stages/Schedule/Passes.h.inc"

namespace {

/// Makes the loop of a repeat: `numTurns` turns of `unroll` stretches each.
class Roller {
public:
  Roller(const Stream &stream, const Repeat &repeat, int64_t unroll, int64_t numTurns)
      : stream(stream), repeat(repeat), unroll(unroll), numTurns(numTurns) {}

  void run() {
    Operation *first = stream.items[repeat.first].op;
    OpBuilder builder(first);
    loop = LoopOp::create(builder, first->getLoc(), numTurns);
    builder.setInsertionPointToEnd(&loop.getBody().front());
    size_t length = repeat.length * unroll;
    for (size_t position = 0; position < length; ++position)
      copy(position, builder);
    for (size_t i = repeat.first; i < repeat.first + length * numTurns; ++i)
      stream.items[i].op->erase();
  }

private:
  void copy(size_t position, OpBuilder &builder) {
    const Item &item = stream.items[repeat.first + position];
    Operation *clone = item.op->clone();
    for (auto [index, tile] : llvm::enumerate(item.tiles)) {
      Value base = getBaseInLoop(tile.base, builder);
      if (ViewOp view = tile.view) {
        AffineMap map = view.getMap();
        SmallVector<Value> symbols;
        ArrayRef<int64_t> steps = repeat.steps[position % repeat.length][index];
        if (llvm::any_of(steps, [](int64_t step) { return step != 0; })) {
          SmallVector<AffineExpr> results;
          for (auto [result, step] : llvm::zip_equal(map.getResults(), steps))
            results.push_back(result + builder.getAffineSymbolExpr(0) * (step * unroll));
          map = AffineMap::get(map.getNumDims(), 1, results, builder.getContext());
          symbols = {loop.getVariable()};
        }
        base = ViewOp::create(builder, view.getLoc(), view.getType(), base, symbols, AffineMapAttr::get(map));
      }
      clone->setOperand(tile.operand, base);
    }
    builder.insert(clone);
  }

  Value getBaseInLoop(Value base, OpBuilder &builder) {
    Operation *definition = base.getDefiningOp();
    if (!repeat.isLocal(stream, base)) {
      moveInFront(definition);
      return base;
    }
    Value &fresh = locals[base];
    if (!fresh)
      fresh = builder.clone(*definition)->getResult(0);
    return fresh;
  }

  void moveInFront(Operation *definition) {
    if (!definition || definition->isBeforeInBlock(loop))
      return;
    definition->moveBefore(loop);
    for (Value operand : definition->getOperands())
      moveInFront(operand.getDefiningOp());
  }

  const Stream &stream;
  const Repeat &repeat;
  int64_t unroll, numTurns;
  LoopOp loop;
  DenseMap<Value, Value> locals; // tiles of the first turn -> those of the body
};

struct RollLoops : impl::RollLoopsBase<RollLoops> {
  using Base::Base;

  void runOnOperation() override {
    for (auto main : getOperation().getOps<func::FuncOp>())
      if (!main.isDeclaration())
        roll(main.getBody().front());
  }

private:
  struct Plan {
    Repeat repeat;
    int64_t unroll, numTurns;
    int64_t numSaved() const { return repeat.length * unroll * (numTurns - 1); }
  };

  std::vector<Plan> findLoops(const Stream &stream) {
    std::vector<Plan> plans;
    for (size_t at = 0; at < stream.items.size();) {
      std::optional<Repeat> repeat = findRepeat(stream, at);
      if (!repeat) {
        ++at;
        continue;
      }
      int64_t unroll = std::max<int64_t>(minUnroll, llvm::divideCeil(minBody, repeat->length));
      int64_t numTurns = repeat->count / unroll, length = repeat->length, repeatCount = repeat->count;
      if (numTurns >= minTurns)
        plans.push_back({std::move(*repeat), unroll, numTurns});
      // What makes no loop is looked at again from its middle: so the time stays linear in what repeats.
      at += numTurns >= minTurns ? length * unroll * numTurns : length * std::max<int64_t>(repeatCount / 2, 1);
    }
    return plans;
  }

  void roll(Block &block) {
    Stream stream(block);
    std::vector<Plan> plans = findLoops(stream);
    int64_t numSaved = 0;
    for (const Plan &plan : plans)
      numSaved += plan.numSaved();
    remark::RemarkOpts opts = remark::RemarkOpts::name("roll").category("loops");
    if (numSaved * 100 < minShrink * static_cast<int64_t>(stream.items.size())) {
      if (!plans.empty())
        remark::missed(block.getParentOp()->getLoc(), opts)
            << remark::add("{0} loops stay written out", plans.size())
            << remark::reason("they would save {0} of {1} instructions, allowed are loops that save {2} %", numSaved,
                              stream.items.size(), minShrink.getValue())
            << remark::suggest("--unroll=none keeps them");
      return;
    }
    for (const Plan &plan : plans)
      remark::passed(stream.items[plan.repeat.first].op->getLoc(), opts)
          << remark::add("a loop of {0} turns of {1} instructions", plan.numTurns, plan.repeat.length * plan.unroll);
    for (const Plan &plan : plans)
      Roller(stream, plan.repeat, plan.unroll, plan.numTurns).run();
    numLoops += plans.size();
    // Views and tiles that nobody uses any more, last first.
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (llvm::isa<ViewOp, AllocOp>(op) && op.use_empty())
        op.erase();
  }
};

} // namespace
} // namespace tarn::schedule
