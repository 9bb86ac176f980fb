#include "tarn/ISA/Manual.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Cost.h"

namespace tarn::isa {

namespace {
struct Page {
  llvm::StringLiteral mnemonic; // empty: what holds for all instructions
  llvm::StringLiteral text;
  llvm::StringLiteral engine, before, example;
};
constexpr Page pages[] = {
#include "tarn/ISA/Manual.inc"
};

const Page *pageOf(llvm::StringRef mnemonic) {
  for (const Page &page : pages)
    if (page.mnemonic == mnemonic)
      return &page;
  return nullptr;
}

/// What the last instruction of the program's only used engine costs on each chip, or the rule that refuses it there.
std::string costTable(const Page &page, const Program &program) {
  std::optional<Engine> engine = parseEngine(page.engine);
  if (!engine || program.cores.front().stream(*engine).empty())
    return "";
  const Instruction &instruction = program.cores.front().stream(*engine).back();
  std::string result = "| chip | to completion, ns | to the next instruction, ns |\n|---|---|---|\n";
  for (llvm::StringRef name : Chip::names()) {
    Chip chip = llvm::cantFail(Chip::load(name));
    if (llvm::Error error = check(instruction, *engine, chip, Needs::queues)) {
      std::string message = llvm::toString(std::move(error));
      result += llvm::formatv("| {0} | refused: {1} | |\n", name, llvm::StringRef(message).split(':').first);
      continue;
    }
    Cost cost = costOf(instruction, *engine, chip);
    result += llvm::formatv("| {0} | {1:F1} | {2:F1} |\n", name, cost.completionNs, cost.issueNs);
  }
  return result + "\n";
}

std::string fullText(const Page &page) {
  std::string result = page.text.str(), source = exampleOf(page.mnemonic);
  if (source.empty())
    return result;
  result += "```\n" + source + "```\n\n";
  llvm::Expected<Program> program = parseAssembly(source, page.mnemonic, ".", /*unchecked=*/true);
  if (program)
    result += costTable(page, *program);
  else
    result += llvm::toString(program.takeError()) + "\n\n";
  return result;
}
} // namespace

std::string exampleOf(llvm::StringRef mnemonic) {
  const Page *page = pageOf(mnemonic);
  if (!page || page->example.empty())
    return "";
  llvm::SmallVector<llvm::StringRef> before;
  page->before.split(before, "\n", -1, /*KeepEmpty=*/false);
  std::string source;
  llvm::StringRef section;
  auto enter = [&](llvm::StringRef engine) {
    if (section != engine)
      source += ("." + engine + "\n").str();
    section = engine;
  };
  for (llvm::StringRef line : before) {
    if (line.starts_with(".") && parseEngine(line.drop_front())) {
      enter(line.drop_front());
    } else if (line.starts_with(".")) {
      source += (line + "\n").str();
    } else {
      enter(section.empty() ? llvm::StringRef(page->engine) : section);
      source += ((line.ends_with(":") ? "" : "  ") + line + "\n").str();
    }
  }
  enter(page->engine);
  return source + "  " + page->example.str() + "\n";
}

std::string manualPage(llvm::StringRef mnemonic) {
  const Page *page = mnemonic.empty() ? nullptr : pageOf(mnemonic);
  return page ? fullText(*page) : std::string();
}

std::string manual() {
  std::string result;
  for (const Page &page : pages)
    result += fullText(page);
  return result;
}

} // namespace tarn::isa
