// tarn-lsp-server: mlir-lsp-server with Tarn's dialects.
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "tarn/Pipeline/Dialects.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  tarn::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry)) ? 1 : 0;
}
