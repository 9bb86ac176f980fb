// tarn-reduce: mlir-reduce with Tarn's dialects and passes.
#include "mlir/IR/MLIRContext.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "tarn/Pipeline/Dialects.h"
#include "tarn/Pipeline/Pipeline.h"

int main(int argc, char **argv) {
  tarn::registerAllPasses();
  mlir::DialectRegistry registry;
  tarn::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context)) ? 1 : 0;
}
