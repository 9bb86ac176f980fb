#include "Simulation.h"
#include "Outputs.h"
#include "tarn/ISA/DataDependence.h"
#include "tarn/Profile/Write.h"
#include "tarn/Sim/Page.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/WithColor.h"

namespace tarn::driver {

int report(llvm::Error error, int exitCode, llvm::StringRef tool) {
  llvm::WithColor::error(llvm::errs(), tool) << llvm::toString(std::move(error)) << "\n";
  return exitCode;
}

static llvm::Error readTensors(llvm::ArrayRef<TensorFile> files, llvm::StringRef option, Tensors &tensors) {
  for (const TensorFile &file : files) {
    llvm::Expected<HostTensor> tensor = readTensorFile(file.path);
    if (!tensor)
      return tensor.takeError();
    if (!tensors.emplace(file.name, std::move(*tensor)).second)
      return makeError("{0}: '{1}' is given twice", option, file.name);
  }
  return llvm::Error::success();
}

llvm::Error Simulation::readFiles(std::vector<std::string> read, std::vector<std::string> written) {
  for (const std::vector<TensorFile> *files : {&options.inputs, &options.expected})
    for (const TensorFile &file : *files)
      read.push_back(file.path);
  for (const std::string &path : {options.profile, options.run.traceFile, request.file})
    written.push_back(path);
  if (llvm::Error error = checkPlaces(read, written))
    return error;
  if (llvm::Error error = readTensors(options.inputs, "--input", inputs))
    return error;
  return readTensors(options.expected, "--expect", expected);
}

static std::string listOutputs(const isa::Program &program) {
  std::vector<std::string> names;
  for (const isa::ProgramTensor &tensor : program.tensors)
    if (tensor.kind == isa::TensorKind::output)
      names.push_back("'" + tensor.name + "'");
  return names.empty() ? "none" : llvm::join(names, ", ");
}

llvm::Error Simulation::checkExpected(const isa::Program &program) const {
  // An input may have the name of an output.
  auto isOutput = [&](const std::string &name) {
    return llvm::any_of(program.tensors, [&](const isa::ProgramTensor &tensor) {
      return tensor.kind == isa::TensorKind::output && tensor.name == name;
    });
  };
  auto check = [&](llvm::StringRef against, const Tensors &wanted) -> llvm::Error {
    for (const auto &[name, tensor] : wanted)
      if (!isOutput(name))
        return makeError("{0}: no output is named '{1}'; the program's outputs: {2}", against, name,
                         listOutputs(program));
    return llvm::Error::success();
  };
  if (llvm::Error error = check("--expect", expected))
    return error;
  return reference ? check("Reference", *reference) : llvm::Error::success();
}

llvm::Expected<sim::RunResult> Simulation::simulate(const isa::Program &program, const Chip &chip) const {
  sim::RunOptions run = options.run;
  run.page = request.kind == ReportRequest::Kind::html;
  run.whatIf |= run.page;
  if (options.profile.empty())
    return sim::simulate(program, chip, inputs, run);
  std::optional<sim::RunResult> result;
  llvm::Error error = writeFileAtomically(options.profile, [&](llvm::raw_ostream &stream) -> llvm::Error {
    profile::Writer writer(program, chip, stream);
    run.listeners.push_back(&writer);
    llvm::Expected<sim::RunResult> simulated = sim::simulate(program, chip, inputs, run);
    if (!simulated)
      return simulated.takeError();
    writer.finish(simulated->time);
    result = std::move(*simulated);
    return llvm::Error::success();
  });
  if (error)
    return std::move(error);
  return std::move(*result);
}

/// The shortest and the longest time over phases of the throttle grid.
llvm::Error Simulation::addRangeOverPhases(const isa::Program &program, const Chip &chip,
                                           sim::RunResult &result) const {
  constexpr int numPhases = 16;
  sim::Picoseconds shortest = result.time, longest = result.time;
  sim::RunOptions run = options.run;
  run.checks.clear();
  run.report = run.whatIf = false;
  run.traceFile.clear();
  // Values only where the course of the program hangs on them.
  run.values &=
      llvm::any_of(program.cores, [](const isa::Core &core) { return isa::findDataDependence(core).has_value(); });
  for (int i = 0; i < numPhases; ++i) {
    run.throttlePhaseNs = chip.pe.throttleWindowNs * i / numPhases;
    llvm::Expected<sim::RunResult> other = sim::simulate(program, chip, inputs, run);
    if (!other)
      return other.takeError();
    shortest = std::min(shortest, other->time);
    longest = std::max(longest, other->time);
  }
  result.report["time_ns_range"] = llvm::json::Array{sim::toNs(shortest), sim::toNs(longest)};
  result.text += llvm::formatv("Over {0} phases of the throttle grid: {1:f3} to {2:f3} ns\n", numPhases,
                               sim::toNs(shortest), sim::toNs(longest));
  return llvm::Error::success();
}

bool Simulation::compare(llvm::StringRef against, const Tensors &wanted, sim::RunResult &result,
                         llvm::json::Object &json) const {
  bool matches = true;
  llvm::raw_string_ostream text(result.text);
  for (const auto &[name, tensor] : wanted) {
    sim::Tolerance tolerance = options.tolerance;
    tolerance.isLowPrecision = isLowPrecision;
    sim::Comparison comparison = sim::compare(result.outputs.at(name), tensor, tolerance);
    json[name] = comparison.toJson();
    if (comparison.matches || !isReportBesideErrors()) {
      text << against;
      sim::print(text, name, tensor, comparison);
    }
    if (comparison.matches)
      continue;
    matches = false;
    llvm::WithColor::error(llvm::errs(), tool) << against;
    sim::print(llvm::errs(), name, tensor, comparison);
  }
  return matches;
}

/// What is expected goes before what Reference says.
bool Simulation::compareAll(sim::RunResult &result) const {
  llvm::json::Object outputs, referenceReport, expectReport;
  bool matches = true;
  // A program that could not finish has no outputs to compare: its findings say why.
  if (!result.outputs.empty()) {
    if (reference)
      matches &= compare("Reference: ", *reference, result, referenceReport);
    matches &= compare(reference ? "--expect: " : "", expected, result, expectReport);
  }
  outputs = referenceReport;
  for (const auto &[name, comparison] : expectReport)
    outputs[name] = comparison;
  result.report["outputs"] = std::move(outputs);
  result.report["expect"] = std::move(expectReport);
  if (reference)
    result.report["reference"] = std::move(referenceReport);
  return matches;
}

/// Errors are told on stderr; a text report on stdout, which is read with them, does not repeat them.
bool Simulation::isReportBesideErrors() const { return request.file == "-"; }

static void printPlaces(const sim::Finding &finding, llvm::raw_ostream &stream) {
  for (size_t i = 0; i < finding.instructions.size(); ++i)
    stream << "  at " << finding.instructions[i] << (finding.nodes[i].empty() ? "" : " of node " + finding.nodes[i])
           << "\n";
}

void Simulation::printFindings(const sim::RunResult &result) const {
  for (const sim::Finding &finding : result.findings) {
    llvm::WithColor::error(llvm::errs(), tool) << finding.check << ": " << finding.message << "\n";
    printPlaces(finding, llvm::errs());
  }
}

llvm::Error Simulation::writeReport(sim::RunResult &result) const {
  if (request.kind == ReportRequest::Kind::none)
    return llvm::Error::success();
  return writeFileAtomically(request.file, [&](llvm::raw_ostream &stream) {
    if (request.kind == ReportRequest::Kind::json)
      stream << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(result.report)));
    else if (request.kind == ReportRequest::Kind::html)
      sim::writePage(result.report, result.pageSteps, stream);
    else {
      stream << result.text;
      for (const sim::Finding &finding : result.findings)
        if (!isReportBesideErrors()) {
          stream << "finding (" << finding.check << "): " << finding.message << "\n";
          printPlaces(finding, stream);
        }
    }
    return llvm::Error::success();
  });
}

int Simulation::run(const isa::Program &program, const Chip &chip) {
  // 1. The run.
  if (llvm::Error error = checkExpected(program))
    return report(std::move(error), badInput, tool);
  if (options.randomInputs && options.run.values)
    if (llvm::Error error = addRandomInputs(program, *options.randomInputs, inputs))
      return report(std::move(error), badInput, tool);
  llvm::Expected<sim::RunResult> result = simulate(program, chip);
  if (!result)
    return report(result.takeError(), badInput, tool);
  bool hasFindings = !result->findings.empty();
  if (options.allPhases && !hasFindings)
    if (llvm::Error error = addRangeOverPhases(program, chip, *result))
      return report(std::move(error), badInput, tool);

  // 2. What came of it.
  bool matches = compareAll(*result);
  if (!options.outputs.empty() && !(result->outputs.empty() && hasFindings))
    if (llvm::Error error = writeOutputs(options.outputs, result->outputs))
      return report(std::move(error), badInput, tool);
  printFindings(*result);
  if (completeReport)
    completeReport(result->report);
  if (llvm::Error error = writeReport(*result))
    return report(std::move(error), badInput, tool);
  return hasFindings ? finding : matches ? done : outputsDiffer;
}

} // namespace tarn::driver
