// An ONNX model as plain data, free of ONNX's own headers. Large tensors point into the mapped file: nothing
// of them is read before somebody looks at their bytes.
#pragma once
#include "tarn/Support/HostTensor.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tarn::onnxfile {

/// Element types under ONNX's numbers.
enum ElementType : int32_t {
  undefinedType = 0,
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  uint16 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  string = 8,
  boolean = 9,
  float16 = 10,
  float64 = 11,
  uint32 = 12,
  uint64 = 13,
  complex64 = 14,
  complex128 = 15,
  bfloat16 = 16,
  float8E4M3FN = 17,
  float8E4M3FNUZ = 18,
  float8E5M2 = 19,
  float8E5M2FNUZ = 20,
  uint4 = 21,
  int4 = 22,
  float4E2M1 = 23,
  float8E8M0 = 24,
  uint2 = 25,
  int2 = 26,
};
/// Width of one element in bits; 0 for strings, the undefined type and numbers that are none of the above.
unsigned bitWidth(int32_t elementType);
bool isSubByteInteger(int32_t elementType);
/// `count` elements of `bits` bits, packed lowest first, to a byte each, with their sign where they have one.
std::shared_ptr<std::string> unpack(llvm::ArrayRef<char> packed, int64_t count, unsigned bits, bool isSigned);
/// ONNX's spelling: "float", "int64", …; "type 77" for an unknown number.
std::string spelling(int32_t elementType);

/// A tensor in the file or in memory. Bytes are little endian and dense; elements of 2 and 4 bits are packed,
/// the first one in the lowest bits.
struct Tensor {
  std::string name;
  int32_t elementType = undefinedType;
  Shape dims;
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<const void> owner; // keeps `bytes` alive
  std::vector<std::string> strings;  // for the element type `string`

  int64_t size() const { return numElements(dims); }
};

struct Dim {
  int64_t size = -1;     // -1: not known
  std::string parameter; // symbolic name, may be empty
};

struct Type {
  enum Kind : uint8_t { unknown, tensor, sequence, optional, other };
  Kind kind = unknown;
  int32_t elementType = undefinedType;
  std::optional<std::vector<Dim>> shape; // absent: rank not known
  std::shared_ptr<Type> element;         // of sequences and optionals
};

struct Value {
  std::string name;
  Type type;
};

struct Attribute {
  enum Kind : uint8_t { integer, real, text, tensor, integers, reals, texts, graph, other };
  std::string name;
  Kind kind = other;
  int64_t i = 0;
  float f = 0;
  std::string s;
  Tensor t;
  std::vector<int64_t> ints;
  std::vector<float> floats;
  std::vector<std::string> strings;
  std::string reference; // inside a function: the name of the function's attribute that stands here
};

struct Node {
  std::string name, type, domain, overload;
  std::vector<std::string> inputs, outputs; // an empty name is an absent one
  std::vector<Attribute> attributes;
  int64_t opset = 0;                 // version of its domain's operator set; 0: the model imports none for it
  std::vector<std::string> captured; // names that subgraphs of this node take from the graph around it

  const Attribute *find(llvm::StringRef name) const;
  /// "Conv node '/conv1/Conv'"; an unnamed node is called by its first output.
  std::string describe() const;
};

struct Graph {
  std::string name;
  std::vector<Node> nodes;
  std::vector<Value> inputs, outputs, values;
  std::vector<Tensor> initializers;
};

using OpsetVersions = std::map<std::string, int64_t>; // by domain; "" is ai.onnx

struct Function {
  std::string name, domain, overload;
  std::vector<std::string> inputs, outputs;
  std::vector<Attribute> defaults;
  std::vector<Node> nodes;
  OpsetVersions opsets;
};

struct Model {
  std::string path;
  int64_t irVersion = 0;
  OpsetVersions opsets;
  Graph graph;
  std::vector<Function> functions;
};

} // namespace tarn::onnxfile
