// Reads the YAML of a chip file with LLVM's YAML parser. A parameter is a plain value, or a mapping with the keys
// `value`, `source` and `class`; every other mapping is a group whose name becomes a part of its keys.
#include "ChipFile.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

namespace yaml = llvm::yaml;

namespace tarn {

static constexpr llvm::StringLiteral evidenceNames[] = {"documented", "measured", "assumed", "override"};

llvm::StringRef name(Evidence evidence) { return evidenceNames[static_cast<unsigned>(evidence)]; }

std::optional<Evidence> parseEvidence(llvm::StringRef text) {
  for (unsigned i = 0; i < std::size(evidenceNames); ++i)
    if (evidenceNames[i] == text)
      return static_cast<Evidence>(i);
  return std::nullopt;
}

namespace {
constexpr unsigned maxDepth = 8; // groups and lists nest two deep in a chip file
constexpr size_t maxFileBytes = 1 << 20;

class Reader {
public:
  Reader(llvm::StringRef text, llvm::StringRef fileName) : fileName(fileName), stream(text, sources, false) {
    sources.setDiagHandler(
        [](const llvm::SMDiagnostic &diagnostic, void *self) {
          auto &reader = *static_cast<Reader *>(self);
          if (reader.message.empty())
            reader.message =
                llvm::formatv("{0}:{1}: {2}", reader.fileName, diagnostic.getLineNo(), diagnostic.getMessage()).str();
        },
        this);
  }

  llvm::Expected<std::vector<ChipEntry>> read() {
    yaml::document_iterator document = stream.begin();
    yaml::Node *root = document == stream.end() ? nullptr : document->getRoot();
    if (root)
      readGroup(root, "", 0);
    if (message.empty() && stream.failed())
      message = llvm::formatv("{0}: not YAML", fileName).str();
    if (!message.empty())
      return makeError("{0}", message);
    return std::move(entries);
  }

  llvm::Expected<ChipValue> readValue() {
    ChipValue value;
    yaml::document_iterator document = stream.begin();
    yaml::Node *root = document == stream.end() ? nullptr : document->getRoot();
    if (!root || !toValue(root, value, 0) || stream.failed())
      return makeError("'{0}' is not a value: write a number, true, false, or a list as in [1, 2]", fileName);
    return value;
  }

private:
  unsigned lineOf(yaml::Node *node) { return sources.getLineAndColumn(node->getSourceRange().Start).first; }

  bool fail(yaml::Node *node, const llvm::Twine &text) {
    if (message.empty())
      message = llvm::formatv("{0}:{1}: {2}", fileName, lineOf(node), text.str()).str();
    return false;
  }

  static std::string scalarText(yaml::ScalarNode *scalar) {
    llvm::SmallString<64> storage;
    return scalar->getValue(storage).str();
  }

  bool toValue(yaml::Node *node, ChipValue &value, unsigned depth) {
    if (auto *scalar = llvm::dyn_cast<yaml::ScalarNode>(node)) {
      value.scalar = scalarText(scalar);
      return true;
    }
    auto *sequence = llvm::dyn_cast<yaml::SequenceNode>(node);
    if (!sequence || depth >= maxDepth)
      return fail(node, "a value is a number, a name or a list");
    value.isList = true;
    for (yaml::Node &element : *sequence) {
      value.list.emplace_back();
      if (!toValue(&element, value.list.back(), depth + 1))
        return false;
    }
    return true;
  }

  bool readGroup(yaml::Node *node, const std::string &prefix, unsigned depth) {
    auto *mapping = llvm::dyn_cast<yaml::MappingNode>(node);
    if (!mapping || depth >= maxDepth)
      return fail(node, "a chip file is a mapping from keys to values");
    ChipEntry entry; // of a mapping with `value`
    bool hasValue = false, hasProvenance = false;
    for (yaml::KeyValueNode &pair : *mapping) {
      auto *keyNode = llvm::dyn_cast_or_null<yaml::ScalarNode>(pair.getKey());
      if (!keyNode)
        return fail(pair.getKey() ? pair.getKey() : node, "a key is a name");
      std::string key = scalarText(keyNode);
      unsigned line = lineOf(keyNode);
      yaml::Node *valueNode = pair.getValue();
      if (!valueNode)
        return fail(keyNode, "key '" + prefix + key + "' has no value");
      if (key == "value") {
        if (hasValue)
          return fail(keyNode, "key '" + prefix + key + "' appears twice");
        hasValue = true;
        entry.line = line;
        if (!toValue(valueNode, entry.value, depth))
          return false;
      } else if (key == "source" || key == "class") {
        auto *scalar = llvm::dyn_cast<yaml::ScalarNode>(valueNode);
        if (!scalar)
          return fail(valueNode, "'" + key + "' is text");
        hasProvenance = true;
        std::string text = scalarText(scalar);
        if (key == "source") {
          entry.provenance.source = text;
        } else if (auto evidence = parseEvidence(text)) {
          entry.provenance.evidence = *evidence;
        } else {
          return fail(valueNode, "class '" + text + "': allowed are documented, measured, assumed, override");
        }
      } else if (llvm::isa<yaml::MappingNode>(valueNode)) {
        if (!readGroup(valueNode, prefix + key + ".", depth + 1))
          return false;
      } else {
        ChipEntry plain;
        plain.key = prefix + key;
        plain.line = line;
        if (!toValue(valueNode, plain.value, depth))
          return false;
        entries.push_back(std::move(plain));
      }
    }
    if ((hasValue || hasProvenance) && prefix.empty())
      return fail(node, "value, source and class stand below a key");
    if (hasValue) {
      entry.key = llvm::StringRef(prefix).drop_back().str();
      entries.push_back(std::move(entry));
    } else if (hasProvenance) {
      return fail(node, "source or class without a value");
    }
    return true;
  }

  llvm::StringRef fileName;
  llvm::SourceMgr sources;
  yaml::Stream stream;
  std::string message;
  std::vector<ChipEntry> entries;
};
} // namespace

llvm::Expected<std::vector<ChipEntry>> readChipFile(llvm::StringRef text, llvm::StringRef fileName) {
  if (text.size() > maxFileBytes)
    return makeError("{0}: {1} bytes, a chip file has at most {2}", fileName, text.size(), maxFileBytes);
  return Reader(text, fileName).read();
}

llvm::Expected<ChipValue> readChipValue(llvm::StringRef text) { return Reader(text, text).readValue(); }

} // namespace tarn
