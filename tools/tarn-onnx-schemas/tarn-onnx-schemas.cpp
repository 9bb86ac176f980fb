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

/// The newest version of each operator up to the opset, as far as the dialect has it.
static std::map<std::string, OpSchema> dialectSchemas() {
  std::map<std::string, OpSchema> schemas;
  for (const OpSchema &schema : onnx::OpSchemaRegistry::get_all_schemas_with_history()) {
    if (!schema.domain().empty() || schema.SinceVersion() > opset)
      continue;
    auto found = schemas.find(schema.Name());
    if (found == schemas.end() || found->second.SinceVersion() < schema.SinceVersion())
      schemas.insert_or_assign(schema.Name(), schema);
  }
  for (auto schema = schemas.begin(); schema != schemas.end();) {
    bool skip = schema->second.Deprecated() || hasSubgraph(schema->second) || schema->first == "Constant";
    schema = skip ? schemas.erase(schema) : std::next(schema);
  }
  return schemas;
}

static void print(std::ostream &out) {
  // Attributes are collected beside the operators, which count them off.
  std::ostringstream operators, attributes;
  unsigned firstAttribute = 0;
  for (const auto &[name, schema] : dialectSchemas()) {
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
    operators << "TARN_ONNX_OP(" << name << ", " << schema.SinceVersion() << ", " << schema.min_input() << ", "
              << schema.max_input() << ", \"" << parameterLetters(schema.inputs()) << "\", " << schema.min_output()
              << ", " << schema.max_output() << ", " << (random ? "false" : "true") << ", " << firstAttribute << ", "
              << count << ", \"" << summary(schema) << "\")\n";
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

/// `X, W, B?, more...`
static std::string signature(const std::vector<OpSchema::FormalParameter> &parameters) {
  std::string text;
  for (const OpSchema::FormalParameter &parameter : parameters) {
    text += (text.empty() ? "" : ", ") + parameter.GetName();
    if (parameter.GetOption() == OpSchema::Optional)
      text += '?';
    if (parameter.GetOption() == OpSchema::Variadic)
      text += "...";
  }
  return text;
}

static const char *kindName(char letter) {
  switch (letter) {
  case 'i':
    return "int";
  case 'f':
    return "float";
  case 's':
    return "string";
  case 't':
    return "tensor";
  case 'I':
    return "ints";
  case 'F':
    return "floats";
  default:
    return "strings";
  }
}

static void printDoc(std::ostream &out) {
  std::map<std::string, OpSchema> schemas = dialectSchemas();
  out << "# The `onnx` dialect\n\nGenerated by `utils/update-onnx-doc` from ONNX's schemas: " << schemas.size()
      << " operators of the domain ai.onnx at opset " << opset
      << ", and `onnx.Constant`, `onnx.NoValue` (an absent\noptional input) and `onnx.Custom` (any other node: "
         "attributes `domain`, `op_type`, `opset`, `reason`).\nOperand i is ONNX's input i, result i its output i. `?` "
         "marks optional ones, `...` any number. Attributes keep ONNX's names;\n`!` marks those that must be there.\n\n"
         "```mlir\n%2 = onnx.Conv(%0, %1) {strides = array<i64: 2, 2>} : (tensor<1x3x8x8xf32>, "
         "tensor<4x3x1x1xf32>) -> tensor<1x4x4x4xf32>\n```\n\nWhich of them compile says `tarn-compile --check`.\n\n"
         "| operator | operands | results | attributes |\n| --- | --- | --- | --- |\n";
  for (const auto &[name, schema] : schemas) {
    out << "| `onnx." << name << "` | " << signature(schema.inputs()) << " | " << signature(schema.outputs()) << " | ";
    std::map<std::string, OpSchema::Attribute> sorted(schema.attributes().begin(), schema.attributes().end());
    bool first = true;
    for (const auto &[attributeName, attribute] : sorted) {
      char letter = kindLetter(attribute.type);
      if (!letter)
        continue;
      out << (first ? "" : ", ") << attributeName << (attribute.required ? "!" : "") << ": " << kindName(letter);
      first = false;
    }
    out << " |\n";
  }
}

int main(int argc, char **argv) {
  bool doc = argc == 3 && std::string(argv[1]) == "--doc";
  if (argc != 2 && !doc) {
    std::cerr << "usage: tarn-onnx-schemas [--doc] OUTPUT\n";
    return 2;
  }
  std::ofstream out(argv[argc - 1]);
  if (doc)
    printDoc(out);
  else
    print(out);
  out.close();
  if (!out) {
    std::cerr << "cannot write '" << argv[argc - 1] << "'\n";
    return 1;
  }
  return 0;
}
