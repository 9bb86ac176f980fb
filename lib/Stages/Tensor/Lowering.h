// What the lowering of one ONNX op sees: its inputs (already tensors without sign), its attributes with their
// defaults, and a TensorBuilder. Each operator has one function; the tables of a family are joined in
// LowerOnnx.cpp.
#pragma once
#include "Constants.h"
#include "Rates.h"
#include "TensorBuilder.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringMap.h"

namespace tarn::tensor {
class Lowering {
public:
  Lowering(mlir::OpBuilder &builder, mlir::Operation *op, llvm::DenseSet<Value> &unsignedValues, const Rates &rates)
      : op(op), t(builder, op->getLoc(), unsignedValues), rates(rates), results(op->getNumResults()),
        unsignedValues(unsignedValues) {}

  mlir::Operation *op;
  TensorBuilder t;
  const Rates &rates;
  llvm::SmallVector<Value> results;

  /// "Conv".
  llvm::StringRef name() const { return op->getName().stripDialect(); }
  bool hasInput(unsigned i) const {
    return i < op->getNumOperands() && !mlir::isa<mlir::NoneType>(op->getOperand(i).getType());
  }
  Value input(unsigned i) const { return hasInput(i) ? op->getOperand(i) : Value(); }
  bool isUnsigned(Value value) const { return unsignedValues.contains(value); }
  /// All inputs that are there.
  llvm::SmallVector<Value> inputs() const {
    llvm::SmallVector<Value> all;
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      if (hasInput(i))
        all.push_back(input(i));
    return all;
  }
  /// The result's shape and its element type without sign; `resultIsUnsigned` keeps the sign.
  Integers resultShape(unsigned i = 0) const {
    return Integers(mlir::cast<RankedTensorType>(op->getResult(i).getType()).getShape());
  }
  Type resultElement(unsigned i = 0) const {
    return signlessType(mlir::cast<RankedTensorType>(op->getResult(i).getType())).getElementType();
  }
  bool resultIsUnsigned(unsigned i = 0) const;
  bool resultIsBool(unsigned i = 0) const {
    return mlir::cast<RankedTensorType>(op->getResult(i).getType()).getElementType().isInteger(1);
  }

  int64_t integer(llvm::StringRef attribute, int64_t whenAbsent) const;
  double number(llvm::StringRef attribute, double whenAbsent) const;
  std::string text(llvm::StringRef attribute, llvm::StringRef whenAbsent) const;
  /// Empty when absent.
  Integers integers(llvm::StringRef attribute) const;
  bool has(llvm::StringRef attribute) const { return bool(op->getAttr(attribute)); }
  /// An axis of a tensor of this rank, counted from 0.
  int64_t axis(int64_t value, int64_t rank) {
    int64_t result = fromEnd(value, rank);
    if (result >= 0 && result < std::max<int64_t>(rank, 1))
      return result;
    t.fail("axis " + llvm::Twine(value) + " of a tensor of rank " + llvm::Twine(rank));
    return 0;
  }
  /// Negative places count from the end.
  static int64_t fromEnd(int64_t value, int64_t size) { return value < 0 ? value + size : value; }
  /// The integers of a constant input; an error naming it when it is not constant. `whenAbsent` if left out.
  mlir::FailureOr<Integers> constantInput(unsigned i, llvm::StringRef inputName, Integers whenAbsent = {});

  /// Elementwise over the result's shape.
  Value elementwise(llvm::ArrayRef<Value> operands, Body body) {
    return t.elementwise(operands, resultShape(), resultElement(), body, resultIsUnsigned());
  }
  mlir::LogicalResult done(Value value) {
    results[0] = value;
    return mlir::success();
  }
  mlir::InFlightDiagnostic error() { return op->emitOpError(); }

private:
  const llvm::DenseSet<Value> &unsignedValues;
};

using LoweringFunction = mlir::LogicalResult (*)(Lowering &);
using LoweringTable = llvm::StringMap<LoweringFunction>;

void addElementwise(LoweringTable &table);
void addMatmul(LoweringTable &table);
void addConvolution(LoweringTable &table);
void addPooling(LoweringTable &table);
void addReduction(LoweringTable &table);
void addNormalization(LoweringTable &table);
void addMovement(LoweringTable &table);
void addPadding(LoweringTable &table);
void addQuantization(LoweringTable &table);
} // namespace tarn::tensor
