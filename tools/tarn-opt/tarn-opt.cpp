// mlir-opt with Tarn's dialects and passes.
#include "tarn/Pipeline/Dialects.h"
#include "tarn/Stages/Graph/Passes.h"
#include "tarn/Stages/Place/Passes.h"
#include "tarn/Stages/Schedule/Passes.h"
#include "tarn/Stages/Sync/Passes.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "tarn/Stages/Tile/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  tarn::registerAllDialects(registry);
  mlir::registerTransformsPasses();
  mlir::registerLinalgPasses();
  tarn::registerGraphPasses();
  tarn::place::registerPlacePasses();
  tarn::schedule::registerSchedulePasses();
  tarn::registerSyncPasses();
  tarn::registerTensorPasses();
  tarn::registerTilePasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Tarn's optimizer driver\n", registry));
}
