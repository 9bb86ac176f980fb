// tarn-sim: runs a program on the simulated machine.
#include "../Driver/OptionTable.h"
#include "../Driver/Simulation.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/Support/AtomicFile.h"

using namespace tarn;
using namespace tarn::driver;
using namespace llvm::opt;

namespace {

constexpr llvm::StringLiteral tool = "tarn-sim";

struct CommandLine {
  std::string program, target;
  std::vector<std::string> set;
  SimulateOptions simulate;
  ReportRequest report;
};

llvm::Expected<CommandLine> read(const InputArgList &args) {
  CommandLine result;
  std::vector<std::string> programs = args.getAllArgValues(OPT_INPUT);
  if (programs.size() != 1)
    return makeError("give one PROGRAM.elf or PROGRAM.s, found {0}", programs.size());
  result.program = programs[0];
  result.target = args.getLastArgValue(OPT_target).str();
  llvm::Expected<std::vector<std::string>> set = readOverrides(args);
  if (!set)
    return set.takeError();
  result.set = std::move(*set);
  llvm::Expected<SimulateOptions> simulate = readSimulateOptions(args);
  if (!simulate)
    return simulate.takeError();
  result.simulate = std::move(*simulate);
  llvm::Expected<ReportRequest> report = readReport(args, /*isRun=*/true);
  if (!report)
    return report.takeError();
  result.report = std::move(*report);
  if (result.report.kind == ReportRequest::Kind::none)
    result.report.kind = ReportRequest::Kind::text;
  return result;
}

llvm::Expected<Chip> chipFor(const isa::Program &program, const CommandLine &commandLine) {
  if (!commandLine.target.empty() || program.chip.empty())
    return Chip::load(commandLine.target.empty() ? "trn2" : commandLine.target, commandLine.set);
  llvm::Expected<Chip> chip = Chip::parse(program.chip, commandLine.program);
  if (chip)
    if (llvm::Error error = chip->set(commandLine.set))
      return std::move(error);
  return chip;
}

int run(CommandLine commandLine) {
  llvm::Expected<isa::Program> program = isa::readProgram(commandLine.program);
  if (!program)
    return report(program.takeError(), badInput, tool);
  llvm::Expected<Chip> chip = chipFor(*program, commandLine);
  if (!chip)
    return report(chip.takeError(), badInput, tool);
  // Made for another chip, the program may ask for what this one lacks.
  if (!commandLine.target.empty() || !commandLine.set.empty())
    if (llvm::Error error = isa::check(*program, *chip))
      return report(makeError("{0} does not run on chip '{1}' as it is described here: {2}", commandLine.program,
                              chip->name, llvm::toString(std::move(error))),
                    badInput, tool);
  Simulation simulation(std::move(commandLine.simulate), commandLine.report, tool);
  if (llvm::Error error = simulation.readFiles({commandLine.program}))
    return report(std::move(error), badInput, tool);
  return simulation.run(*program, *chip);
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  unsigned missingIndex = 0, missingCount = 0;
  InputArgList args = options.ParseArgs(llvm::ArrayRef(argv + 1, argc - 1), missingIndex, missingCount);
  if (args.hasArg(OPT_help)) {
    options.printHelp(llvm::outs(), "tarn-sim PROGRAM.elf|PROGRAM.s [options]",
                      "runs a program: outputs, time and where it went, checks");
    return done;
  }
  if (args.hasArg(OPT_version)) {
    llvm::outs() << "tarn-sim " << TARN_VERSION << "\n";
    return done;
  }
  if (llvm::Error error = checkOptions(options, args, missingIndex, missingCount))
    return report(std::move(error), badCommandLine, tool);
  llvm::Expected<CommandLine> commandLine = read(args);
  return commandLine ? run(std::move(*commandLine)) : report(commandLine.takeError(), badCommandLine, tool);
}
