// See Plan.h. The choice looks for what decides the kernel's shape: a contraction (both orientations are possible, one bank
// of PSUM per box), else a reduction, else nothing but elements.
#include "Plan.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
namespace tarn::tile {

DictionaryAttr Plan::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("partition", builder.getI64IntegerAttr(partition)),
       builder.getNamedAttr("tile", builder.getDenseI64ArrayAttr(tile)),
       builder.getNamedAttr("order", builder.getDenseI64ArrayAttr(SmallVector<int64_t>(order.begin(), order.end())))});
}

static std::optional<unsigned> inputOf(linalg::GenericOp op, Value scalar) {
  while (Operation *cast = scalar.getDefiningOp()) {
    if (!llvm::isa<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp, arith::SIToFPOp, arith::UIToFPOp, arith::TruncFOp>(
            cast))
      return std::nullopt;
    scalar = cast->getOperand(0);
  }
  auto argument = dyn_cast<BlockArgument>(scalar);
  if (!argument || argument.getOwner() != op.getBody() || argument.getArgNumber() >= op.getNumDpsInputs())
    return std::nullopt;
  return argument.getArgNumber();
}

std::optional<Product> matchProduct(Operation *operation) {
  auto op = dyn_cast_if_present<linalg::GenericOp>(operation);
  if (!op || op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1)
    return std::nullopt;
  Value out = op.getRegionOutputArgs().front(), result = op.getBody()->getTerminator()->getOperand(0);
  Operation *sum = result.getDefiningOp();
  if (!llvm::isa_and_present<arith::AddFOp, arith::AddIOp>(sum))
    return std::nullopt;
  Value product;
  if (sum->getOperand(0) == out)
    product = sum->getOperand(1);
  else if (sum->getOperand(1) == out)
    product = sum->getOperand(0);
  else
    return std::nullopt;
  Operation *multiply = product.getDefiningOp();
  if (!llvm::isa_and_present<arith::MulFOp, arith::MulIOp>(multiply))
    return std::nullopt;
  std::optional<unsigned> a = inputOf(op, multiply->getOperand(0)), b = inputOf(op, multiply->getOperand(1));
  if (!a || !b || *a == *b)
    return std::nullopt;
  return Product{multiply->getOperand(0), multiply->getOperand(1), *a, *b};
}

namespace {
enum class Role { none, batch, a, b }; // which operands of the contraction depend on a dimension

/// What lies between the arguments and a value, as far as its dimensions are concerned.
struct Survey {
  bool hasReduction = false, hasWindow = false;
  int64_t numOps = 0, reduced = 1;
  linalg::GenericOp contraction;
  SmallVector<Role> roles;     // of the root's dimensions
  SmallVector<bool> isReduced; // ditto: a reduction on the way gives the same for all of it
  llvm::DenseSet<Value> seen;

  // `access`: from the root's dimensions to the value's.
  void visit(Value value, const Access &access) {
    if (!seen.insert(value).second)
      return;
    if (auto slice = value.getDefiningOp<tensor::ExtractSliceOp>()) {
      if (slice.getSourceType().getRank() == slice.getType().getRank())
        visit(slice.getSource(), access);
      return;
    }
    if (auto pad = value.getDefiningOp<tensor::PadOp>())
      return visit(pad.getSource(), access);
    if (auto insert = value.getDefiningOp<tensor::InsertSliceOp>()) {
      if (insert.getSourceType().getRank() == insert.getType().getRank())
        visit(insert.getSource(), access);
      return visit(insert.getDest(), access);
    }
    auto op = value.getDefiningOp<linalg::GenericOp>();
    if (!op)
      return;
    ++numOps;
    AffineMap resultMap = op.getIndexingMapsArray()[op.getNumDpsInputs() + cast<OpResult>(value).getResultNumber()];
    Access loops;
    loops.numDims = access.numDims;
    loops.coords.assign(op.getNumLoops(), Linear{0, SmallVector<int64_t>(access.numDims, 0)});
    for (auto [i, expr] : llvm::enumerate(resultMap.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        loops.coords[dim.getPosition()] = access.coords[i];
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    if (std::optional<Product> product = matchProduct(op); product && !contraction) {
      std::optional<Access> a = Access::of(maps[product->inputA]), b = Access::of(maps[product->inputB]);
      if (a && b) {
        contraction = op;
        Access rootToA = a->after(loops), rootToB = b->after(loops);
        for (unsigned d = 0; d < access.numDims; ++d) {
          bool inA = rootToA.dependsOn(d), inB = rootToB.dependsOn(d);
          roles[d] = inA && inB ? Role::batch : inA ? Role::a : inB ? Role::b : Role::none;
        }
        return;
      }
    }
    if (op.getNumReductionLoops()) {
      hasReduction = true;
      for (unsigned d = 0; d < access.numDims; ++d)
        isReduced[d] = isReduced[d] || !loops.dependsOn(d);
      SmallVector<int64_t> ranges = op.getStaticLoopRanges();
      int64_t size = 1;
      for (auto [range, iterator] : llvm::zip(ranges, op.getIteratorTypesArray()))
        if (iterator == utils::IteratorType::reduction)
          size *= range;
      reduced = std::max(reduced, size);
    }
    for (auto [i, operand] : llvm::enumerate(op.getDpsInputs())) {
      std::optional<Access> map = Access::of(maps[i]);
      if (!map)
        continue;
      for (const Linear &coord : map->coords)
        hasWindow |= !coord.isConstant() && !coord.onlyDim();
      visit(operand, map->after(loops));
    }
  }
};
} // namespace

// Fills a box from the innermost dimension outward until it has `limit` elements a partition.
static void fill(Plan &plan, ArrayRef<int64_t> shape, int64_t limit, llvm::function_ref<bool(unsigned)> mayGrow) {
  int64_t elements = 1;
  for (unsigned d = shape.size(); d-- > 0;) {
    if (static_cast<int64_t>(d) == plan.partition || !mayGrow(d))
      continue;
    int64_t size = std::min(shape[d], std::max<int64_t>(limit / elements, 1));
    plan.tile[d] = size == shape[d] ? size : evenPiece(shape[d], size);
    elements *= plan.tile[d];
  }
}

Plan choosePlan(Value value, const Limits &limits, std::optional<int64_t> pinned) {
  auto type = cast<RankedTensorType>(value.getType());
  ArrayRef<int64_t> shape = type.getShape();
  unsigned rank = shape.size();
  Plan plan;
  plan.tile.assign(rank, 1);
  for (unsigned d = 0; d < rank; ++d)
    plan.order.push_back(d);
  if (rank == 0)
    return plan;

  Survey survey;
  survey.roles.assign(rank, Role::none);
  survey.isReduced.assign(rank, false);
  survey.visit(value, Access::identity(Shape(rank, 0)));

  auto usesPe = [&](unsigned d) { return survey.roles[d] == Role::a || survey.roles[d] == Role::b; };
  bool isContraction = survey.contraction && llvm::any_of(llvm::seq<unsigned>(0, rank), usesPe);
  // The dimension that fills most partitions; where equal an outer one, whose neighbours in memory stay together.
  int64_t best = -1;
  double bestScore = 0;
  for (unsigned d = 0; d < rank; ++d) {
    if (isContraction && !usesPe(d))
      continue;
    double score = std::min(shape[d], limits.partitions);
    bool isInnermost = d + 1 == rank && !isContraction && product(shape) > shape[d];
    if (isInnermost)
      score *= 0.3;
    if (survey.isReduced[d] && shape[d] > 1)
      score *= 0.01;
    if (score > bestScore) {
      best = d;
      bestScore = score;
    }
  }
  plan.partition = pinned && *pinned >= 0 && *pinned < static_cast<int64_t>(rank) ? *pinned : best;
  unsigned p = plan.partition;
  plan.tile[p] = evenPiece(shape[p], limits.partitions);

  if (isContraction && usesPe(p)) {
    Role stationary = survey.roles[p];
    // Dimensions of the moving operand fill one bank; the others are loops, but for as many of the innermost as make
    // long runs in memory.
    auto isMoving = [&](unsigned d) { return survey.roles[d] != stationary && survey.roles[d] != Role::batch; };
    int64_t run = 1, loops = 1, longRun = limits.efficientRunBytes * 8 / std::max(8u, type.getElementTypeBitWidth());
    SmallVector<bool> isInRun(rank, false);
    for (unsigned d = rank; d-- > 0 && d != p && run < longRun;) {
      isInRun[d] = !isMoving(d) && run * shape[d] <= limits.boxElements / 2;
      if (isInRun[d])
        loops *= shape[d];
      else if (!isMoving(d))
        break;
      run *= shape[d];
    }
    if (run >= 16 * loops || loops == 1)
      fill(plan, shape,
           loops == 1 ? limits.psumElements : std::min<int64_t>(limits.psumElements * loops, limits.boxElements),
           [&](unsigned d) { return isMoving(d) || isInRun[d]; });
    else
      fill(plan, shape, limits.psumElements, isMoving);
    // The larger operand is loaded once: its dimensions are the outer loops.
    int64_t ofStationary = 1, ofMoving = 1;
    for (unsigned d = 0; d < rank; ++d)
      (survey.roles[d] == stationary ? ofStationary : ofMoving) *= shape[d];
    auto isOuter = [&](unsigned d) {
      if (survey.roles[d] == Role::batch)
        return 0;
      return (survey.roles[d] == stationary) == (ofStationary >= ofMoving) ? 1 : 2;
    };
    llvm::sort(plan.order, [&](unsigned x, unsigned y) { return std::pair(isOuter(x), x) < std::pair(isOuter(y), y); });
    return plan;
  }
  int64_t limit = limits.boxElements;
  if (survey.hasReduction && !survey.hasWindow)
    limit = survey.numOps > 1 ? limits.reduceElements : std::max<int64_t>(limits.reduceElements / survey.reduced, 64);
  if (survey.hasWindow || survey.contraction)
    limit = limits.boxElements / 2;
  fill(plan, shape, limit, [](unsigned) { return true; });
  return plan;
}

FailureOr<SmallVector<Plan>> readPlans(func::FuncOp kernel, const Limits &limits) {
  auto returned = kernel.getBody().front().getTerminator();
  auto plans = kernel->getAttrOfType<ArrayAttr>(planAttributeName);
  SmallVector<Plan> result;
  for (auto [i, value] : llvm::enumerate(returned->getOperands())) {
    if (!plans) {
      result.push_back(choosePlan(value, limits));
      continue;
    }
    auto rank = cast<RankedTensorType>(value.getType()).getRank();
    auto entry = i < plans.size() ? dyn_cast<DictionaryAttr>(plans[i]) : DictionaryAttr();
    auto partition = entry ? entry.getAs<IntegerAttr>("partition") : IntegerAttr();
    auto tile = entry ? entry.getAs<DenseI64ArrayAttr>("tile") : DenseI64ArrayAttr();
    auto order = entry ? entry.getAs<DenseI64ArrayAttr>("order") : DenseI64ArrayAttr();
    if (!partition || !tile || !order)
      return kernel.emitOpError("needs in ")
             << planAttributeName << " for result " << i << " a dictionary with 'partition', 'tile' and 'order'";
    Plan plan;
    plan.partition = partition.getInt();
    plan.tile.assign(tile.asArrayRef().begin(), tile.asArrayRef().end());
    plan.order.assign(order.asArrayRef().begin(), order.asArrayRef().end());
    SmallVector<unsigned> sorted(plan.order);
    llvm::sort(sorted);
    if (plan.partition < -1 || plan.partition >= rank || static_cast<int64_t>(plan.tile.size()) != rank ||
        sorted != range(0, rank) || llvm::any_of(plan.tile, [](int64_t size) { return size < 1; }))
      return kernel.emitOpError("has a plan ") << entry << " that does not fit its result " << value.getType();
    if (plan.partition >= 0 && plan.tile[plan.partition] > limits.partitions)
      return kernel.emitOpError("has a plan with ")
             << plan.tile[plan.partition] << " partitions, at most " << limits.partitions;
    result.push_back(plan);
  }
  return result;
}
} // namespace tarn::tile
