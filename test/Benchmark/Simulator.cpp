// How fast the simulator is: instructions a second on synthetic streams and on programs.
//
//   tarn-bench [PROGRAM.elf…] [--benchmark_filter=…]
//
// Loading is not counted. "time" is a run without values, checks and views; "report" has the views of
// tarn-sim's report; "values" computes; "races" checks for races; "checks" makes all checks. "host
// arithmetic" is the yardstick of "values" (HostArithmetic.h).
#include "HostArithmetic.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/Sim/Machine.h"
#include <benchmark/benchmark.h>

using namespace tarn;

namespace {

isa::AccessPattern tile(isa::Memory memory, uint32_t address, uint32_t elements, DType dtype) {
  isa::AccessPattern pattern;
  pattern.memory = memory;
  pattern.dtype = dtype;
  pattern.numPartitions = 128;
  pattern.address = address;
  pattern.rank = 1;
  pattern.dims[0] = {1, elements};
  return pattern;
}

void add(isa::Program &program, isa::Engine engine, isa::Payload payload, std::optional<isa::Wait> wait = {},
         std::optional<isa::Update> update = {}) {
  isa::Instruction instruction;
  instruction.payload = std::move(payload);
  instruction.wait = wait;
  instruction.update = update;
  program.cores[0].stream(engine).push_back(std::move(instruction));
}

isa::Wait wait(uint16_t semaphore, int32_t value) {
  return {semaphore, isa::WaitCondition::greaterOrEqual, {false, value}};
}
isa::Update update(uint16_t semaphore, int32_t value) { return {semaphore, isa::UpdateAction::add, {false, value}}; }

constexpr int count = 100'000;

/// One engine, nothing to wait for.
isa::Program vectorStream() {
  isa::Program program;
  for (int i = 0; i < count; ++i)
    add(program, isa::Engine::dve, isa::Memset{tile(isa::Memory::sbuf, 1024 * (i % 16), 512, DType::bf16)});
  return program;
}

/// Weights, a stream of matmuls, and two engines that take turns with the results.
isa::Program matmulsAndCopies() {
  isa::Program program;
  isa::LoadStationary load;
  load.data = tile(isa::Memory::sbuf, 0, 128, DType::bf16);
  isa::Matmul matmul;
  matmul.moving = tile(isa::Memory::sbuf, 0, 512, DType::bf16);
  isa::TensorCopy copy;
  for (int i = 0; i < count / 8; ++i) {
    for (int k = 0; k < 3; ++k) {
      add(program, isa::Engine::pe, load);
      matmul.dst = tile(isa::Memory::psum, 2048 * (i % 4), 512, DType::fp32);
      bool isFirst = k == 0 && i >= 4, isLast = k == 2;
      add(program, isa::Engine::pe, matmul, isFirst ? std::optional(wait(2, i - 3)) : std::nullopt,
          isLast ? std::optional(update(0, 1)) : std::nullopt);
    }
    copy.src = matmul.dst;
    copy.dst = tile(isa::Memory::sbuf, 8192, 512, DType::bf16);
    add(program, isa::Engine::dve, copy, wait(0, i + 1), update(1, 1));
    copy.dst = tile(isa::Memory::sbuf, 16384, 512, DType::bf16);
    add(program, isa::Engine::act, copy, wait(1, i + 1), update(2, 1));
  }
  return program;
}

/// Loads on two queues, each waited for by an engine.
isa::Program loadsAndUses() {
  isa::Program program;
  program.hbmSize = 1 << 20;
  isa::DmaCopy copy;
  copy.src.dtype = copy.dst.dtype = DType::bf16;
  copy.src.rank = copy.dst.rank = 2;
  copy.src.dims = {isa::DmaDim{2, 512}, isa::DmaDim{1024, 128}};
  copy.dst.memory = isa::Memory::sbuf;
  copy.dst.dims = {isa::DmaDim{2, 512}, isa::DmaDim{int64_t(isa::sbufPartitionPitch), 128}};
  constexpr int slots = 8;
  isa::TensorCopy use;
  for (int i = 0; i < count / 2; ++i) {
    int slot = i % slots, turn = i / slots;
    copy.dst.address = 1024 * slot;
    use.src = tile(isa::Memory::sbuf, 1024 * slot, 512, DType::bf16);
    use.dst = tile(isa::Memory::sbuf, 16384, 512, DType::bf16);
    add(program, i % 2 ? isa::Engine::act : isa::Engine::sp, copy,
        turn ? std::optional(wait(slots + slot, turn)) : std::nullopt, update(slot, 16));
    add(program, isa::Engine::dve, use, wait(slot, 16 * (turn + 1)), update(slots + slot, 1));
  }
  return program;
}

/// A hardware loop: registers, a branch, an address from a register.
isa::Program loop() {
  isa::Program program = llvm::cantFail(isa::parseAssembly(R"(
.target trn2
.dve
  register_move dst=R1, src=0
again:
  memset dst=bf16@0x0+R1*2[1][512] p0+128, value=0.0
  register_alu dst=R1, lhs=R1, rhs=1, op=add
  compare_branch cmp=lt, lhs=R1, rhs=33333, target=again
)",
                                                           "loop.s"));
  return program;
}

const Chip &trn2() {
  static Chip chip = llvm::cantFail(Chip::load("trn2"));
  return chip;
}

void run(benchmark::State &state, const isa::Program &program, const Chip &chip, sim::RunOptions options) {
  std::map<std::string, HostTensor> inputs;
  if (options.values)
    for (const isa::ProgramTensor &tensor : program.tensors)
      if (tensor.kind == isa::TensorKind::input)
        inputs[tensor.name] = HostTensor(tensor.hostType, tensor.shape);
  uint64_t instructions = 0;
  for (auto _ : state) {
    llvm::Expected<sim::RunResult> result = sim::simulate(program, chip, inputs, options);
    if (!result) {
      state.SkipWithError(llvm::toString(result.takeError()).c_str());
      return;
    }
    if (!result->findings.empty()) {
      state.SkipWithError(result->findings.front().message.c_str());
      return;
    }
    instructions += result->steps;
  }
  state.counters["instructions/s"] = benchmark::Counter(double(instructions), benchmark::Counter::kIsRate);
}

void runOnHost(benchmark::State &state, const isa::Program &program, const Chip &chip, bool withCopies) {
  bench::HostArithmetic arithmetic;
  sim::RunOptions options;
  options.values = options.report = false;
  options.checks.clear();
  options.listeners = {&arithmetic};
  if (llvm::Expected<sim::RunResult> result = sim::simulate(program, chip, {}, options); !result) {
    state.SkipWithError(llvm::toString(result.takeError()).c_str());
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(arithmetic.compute());
    if (withCopies)
      benchmark::DoNotOptimize(arithmetic.copies());
  }
}

void registerRuns(const std::string &name, std::shared_ptr<isa::Program> program, std::shared_ptr<Chip> chip,
                  bool withValues) {
  auto add = [&](const char *kind, bool values, bool report, std::vector<std::string> checks) {
    sim::RunOptions options;
    options.values = values;
    options.report = report;
    options.checks = std::move(checks);
    benchmark::RegisterBenchmark((name + "/" + kind).c_str(), [=](benchmark::State &state) {
      run(state, *program, *chip, options);
    })->Unit(benchmark::kMillisecond);
  };
  add("time", false, false, {});
  add("report", false, true, {});
  add("races, time only", false, false, {"races"});
  if (!withValues)
    return;
  add("values", true, false, {});
  add("values and races", true, false, {"races"});
  add("values and all checks", true, false, {"races", "uninitialized", "bounds", "deadlock"});
  for (bool withCopies : {false, true})
    benchmark::RegisterBenchmark((name + (withCopies ? "/host arithmetic and copies" : "/host arithmetic")).c_str(),
                                 [=](benchmark::State &state) { runOnHost(state, *program, *chip, withCopies); })
        ->Unit(benchmark::kMillisecond);
}

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  auto chip = std::make_shared<Chip>(trn2());
  for (auto [name, make] :
       {std::make_pair("vector stream", vectorStream), std::make_pair("matmuls and copies", matmulsAndCopies),
        std::make_pair("loads and uses", loadsAndUses), std::make_pair("loop", loop)})
    registerRuns(name, std::make_shared<isa::Program>(make()), chip, /*withValues=*/false);
  for (int i = 1; i < argc; ++i) {
    llvm::Expected<isa::Program> program = isa::readProgram(argv[i]);
    if (!program) {
      llvm::errs() << llvm::toString(program.takeError()) << "\n";
      return 1;
    }
    llvm::Expected<Chip> own = program->chip.empty() ? Chip::load("trn2") : Chip::parse(program->chip, argv[i]);
    if (!own) {
      llvm::errs() << llvm::toString(own.takeError()) << "\n";
      return 1;
    }
    registerRuns(argv[i], std::make_shared<isa::Program>(std::move(*program)), std::make_shared<Chip>(std::move(*own)),
                 /*withValues=*/true);
  }
  benchmark::RunSpecifiedBenchmarks();
}
