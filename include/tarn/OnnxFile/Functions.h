// Functions: those of a model, and the bodies that ONNX's schemas give many operators.
#pragma once
#include "tarn/OnnxFile/OnnxModel.h"

namespace tarn::onnxfile {

/// The nodes of `function` for one call: formal inputs and outputs become those of the call, all other values get
/// `prefix`; attributes that refer to the function's are bound to those of the call, else to the function's defaults,
/// else dropped. Calls inside the body stay.
llvm::Expected<std::vector<Node>> instantiate(const Function &function, const Node &call, const std::string &prefix);

/// Whether ONNX says what the operator means by a function of other operators.
bool hasFunctionBody(llvm::StringRef operatorName, int64_t opset);

/// That function for one call, instantiated; it may depend on the types of the call's inputs (kind `unknown` for an
/// absent one). No nodes where the operator has no function for these types. Nodes are valid at `opset`.
llvm::Expected<std::vector<Node>> functionBody(const Node &call, int64_t opset, llvm::ArrayRef<Type> inputs,
                                               const std::string &prefix);

} // namespace tarn::onnxfile
