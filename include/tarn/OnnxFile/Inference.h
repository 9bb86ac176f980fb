// Types of a node's results, from ONNX's own inference function of its operator.
#pragma once
#include "tarn/OnnxFile/OnnxModel.h"

namespace tarn::onnxfile {

/// What is known of one input of a node.
struct InferenceInput {
  Type type;                        // kind `unknown`: an input whose type nobody knows
  bool isPresent = true;            // false: an absent optional input
  const Tensor *constant = nullptr; // its value, when it is known; inference reads shapes, axes, sizes
};

/// One type per output of the node, of kind `unknown` where ONNX cannot say. `node.domain` must be ai.onnx.
/// An error says that the node contradicts its operator's rules.
llvm::Expected<std::vector<Type>> inferTypes(const Node &node, int64_t opset, llvm::ArrayRef<InferenceInput> inputs);

} // namespace tarn::onnxfile
