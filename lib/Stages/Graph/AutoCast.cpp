// --auto-cast: fp32 arithmetic in a 16-bit float. In mode `matmult` the operands of matrix products are
// rounded to it and the result comes back to fp32; in mode `all` every fp32 value inside the function is, and
// only inputs and outputs stay. The casts are nodes, so that the oracle, which runs the graph after this
// pass, rounds where the machine does.
#include "Nodes.h"
#include "tarn/Stages/Graph/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_AUTOCAST
#include "tarn/Stages/Graph/Passes.h.inc"
} // namespace tarn

using namespace mlir;

namespace tarn::graph {
namespace {

bool isMatrixProduct(StringRef type) {
  return type == "MatMul" || type == "Gemm" || type == "Conv" || type == "ConvTranspose";
}

// Operators whose fp32 operands are parameters of a definition (scales of a quantisation), not values to
// compute with.
bool keepsTypes(StringRef type) {
  return type == "QuantizeLinear" || type == "DequantizeLinear" || type == "Resize" || type == "Custom" ||
         type == "Constant" || type == "NoValue" || type == "Cast";
}

struct AutoCast : public tarn::impl::AutoCastBase<AutoCast> {
  using AutoCastBase::AutoCastBase;

  void runOnOperation() override {
    if (mode == "none")
      return;
    if (mode != "matmult" && mode != "all") {
      getOperation().emitError("--auto-cast is '") << mode << "', allowed are none, matmult, all";
      return signalPassFailure();
    }
    if (type != "bf16" && type != "fp16") {
      getOperation().emitError("--auto-cast-type is '") << type << "', allowed are bf16, fp16";
      return signalPassFailure();
    }
    Builder builder(&getContext());
    Type narrow = type == "bf16" ? Type(builder.getBF16Type()) : Type(builder.getF16Type());
    for (Operation &op : llvm::make_early_inc_range(getOperation().getBody().front()))
      if (StringRef name = opType(&op); !name.empty() && (mode == "all" ? !keepsTypes(name) : isMatrixProduct(name)))
        narrowNode(&op, narrow);
    dropRoundTrips(narrow);
    eraseDeadNodes(getOperation());
  }

  void narrowNode(Operation *op, Type narrow) {
    Type wide = Builder(&getContext()).getF32Type();
    IRRewriter rewriter(&getContext());
    NodeBuilder before(rewriter, op);
    for (OpOperand &operand : op->getOpOperands())
      if (auto tensor = dyn_cast<RankedTensorType>(operand.get().getType()); tensor && tensor.getElementType() == wide)
        operand.set(castOrConvert(before, operand.get(), narrow));
    rewriter.setInsertionPointAfter(op);
    for (Value result : op->getResults()) {
      auto tensor = dyn_cast<RankedTensorType>(result.getType());
      if (!tensor || tensor.getElementType() != wide)
        continue;
      result.setType(tensor.clone(narrow));
      Value back = before.cast(result, wide);
      result.replaceAllUsesExcept(back, back.getDefiningOp());
    }
  }

  // A constant is converted at once.
  Value castOrConvert(NodeBuilder &builder, Value value, Type narrow) {
    if (std::optional<HostTensor> tensor = constantOf(value))
      return builder.constant(tensor->cast(*toDType(narrow)));
    return builder.cast(value, narrow);
  }

  // narrow -> fp32 -> narrow is nothing.
  void dropRoundTrips(Type narrow) {
    for (Operation &op : getOperation().getBody().front()) {
      if (opType(&op) != "Cast" || elementType(op.getResult(0)) != narrow)
        continue;
      Operation *back = definingNode(op.getOperand(0), "Cast");
      if (back && elementType(back->getResult(0)).isF32() && elementType(back->getOperand(0)) == narrow)
        op.getResult(0).replaceAllUsesWith(back->getOperand(0));
    }
  }
};

} // namespace
} // namespace tarn::graph
