// From a program and inputs to outputs and a report: fills HBM, runs the machine with checks and views
// listening, reads HBM.
#include "EventLoop.h"
#include "WhatIf.h"
#include "tarn/Sim/Page.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/ScalarShape.h"
#include <chrono>
#include <cstring>

namespace tarn::sim {
using namespace isa;

namespace {

std::string listNames(const Program &program, TensorKind kind) {
  std::string names;
  for (const ProgramTensor &tensor : program.tensors)
    if (tensor.kind == kind)
      names += (names.empty() ? "'" : ", '") + tensor.name + "'";
  return names.empty() ? "none" : names;
}

/// An output may have the name of an input.
const ProgramTensor *findInput(const Program &program, llvm::StringRef name) {
  for (const ProgramTensor &tensor : program.tensors)
    if (tensor.kind == TensorKind::input && tensor.name == name)
      return &tensor;
  return nullptr;
}

/// Whether a tensor of the user's may be given for `tensor`.
bool accepts(const ProgramTensor &tensor, DType given) {
  auto isByte = [](DType type) { return type == DType::boolean || type == DType::uint8; };
  return given == tensor.hostType || given == tensor.dtype || (isByte(given) && isByte(tensor.dtype));
}

llvm::Error fill(Hbm &hbm, const ProgramTensor &tensor, const HostTensor &given) {
  if (given.size() != numElements(tensor.shape))
    return makeError("tensor '{0}' has {1} elements in the program, {2} are given", tensor.name,
                     numElements(tensor.shape), given.size());
  HostTensor converted = given.type() == tensor.dtype ? given : given.cast(tensor.dtype);
  if (!isFloat(given.type()) && !isFloat(tensor.dtype) && sizeInBytes(given.type()) > sizeInBytes(tensor.dtype))
    for (int64_t i = 0; i < given.size(); ++i)
      if (given.getInt(i) != converted.getInt(i))
        return makeError("tensor '{0}' holds {1}, which does not fit the machine's {2}", tensor.name, given.getInt(i),
                         name(tensor.dtype));
  std::memcpy(hbm.data() + tensor.address, converted.bytes().data(), converted.sizeInBytes());
  return llvm::Error::success();
}

llvm::Error checkProgram(const Program &program, const Chip &chip) {
  if (program.hbmSize > uint64_t(chip.hbm.bytes))
    return makeError("the program uses {0} bytes of HBM, chip '{1}' has {2}", program.hbmSize, chip.name,
                     chip.hbm.bytes);
  for (const ProgramTensor &tensor : program.tensors) {
    if (!isMachineType(tensor.dtype))
      return makeError("tensor '{0}' has dtype {1}, which the machine does not know", tensor.name, name(tensor.dtype));
    if (tensor.sizeInBytes() > program.hbmSize || tensor.address > program.hbmSize - tensor.sizeInBytes())
      return makeError("tensor '{0}' covers bytes {1} to {2} of HBM, the program uses {3}", tensor.name, tensor.address,
                       tensor.address + tensor.sizeInBytes(), program.hbmSize);
  }
  for (unsigned core = 0; core < program.cores.size(); ++core)
    for (unsigned kind = 0; kind < numEngines; ++kind) {
      const auto &stream = program.cores[core].streams[kind];
      for (uint32_t i = 0; i < stream.size(); ++i) {
        auto place = [&] { return describe(program, core, isa::Engine(kind), i); };
        if (auto *branch = std::get_if<CompareBranch>(&stream[i].payload); branch && branch->target > stream.size())
          return makeError("{0}: branches to instruction {1} of a stream of {2}", place(), branch->target,
                           stream.size());
        for (unsigned semaphore :
             {stream[i].wait ? stream[i].wait->semaphore : 0u, stream[i].update ? stream[i].update->semaphore : 0u})
          if (semaphore >= numSemaphores)
            return makeError("{0}: semaphore {1}; there are {2}", place(), semaphore, numSemaphores);
        bool isRegisterOk = true;
        auto checkRegister = [&](int64_t number) { isRegisterOk &= number >= 0 && number < int64_t(numRegisters); };
        auto checkOperand = [&](const RegisterOrImmediate &operand) {
          if (operand.isRegister)
            checkRegister(operand.value);
        };
        if (stream[i].wait)
          checkOperand(stream[i].wait->value);
        if (stream[i].update)
          checkOperand(stream[i].update->value);
        std::visit(
            [&](const auto &payload) {
              std::decay_t<decltype(payload)>::visit(payload, [&](const FieldInfo &field, const auto &member) {
                using Member = std::decay_t<decltype(member)>;
                if constexpr (std::is_same_v<Member, RegisterOrImmediate>)
                  checkOperand(member);
                else if constexpr (std::is_same_v<Member, uint8_t>)
                  if (field.kind == FieldKind::Register)
                    checkRegister(member);
              });
            },
            stream[i].payload);
        auto checkOffset = [&](const FieldInfo &, const auto &pattern) {
          if (pattern.offset)
            checkRegister(pattern.offset->reg);
        };
        forEachAccess(stream[i], checkOffset, checkOffset);
        if (!isRegisterOk)
          return makeError("{0}: names a register beyond {1}", place(), numRegisters - 1);
      }
    }
  return llvm::Error::success();
}

llvm::Error fillInputs(Hbm &hbm, const Program &program, const std::map<std::string, HostTensor> &inputs,
                       bool withValues) {
  for (const auto &[name, given] : inputs) {
    const ProgramTensor *tensor = findInput(program, name);
    if (!tensor)
      return makeError("no input is named '{0}'; the program's inputs: {1}", name,
                       listNames(program, TensorKind::input));
    if (!isShapeAccepted(given.shape(), tensor->shape))
      return makeError("input '{0}' has shape {1}, the program takes {2}", name, toString(given.shape()),
                       toString(tensor->shape));
    if (!accepts(*tensor, given.type()))
      return makeError("input '{0}' has type {1}, the program takes {2}", name, tarn::name(given.type()),
                       tarn::name(tensor->hostType));
    if (withValues)
      if (llvm::Error error = fill(hbm, *tensor, given))
        return error;
  }
  if (!withValues)
    return llvm::Error::success();
  for (const ProgramTensor &tensor : program.tensors) {
    if (tensor.kind == TensorKind::input && !inputs.count(tensor.name))
      return makeError("input '{0}' ({1} {2}) is missing: give --input {0}=@FILE or --random-inputs", tensor.name,
                       name(tensor.dtype), toString(tensor.shape));
    if (tensor.kind == TensorKind::constant)
      if (llvm::Error error = fill(hbm, tensor, tensor.contents))
        return error;
  }
  return llvm::Error::success();
}

llvm::Expected<std::map<std::string, HostTensor>> readOutputs(const Hbm &hbm, const Program &program) {
  std::map<std::string, HostTensor> outputs;
  for (const ProgramTensor &tensor : program.tensors) {
    if (tensor.kind != TensorKind::output)
      continue;
    for (DType type : {tensor.dtype, tensor.hostType})
      if (llvm::Error error = HostTensor::checkMemory("output '" + tensor.name + "'", type, tensor.shape))
        return std::move(error);
    HostTensor stored(tensor.dtype, tensor.shape);
    std::memcpy(stored.mutableBytes().data(), hbm.data() + tensor.address, tensor.sizeInBytes());
    outputs[tensor.name] = stored.type() == tensor.hostType ? stored : stored.cast(tensor.hostType);
  }
  return outputs;
}

llvm::json::Array toJson(const std::vector<Finding> &findings) {
  llvm::json::Array array;
  for (const Finding &finding : findings)
    array.push_back(llvm::json::Object{{"check", finding.check},
                                       {"message", finding.message},
                                       {"instructions", llvm::json::Array(finding.instructions)},
                                       {"nodes", llvm::json::Array(finding.nodes)}});
  return array;
}

} // namespace

/// The causes that take the most, of those that take at least a hundredth.
static llvm::SmallVector<Cause> greatestCauses(const llvm::json::Object &report, Picoseconds time) {
  std::vector<std::pair<double, Cause>> sorted;
  if (const llvm::json::Object *stalls = report.getObject("stalls"))
    for (const auto &[name, part] : *stalls)
      if (std::optional<Cause> cause = parseCause(name); cause && *part.getAsNumber() >= toNs(time) / 100)
        sorted.push_back({-*part.getAsNumber(), *cause});
  llvm::sort(sorted);
  llvm::SmallVector<Cause> causes;
  for (const auto &entry : llvm::ArrayRef(sorted).take_front(5))
    causes.push_back(entry.second);
  return causes;
}

static void addWhatIf(const Program &program, const Chip &chip, const RunOptions &options, RunResult &result) {
  llvm::raw_string_ostream text(result.text);
  llvm::Expected<std::vector<WhatIf>> runs =
      simulateWhatIf(program, chip, options, greatestCauses(result.report, result.time));
  if (!runs) { // a branch on data, say
    text << "What if something were free: not simulated, " << llvm::toString(runs.takeError()) << "\n";
    return;
  }
  llvm::json::Array array;
  text << "What if something were free\n";
  for (const WhatIf &run : *runs) {
    array.push_back(llvm::json::Object{{"free", name(run.free)}, {"time_ns", toNs(run.time)}});
    double difference = 100 * (toNs(run.time) - toNs(result.time)) / toNs(result.time); // another order may take longer
    text << llvm::formatv("  without {0,-14} {1,14:f3} ns {2,6:f1} % {3}\n", name(run.free), toNs(run.time),
                          std::abs(difference), difference > 0 ? "more" : "less");
  }
  result.report["what_if"] = std::move(array);
}

llvm::Expected<RunResult> simulate(const Program &program, const Chip &givenChip,
                                   const std::map<std::string, HostTensor> &inputs, const RunOptions &options) {
  Chip chip = options.free ? withFree(givenChip, *options.free) : givenChip;
  auto begin = std::chrono::steady_clock::now();
  if (llvm::Error error = checkProgram(program, chip))
    return std::move(error);
  llvm::Expected<Trips> trips = Trips::make(program, options.trips);
  if (!trips)
    return trips.takeError();
  if (!options.values)
    if (llvm::Error error = checkDependence(program, *trips))
      return std::move(error);
  auto hbm = std::make_shared<Hbm>(program.hbmSize, options.values);
  if (options.values && !hbm->data())
    return makeError("the program uses {0} bytes of HBM; there is not so much memory here", program.hbmSize);
  if (llvm::Error error = fillInputs(*hbm, program, inputs, options.values))
    return std::move(error);
  EventLoop machine(program, chip, options, hbm);
  machine.trips = std::move(*trips);

  // 1. Listeners. Some views always collect, as the report's keys need them.
  std::vector<std::unique_ptr<Check>> checks;
  for (const std::string &name : options.checks)
    if (std::unique_ptr<Check> check = makeCheck(name, program, chip)) {
      machine.addListener(*check);
      checks.push_back(std::move(check));
    }
  std::vector<std::pair<std::unique_ptr<View>, bool>> views; // and whether it is printed
  for (llvm::StringRef name : viewNames()) {
    if (!options.report)
      break;
    bool isAsked = llvm::is_contained(options.views, name);
    if (!isAsked && !options.page && llvm::is_contained({"timeline", "memory", "instructions"}, name))
      continue;
    views.push_back({makeView(name, program, chip), isAsked});
    machine.addListener(*views.back().first);
  }
  PageSteps pageSteps(program);
  if (options.page)
    machine.addListener(pageSteps);

  for (Listener *listener : options.listeners)
    machine.addListener(*listener);

  // 2. The run, with a trace beside it.
  auto run = [&]() -> llvm::Error { return machine.run(); };
  llvm::Error error = llvm::Error::success();
  if (options.traceFile.empty()) {
    error = run();
  } else {
    error = writeFileAtomically(options.traceFile, [&](llvm::raw_ostream &os) -> llvm::Error {
      TraceWriter trace(program, options.traceFile, os);
      machine.addListener(trace);
      if (llvm::Error failure = run())
        return failure;
      trace.finish();
      return llvm::Error::success();
    });
  }
  if (error)
    return std::move(error);

  // 3. What came of it.
  RunResult result;
  result.time = machine.time();
  result.steps = machine.numSteps();
  for (auto &check : checks) {
    if (!machine.isStuck() && !machine.halt())
      check->finish();
    for (Finding &finding : check->takeFindings())
      result.findings.push_back(std::move(finding));
  }
  if (const auto &halt = machine.halt()) {
    auto [core, engine, index] = halt->place;
    std::string text = llvm::formatv("{0}: {1}", describe(program, core, engine, index), halt->text);
    if (halt->check == "deadlock" && !llvm::is_contained(options.checks, halt->check))
      return makeError("{0}", text);
    result.findings.push_back(makeFinding(halt->check, std::move(text), program, {halt->place}));
  }
  if (machine.isStuck() && llvm::none_of(result.findings, [](const Finding &f) { return f.check == "deadlock"; }))
    return makeError("the program deadlocks; --checks=deadlock says who waits for what");
  for (unsigned core = 0; core < program.cores.size(); ++core)
    for (const auto &[function, count] : machine.core(core).rangeWarnings)
      result.rangeWarnings[function] += count;
  if (options.values && !machine.isStuck() && !machine.halt()) {
    llvm::Expected<std::map<std::string, HostTensor>> outputs = readOutputs(*hbm, program);
    if (!outputs)
      return outputs.takeError();
    result.outputs = std::move(*outputs);
  }

  // 4. The report.
  result.report["schema"] = 1;
  llvm::raw_string_ostream text(result.text);
  for (auto &[view, isPrinted] : views) {
    view->finish(result.time);
    view->addTo(result.report);
    if (isPrinted)
      view->print(text);
  }
  if (options.page)
    result.pageSteps = pageSteps.take();
  if (options.whatIf && result.findings.empty() && result.time > 0)
    addWhatIf(program, chip, options, result);
  result.report["time_ns_range"] = llvm::json::Array{toNs(result.time), toNs(result.time)};
  result.report["findings"] = toJson(result.findings);
  llvm::json::Array warnings;
  for (const auto &[function, count] : result.rangeWarnings) {
    warnings.push_back(llvm::json::Object{{"function", function}, {"count", int64_t(count)}});
    text << llvm::formatv("warning: {0} arguments outside the range of activation function {1} gave NaN\n", count,
                          function);
  }
  result.report["range_warnings"] = std::move(warnings);
  result.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.report["simulator"] =
      llvm::json::Object{{"wall_s", result.wallSeconds},
                         {"instructions_per_s", result.wallSeconds > 0 ? result.steps / result.wallSeconds : 0.0}};
  return result;
}

} // namespace tarn::sim
