// The values from the least to the largest: each is proven by itself until the last three runs (of every
// second, third … value) follow a rule, which then carries as far as no comparison changes: to the next limit
// that the program sets, where it begins again. So a count between 1 and 64 takes a handful of runs below 1,
// some more above and a handful beyond 64.
#include "TripCount.h"
#include "Generalization.h"
#include "ProveCore.h"
#include "tarn/ISA/DataDependence.h"
#include "llvm/Support/FormatVariadic.h"
#include <deque>

namespace tarn::proof {

namespace {

// A rule may be one of every second … value. Values proven one by one before a rule must have been found;
// instructions that all values together may take, in terms of those of one proof.
constexpr unsigned maxStride = 6;
constexpr unsigned maxValuesWithoutRule = 300;
constexpr unsigned maxProofs = 2;
// Rules that were found and whose memory could not be decided.
constexpr unsigned maxUndecided = 10;

struct Range {
  int64_t low, high;
};

// Of the bits as tensor_load gives them.
Range rangeOf(DType type) {
  int64_t values = int64_t(1) << (8 * sizeInBytes(type));
  if (type == DType::int8 || type == DType::int16 || sizeInBytes(type) == 4)
    return {-values / 2, values / 2 - 1};
  return {0, values - 1};
}

int32_t valueIn(const isa::ProgramTensor &tensor, uint64_t byte) {
  HostTensor stored = tensor.contents.type() == tensor.dtype ? tensor.contents : tensor.contents.cast(tensor.dtype);
  uint32_t bits = 0;
  std::memcpy(&bits, stored.bytes().data() + byte, sizeInBytes(tensor.dtype));
  return tensor.dtype == DType::int8    ? static_cast<int8_t>(bits)
         : tensor.dtype == DType::int16 ? static_cast<int16_t>(bits)
                                        : static_cast<int32_t>(bits);
}

class DataProof {
public:
  DataProof(const isa::Program &program, const Chip &chip, const ProveOptions &options)
      : program(program), chip(chip), options(options) {}
  Proof prove();

private:
  bool findLoads();
  bool addLoad(const isa::TensorLoad &load, InstructionRef ref, unsigned core);
  bool refuse(InstructionRef ref, unsigned core, const std::string &why);
  Proof proveValue(int64_t value, std::unique_ptr<GreedyRun> *recorded);
  std::optional<int64_t> generalize(int64_t value);

  const isa::Program &program;
  const Chip &chip;
  const ProveOptions &options;
  std::vector<KnownLoad> constants;
  std::optional<KnownLoad> element;
  Proof whole;
  std::string whyNoRule;
  unsigned undecided = 0;
  struct Run {
    std::unique_ptr<std::vector<KnownLoad>> loads;
    std::unique_ptr<GreedyRun> run;
  };
  std::deque<Run> runs; // of the last values, one after the other
};

bool DataProof::refuse(InstructionRef ref, unsigned core, const std::string &why) {
  whole.findings.push_back(
      {Finding::Kind::unproven, ref, ref,
       llvm::formatv("{0} loads a number that steers the program {1}; a proof needs one number, from an "
                     "input that the program does not write, at a fixed address",
                     describe(ref, program.cores[core]), why)});
  return false;
}

bool DataProof::addLoad(const isa::TensorLoad &load, InstructionRef ref, unsigned core) {
  if (load.src.memory != isa::Memory::hbm)
    return refuse(ref, core, "from SBUF");
  if (load.src.offset)
    return refuse(ref, core, "from an address that a register moves");
  uint64_t size = sizeInBytes(load.src.dtype), address = load.src.address;
  if (size > sizeof(int32_t))
    return refuse(ref, core, llvm::formatv("as {0}, wider than a register", name(load.src.dtype)));
  const isa::ProgramTensor *holder = nullptr;
  for (const isa::ProgramTensor &tensor : program.tensors) {
    // As differences: the sums of a hostile program's addresses may wrap around.
    bool overlaps =
        address >= tensor.address ? address - tensor.address < tensor.sizeInBytes() : tensor.address - address < size;
    if (!overlaps)
      continue;
    if (holder)
      return refuse(ref, core, llvm::formatv("from bytes that '{0}' and '{1}' share", holder->name, tensor.name));
    holder = &tensor;
  }
  if (!holder)
    return refuse(ref, core, "from outside of all tensors");
  uint64_t place = address - holder->address;
  if (holder->dtype != load.src.dtype || address < holder->address || place % size)
    return refuse(
        ref, core,
        llvm::formatv("as {0} from '{1}', which holds {2}", name(load.src.dtype), holder->name, name(holder->dtype)));
  KnownLoad found{address, load.src.dtype, 0, llvm::formatv("'{0}'[{1}]", holder->name, place / size)};
  if (holder->kind == isa::TensorKind::constant) {
    found.value = valueIn(*holder, place);
    constants.push_back(found);
    return true;
  }
  if (holder->kind != isa::TensorKind::input)
    return refuse(ref, core, llvm::formatv("from '{0}', which is no input", holder->name));
  if (element && element->address != address)
    return refuse(ref, core, llvm::formatv("from {0}, another from {1}", found.name, element->name));
  element = found;
  return true;
}

bool DataProof::findLoads() {
  for (unsigned c = 0; c < program.cores.size(); ++c) {
    isa::SteeringRegisters steering = isa::findSteeringRegisters(program.cores[c]);
    for (unsigned e = 0; e < isa::numEngines; ++e)
      for (auto [index, instruction] : llvm::enumerate(program.cores[c].streams[e]))
        if (auto *load = std::get_if<isa::TensorLoad>(&instruction.payload))
          if (steering[e][load->dst % isa::numRegisters])
            if (!addLoad(*load, {static_cast<isa::Engine>(e), static_cast<uint32_t>(index)}, c))
              return false;
  }
  return true;
}

// The proof for one value; findings say for which.
Proof DataProof::proveValue(int64_t value, std::unique_ptr<GreedyRun> *recorded) {
  auto loads = std::make_unique<std::vector<KnownLoad>>(constants);
  if (element) {
    loads->push_back(*element);
    loads->back().value = static_cast<int32_t>(value);
  }
  Proof proof = proveCores(program, chip, options, *loads, recorded);
  if (element)
    for (Finding &finding : proof.findings)
      finding.message = llvm::formatv("when {0} is {1}: {2}", element->name, value, finding.message);
  whole.steps += proof.steps;
  whole.instructions = std::max(whole.instructions, proof.instructions);
  if (recorded)
    runs.push_back({std::move(loads), std::move(*recorded)});
  return proof;
}

// `value` and those before it are proven. Up to which value the program is, by a rule; or a finding for one
// beyond.
std::optional<int64_t> DataProof::generalize(int64_t value) {
  if (undecided >= maxUndecided)
    return value;
  Range range = rangeOf(element->dtype);
  auto runOf = [&](int64_t v) -> const GreedyRun & { return *runs[runs.size() - 1 - (value - v)].run; };
  for (int64_t stride = 1; stride <= maxStride && 3 * stride <= int64_t(runs.size()); ++stride) {
    // 1. How far each of the classes carries: up to, but not including, the next of its values.
    int64_t end = INT64_MAX;
    std::vector<Generalization> classes;
    for (int64_t r = 0; r < stride && end > value + 1; ++r) {
      int64_t last = value - r;
      classes.emplace_back(runOf(last - 2 * stride), runOf(last - stride), runOf(last));
      int64_t steps = std::min(classes.back().findSteps(), (range.high - last) / stride);
      end = std::min(end, last + (steps + 1) * stride);
    }
    if (end <= value + 1)
      continue;
    // 2. Memory.
    bool isDecided = true;
    for (int64_t r = 0; r < stride && isDecided; ++r) {
      int64_t last = value - r, first = last - 2 * stride, steps = (end - 1 - last) / stride;
      Generalization::Verdict verdict = classes[r].judge(steps);
      if (verdict.race == Answer::yes) {
        Proof proof = proveValue(first + verdict.step * stride, nullptr);
        for (Finding &finding : proof.findings)
          whole.findings.push_back(std::move(finding));
        if (!whole.findings.empty())
          return std::nullopt;
        whyNoRule = llvm::formatv("the rule and the value {0} contradict", first + verdict.step * stride);
      }
      isDecided = verdict.race == Answer::no;
      undecided += !isDecided;
      if (verdict.race == Answer::unknown)
        whyNoRule = verdict.reason;
    }
    if (isDecided)
      return std::min(end - 1, range.high);
  }
  return value;
}

Proof DataProof::prove() {
  if (!findLoads())
    return std::move(whole);
  if (!element)
    return proveValue(0, nullptr);
  whole.element = element->name;
  Range range = rangeOf(element->dtype);
  bool canFollowRule = program.cores.size() == 1 && options.jumpsOverPeriods;
  unsigned withoutRule = 0;
  for (int64_t value = range.low; value <= range.high; ++value) {
    std::unique_ptr<GreedyRun> recorded;
    Proof proof = proveValue(value, canFollowRule ? &recorded : nullptr);
    if (!proof.isProven()) {
      whole.findings = std::move(proof.findings);
      return std::move(whole);
    }
    if (runs.size() > 3 * maxStride)
      runs.pop_front();
    ++withoutRule;
    if (canFollowRule) {
      std::optional<int64_t> last = generalize(value);
      if (!last)
        return std::move(whole);
      if (*last > value) {
        runs.clear();
        withoutRule = 0;
        value = *last;
      }
    }
    if (value < range.high && (withoutRule >= maxValuesWithoutRule || whole.steps > maxProofs * options.maxSteps)) {
      whole.findings.push_back(
          {Finding::Kind::unproven,
           {},
           {},
           llvm::formatv("{0} steers the program; it is proven up to {1}, and no rule was found that carries "
                         "further{2}: "
                         "limit the number (register_alu min), or load it as uint8",
                         element->name, value, whyNoRule.empty() ? "" : " (" + whyNoRule + ")")});
      return std::move(whole);
    }
  }
  return std::move(whole);
}

} // namespace

Proof proveForAllData(const isa::Program &program, const Chip &chip, const ProveOptions &options) {
  return DataProof(program, chip, options).prove();
}

} // namespace tarn::proof
