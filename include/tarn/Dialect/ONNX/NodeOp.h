// What all operators of the `onnx` dialect share: any number of operands and results, attributes under ONNX's
// names, one textual form, and a verifier that reads the table of schemas. The operators themselves differ by
// name only, so that two hundred of them cost little to compile.
#pragma once
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace tarn::onnx {

/// `(%a, %b) {attributes} : (types) -> types`
mlir::ParseResult parseNode(mlir::OpAsmParser &parser, mlir::OperationState &state);
void printNode(mlir::Operation *op, mlir::OpAsmPrinter &printer);
/// Numbers of operands and results, names and kinds of attributes, as the schema has them.
mlir::LogicalResult verifyNode(mlir::Operation *op);

template <typename Concrete, bool pure>
class NodeOp : public mlir::Op<Concrete, mlir::OpTrait::ZeroRegions, mlir::OpTrait::VariadicResults,
                               mlir::OpTrait::ZeroSuccessors, mlir::OpTrait::VariadicOperands,
                               mlir::ConditionallySpeculatable::Trait, mlir::MemoryEffectOpInterface::Trait> {
public:
  using Base = mlir::Op<Concrete, mlir::OpTrait::ZeroRegions, mlir::OpTrait::VariadicResults,
                        mlir::OpTrait::ZeroSuccessors, mlir::OpTrait::VariadicOperands,
                        mlir::ConditionallySpeculatable::Trait, mlir::MemoryEffectOpInterface::Trait>;
  using Base::Base;

  static llvm::ArrayRef<llvm::StringRef> getAttributeNames() { return {}; }
  static void build(mlir::OpBuilder &, mlir::OperationState &state, mlir::TypeRange results, mlir::ValueRange operands,
                    llvm::ArrayRef<mlir::NamedAttribute> attributes = {}) {
    state.addTypes(results);
    state.addOperands(operands);
    state.addAttributes(attributes);
  }
  static Concrete create(mlir::OpBuilder &builder, mlir::Location location, mlir::TypeRange results,
                         mlir::ValueRange operands, llvm::ArrayRef<mlir::NamedAttribute> attributes = {}) {
    mlir::OperationState state(location, Concrete::getOperationName());
    build(builder, state, results, operands, attributes);
    return mlir::cast<Concrete>(builder.create(state));
  }

  static mlir::ParseResult parse(mlir::OpAsmParser &parser, mlir::OperationState &state) {
    return parseNode(parser, state);
  }
  void print(mlir::OpAsmPrinter &printer) { printNode(this->getOperation(), printer); }
  mlir::LogicalResult verify() { return verifyNode(this->getOperation()); }

  mlir::Speculation::Speculatability getSpeculatability() {
    return pure ? mlir::Speculation::Speculatable : mlir::Speculation::NotSpeculatable;
  }
  /// Random and unknown operators must be neither merged nor removed: they write.
  void getEffects(llvm::SmallVectorImpl<mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>> &effects) {
    if (!pure)
      effects.emplace_back(mlir::MemoryEffects::Write::get());
  }
};

} // namespace tarn::onnx
