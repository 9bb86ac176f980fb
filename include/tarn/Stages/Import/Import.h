// The stage Import: a model file becomes a module of the form `onnx`.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace tarn {

/// What a user fixes of a model's inputs: whole shapes by input, symbolic dimensions by name.
struct InputShapes {
  std::map<std::string, std::vector<int64_t>> shapes;
  std::map<std::string, int64_t> dims;
};

struct ImportOptions {
  InputShapes inputs;
};

/// Reads `path` (.onnx, or .onnxtxt in ONNX's text syntax) as a module with one function `main`. Every node
/// is at opset 28; nodes that the dialect has no operator for, or whose old form means something else at
/// opset 28, become `onnx.Custom` (with the attribute `reason`, where there is one to tell). An error names
/// file, node and reason.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> importOnnxFile(llvm::StringRef path, mlir::MLIRContext &context,
                                                                 const ImportOptions &options = {});

/// Fixes dimensions of the inputs of `main`. A symbolic dimension that one input's shape settles is settled
/// for the other inputs too. Types of results are left as they are. Errors name the input, what was found and
/// what is allowed.
llvm::Error fixInputShapes(mlir::ModuleOp module, const InputShapes &inputs);

} // namespace tarn
