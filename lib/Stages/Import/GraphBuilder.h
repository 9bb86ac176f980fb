// Builds the function `main` of a model whose nodes are sorted and whose functions are inlined.
#pragma once
#include "Normalize.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "tarn/Stages/Import/Import.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <deque>

namespace tarn {

class GraphBuilder final : private KnownValues {
public:
  GraphBuilder(const onnxfile::Model &model, mlir::ModuleOp module);

  llvm::Error build(const InputShapes &inputs);

private:
  const onnxfile::Model &model;
  mlir::ModuleOp module;
  mlir::OpBuilder builder;
  mlir::func::FuncOp function;
  llvm::StringMap<mlir::Value> values;
  llvm::StringMap<const onnxfile::Tensor *> initializers;
  llvm::StringMap<onnxfile::Type> declared; // what the file says of values
  llvm::StringSet<> read;
  std::deque<onnxfile::Tensor> wideTensors; // in `initializers` too
  mlir::Value noValue;
  unsigned freshNames = 0;

  llvm::Error addFunction(const InputShapes &inputs);
  llvm::Error addNode(const onnxfile::Node &node);
  llvm::Error addOperator(const onnxfile::Node &node, mlir::Location location);
  llvm::Error addConstant(const onnxfile::Node &node, mlir::Location location);
  llvm::Error addCustom(const onnxfile::Node &node, mlir::Location location, llvm::StringRef reason);
  llvm::Error addResults();

  /// Weights of 2 and 4 bits that DequantizeLinear reads become 8-bit integers of the same values, which
  /// means the same and spares everybody behind a packed element type.
  void widenQuantizedWeights(onnxfile::Node &node);
  llvm::Expected<mlir::Value> valueOf(llvm::StringRef name);
  llvm::Expected<llvm::SmallVector<mlir::Value>> operandsOf(const onnxfile::Node &node);
  llvm::Expected<mlir::NamedAttrList> attributesOf(const onnxfile::Node &node);
  mlir::Type declaredType(llvm::StringRef name);
  mlir::Location locationOf(const onnxfile::Node &node);
  void define(const onnxfile::Node &node, mlir::Operation *op);

  onnxfile::Type typeOf(llvm::StringRef value) const override;
  std::optional<onnxfile::Tensor> constantOf(llvm::StringRef value) const override;
  bool isRead(llvm::StringRef value) const override { return read.contains(value); }
};

} // namespace tarn
