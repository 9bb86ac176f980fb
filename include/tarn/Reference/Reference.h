// What an ONNX operator means: one plain function per operator (opset 28) on host tensors.
#pragma once
#include "tarn/Support/HostTensor.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace tarn::reference {

/// An attribute of an ONNX node. Integers, floats, strings, tensors and lists of the first three.
using Attribute = std::variant<int64_t, double, std::string, HostTensor, std::vector<int64_t>, std::vector<double>,
                               std::vector<std::string>>;

/// A node to evaluate. `inputs[i]` is null where an optional input is left out.
struct Node {
  std::string op;                              // "Conv"; ai.onnx, as of opset 28
  std::map<std::string, Attribute> attributes; // absent: the schema's default
  std::vector<const HostTensor *> inputs;
  unsigned numOutputs = 1;
};

/// Computes the outputs. 16-bit floats are computed in fp32 and rounded once at the end; sums and products accumulate in
/// fp32 or wider. Errors: an operator or a combination of attributes that is not implemented ("op Foo is not
/// implemented"), operands that do not fit each other.
llvm::Expected<std::vector<HostTensor>> evaluate(const Node &node);

/// Whether an operator has a function here.
bool isImplemented(llvm::StringRef op);

} // namespace tarn::reference
