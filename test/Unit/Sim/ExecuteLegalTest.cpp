// Random legal instructions within bounds end in a result or a message, whatever lies in memory. Built with the sanitizers
// of the compiler too (SanitizedExecuteTests).
#include "../ISA/LegalInstructions.h"
#include "tarn/Sim/Check.h"
#include "tarn/Sim/Execute.h"
#include <set>

using namespace tarn;
using namespace tarn::sim;

namespace {
constexpr uint64_t hbmSize = 1 << 22;

/// Zeros or small numbers, so that indices often are legal, or any bytes.
void fill(CoreState &core, const Chip &chip, isa::RandomInstruction &random) {
  const uint64_t limits[] = {1, 3, 256};
  uint64_t limit = limits[random.below(3)];
  auto fillBytes = [&](char *bytes, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i)
      bytes[i] = limit == 3 && i % 4 ? 0 : random.below(limit);
  };
  for (unsigned p = 0; p < chip.partitions; ++p) {
    fillBytes(core.memory.partition(isa::Memory::sbuf, p), 16384);
    fillBytes(core.memory.partition(isa::Memory::psum, p), 2048);
  }
}

/// Before a product: a stationary operand that fits it, made of what the moving one reads.
template <typename Load, typename Product> void loadFor(const Product &product, Context &context) {
  Load load;
  load.data = product.moving;
  if constexpr (std::is_same_v<Load, isa::LoadStationary>) {
    load.is_transpose = product.is_transpose;
    load.perf_mode = product.perf_mode;
    std::tie(load.row, load.col, load.tile_rows, load.tile_cols) =
        std::tie(product.row, product.col, product.tile_rows, product.tile_cols);
  } else {
    load.scale = product.scale;
    load.scale.dims[0] = {0, product.dst.numPartitions};
    load.scale.rank = 1;
    load.scale_offset = product.scale_offset;
    std::tie(load.row, load.tile_rows) = std::tie(product.row, product.tile_rows);
  }
  load.data.rank = 1;
  load.data.dims[0] = {0, product.dst.numPartitions};
  if constexpr (std::is_same_v<Load, isa::LoadStationary>)
    if (load.perf_mode == isa::PerfMode::double_row)
      load.data.dims[0].num *= 2;
  llvm::consumeError(execute(load, context));
}
void loadFor(const isa::Instruction &instruction, Context &context) {
  if (auto *matmul = std::get_if<isa::Matmul>(&instruction.payload))
    return loadFor<isa::LoadStationary>(*matmul, context);
  if (auto *matmul = std::get_if<isa::MatmulMx>(&instruction.payload))
    return loadFor<isa::LoadStationaryMx>(*matmul, context);
  // Accumulators and values to look for, as if something had set them.
  for (auto *lanes : {&context.core.activationAccumulators, &context.core.vectorAccumulators})
    std::fill(lanes->begin(), lanes->end(), 1.0f);
  for (auto &values : context.core.matchValues)
    if (!values)
      values.emplace().fill(1);
  auto *gather = std::get_if<isa::MatmulGather>(&instruction.payload);
  if (!gather)
    return;
  isa::LoadStationaryGather load{gather->moving, gather->index};
  load.index.rank = 1;
  load.index.dims[0] = {0, gather->dst.numPartitions};
  llvm::consumeError(execute(load, context));
}

void run(llvm::StringRef target) {
  Chip chip = llvm::cantFail(Chip::load(target));
  isa::Program program = isa::legalProgram(chip, 4000, /*length=*/12);
  isa::RandomInstruction random(7);
  auto hbm = std::make_shared<Hbm>(hbmSize);
  CoreState core(chip, hbm);
  std::map<std::string, std::pair<unsigned, unsigned>> outcomes; // results, messages
  unsigned turn = 0;
  for (unsigned e = 0; e < isa::numEngines; ++e)
    for (isa::Instruction instruction : program.cores.front().streams[e]) {
      if (turn++ % 256 == 0)
        fill(core, chip, random);
      uint64_t elements = 0;
      auto forget = [&](const isa::FieldInfo &, const auto &pattern) {
        const_cast<std::decay_t<decltype(pattern)> &>(pattern).offset.reset();
        elements = std::max<uint64_t>(elements, pattern.numElements());
      };
      isa::forEachAccess(instruction, forget, forget);
      if (elements > 16384 || !outOfBounds(instruction, chip, hbmSize).empty())
        continue;
      Context context{core, static_cast<isa::Engine>(e)};
      beginInstruction(context);
      loadFor(instruction, context);
      llvm::Error error =
          std::visit([&](const auto &payload) { return execute(payload, context); }, instruction.payload);
      auto &[results, messages] = outcomes[instruction.info().mnemonic.str()];
      ++(error ? messages : results);
      if (error)
        EXPECT_FALSE(llvm::toString(std::move(error)).empty());
    }
  // Each instruction of which the chip allows the manual's example was executed to a result.
  std::set<std::string> walked;
  for (const auto &stream : program.cores.front().streams)
    for (const isa::Instruction &instruction : stream)
      walked.insert(instruction.info().mnemonic.str());
  EXPECT_GT(walked.size(), 40u);
  for (const std::string &mnemonic : walked)
    EXPECT_GT(outcomes[mnemonic].first, 0u) << mnemonic << " on " << target.str();
}
} // namespace

TEST(ExecuteLegal, trn1) { run("trn1"); }
TEST(ExecuteLegal, trn2) { run("trn2"); }
TEST(ExecuteLegal, trn3) { run("trn3"); }
