// Brings one node of ai.onnx from the opset of its model to opset 28.
#pragma once
#include "tarn/OnnxFile/OnnxModel.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace tarn {

/// What the steps may ask about the values of the graph.
class KnownValues {
public:
  virtual ~KnownValues() = default;
  virtual onnxfile::Type typeOf(llvm::StringRef value) const = 0;
  /// Null when the value is not known at compile time.
  virtual std::optional<onnxfile::Tensor> constantOf(llvm::StringRef value) const = 0;
  /// Whether a node or an output of the graph reads it.
  virtual bool isRead(llvm::StringRef value) const = 0;
};

/// The node under change. Steps edit `node` and put nodes, already at opset 28, before and after it.
class Rewrite {
public:
  Rewrite(onnxfile::Node node, const KnownValues &known, unsigned &counter)
      : node(std::move(node)), known(known), counter(counter) {}

  onnxfile::Node node;
  std::vector<onnxfile::Node> before, after;

  std::optional<int64_t> rankOf(llvm::StringRef value) const;
  const KnownValues &values() const { return known; }

  /// The attribute's value, which is then gone from the node.
  std::optional<int64_t> takeInteger(llvm::StringRef name);
  std::optional<float> takeReal(llvm::StringRef name);
  std::optional<std::vector<int64_t>> takeIntegers(llvm::StringRef name);
  std::optional<std::string> takeText(llvm::StringRef name);
  void setInteger(llvm::StringRef name, int64_t value);
  void setText(llvm::StringRef name, llvm::StringRef value);

  /// Sets input `index`; inputs between are absent.
  void setInput(size_t index, const std::string &value);
  std::string input(size_t index) const { return index < node.inputs.size() ? node.inputs[index] : ""; }

  /// A node before this one; answers its output.
  std::string emit(llvm::StringRef type, std::vector<std::string> inputs,
                   std::vector<onnxfile::Attribute> attributes = {});
  /// Constants before this one.
  std::string integers(llvm::ArrayRef<int64_t> values);
  std::string integer(int64_t value);
  /// A scalar of the element type of `like` (float when that is not known).
  std::string scalarLike(llvm::StringRef like, double value);
  std::string freshName();

private:
  const KnownValues &known;
  unsigned &counter;
  std::optional<onnxfile::Attribute> take(llvm::StringRef name);
  std::string constant(onnxfile::Tensor tensor);
};

onnxfile::Attribute integerAttribute(llvm::StringRef name, int64_t value);

/// Nodes at opset 28 that do together what `node` does at its own; or the reason why there are none.
struct Normalized {
  std::vector<onnxfile::Node> nodes;
  std::string refusal;
};
Normalized normalize(const onnxfile::Node &node, const KnownValues &known, unsigned &counter);

} // namespace tarn
