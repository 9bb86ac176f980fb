// What is legal in each form, as a difference to the form before.
//
//   onnx       functions of onnx operations on tensors
//   graph      … all types static
//   linalg     @main: constants, calls of kernels, free reshapes; kernels: linalg, tensor, arith, math on tensors with
//              elements
//   virtual    @main: nisa.tensor, nisa.reshape, calls; kernels: nisa operations and affine loops on tiles
//   scheduled  @main alone: one stream of nisa instructions and loops of them (nisa.loop), each with its engine; no
//              macro operation
//   placed     … every tile and tensor has an address
//   queued     … the instructions lie in nisa.queue operations, one per engine; each has loops of its own
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "tarn/Dialect/NISA/NISA.h"
#include "tarn/Pipeline/Pipeline.h"

using namespace mlir;

namespace tarn {
namespace {

llvm::StringRef dialectOf(Operation *op) { return op->getName().getDialectNamespace(); }

LogicalResult illegal(Operation *op, Form form, llvm::StringRef reason = "") {
  InFlightDiagnostic error = op->emitOpError("is not legal in form '") << name(form) << "'";
  if (!reason.empty())
    error << ": " << reason;
  return error;
}

bool isMacro(Operation *op) { return llvm::isa<nisa::NcMatmulOp, nisa::NcTransposeOp, nisa::ActivationReduceOp>(op); }

LogicalResult verifyOp(Operation *op, Form form) {
  if (llvm::isa<ModuleOp, func::FuncOp, func::ReturnOp>(op))
    return success();
  llvm::StringRef dialect = dialectOf(op);
  switch (form) {
  case Form::onnx:
  case Form::graph: {
    if (dialect != "onnx")
      return illegal(op, form);
    for (Value result : op->getResults())
      if (auto type = dyn_cast<ShapedType>(result.getType()); form == Form::graph && type && !type.hasStaticShape())
        return illegal(op, form, "its shapes are not static; --shape or --dim fixes those of the inputs");
    return success();
  }
  case Form::linalg: {
    static const llvm::StringLiteral allowed[] = {"onnx", "func", "linalg", "tensor", "arith", "math", "affine"};
    if (!llvm::is_contained(allowed, dialect))
      return illegal(op, form);
    for (Type type : op->getResultTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && llvm::is_contained(tensor.getShape(), 0))
        return illegal(op, form, "its result has no elements");
    return success();
  }
  case Form::virtualTiles:
    if (dialect == "nisa" && !llvm::isa<nisa::QueueOp, nisa::LoopOp>(op))
      return success();
    return llvm::isa<func::CallOp, affine::AffineForOp, affine::AffineYieldOp, affine::AffineApplyOp,
                     arith::ConstantIndexOp>(op)
               ? success()
               : illegal(op, form);
  case Form::scheduled:
  case Form::placed:
  case Form::queued: {
    if (dialect != "nisa" || isMacro(op))
      return illegal(op, form);
    if (llvm::isa<nisa::QueueOp>(op) && form != Form::queued)
      return illegal(op, form);
    auto instruction = dyn_cast<nisa::InstructionInterface>(op);
    auto queue = op->getParentOfType<nisa::QueueOp>();
    bool inQueue = queue != nullptr;
    if (llvm::isa<nisa::LoopOp>(op) && form == Form::queued && !inQueue)
      return illegal(op, form, "it lies in no queue");
    if (instruction && !instruction.getEngine())
      return illegal(op, form, "it has no engine");
    if (instruction && inQueue && *instruction.getEngine() != queue.getEngine())
      return illegal(op, form, "it lies in the queue of another engine");
    if (instruction && form == Form::queued && !inQueue)
      return illegal(op, form, "it lies in no queue");
    if (form == Form::scheduled)
      return success();
    auto alloc = dyn_cast<nisa::AllocOp>(op);
    if (alloc && !alloc.getAddress() && !alloc.getResult().use_empty())
      return illegal(op, form, "it has no address");
    return success();
  }
  case Form::assembly:
  case Form::elf:
    break;
  }
  return illegal(op, form, "this form is not IR");
}

} // namespace

FailureOr<Form> getForm(ModuleOp module) {
  static constexpr llvm::StringLiteral allowed =
      "\"onnx\", \"graph\", \"linalg\", \"virtual\", \"scheduled\", \"placed\" or \"queued\"";
  auto attribute = module->getAttrOfType<StringAttr>(formAttributeName);
  if (!attribute)
    return module.emitError("does not say which form it is in: needs the attribute ")
           << formAttributeName << " = " << allowed;
  std::optional<Form> form = parseForm(attribute.getValue());
  if (!form || *form > Form::queued)
    return module.emitError("names an unknown form '")
           << attribute.getValue() << "'; allowed is " << formAttributeName << " = " << allowed;
  return *form;
}

void setForm(ModuleOp module, Form form) {
  module->setAttr(formAttributeName, StringAttr::get(module.getContext(), name(form)));
}

// Every form has one @main with a body; in the forms on tensors it says what the model's inputs and outputs are called.
static LogicalResult verifyMain(ModuleOp module, Form form) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("has no function @main with a body, in form '") << name(form) << "' it needs one";
  if (form > Form::linalg)
    return success();
  auto verifyValue = [&](llvm::StringRef what, unsigned index, Type type, StringAttr valueName) -> LogicalResult {
    if (!llvm::isa<TensorType>(type))
      return main.emitOpError() << what << " " << index << " of @main is of type " << type << ", allowed is a tensor";
    if (!valueName || valueName.getValue().empty())
      return main.emitOpError() << what << " " << index << " of @main has no name, it needs {onnx.name = \"...\"}";
    return success();
  };
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    if (failed(verifyValue("argument", i, main.getArgument(i).getType(),
                           main.getArgAttrOfType<StringAttr>(i, "onnx.name"))))
      return failure();
  for (unsigned i = 0; i < main.getNumResults(); ++i)
    if (failed(
            verifyValue("result", i, main.getResultTypes()[i], main.getResultAttrOfType<StringAttr>(i, "onnx.name"))))
      return failure();
  return success();
}

LogicalResult verifyForm(ModuleOp module, Form form) {
  if (failed(verifyMain(module, form)))
    return failure();
  WalkResult walk = module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (failed(verifyOp(op, form)))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

} // namespace tarn
