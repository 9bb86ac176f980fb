// Chips by name or file: every key of Parameters.h must be there, nothing else, each in its range.
#include "tarn/Chip/Chip.h"
#include "ChipFile.h"
#include "Parameters.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"

namespace tarn {

namespace {
struct EmbeddedChip {
  llvm::StringLiteral name;
  llvm::StringLiteral text;
};
constexpr EmbeddedChip embeddedChips[] = {
#include "Chips.inc"
};

std::string knownChips() {
  return llvm::join(llvm::map_range(embeddedChips, [](const EmbeddedChip &chip) { return chip.name.str(); }), ", ");
}

// ---- From text to members; each answers what is allowed when the value does not fit.

std::string textOf(Range range) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g to %g", range.low, range.high);
  return text;
}

std::string assign(const ChipValue &value, double &member, Range range) {
  double number = 0;
  if (value.isList || !llvm::to_float(value.scalar, number) || !(number >= range.low && number <= range.high))
    return "allowed is a number from " + textOf(range);
  member = number;
  return "";
}

std::string assign(const ChipValue &value, int64_t &member, Range range) {
  double number = 0;
  std::string allowed = assign(value, number, range);
  if (allowed.empty() && number == std::floor(number)) {
    member = static_cast<int64_t>(number);
    return "";
  }
  return llvm::formatv("allowed is an integer from {0} to {1}", static_cast<int64_t>(range.low),
                       static_cast<int64_t>(range.high))
      .str();
}

std::string assign(const ChipValue &value, bool &member, Range) {
  if (value.isList || (value.scalar != "true" && value.scalar != "false"))
    return "allowed is true or false";
  member = value.scalar == "true";
  return "";
}

std::string assign(const ChipValue &value, Law &member, Range range) {
  Law law;
  if (value.isList && value.list.size() == 2 && assign(value.list[0], law.fixedNs, range).empty() &&
      assign(value.list[1], law.nsPerElement, range).empty()) {
    member = law;
    return "";
  }
  return "allowed is a pair [fixed ns, ns per element], each from " + textOf(range);
}

std::string machineTypes() {
  std::string names;
  for (unsigned i = 0; i < numDTypes; ++i)
    if (isMachineType(static_cast<DType>(i)))
      names += (names.empty() ? "" : " ") + tarn::name(static_cast<DType>(i)).str();
  return names;
}

std::string toText(const ChipValue &value) {
  if (!value.isList)
    return value.scalar;
  return "[" + llvm::join(llvm::map_range(value.list, [](const ChipValue &element) { return toText(element); }), ", ") +
         "]";
}

std::string assign(const ChipValue &value, DTypeSet &member, Range) {
  DTypeSet set;
  for (const ChipValue &element : value.list) {
    std::optional<DType> type = element.isList ? std::nullopt : parseDType(element.scalar);
    if (!type || !isMachineType(*type))
      return "'" + toText(element) + "' is no data type of the machine; those are " + machineTypes();
    set.add(*type);
  }
  if (!set.bits)
    return "allowed is a list of data types of the machine, in brackets: " + machineTypes();
  member = set;
  return "";
}

std::string assign(const ChipValue &value, PerEngine &member, Range range) {
  PerEngine numbers;
  bool isLegal = value.isList && value.list.size() == numbers.values.size();
  for (size_t i = 0; isLegal && i < numbers.values.size(); ++i)
    isLegal = assign(value.list[i], numbers.values[i], range).empty();
  if (!isLegal)
    return "allowed is a list [pe, act, dve, pool, sp] of numbers from " + textOf(range);
  member = numbers;
  return "";
}

std::string assign(const ChipValue &value, std::vector<std::string> &member, Range) {
  std::vector<std::string> names;
  llvm::StringSet<> seen;
  if (!value.isList)
    return "allowed is a list of names";
  for (const ChipValue &element : value.list) {
    if (element.isList || element.scalar.empty() || !seen.insert(element.scalar).second)
      return "allowed is a list of different names";
    names.push_back(element.scalar);
  }
  member = std::move(names);
  return "";
}

std::string assign(const ChipValue &value, std::vector<std::vector<std::string>> &member, Range range) {
  std::vector<std::vector<std::string>> groups;
  llvm::StringSet<> seen;
  if (!value.isList || value.list.size() > 255)
    return "allowed is a list of at most 255 lists of names";
  for (const ChipValue &element : value.list) {
    std::string allowed = assign(element, groups.emplace_back(), range);
    if (!allowed.empty())
      return allowed;
    for (const std::string &name : groups.back())
      if (!seen.insert(name).second)
        return "allowed are lists in which each name stands once";
  }
  member = std::move(groups);
  return "";
}

// ---- From members to text

/// The shortest decimal that reads back as the same number.
std::string toText(double value) {
  for (int digits = 1; digits < 17; ++digits) {
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.*g", digits, value);
    double back = 0;
    if (llvm::to_float(text, back) && back == value)
      return text;
  }
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.17g", value);
  return text;
}
std::string toText(int64_t value) { return std::to_string(value); }
std::string toText(bool value) { return value ? "true" : "false"; }
std::string toText(const PerEngine &numbers) {
  return "[" + llvm::join(llvm::map_range(numbers.values, [](double number) { return toText(number); }), ", ") + "]";
}
std::string toText(const Law &law) { return "[" + toText(law.fixedNs) + ", " + toText(law.nsPerElement) + "]"; }

/// A double-quoted YAML scalar.
std::string quoted(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += static_cast<unsigned char>(c) < 32 ? ' ' : c;
  }
  return result + "\"";
}
bool isPlain(llvm::StringRef text) {
  return !text.empty() && llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '-'; }) &&
         text[0] != '-';
}
std::string toText(const std::string &text) { return isPlain(text) ? text : quoted(text); }
std::string toText(const DTypeSet &set) {
  std::string result;
  for (unsigned i = 0; i < numDTypes; ++i)
    if (set.has(static_cast<DType>(i)))
      result += (result.empty() ? "" : ", ") + tarn::name(static_cast<DType>(i)).str();
  return "[" + result + "]";
}
template <typename T> std::string toText(const std::vector<T> &list) {
  return "[" + llvm::join(llvm::map_range(list, [](const T &element) { return toText(element); }), ", ") + "]";
}

constexpr size_t shownKeys = 10;

std::string listSome(llvm::ArrayRef<std::string> keys) {
  std::string text = llvm::join(keys.take_front(shownKeys), ", ");
  return keys.size() > shownKeys ? text + llvm::formatv(" and {0} more", keys.size() - shownKeys).str() : text;
}

/// What to write for an unknown key: the known one that it is nearly, the keys of its group, or the groups.
std::string adviceFor(Chip &chip, llvm::StringRef key) {
  std::string nearest;
  unsigned least = std::max<size_t>(key.size() / 3, 1) + 1; // nearer than that
  std::vector<std::string> groups, ofGroup;
  forEachParameter(chip, [&](llvm::StringRef known, auto &, Range) {
    llvm::StringRef group = known.contains('.') ? known.split('.').first : known;
    if (!llvm::is_contained(groups, group))
      groups.push_back(group.str());
    if (group == key.split('.').first)
      ofGroup.push_back(known.str());
    if (unsigned distance = known.edit_distance(key); distance < least) {
      least = distance;
      nearest = known.str();
    }
  });
  if (!nearest.empty())
    return "the nearest known one is '" + nearest + "'";
  if (!ofGroup.empty())
    return "known of that group are " + listSome(ofGroup);
  return "known are the groups and keys " + llvm::join(groups, ", ");
}

/// Assigns one entry; `where` stands before an error ("file:12: ").
llvm::Error assignEntry(Chip &chip, const ChipEntry &entry, const llvm::Twine &where) {
  bool found = false;
  std::string allowed;
  if (entry.key == "name") {
    found = true;
    if (entry.value.isList || entry.value.scalar.empty())
      allowed = "allowed is a name";
    else
      chip.name = entry.value.scalar;
  }
  forEachParameter(chip, [&](llvm::StringRef key, auto &member, Range range) {
    if (key != entry.key)
      return;
    found = true;
    allowed = assign(entry.value, member, range);
  });
  if (!found)
    return makeError("{0}unknown key '{1}'; {2}", where.str(), entry.key, adviceFor(chip, entry.key));
  if (!allowed.empty())
    return makeError("{0}key '{1}': found '{2}', {3}", where.str(), entry.key, toText(entry.value), allowed);
  if (entry.key != "name")
    chip.provenance[entry.key] = entry.provenance;
  return llvm::Error::success();
}

/// The text of one of our chips.
std::optional<llvm::StringRef> embeddedText(llvm::StringRef name) {
  for (const EmbeddedChip &embedded : embeddedChips)
    if (embedded.name == name)
      return llvm::StringRef(embedded.text);
  return std::nullopt;
}

/// What a file that says `like: NAME` starts from: every key of that chip, an assumption unless the file gives its own.
llvm::Expected<Chip> startingLike(const ChipEntry &entry, llvm::StringRef fileName, unsigned depth);

/// What no single key says.
llvm::Error checkTogether(const Chip &chip, llvm::StringRef fileName) {
  if (chip.sbuf.usableBytesPerPartition > chip.sbuf.bytesPerPartition)
    return makeError("{0}: key 'sbuf.usable_bytes_per_partition': found {1}, allowed is at most "
                     "sbuf.bytes_per_partition, {2}",
                     fileName, chip.sbuf.usableBytesPerPartition, chip.sbuf.bytesPerPartition);
  if (chip.dma.partitionGroup * chip.dma.engines < chip.partitions)
    return makeError("{0}: key 'dma.partition_group': found {1}, allowed is at least partitions / dma.engines, {2}",
                     fileName, chip.dma.partitionGroup, (chip.partitions + chip.dma.engines - 1) / chip.dma.engines);
  return llvm::Error::success();
}
} // namespace

std::vector<llvm::StringRef> Chip::names() {
  std::vector<llvm::StringRef> result;
  for (const EmbeddedChip &chip : embeddedChips)
    result.push_back(chip.name);
  return result;
}

unsigned Chip::actTableOf(llvm::StringRef function) const {
  for (unsigned table = 0; table < act.tables.size(); ++table)
    if (llvm::is_contained(act.tables[table], function))
      return table;
  return act.tables.size();
}

static llvm::Expected<Chip> parseChip(llvm::StringRef yaml, llvm::StringRef fileName, unsigned depth) {
  llvm::Expected<std::vector<ChipEntry>> entries = readChipFile(yaml, fileName);
  if (!entries)
    return entries.takeError();
  Chip chip;
  llvm::StringMap<unsigned> lines;
  auto like = llvm::find_if(*entries, [](const ChipEntry &entry) { return entry.key == "like"; });
  bool isComplete = like == entries->end();
  if (!isComplete) {
    llvm::Expected<Chip> base = startingLike(*like, fileName, depth);
    if (!base)
      return base.takeError();
    chip = std::move(*base);
    entries->erase(like);
  }
  for (const ChipEntry &entry : *entries) {
    auto [place, isNew] = lines.try_emplace(entry.key, entry.line);
    if (!isNew)
      return makeError("{0}:{1}: key '{2}' appears twice, first in line {3}", fileName, entry.line, entry.key,
                       place->second);
    if (llvm::Error error = assignEntry(chip, entry, llvm::formatv("{0}:{1}: ", fileName, entry.line).str()))
      return std::move(error);
  }
  std::vector<std::string> missing;
  if (!lines.count("name"))
    missing.push_back("name");
  forEachParameter(chip, [&](llvm::StringRef key, auto &, Range) {
    if (isComplete && !lines.count(key))
      missing.push_back(key.str());
  });
  if (missing.size() > shownKeys)
    return makeError("{0}: missing keys {1}; a file that says `like: trn2` needs only those that differ", fileName,
                     listSome(missing));
  if (!missing.empty())
    return makeError("{0}: missing key{1} {2}", fileName, missing.size() == 1 ? "" : "s", llvm::join(missing, ", "));
  if (llvm::Error error = checkTogether(chip, fileName))
    return std::move(error);
  return chip;
}

llvm::Expected<Chip> Chip::parse(llvm::StringRef yaml, llvm::StringRef fileName) {
  return parseChip(yaml, fileName, 0);
}

namespace {
llvm::Expected<Chip> startingLike(const ChipEntry &entry, llvm::StringRef fileName, unsigned depth) {
  std::optional<llvm::StringRef> text;
  if (!entry.value.isList)
    text = embeddedText(entry.value.scalar);
  if (!text || depth > 4)
    return makeError("{0}:{1}: key 'like': found '{2}', allowed is one of {3}", fileName, entry.line,
                     toText(entry.value), knownChips());
  llvm::Expected<Chip> chip = parseChip(*text, entry.value.scalar + ".yaml", depth + 1);
  if (!chip)
    return chip;
  for (auto &[key, provenance] : chip->provenance) {
    if (!llvm::StringRef(provenance.source).starts_with("as "))
      provenance.source = "as " + entry.value.scalar + " (" + provenance.source + ")";
    provenance.evidence = Evidence::assumed;
  }
  return chip;
}
} // namespace

llvm::Error Chip::set(llvm::ArrayRef<std::string> overrides) {
  for (llvm::StringRef keyValue : overrides) {
    auto [key, text] = keyValue.split('=');
    if (key.empty() || key.size() == keyValue.size())
      return makeError("--set {0}: write KEY=VALUE, as in pe.clock_hz=2.8e9", keyValue);
    llvm::Expected<ChipValue> value = readChipValue(text);
    if (!value)
      return llvm::joinErrors(makeError("--set {0}", keyValue), value.takeError());
    ChipEntry entry{key.str(), std::move(*value), {"command line", Evidence::override_}, 0};
    if (llvm::Error error = assignEntry(*this, entry, "--set: "))
      return error;
  }
  return overrides.empty() ? llvm::Error::success() : checkTogether(*this, "--set " + llvm::join(overrides, " --set "));
}

llvm::Expected<Chip> Chip::load(llvm::StringRef nameOrPath, llvm::ArrayRef<std::string> overrides) {
  auto resolve = [&]() -> llvm::Expected<Chip> {
    if (std::optional<llvm::StringRef> text = embeddedText(nameOrPath))
      return parse(*text, (nameOrPath + ".yaml").str());
    if (!nameOrPath.ends_with(".yaml") && !nameOrPath.ends_with(".yml"))
      return makeError("unknown target '{0}'; known are {1}, or the path of a .yaml file", nameOrPath, knownChips());
    auto buffer = openInputFile(nameOrPath);
    if (!buffer)
      return makeError("{0}: {1}", nameOrPath, llvm::toString(buffer.takeError()));
    return parse((*buffer)->getBuffer(), nameOrPath);
  };
  llvm::Expected<Chip> chip = resolve();
  if (!chip)
    return chip;
  if (llvm::Error error = chip->set(overrides))
    return std::move(error);
  return chip;
}

std::string Chip::toYaml() const {
  std::string result = "name: " + toText(name) + "\n";
  std::string group;
  forEachParameter(*this, [&](llvm::StringRef key, const auto &member, Range) {
    auto [first, rest] = key.split('.');
    if (!rest.empty() && first != group) {
      group = first.str();
      result += group + ":\n";
    }
    result += (rest.empty() ? first.str() : "  " + rest.str()) + ": {value: " + toText(member);
    auto found = provenance.find(key.str());
    if (found != provenance.end())
      result += ", source: " + quoted(found->second.source) + ", class: " + tarn::name(found->second.evidence).str();
    result += "}\n";
  });
  return result;
}

} // namespace tarn
