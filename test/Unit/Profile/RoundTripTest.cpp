// What a profile of ours says is the program that ran: legal instructions of all kinds are written as if they
// had been executed one after the other, and come back.
#include "../ISA/LegalInstructions.h"
#include "tarn/Profile/Profile.h"
#include "tarn/Profile/Write.h"
#include <set>

using namespace tarn;
using namespace tarn::isa;

namespace {
std::string profileOf(const Program &program, const Chip &chip) {
  std::string text;
  llvm::raw_string_ostream os(text);
  profile::Writer writer(program, chip, os);
  int32_t registers[numRegisters] = {};
  uint32_t id = 0;
  for (size_t core = 0; core < program.cores.size(); ++core)
    for (unsigned e = 0; e < numEngines; ++e)
      for (const Instruction &instruction : program.cores[core].streams[e]) {
        sim::Step step;
        step.id = id++;
        step.core = static_cast<uint8_t>(core);
        step.engine = static_cast<Engine>(e);
        step.index = static_cast<uint32_t>(&instruction - program.cores[core].streams[e].data());
        step.instruction = &instruction;
        writer.on(sim::Started{step, instruction, registers});
        writer.on(sim::Completed{step});
      }
  writer.finish(0);
  return os.str();
}

Program readBack(const std::string &text) {
  profile::Dump dump = llvm::cantFail(profile::parseProfile(text, "profile.json"));
  return llvm::cantFail(profile::importProfile(dump, "profile.json"));
}

void comesBack(llvm::StringRef target) {
  Chip chip = llvm::cantFail(Chip::load(target));
  Program program = legalProgram(chip, 4000);
  program.hbmSize = 1 << 20;
  program.tensors.push_back({"x", TensorKind::input, DType::bf16, {3, 4}, 64, DType::fp32, {}});
  program.origins.push_back({"node \"one\"", "Op", "kernel"});
  RandomInstruction random(1);
  for (auto &stream : program.cores[0].streams)
    for (Instruction &instruction : stream)
      instruction.origin = random.below(2);
  program.cores.push_back(program.cores[0]);
  Program again = readBack(profileOf(program, chip));
  EXPECT_EQ(again.name, program.name);
  EXPECT_EQ(again.chip, program.chip);
  EXPECT_EQ(again.hbmSize, program.hbmSize);
  EXPECT_EQ(again.origins, program.origins);
  ASSERT_EQ(again.tensors.size(), 1u);
  EXPECT_EQ(again.tensors[0].name, "x");
  EXPECT_EQ(again.tensors[0].dtype, DType::bf16);
  EXPECT_EQ(again.tensors[0].hostType, DType::fp32);
  EXPECT_EQ(again.tensors[0].shape, program.tensors[0].shape);
  EXPECT_EQ(again.tensors[0].address, 64u);
  ASSERT_EQ(again.cores.size(), 2u);
  std::set<Opcode> seen;
  for (unsigned core = 0; core < 2; ++core)
    for (unsigned e = 0; e < numEngines; ++e) {
      const auto &expected = program.cores[core].streams[e], &found = again.cores[core].streams[e];
      ASSERT_EQ(found.size(), expected.size());
      for (size_t i = 0; i < expected.size(); ++i) {
        seen.insert(expected[i].opcode());
        ASSERT_EQ(found[i].origin, expected[i].origin);
        // Which way a branch went is all that a profile keeps of it.
        if (auto *branch = std::get_if<CompareBranch>(&found[i].payload)) {
          ASSERT_EQ(expected[i].opcode(), Opcode::CompareBranch);
          ASSERT_EQ(branch->target, i + 1);
          continue;
        }
        ASSERT_EQ(toString(found[i]), toString(expected[i]));
      }
    }
  EXPECT_GT(seen.size(), 25u) << target.str(); // those with an example in the manual
}

/// DMAs, with what the profiler has no word for.
constexpr llvm::StringLiteral dmas = R"(
.target trn2
.hbm 0x100000
.pe
  dma_copy S[0]>=1, dst=fp32@hbm:0x1000[4][512], src=fp32@sbuf:0x0[4][512], dge_mode=none, S[1]-=16
.act
  dma_transpose dst=bf16@sbuf:0x0[2,262144][16,128], src=bf16@hbm:0x0[2][2048], shape=[16, 128], S[1]+=16
  dma_compute dst=fp32@hbm:0x2000[4][512], srcs={fp32@hbm:0x0[4][512], fp32@sbuf:0x0[4][512]}, scales={2, 0.5}, op=add, S[1]+=16
.pool
  dma_copy dst=fp32@sbuf:0x0[4,2048][512,4], src=bf16@hbm:0x10[2,-1024][512,4], dge_mode=swdge, S[1]=3
  dma_gather dst=fp32@sbuf:0x0[4,262144][64,128], table=fp32@hbm:0x0[4][6400], index=int32@0x8000[1][1] p0+128, bounds=skip
  dma_scatter table=fp32@hbm:0x0[4][6400], src=fp32@sbuf:0x0[4,262144][64,128], index=int32@0x8000[1][1] p0+128, op=add
)";
} // namespace

TEST(RoundTrip, all_encodable_instructions_come_back) {
  Chip chip = llvm::cantFail(Chip::load("trn3"));
  Program program = llvm::cantFail(parseAssembly(dmas, "dmas.s", ".", /*unchecked=*/true));
  RandomInstruction random(7);
  std::map<Opcode, unsigned> counts;
  std::vector<Instruction> &stream = program.cores[0].stream(Engine::dve);
  for (unsigned i = 0; i < 20000; ++i) {
    Instruction instruction = random.next(1);
    // Elements of a DMA are counted: the ones above are such that can be.
    if (instruction.info().isDma || instruction.is<CompareBranch>())
      continue;
    ++counts[instruction.opcode()];
    stream.push_back(std::move(instruction));
  }
  EXPECT_GT(counts.size(), 55u);
  Program again = readBack(profileOf(program, chip));
  for (unsigned e = 0; e < numEngines; ++e) {
    const auto &expected = program.cores[0].streams[e], &found = again.cores[0].streams[e];
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i)
      ASSERT_EQ(toString(found[i]), toString(expected[i]));
  }
}

TEST(RoundTrip, all_legal_instructions_of_trn1_come_back) { comesBack("trn1"); }
TEST(RoundTrip, all_legal_instructions_of_trn2_come_back) { comesBack("trn2"); }
TEST(RoundTrip, all_legal_instructions_of_trn3_come_back) { comesBack("trn3"); }

TEST(RoundTrip, what_the_profiler_can_spell_needs_no_extra_key) {
  Program program = llvm::cantFail(parseAssembly(R"(
.target trn2
.hbm 0x100000
.pe
  load_stationary data=bf16@0x0[1][128] p0+128
  matmul S[3]>=1, dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x400[1][512] p0+128, S[4]+=1
.act
  activation dst=fp32@0x0[1][64] p0+128, data=fp32@0x2000000[1][64] p0+128, op=exp, scale=0.5, bias=fp32@0x100 p0+128
  activation dst=fp32@0x0[1][64] p0+128, data=fp32@0x2000000[1][64] p0+128, op=exp, scale=0.5, bias=-1.25
.dve
  tensor_copy S[4]>=1, dst=bf16@0x8000[1][512] p0+128, src=fp32@0x2000000[1][512] p0+128, S[5]+=1
.sp
  dma_copy S[5]>=1, dst=bf16@hbm:0x1000[2,1024][512,128], src=bf16@sbuf:0x8000[2,262144][512,128], S[6]+=16
)",
                                                 "page.s"));
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  std::string text = profileOf(program, chip);
  EXPECT_FALSE(llvm::StringRef(text).contains("tarn_instruction\":\"matmul"));
  EXPECT_FALSE(llvm::StringRef(text).contains("tarn_instruction\":\"activation"));
  EXPECT_FALSE(llvm::StringRef(text).contains("tarn_instruction\":\"tensor_copy"));
}
