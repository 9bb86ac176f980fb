// What each chip has, instruction by instruction and feature by feature, against the published differences between
// generations (facts appendix C). What a chip lacks is refused for it by the number of a rule.
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Manual.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;

namespace {
// Instructions that came after NeuronCore-v2. All others are there from the beginning.
const std::map<std::string, int64_t> firstCores = {
    {"range_select", 3},                                  // DVE special, v3
    {"rand_set_state", 3},                                // XORWOW on POOL
    {"rand_get_state", 3},     {"nonzero_with_count", 3}, // facts 4.6
    {"quantize_mx", 4},                                   // DVE special, v4
    {"exponential", 4},        {"rand2", 4},
    {"load_stationary_mx", 4},                   // PE extra modes, v4
    {"matmul_mx", 4},          {"activate2", 4}, // ACT bias, v4
    {"tensor_gather", 4},                        // SBUF/PSUM indirect operands
    {"tensor_scatter", 4},     {"load_stationary_gather", 4},
    {"matmul_gather", 4},
};

struct Feature {
  const char *rule;
  int64_t firstCore;
  const char *engine, *line;
};
// Rows of the table that are not instructions of their own.
const Feature features[] = {
    {"load_stationary_c6", 3, "pe", "load_stationary data=bf16@0x0[1][32] p0+32, tile_rows=32, tile_cols=32"},
    {"load_stationary_c4", 3, "pe", "load_stationary data=fp8_e4m3@0x0[1, 128][128, 2] p0+128, perf_mode=double_row"},
    {"matmul_c7", 3, "pe",
     "matmul dst=fp32@0x2000000[1][64] p0+128, moving=fp8_e4m3@0x0[1, 64][64, 2] p0+128, perf_mode=double_row"},
    {"matmul_c1", 4, "pe", "matmul dst=fp32@0x2000000[1][4096] p0+128, moving=bf16@0x0[1][4096] p0+128"},
    {"matmul_c2", 4, "pe", "matmul dst=bf16@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128"},
    {"activation_c4", 3, "act",
     "activation dst=fp32@0x1000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op=exp, bias=1"},
    {"tensor_copy_c2", 3, "act", "tensor_copy dst=fp32@0x1000[1][64] p0+128, src=fp32@0x0[1][64] p0+128"},
    {"tensor_scalar_c6", 3, "act",
     "tensor_scalar dst=fp32@0x1000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op0=mult, operand0=2"},
    {"rng_c2", 3, "pool", "rng dst=uint32@0x1000[1][64] p0+128"},
    {"rand_set_state_c1", 4, "dve", "rand_set_state src=uint32@0x0[1][24] p0+128"},
    {"rand_get_state_c1", 4, "dve", "rand_get_state dst=uint32@0x0[1][24] p0+128"},
    {"dma_copy_c3", 3, "sp", "dma_copy dst=fp32@sbuf:0x0[4][64], src=fp32@hbm:0x0[4][64]"},
    {"dma_compute_c6", 4, "pool",
     "dma_compute dst=fp32@sbuf:0x0[4][64], srcs={fp32@sbuf:0x0[4][64], fp32@hbm:0x0[4][64]}, dge_mode=swdge"},
    {"operand_c7", 4, "dve", "tensor_copy dst=fp8_e4m3fn@0x1000[1][64] p0+128, src=fp32@0x0[1][64] p0+128"},
};

/// The last instruction of a text, and its engine.
std::pair<Instruction, Engine> lastOf(const std::string &source, llvm::StringRef engineName) {
  Program program = llvm::cantFail(parseAssembly(source, "table.s", ".", /*unchecked=*/true));
  Engine engine = *parseEngine(engineName);
  return {program.cores.front().stream(engine).back(), engine};
}

std::string refusalOf(const Instruction &instruction, Engine engine, const Chip &chip) {
  llvm::Error error = check(instruction, engine, chip, Needs::queues);
  return error ? llvm::toString(std::move(error)) : std::string();
}
} // namespace

TEST(ChipTable, each_chip_has_the_instructions_of_its_core) {
  size_t known = 0;
  for (const InstructionInfo &info : instructionInfos) {
    auto later = firstCores.find(info.mnemonic.str());
    int64_t firstCore = later == firstCores.end() ? 2 : later->second;
    known += later != firstCores.end();
    // The example of the manual, on whichever engine it stands.
    Program example = llvm::cantFail(parseAssembly(exampleOf(info.mnemonic), info.mnemonic, ".", /*unchecked=*/true));
    std::optional<std::pair<Instruction, Engine>> found;
    for (unsigned e = 0; e < numEngines; ++e)
      for (const Instruction &instruction : example.cores.front().streams[e])
        if (instruction.opcode() == info.opcode)
          found = {instruction, static_cast<Engine>(e)};
    ASSERT_TRUE(found) << info.mnemonic.str();
    for (llvm::StringRef target : Chip::names()) {
      Chip chip = llvm::cantFail(Chip::load(target));
      std::string message = refusalOf(found->first, found->second, chip);
      std::string expected =
          llvm::formatv("instruction_c3: found {0} on {1}, a NeuronCore-v{2}, allowed: from NeuronCore-v{3} on",
                        info.mnemonic, chip.name, chip.coreVersion, firstCore);
      if (chip.coreVersion < firstCore)
        EXPECT_EQ(message, expected);
      else
        EXPECT_FALSE(llvm::StringRef(message).starts_with("instruction_c")) << target.str() << ": " << message;
    }
  }
  EXPECT_EQ(known, firstCores.size());
}

TEST(ChipTable, each_chip_has_the_features_of_its_core) {
  for (const Feature &feature : features) {
    auto [instruction, engine] = lastOf(std::string(".") + feature.engine + "\n" + feature.line + "\n", feature.engine);
    for (llvm::StringRef target : Chip::names()) {
      Chip chip = llvm::cantFail(Chip::load(target));
      if (chip.coreVersion < instruction.info().firstCore)
        continue; // the test above
      std::string message = refusalOf(instruction, engine, chip);
      if (chip.coreVersion >= feature.firstCore)
        EXPECT_EQ(message, "") << feature.rule << " on " << target.str();
      else
        EXPECT_TRUE(llvm::StringRef(message).starts_with(std::string(feature.rule) + ": found "))
            << feature.rule << " on " << target.str() << " gives: " << message;
    }
  }
}
