// The manual's examples: each is legal on a chip, and runs there.
#include "tarn/ISA/Manual.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/Sim/Machine.h"
#include "gtest/gtest.h"

using namespace tarn;

TEST(Manual, each_instruction_has_an_example_that_runs_on_every_chip_that_allows_it) {
  for (const isa::InstructionInfo &info : isa::instructionInfos) {
    std::string source = isa::exampleOf(info.mnemonic);
    ASSERT_FALSE(source.empty()) << info.mnemonic.str() << " has no example";
    auto program = isa::parseAssembly(source, info.mnemonic, ".", /*unchecked=*/true);
    ASSERT_TRUE(bool(program)) << llvm::toString(program.takeError());
    unsigned chips = 0;
    for (llvm::StringRef name : Chip::names()) {
      Chip chip = llvm::cantFail(Chip::load(name));
      if (llvm::Error error = isa::check(*program, chip)) {
        llvm::consumeError(std::move(error));
        continue;
      }
      ++chips;
      sim::RunOptions options;
      options.checks = {"races", "bounds", "deadlock"}; // nothing fills its inputs
      std::map<std::string, HostTensor> inputs;
      for (const isa::ProgramTensor &tensor : program->tensors)
        if (tensor.kind == isa::TensorKind::input)
          inputs[tensor.name] = HostTensor(tensor.hostType, tensor.shape);
      auto result = sim::simulate(*program, chip, inputs, options);
      ASSERT_TRUE(bool(result)) << info.mnemonic.str() << ": " << llvm::toString(result.takeError());
      for (const sim::Finding &finding : result->findings)
        ADD_FAILURE() << info.mnemonic.str() << " on " << name.str() << ": " << finding.message;
      EXPECT_GT(result->time, 0) << info.mnemonic.str();
    }
    EXPECT_GT(chips, 0u) << info.mnemonic.str();
    EXPECT_NE(isa::manualPage(info.mnemonic).find("| trn2 |"), std::string::npos);
  }
}
