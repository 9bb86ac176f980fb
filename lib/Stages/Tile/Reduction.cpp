// Elementwise ops and reductions over free dimensions. A reduction that does not fit is cut into chunks that are combined;
// one whose body is no simple combination (argmax, several results) or a short sum of products goes step by step.
#include "KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "tarn/ISA/Limits.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

static constexpr int64_t maxSteps = 16384;

FailureOr<Ref> KernelLowering::getElementwise(GenericOp op, unsigned result, const Access &access, ShapeRef space) {
  FailureOr<Access> loops = getLoops(op, result, access, false);
  if (failed(loops))
    return failure();
  BodyContext context{op, *loops, Shape(space), llvm::DenseMap<Value, Expression>()};
  Type element = storageType(cast<RankedTensorType>(op->getResult(result).getType()).getElementType());
  Ref target = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true), element);
  FailureOr<Expression> e = evaluate(context, yielded(op, result), &target);
  if (failed(e))
    return failure();
  bool isReady = e->isTile() && tileType(e->ref.tile).getElementType() == element;
  Ref ref = isReady ? e->ref : force(space, *e, &target);
  if (target.tile.use_empty())
    target.tile.getDefiningOp()->erase();
  return ref;
}

namespace {
struct Combiner {
  AluOp op;
  Value operand;  // what is combined with the result so far
  double neutral; // and anything beyond it
};
} // namespace

static bool dependsOnResults(linalg::GenericOp op, Value scalar) {
  if (auto argument = dyn_cast<BlockArgument>(scalar))
    return argument.getOwner() == op.getBody() && argument.getArgNumber() >= op.getNumDpsInputs();
  Operation *definition = scalar.getDefiningOp();
  return definition->getBlock() == op.getBody() &&
         llvm::any_of(definition->getOperands(), [&](Value operand) { return dependsOnResults(op, operand); });
}

static std::optional<Combiner> matchCombiner(linalg::GenericOp op, unsigned result) {
  Value out = op.getRegionOutputArgs()[result];
  Operation *combine = yielded(op, result).getDefiningOp();
  if (!combine || combine->getNumOperands() != 2 || combine->getBlock() != op.getBody())
    return std::nullopt;
  bool isTruth = combine->getResult(0).getType().isInteger(1);
  auto known = llvm::TypeSwitch<Operation *, std::optional<std::pair<AluOp, double>>>(combine)
                   .Case<arith::AddFOp, arith::AddIOp>([](auto) { return std::pair(AluOp::add, 0.0); })
                   .Case<arith::MulFOp, arith::MulIOp>([](auto) { return std::pair(AluOp::mult, 1.0); })
                   .Case<arith::MaximumFOp, arith::MaxNumFOp, arith::MaxSIOp, arith::MaxUIOp>(
                       [](auto) { return std::pair(AluOp::max, -HUGE_VAL); })
                   .Case<arith::MinimumFOp, arith::MinNumFOp, arith::MinSIOp, arith::MinUIOp>(
                       [](auto) { return std::pair(AluOp::min, HUGE_VAL); })
                   .Case<arith::AndIOp>(
                       [&](auto) { return isTruth ? std::optional(std::pair(AluOp::min, HUGE_VAL)) : std::nullopt; })
                   .Case<arith::OrIOp>(
                       [&](auto) { return isTruth ? std::optional(std::pair(AluOp::max, -HUGE_VAL)) : std::nullopt; })
                   .Default(std::nullopt);
  if (!known)
    return std::nullopt;
  Value operand = combine->getOperand(0) == out   ? combine->getOperand(1)
                  : combine->getOperand(1) == out ? combine->getOperand(0)
                                                  : Value();
  if (!operand || dependsOnResults(op, operand))
    return std::nullopt;
  return Combiner{known->first, operand, known->second};
}

static bool isNeutral(AluOp op, double number, Type type) {
  switch (op) {
  case AluOp::add:
    return number == 0;
  case AluOp::mult:
    return number == 1;
  case AluOp::max:
    return llvm::isa<FloatType>(type) ? number <= -65504.0 && number < -3.3e38
                                      : number <= -std::ldexp(1.0, type.getIntOrFloatBitWidth() - 1);
  case AluOp::min:
    return llvm::isa<FloatType>(type) ? number > 3.3e38
                                      : number >= std::ldexp(1.0, type.getIntOrFloatBitWidth() - 1) - 1;
  default:
    return false;
  }
}

/// Sizes of chunks of the reduction loops such that no operand takes more than `limit` elements of a partition.
static Shape chooseChunk(linalg::GenericOp op, const Access &loops, ArrayRef<int64_t> space, unsigned numReductions,
                         bool isDirect, int64_t limit) {
  Shape chunk(space);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto cost = [&] {
    int64_t worst = isDirect ? 0 : product(ArrayRef<int64_t>(chunk).drop_front());
    for (unsigned i = 0; i < op.getNumDpsInputs(); ++i) {
      std::optional<Access> map = Access::of(maps[i]);
      if (!map)
        continue;
      Access access = map->after(loops);
      int64_t asked = 1, region = 1;
      for (unsigned d = 1; d < chunk.size(); ++d)
        asked *= access.dependsOn(d) ? chunk[d] : 1;
      // What one partition sees: a window along the partition dimension lies in each of them.
      Shape offsets, sizes, ofPartition(chunk);
      ofPartition[0] = 1;
      access.getRegion(ofPartition, offsets, sizes);
      for (int64_t size : sizes)
        region *= size;
      worst = std::max(worst, std::min(asked, region));
    }
    return worst;
  };
  unsigned wide = 0;
  for (unsigned d = chunk.size(); d-- > chunk.size() - numReductions;) {
    wide += chunk[d] != 1;
    if (wide > 3 && chunk[d] != 1) // with the kept dimensions an instruction walks four
      chunk[d] = 1;
  }
  for (unsigned d = chunk.size() - numReductions; d < chunk.size() && cost() > limit; ++d) {
    int64_t others = std::max<int64_t>(cost() / chunk[d], 1);
    chunk[d] = evenPiece(space[d], std::max<int64_t>(limit / others, 1));
  }
  // An instruction reduces what a result takes by itself, however much of it overlaps with others.
  auto reduced = [&] { return product(ArrayRef<int64_t>(chunk).take_back(numReductions)); };
  for (unsigned d = chunk.size() - numReductions; d < chunk.size() && reduced() > isa::maxElementsInSbuf; ++d)
    chunk[d] = evenPiece(space[d], std::max<int64_t>(isa::maxElementsInSbuf / (reduced() / chunk[d]), 1));
  return chunk;
}

FailureOr<Ref> KernelLowering::getReduction(GenericOp op, unsigned result, const Access &access, ShapeRef space) {
  std::optional<Combiner> combiner = matchCombiner(op, result);
  int64_t steps = 1;
  for (auto [range, iterator] : llvm::zip(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    steps *= iterator == utils::IteratorType::reduction ? range : 1;
  if (!combiner || (matchProduct(op) && steps <= 64))
    return getStepwise(op, result, access, space);

  FailureOr<Access> loops = getLoops(op, result, access, true);
  if (failed(loops))
    return failure();
  unsigned rank = space.size(), numReductions = op.getNumReductionLoops();
  Shape whole(space);
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  for (auto [range, iterator] : llvm::zip(ranges, op.getIteratorTypesArray()))
    if (iterator == utils::IteratorType::reduction)
      whole.push_back(range);

  SmallVector<bool> kept(whole.size(), false);
  std::fill(kept.begin(), kept.begin() + rank, true);
  SmallVector<unsigned> keptDims = range(0, rank);
  Type type = yielded(op, result).getType();
  Shape chunk =
      chooseChunk(op, *loops, whole, numReductions, llvm::isa<BlockArgument>(combiner->operand), limits.reduceElements);
  std::optional<Expression> sum;
  LogicalResult done = forEachPiece(whole, chunk, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    BodyContext context{op, loops->shifted(offsets), Shape(sizes), llvm::DenseMap<Value, Expression>()};
    FailureOr<Expression> e = evaluate(context, combiner->operand);
    if (failed(e))
      return failure();
    emit.loc = op.getLoc();
    Ref data = force(sizes, *e);
    Ref part = emit.allocOver(Memory::sbuf, sizes, kept, computeType(type));
    emit.tensorReduce(sizes, part, data, combiner->op, numReductions);
    Expression partial = Expression::ofTile(type, {part.tile, part.access.projected(keptDims)});
    sum = sum ? binary(space, combiner->op, *sum, partial, type, nullptr, false) : partial;
    return success();
  });
  if (failed(done))
    return failure();

  AffineMap outMap = op.getIndexingMapsArray()[op.getNumDpsInputs() + result];
  FailureOr<Access> outer = getLoops(op, result, access, false);
  Value init = op.getDpsInits()[result];
  FailureOr<Expression> start = evaluateOperand(init, Access::of(outMap)->after(*outer), space, type);
  if (failed(start))
    return failure();
  if (!start->isNumber() || !isNeutral(combiner->op, *start->number, type))
    sum = binary(space, combiner->op, *sum, *start, type, nullptr, false);
  Type element = storageType(cast<RankedTensorType>(op->getResult(result).getType()).getElementType());
  return force(space, *sum, nullptr, element);
}

FailureOr<Ref> KernelLowering::getStepwise(GenericOp op, unsigned result, const Access &access, ShapeRef space) {
  FailureOr<Access> loops = getLoops(op, result, access, true), outer = getLoops(op, result, access, false);
  if (failed(loops) || failed(outer))
    return failure();
  unsigned rank = space.size(), numReductions = op.getNumReductionLoops();
  Shape whole(space);
  int64_t steps = 1;
  for (auto [range, iterator] : llvm::zip(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    if (iterator == utils::IteratorType::reduction) {
      whole.push_back(range);
      steps *= range;
    }
  if (steps > maxSteps)
    return op.emitOpError("is a reduction of ")
           << steps << " steps whose body does not combine elements in a way that an instruction does; at most "
           << maxSteps;

  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  unsigned numInputs = op.getNumDpsInputs();
  SmallVector<unsigned> keptDims = range(0, rank);
  std::optional<Product> match = matchProduct(op);
  if (match && (match->a.getDefiningOp<arith::TruncFOp>() || match->b.getDefiningOp<arith::TruncFOp>()))
    match.reset();
  std::vector<Expression> state;
  for (auto [i, init] : llvm::enumerate(op.getDpsInits())) {
    std::optional<Access> map = Access::of(maps[numInputs + i]);
    if (!map)
      return op.emitOpError("has an indexing map that is not linear");
    FailureOr<Expression> start =
        evaluateOperand(init, map->after(*outer), space, op.getRegionOutputArgs()[i].getType());
    if (failed(start))
      return failure();
    if (!start->pending.empty())
      force(space, *start);
    state.push_back(*start);
  }

  Shape chunk = chooseChunk(op, *loops, whole, numReductions, /*isDirect=*/true, limits.reduceElements);
  auto walked = forEachPiece(whole, chunk, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    // Operands of the whole chunk, then views of them.
    std::vector<Expression> operands;
    for (unsigned i = 0; i < numInputs; ++i) {
      std::optional<Access> map = Access::of(maps[i]);
      if (!map)
        return LogicalResult(op.emitOpError("has an indexing map that is not linear"));
      FailureOr<Expression> operand = evaluateOperand(op.getDpsInputs()[i], map->after(loops->shifted(offsets)), sizes,
                                                      op.getRegionInputArgs()[i].getType());
      if (failed(operand))
        return failure();
      if (!operand->pending.empty())
        force(sizes, *operand);
      operands.push_back(*operand);
    }
    emit.loc = op.getLoc();
    Shape step(sizes);
    std::fill(step.begin() + rank, step.end(), 1);
    // Taps of a depthwise convolution are shared with the Tensor engine.
    const Expression *data = nullptr, *weight = nullptr;
    int64_t onPe = 0;
    if (match && sizes == ArrayRef<int64_t>(whole) && state[0].isNumber() && *state[0].number == 0) {
      data = &operands[match->inputA];
      weight = &operands[match->inputB];
      if (isScalar(space, *data))
        std::swap(data, weight);
      onPe = countTapsOnPe(op, *data, *weight, space, steps);
    }
    SmallVector<Shape> tapsOnPe;
    return forEachPiece(sizes, step, {}, [&](ArrayRef<int64_t> at, ArrayRef<int64_t>) {
      if (onPe > static_cast<int64_t>(tapsOnPe.size())) {
        tapsOnPe.push_back(Shape(at));
        return success();
      }
      if (onPe > 0) {
        onPe = 0;
        state[0] = Expression::ofTile(state[0].type, sumTapsOnPe(*data, *weight, space, tapsOnPe, Shape(at)));
        return success();
      }
      Shape position(offsets);
      for (auto [p, a] : llvm::zip(position, at))
        p += a;
      BodyContext context{op, loops->shifted(position).projected(keptDims), Shape(space),
                          llvm::DenseMap<Value, Expression>()};
      for (unsigned i = 0; i < numInputs; ++i) {
        Expression operand = operands[i];
        if (!operand.isNumber())
          operand.ref.access = operand.ref.access.shifted(at).projected(keptDims);
        context.known[op.getRegionInputArgs()[i]] = operand;
      }
      for (auto [argument, value] : llvm::zip(op.getRegionOutputArgs(), state))
        context.known[argument] = value;
      std::vector<Expression> next;
      for (unsigned i = 0; i < state.size(); ++i) {
        FailureOr<Expression> e = evaluate(context, yielded(op, i));
        if (failed(e))
          return failure();
        if (!e->pending.empty())
          force(space, *e);
        next.push_back(*e);
      }
      state = next;
      return success();
    });
  });
  if (failed(walked))
    return failure();
  // The other results are there as well.
  for (unsigned i = 0; i < state.size(); ++i) {
    Type element = storageType(cast<RankedTensorType>(op->getResult(i).getType()).getElementType());
    force(space, state[i], nullptr, element);
    if (i != result && maps[numInputs + i] == maps[numInputs + result]) {
      SmallVector<unsigned> dims;
      Key key = makeKey(op->getResult(i), access, space, dims);
      if (!recall(key, dims, rank))
        remember(key, dims, state[i].ref);
    }
  }
  return state[result].ref;
}
} // namespace tarn::tile
