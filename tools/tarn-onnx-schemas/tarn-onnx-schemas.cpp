// Prints what the `onnx` dialect needs to know of every operator of the domain ai.onnx, as the ONNX library
// registers it: one TARN_ONNX_OP line per operator and one TARN_ONNX_ATTRIBUTE line per attribute, sorted by
// name. Operators that hold subgraphs are left out, and Constant, which the dialect defines by itself.
#include "onnx/defs/schema.h"
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using onnx::AttributeProto;
using onnx::OpSchema;

static constexpr int opset = 28;

/// One letter per kind of attribute: i f s t and capitals for lists; 0 for kinds without a spelling in the
/// dialect.
static char kindLetter(AttributeProto::AttributeType type) {
  switch (type) {
  case AttributeProto::INT:
    return 'i';
  case AttributeProto::FLOAT:
    return 'f';
  case AttributeProto::STRING:
    return 's';
  case AttributeProto::TENSOR:
    return 't';
  case AttributeProto::INTS:
    return 'I';
  case AttributeProto::FLOATS:
    return 'F';
  case AttributeProto::STRINGS:
    return 'S';
  default:
    return 0;
  }
}

static std::string parameterLetters(const std::vector<OpSchema::FormalParameter> &parameters) {
  std::string letters;
  for (const OpSchema::FormalParameter &parameter : parameters)
    letters += parameter.GetOption() == OpSchema::Single     ? 's'
               : parameter.GetOption() == OpSchema::Optional ? 'o'
                                                             : 'v';
  return letters;
}

/// The first sentence of the documentation, as the inside of a C++ string literal.
static std::string summary(const OpSchema &schema) {
  std::string text;
  bool space = false;
  for (const char *p = schema.doc() ? schema.doc() : ""; *p; ++p) {
    if (std::isspace(static_cast<unsigned char>(*p))) {
      space = !text.empty();
      continue;
    }
    if (space && text.size() > 1 && text.back() == '.')
      break;
    if (space)
      text += ' ';
    space = false;
    if (*p == '"' || *p == '\\')
      text += '\\';
    text += *p;
  }
  return text;
}

static bool hasSubgraph(const OpSchema &schema) {
  for (const auto &[name, attribute] : schema.attributes())
    if (attribute.type == AttributeProto::GRAPH || attribute.type == AttributeProto::GRAPHS)
      return true;
  return false;
}

static void print(std::ostream &out) {
  // 1. The newest version of each operator up to the opset.
  std::map<std::string, OpSchema> schemas;
  for (const OpSchema &schema : onnx::OpSchemaRegistry::get_all_schemas_with_history()) {
    if (!schema.domain().empty() || schema.SinceVersion() > opset)
      continue;
    auto found = schemas.find(schema.Name());
    if (found == schemas.end() || found->second.SinceVersion() < schema.SinceVersion())
      schemas.insert_or_assign(schema.Name(), schema);
  }

  // 2. Their attributes first, then the operators that count them off.
  std::ostringstream operators, attributes;
  unsigned firstAttribute = 0;
  for (const auto &[name, schema] : schemas) {
    if (schema.Deprecated() || hasSubgraph(schema) || name == "Constant")
      continue;
    std::map<std::string, OpSchema::Attribute> sorted(schema.attributes().begin(), schema.attributes().end());
    unsigned count = 0;
    for (const auto &[attributeName, attribute] : sorted) {
      char letter = kindLetter(attribute.type);
      if (!letter)
        continue;
      attributes << "TARN_ONNX_ATTRIBUTE(\"" << attributeName << "\", '" << letter << "', "
                 << (attribute.required ? "true" : "false") << ")\n";
      ++count;
    }
    bool random = schema.GetNodeDeterminism() == OpSchema::NodeDeterminism::NonDeterministic;
    operators << "TARN_ONNX_OP(" << name << ", " << schema.SinceVersion() << ", " << schema.min_input()
              << ", " << schema.max_input() << ", \"" << parameterLetters(schema.inputs()) << "\", "
              << schema.min_output() << ", " << schema.max_output() << ", " << (random ? "false" : "true")
              << ", " << firstAttribute << ", " << count << ", \"" << summary(schema) << "\")\n";
    firstAttribute += count;
  }
  out << "// TARN_ONNX_OP(name, since, fewest inputs, most inputs, inputs (s single, o optional, v "
         "variadic),\n"
         "//              fewest outputs, most outputs, deterministic, first attribute, attributes, "
         "summary)\n"
         "#ifdef TARN_ONNX_OP\n"
      << operators.str()
      << "#undef TARN_ONNX_OP\n#endif\n// TARN_ONNX_ATTRIBUTE(name, kind, required)\n#ifdef "
         "TARN_ONNX_ATTRIBUTE\n"
      << attributes.str() << "#undef TARN_ONNX_ATTRIBUTE\n#endif\n";
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::cerr << "usage: tarn-onnx-schemas OUTPUT.inc\n";
    return 2;
  }
  std::ofstream out(argv[1]);
  print(out);
  out.close();
  if (!out) {
    std::cerr << "cannot write '" << argv[1] << "'\n";
    return 1;
  }
  return 0;
}
