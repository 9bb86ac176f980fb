// schedule-inline-kernels: every `func.call` in @main is replaced by the kernel's body, loops unrolled.
//
// A kernel is shared by equal calls; its operations therefore know no ONNX node. The copies take the location of the
// call. Loops run over constants, so copying is evaluation: loop variables are numbers, maps of views absorb them.
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "tarn/Dialect/NISA/NISA.h"
#include "tarn/Stages/Schedule/Passes.h"

using namespace mlir;

namespace tarn::schedule {
#define GEN_PASS_DEF_INLINEKERNELS
#include "tarn/Stages/Schedule/Passes.h.inc"

namespace {

class Inliner {
public:
  Inliner(OpBuilder &builder, Location location) : builder(builder), location(location) {}

  LogicalResult copyBlock(Block &block) {
    for (Operation &op : block)
      if (failed(copy(op)))
        return failure();
    return success();
  }

  IRMapping mapping;

private:
  LogicalResult copy(Operation &op) {
    if (llvm::isa<func::ReturnOp, affine::AffineYieldOp>(op))
      return success();
    if (auto loop = dyn_cast<affine::AffineForOp>(op))
      return unroll(loop);
    if (auto constant = dyn_cast<arith::ConstantIndexOp>(op)) {
      numbers[constant] = constant.value();
      return success();
    }
    if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
      FailureOr<SmallVector<int64_t>> result = evaluate(op, apply.getAffineMap(), apply.getMapOperands());
      if (failed(result))
        return failure();
      numbers[apply.getResult()] = result->front();
      return success();
    }
    if (auto view = dyn_cast<nisa::ViewOp>(op))
      return copyView(view);
    if (auto matmul = dyn_cast<nisa::NcMatmulOp>(op))
      return copyMatmul(matmul);
    Operation *clone = builder.clone(op, mapping);
    clone->setLoc(location);
    return success();
  }

  LogicalResult unroll(affine::AffineForOp loop) {
    if (!loop.hasConstantBounds())
      return loop.emitOpError("has bounds that are not constant");
    for (int64_t i = loop.getConstantLowerBound(); i < loop.getConstantUpperBound(); i += loop.getStepAsInt()) {
      numbers[loop.getInductionVar()] = i;
      if (failed(copyBlock(*loop.getBody())))
        return failure();
    }
    return success();
  }

  FailureOr<int64_t> numberOf(Operation &op, Value value) {
    auto it = numbers.find(value);
    if (it == numbers.end())
      return op.emitOpError("uses an index that is neither loop variable nor constant");
    return it->second;
  }

  FailureOr<SmallVector<int64_t>> evaluate(Operation &op, AffineMap map, ValueRange operands) {
    SmallVector<Attribute> constants, results;
    Builder attributes(op.getContext());
    for (Value operand : operands) {
      FailureOr<int64_t> number = numberOf(op, operand);
      if (failed(number))
        return failure();
      constants.push_back(attributes.getIndexAttr(*number));
    }
    if (failed(map.constantFold(constants, results)))
      return op.emitOpError("cannot be evaluated");
    return llvm::map_to_vector(results, [](Attribute result) { return cast<IntegerAttr>(result).getInt(); });
  }

  LogicalResult copyView(nisa::ViewOp view) {
    SmallVector<AffineExpr> symbols;
    for (Value symbol : view.getSymbols()) {
      FailureOr<int64_t> number = numberOf(*view, symbol);
      if (failed(number))
        return failure();
      symbols.push_back(getAffineConstantExpr(*number, view.getContext()));
    }
    AffineMap map = view.getMap().replaceDimsAndSymbols({}, symbols, view.getMap().getNumDims(), 0);
    mapping.map(view.getResult(),
                nisa::ViewOp::create(builder, location, view.getType(), mapping.lookupOrDefault(view.getSource()),
                                     ValueRange(), AffineMapAttr::get(map))
                    .getResult());
    return success();
  }

  LogicalResult copyMatmul(nisa::NcMatmulOp matmul) {
    bool accumulate = matmul.getAccumulate();
    for (Value index : matmul.getFirst()) {
      FailureOr<int64_t> number = numberOf(*matmul, index);
      if (failed(number))
        return failure();
      accumulate |= *number != 0;
    }
    nisa::NcMatmulOp::create(builder, location, mapping.lookupOrDefault(matmul.getDst()),
                             mapping.lookupOrDefault(matmul.getStationary()),
                             mapping.lookupOrDefault(matmul.getMoving()), ValueRange(), accumulate);
    return success();
  }

  OpBuilder &builder;
  Location location;
  DenseMap<Value, int64_t> numbers; // loop variables and index constants of the kernel
};

struct InlineKernels : impl::InlineKernelsBase<InlineKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    auto main = symbols.lookup<func::FuncOp>("main");
    if (!main) {
      module.emitError("has no function @main");
      return signalPassFailure();
    }
    SmallVector<func::CallOp> calls(main.getOps<func::CallOp>());
    OpBuilder builder(&getContext());
    for (func::CallOp call : calls) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!kernel || kernel.isDeclaration()) {
        call.emitOpError("calls '") << call.getCallee() << "', which is not defined in the module";
        return signalPassFailure();
      }
      builder.setInsertionPoint(call);
      Inliner inliner(builder, call.getLoc());
      inliner.mapping.map(kernel.getArguments(), call.getOperands());
      if (failed(inliner.copyBlock(kernel.getBody().front())))
        return signalPassFailure();
    }
    for (func::CallOp call : calls)
      call.erase();
    for (func::FuncOp function : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (function != main)
        function.erase();
  }
};

} // namespace
} // namespace tarn::schedule
