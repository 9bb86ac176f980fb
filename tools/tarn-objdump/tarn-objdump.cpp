// Shows what is in a program: instructions, memory map, tensors, nodes; proves it; prints the manual.
#include "Reports.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/DataDependence.h"
#include "tarn/ISA/Manual.h"
#include "tarn/ISA/Object.h"
#include "tarn/Proof/Waits.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace tarn;
namespace cl = llvm::cl;

static cl::OptionCategory category("tarn-objdump options");
static cl::opt<std::string> input(cl::Positional, cl::desc("PROGRAM.elf|.s, or MNEMONIC after --isa"),
                                  cl::cat(category));
static cl::opt<bool> disassemble("disassemble", cl::desc("the program as assembly"), cl::cat(category));
static cl::alias disassembleShort("d", cl::desc("as --disassemble"), cl::aliasopt(disassemble), cl::cat(category));
static cl::opt<bool> map("map", cl::desc("who lies where in memory"), cl::cat(category));
static cl::opt<bool> symbols("symbols", cl::desc("the tensors"), cl::cat(category));
static cl::opt<bool> nodes("nodes", cl::desc("the model's nodes and their instructions"), cl::cat(category));
static cl::opt<bool> prove("prove", cl::desc("the static proof: no race, no deadlock"), cl::cat(category));
static cl::opt<bool>
    waits("waits", cl::desc("of a proven program: which waits another order implies, which updates nobody asks for"),
          cl::cat(category));
static cl::opt<std::string> manual("isa", cl::ValueOptional, cl::value_desc("MNEMONIC"), cl::cat(category),
                                   cl::desc("the list of instructions, one instruction's manual page, or all"));
static cl::opt<std::string> target("target", cl::desc("chip of --isa: prints its parameters too"),
                                   cl::value_desc("trn2|FILE.yaml"), cl::cat(category));

namespace {
enum ExitCode { done = 0, badInput = 1, badUsage = 2, finding = 4 };

ExitCode fail(ExitCode code, const llvm::Twine &text) {
  llvm::WithColor::error(llvm::errs(), "tarn-objdump") << text << "\n";
  return code;
}

llvm::Error printManual(llvm::raw_ostream &os) {
  // `--isa matmul`: what follows an option with an optional value is a word of its own.
  if (manual.empty())
    manual = input;
  if (manual.empty()) {
    printInstructionList(os);
  } else {
    std::string page = manual == "all" ? isa::manual() : isa::manualPage(manual);
    if (page.empty())
      return makeError("no instruction '{0}'; the nearest is '{1}', --isa lists all", manual.getValue(),
                       isa::nearestMnemonic(manual));
    os << llvm::StringRef(page).rtrim() << "\n";
  }
  if (target.getNumOccurrences()) {
    llvm::Expected<Chip> chip = Chip::load(target);
    if (!chip)
      return chip.takeError();
    os << "\n" << chip->toYaml();
  }
  return llvm::Error::success();
}

/// Answers whether the program is proven, where that is asked.
llvm::Error printProgram(llvm::raw_ostream &os, bool &isProven) {
  llvm::Expected<isa::Program> program = isa::readProgram(input);
  if (!program)
    return program.takeError();
  llvm::Expected<Chip> chip = program->chip.empty() ? Chip::load("trn2") : Chip::parse(program->chip, "chip");
  if (!chip)
    return chip.takeError();
  if (disassemble)
    if (llvm::Error error = isa::printAssembly(*program, os))
      return error;
  if (map)
    printMap(*program, *chip, os);
  if (symbols)
    printSymbols(*program, os);
  if (nodes)
    printNodes(*program, os);
  if (!prove && !waits)
    return llvm::Error::success();
  proof::ProveReport report = proof::proveReport(*program, *chip);
  isProven = report.isProven;
  if (prove || !report.isProven)
    os << report.text;
  if (waits && llvm::any_of(program->cores, [](const isa::Core &core) { return isa::findDataDependence(core); }))
    return makeError(
        "--waits: the course of this program hangs on data (tensor_load); waits are told of one course only");
  if (waits && report.isProven) {
    llvm::Expected<std::string> uses = proof::usesReport(*program, *chip);
    if (!uses)
      return uses.takeError();
    os << *uses;
  }
  return llvm::Error::success();
}
} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  std::string problem;
  llvm::raw_string_ostream problems(problem);
  if (!cl::ParseCommandLineOptions(argc, argv, "Shows what is in a program of tarn-compile or in assembly\n",
                                   &problems)) {
    llvm::errs() << problem;
    return badUsage;
  }
  bool listsInstructions = manual.getNumOccurrences() > 0;
  bool showsProgram = disassemble || map || symbols || nodes || prove || waits;
  if (listsInstructions == showsProgram)
    return fail(badUsage, listsInstructions
                              ? "--isa stands alone"
                              : "say what to show: --disassemble --map --symbols --nodes --prove --waits --isa");
  if (showsProgram && input.empty())
    return fail(badUsage, "name a program");
  bool isProven = true;
  llvm::Error error = writeFileAtomically(
      "-", [&](llvm::raw_ostream &os) { return listsInstructions ? printManual(os) : printProgram(os, isProven); });
  if (error)
    return fail(badInput, llvm::toString(std::move(error)));
  return isProven ? done : finding;
}
