// Nodes in an order in which every value is made before it is read.
#pragma once
#include "tarn/OnnxFile/OnnxModel.h"

namespace tarn {
/// Of a value that several nodes make, the last node's counts; `warnings` gets a line for each such value.
/// Nodes of a sorted graph stay where they are. Errors: a cycle, an input that nothing makes.
llvm::Error sortNodes(onnxfile::Graph &graph, std::vector<std::string> &warnings);
} // namespace tarn
