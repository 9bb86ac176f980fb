// tarn-sim: runs a program on the simulated machine.
#include "../Driver/Outputs.h"
#include "CommandLine.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/Profile/Write.h"
#include "tarn/Sim/Page.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/WithColor.h"

using namespace tarn;

namespace {

/// Prints an error and answers its exit code.
int fail(llvm::Error error) {
  llvm::WithColor::error(llvm::errs(), "tarn-sim") << llvm::toString(std::move(error)) << "\n";
  return badInput;
}

llvm::Expected<Chip> chipFor(const isa::Program &program, const CommandLine &commandLine) {
  if (!commandLine.target.empty() || program.chip.empty())
    return Chip::load(commandLine.target.empty() ? "trn2" : commandLine.target, commandLine.set);
  llvm::Expected<Chip> chip = Chip::parse(program.chip, commandLine.program);
  for (const std::string &override_ : commandLine.set)
    if (chip)
      if (llvm::Error error = chip->set(override_))
        return std::move(error);
  return chip;
}

llvm::Expected<std::map<std::string, HostTensor>> readTensors(llvm::ArrayRef<TensorFile> files) {
  std::map<std::string, HostTensor> tensors;
  for (const TensorFile &file : files) {
    llvm::Expected<HostTensor> tensor = readTensorFile(file.path);
    if (!tensor)
      return tensor.takeError();
    if (!tensors.emplace(file.name, std::move(*tensor)).second)
      return makeError("'{0}' is given twice", file.name);
  }
  return tensors;
}

/// The shortest and the longest time over phases of the throttle grid.
llvm::Error addRangeOverPhases(const isa::Program &program, const Chip &chip, sim::RunResult &result) {
  constexpr int numPhases = 16;
  sim::Picoseconds shortest = result.time, longest = result.time;
  for (int i = 0; i < numPhases; ++i) {
    sim::RunOptions options;
    options.values = false;
    options.checks.clear();
    options.report = false;
    options.throttlePhaseNs = chip.pe.throttleWindowNs * i / numPhases;
    llvm::Expected<sim::RunResult> run = sim::simulate(program, chip, {}, options);
    if (!run)
      return run.takeError();
    shortest = std::min(shortest, run->time);
    longest = std::max(longest, run->time);
  }
  result.report["time_ns_range"] = llvm::json::Array{sim::toNs(shortest), sim::toNs(longest)};
  result.text += llvm::formatv("Over {0} phases of the throttle grid: {1:f3} to {2:f3} ns\n", numPhases,
                               sim::toNs(shortest), sim::toNs(longest));
  return llvm::Error::success();
}

/// Compares with --expect; answers whether all match.
llvm::Expected<bool> compareOutputs(const CommandLine &commandLine, sim::RunResult &result) {
  llvm::Expected<std::map<std::string, HostTensor>> expected = readTensors(commandLine.expected);
  if (!expected)
    return expected.takeError();
  bool matches = true;
  llvm::json::Object report;
  llvm::raw_string_ostream text(result.text);
  for (const auto &[name, tensor] : *expected) {
    auto output = result.outputs.find(name);
    if (output == result.outputs.end()) {
      std::vector<std::string> names;
      for (const auto &entry : result.outputs)
        names.push_back("'" + entry.first + "'");
      return makeError("--expect: no output is named '{0}'; the program's outputs: {1}", name,
                       llvm::join(names, ", "));
    }
    sim::Comparison comparison = sim::compare(output->second, tensor, commandLine.tolerance);
    matches &= comparison.matches;
    report[name] = comparison.toJson();
    sim::print(text, name, tensor, comparison);
    if (!comparison.matches)
      sim::print(llvm::errs(), name, tensor, comparison);
  }
  result.report["outputs"] = std::move(report);
  return matches;
}

/// The run, written as a profile beside when asked for.
llvm::Expected<sim::RunResult> simulateAndProfile(const isa::Program &program, const Chip &chip,
                                                  const std::map<std::string, HostTensor> &inputs,
                                                  const CommandLine &commandLine) {
  if (commandLine.profileFile.empty())
    return sim::simulate(program, chip, inputs, commandLine.run);
  sim::RunOptions options = commandLine.run;
  std::optional<sim::RunResult> result;
  llvm::Error error = writeFileAtomically(commandLine.profileFile, [&](llvm::raw_ostream &os) -> llvm::Error {
    profile::Writer writer(program, chip, os);
    options.listeners.push_back(&writer);
    llvm::Expected<sim::RunResult> run = sim::simulate(program, chip, inputs, options);
    if (!run)
      return run.takeError();
    writer.finish(run->time);
    result = std::move(*run);
    return llvm::Error::success();
  });
  if (error)
    return std::move(error);
  return std::move(*result);
}

int run(const CommandLine &commandLine) {
  // 1. Program, chip, inputs.
  llvm::Expected<isa::Program> program = isa::readProgram(commandLine.program);
  if (!program)
    return fail(program.takeError());
  llvm::Expected<Chip> chip = chipFor(*program, commandLine);
  if (!chip)
    return fail(chip.takeError());
  llvm::Expected<std::map<std::string, HostTensor>> inputs = readTensors(commandLine.inputs);
  if (!inputs)
    return fail(inputs.takeError());
  if (commandLine.randomInputs)
    driver::addRandomInputs(*program, *commandLine.randomInputs, *inputs);

  // 2. The run.
  llvm::Expected<sim::RunResult> result = simulateAndProfile(*program, *chip, *inputs, commandLine);
  if (!result)
    return fail(result.takeError());
  bool hasFindings = !result->findings.empty();
  if (commandLine.allPhases && !hasFindings)
    if (llvm::Error error = addRangeOverPhases(*program, *chip, *result))
      return fail(std::move(error));

  // 3. Outputs. A program that could not finish has none to compare.
  bool matches = true;
  result->report["outputs"] = llvm::json::Object();
  if (!result->outputs.empty()) {
    llvm::Expected<bool> compared = compareOutputs(commandLine, *result);
    if (!compared)
      return fail(compared.takeError());
    matches = *compared;
    if (!commandLine.outputs.empty())
      if (llvm::Error error = driver::writeOutputs(commandLine.outputs, result->outputs))
        return fail(std::move(error));
  }

  // 4. The report.
  for (const sim::Finding &finding : result->findings) {
    llvm::WithColor::error(llvm::errs(), "tarn-sim") << finding.check << ": " << finding.message << "\n";
    for (size_t i = 0; i < finding.instructions.size(); ++i)
      llvm::errs() << "  at " << finding.instructions[i]
                   << (finding.nodes[i].empty() ? "" : " of node " + finding.nodes[i]) << "\n";
  }
  llvm::Error error = writeFileAtomically(commandLine.reportFile, [&](llvm::raw_ostream &os) {
    if (commandLine.reportKind == "json")
      os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(result->report)));
    else if (commandLine.reportKind == "html")
      sim::writePage(result->report, result->pageSteps, os);
    else
      os << result->text;
    return llvm::Error::success();
  });
  if (error)
    return fail(std::move(error));
  return hasFindings ? checkFound : matches ? done : outputsDiffer;
}

} // namespace

int main(int argc, char **argv) {
  CommandLine commandLine;
  if (std::optional<int> code = parseCommandLine(argc, argv, commandLine))
    return *code;
  return run(commandLine);
}
