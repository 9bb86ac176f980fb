// tensor-fuse-kernels: decides which ops form a kernel (Grouping) and moves each group into a function of its
// own.
//
//   %0 = conv x, w          ┐                                func @kernel_0(x, w, b) {
//   %1 = %0 + b             ├─ one kernel: root %2     ⇒       conv, add, relu: return %2 }
//   %2 = relu %1            ┘                                %2 = call @kernel_0(x, w, b)
//
// Leaves (tensor.empty, linalg.fill, scalar constants) are copied into every kernel that reads them.
// Constants, reshapes, calls and the return stay in main. What main returns is always the result of a kernel,
// so that every output has memory of its own.
#include "Grouping.h"
#include "Simplify.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "tarn/Dialect/NISA/Origin.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace tarn {
#define GEN_PASS_DEF_FUSEKERNELS
#include "tarn/Stages/Tensor/Passes.h.inc"
} // namespace tarn

using namespace mlir;
namespace tarn::tensor {
namespace {

/// The value whose bytes a chain of reshapes shows.
Value originOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<::mlir::tensor::ExpandShapeOp, ::mlir::tensor::CollapseShapeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

Value copyOf(OpBuilder &builder, Location loc, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<AffineMap> maps(2, builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  Value init = ::mlir::tensor::EmptyOp::create(builder, loc, type.getShape(), type.getElementType());
  return linalg::GenericOp::create(
             builder, loc, TypeRange{type}, ValueRange{value}, ValueRange{init}, maps, iterators,
             [](OpBuilder &b, Location l, ValueRange args) { linalg::YieldOp::create(b, l, args[0]); })
      .getResult(0);
}

/// Every output of main gets a kernel of its own that writes it.
void copyOutputs(func::FuncOp main) {
  Operation *end = main.getBody().front().getTerminator();
  OpBuilder builder(end);
  SmallVector<Value> seen;
  for (OpOperand &operand : end->getOpOperands()) {
    Value origin = originOf(operand.get());
    Operation *op = origin.getDefiningOp();
    if (!op || op->getName().getDialectNamespace() == "onnx" || isLeaf(op) || llvm::is_contained(seen, origin))
      operand.set(copyOf(builder, op ? op->getLoc() : main.getLoc(), operand.get()));
    seen.push_back(originOf(operand.get()));
  }
}

/// Copies a leaf, and the leaves it reads, to the builder's place, once per kernel.
Value copyLeaf(Operation *leaf, OpBuilder &builder, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(leaf->getResult(0)))
    return known;
  for (Value operand : leaf->getOperands())
    if (Operation *inner = operand.getDefiningOp(); inner && isLeaf(inner))
      copyLeaf(inner, builder, mapping);
  return builder.clone(*leaf, mapping)->getResult(0);
}

/// Scalars that a body reads are made in that body (rewriting moves constants out of it).
void sinkScalars(func::FuncOp main) {
  for (Operation &op : main.getBody().front())
    for (Region &region : op.getRegions()) {
      llvm::MapVector<Operation *, Operation *> inside;
      region.walk([&](Operation *inner) {
        for (OpOperand &operand : inner->getOpOperands()) {
          auto scalar = operand.get().getDefiningOp<arith::ConstantOp>();
          if (!scalar || region.isAncestor(scalar->getParentRegion()))
            continue;
          Operation *&copy = inside[scalar];
          if (!copy) {
            copy = scalar->clone();
            region.front().push_front(copy);
          }
          operand.set(copy->getResult(0));
        }
      });
    }
}

void outline(ModuleOp module, func::FuncOp main, ArrayRef<Operation *> members, unsigned number) {
  Operation *root = members.back();
  llvm::SmallPtrSet<Operation *, 8> inside(members.begin(), members.end());
  llvm::SetVector<Value> arguments;
  llvm::SetVector<Location> locations;
  for (Operation *op : members) {
    locations.insert(op->getLoc());
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (!producer || (!inside.contains(producer) && !isLeaf(producer)))
        arguments.insert(operand);
    }
  }
  Location loc = FusedLoc::get(module.getContext(), locations.getArrayRef());
  OpBuilder builder(module.getBodyRegion());
  builder.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> argumentTypes;
  for (Value argument : arguments)
    argumentTypes.push_back(argument.getType());
  auto type = builder.getFunctionType(argumentTypes, root->getResultTypes());
  auto kernel = func::FuncOp::create(builder, loc, ("kernel_" + Twine(number)).str(), type);
  kernel.setPrivate();
  kernel->setAttr("tarn.kernel", builder.getUnitAttr());
  Block *body = kernel.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  for (auto [outer, inner] : llvm::zip_equal(arguments, body->getArguments()))
    mapping.map(outer, inner);
  for (Operation *op : members) {
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp(); producer && isLeaf(producer))
        copyLeaf(producer, builder, mapping);
    builder.clone(*op, mapping);
  }
  func::ReturnOp::create(builder, root->getLoc(), mapping.lookup(root->getResult(0)));

  builder.setInsertionPoint(root);
  auto call = func::CallOp::create(builder, loc, kernel, arguments.getArrayRef());
  root->getResult(0).replaceAllUsesWith(call.getResult(0));
  remark::passed(loc, remark::RemarkOpts::name("kernel").category("fusion").function(kernel.getSymName()))
      << remark::add("{0} holds {1} operations of {2}", kernel.getSymName(), members.size(), nisa::nodesOf(loc, " + "));
}

class FuseKernelsPass : public impl::FuseKernelsBase<FuseKernelsPass> {
public:
  using FuseKernelsBase::FuseKernelsBase;

private:
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    if (!main || main.getBody().empty())
      return;
    if (fuse)
      simplify(main);
    copyOutputs(main);
    sinkScalars(main);

    std::vector<Group> groups = groupOps(main, fuse);
    for (auto [number, group] : llvm::enumerate(groups))
      outline(module, main, group, number);
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(main.getBody().front())))
      if (op.use_empty() && !op.hasTrait<OpTrait::IsTerminator>() && !isa<func::CallOp>(op))
        op.erase();
    module->setAttr("tarn.form", StringAttr::get(&getContext(), "linalg"));
  }
};
} // namespace
} // namespace tarn::tensor
