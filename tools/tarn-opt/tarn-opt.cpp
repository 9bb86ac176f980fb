// mlir-opt with Tarn's dialects and passes.
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "tarn/Pipeline/Dialects.h"
#include "tarn/Pipeline/Pipeline.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  tarn::registerAllDialects(registry);
  tarn::registerAllPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Tarn's optimizer driver\n", registry));
}
