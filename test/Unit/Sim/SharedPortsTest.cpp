// Engines that meet at a memory: what they lose, and to which cause it is told.
#include "Programs.h"
#include "tarn/ISA/Cost.h"

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;

namespace {
isa::TensorCopy copy(isa::AccessPattern dst, isa::AccessPattern src) {
  isa::TensorCopy instruction;
  instruction.dst = std::move(dst);
  instruction.src = std::move(src);
  return instruction;
}

struct Times {
  Picoseconds time, conflict;
};
/// Two instructions that begin together, on engines that nothing orders.
Times timesOf(llvm::StringRef target, isa::Engine a, isa::Payload first, isa::Engine b, isa::Payload second,
              std::optional<Cause> free = std::nullopt) {
  Builder builder;
  builder.add(a, std::move(first));
  builder.add(b, std::move(second));
  RunOptions options;
  options.checks.clear();
  options.values = false;
  options.free = free;
  Chip chip = llvm::cantFail(Chip::load(target));
  RunResult result = llvm::cantFail(simulate(builder.program, chip, {}, options));
  Picoseconds conflict = 0;
  for (const auto &[engine, parts] : *result.report.getObject("engine_stalls"))
    if (std::optional<double> part = parts.getAsObject()->getNumber("bank_conflict"))
      conflict += fromNs(*part);
  return {result.time, conflict};
}
Picoseconds completionOf(isa::Engine engine, isa::Payload payload, llvm::StringRef target) {
  Chip chip = llvm::cantFail(Chip::load(target));
  return fromNs(isa::costOf({std::move(payload), {}, {}, 0}, engine, chip).completionNs);
}
const isa::Engine act = isa::Engine::act, dve = isa::Engine::dve, pool = isa::Engine::pool;
} // namespace

TEST(SharedPorts, in_one_bank_of_psum_both_go_at_half_their_rate) {
  auto onAct = copy(sbuf(0, 128, 512), psum(0, 128, 512)), onDve = copy(sbuf(4096, 128, 256), psum(1024, 128, 256));
  auto elsewhere = copy(sbuf(4096, 128, 256), psum(2048, 128, 256));
  Picoseconds alone = std::max(completionOf(act, onAct, "trn2"), completionOf(dve, onDve, "trn2"));
  Times beside = timesOf("trn2", act, onAct, dve, elsewhere), together = timesOf("trn2", act, onAct, dve, onDve);
  EXPECT_EQ(beside.time, alone);
  EXPECT_EQ(beside.conflict, 0);
  // The stream of the one that began later (DVE) lies beside the other's: it takes twice its time.
  Picoseconds stream = fromNs(trn2().dve.copyPsumFp32.nsPerElement * 255);
  EXPECT_NEAR(together.conflict, stream, 1000);
  EXPECT_EQ(together.time, completionOf(dve, onDve, "trn2") + together.conflict);
  EXPECT_EQ(timesOf("trn2", act, onAct, dve, onDve, Cause::bankConflict).time, alone);
}

TEST(SharedPorts, of_the_first_core_dve_and_act_take_turns_at_psum) {
  // ACT of this core copies by activation.
  isa::Activation onAct;
  onAct.dst = sbuf(0, 128, 256);
  onAct.data = psum(0, 128, 256);
  onAct.op = isa::ActivationFunction::copy;
  auto elsewhere = copy(sbuf(4096, 128, 256), psum(2048, 128, 256));
  Times times = timesOf("trn1", act, onAct, dve, elsewhere);
  Chip chip = llvm::cantFail(Chip::load("trn1"));
  EXPECT_EQ(times.conflict, fromNs(isa::costOf({onAct, {}, {}, 0}, act, chip).issueNs));
}

TEST(SharedPorts, beside_pool_dve_goes_at_one_element_a_cycle) {
  isa::Memset onPool;
  onPool.dst = sbuf(0, 128, 4096);
  onPool.value = 0;
  auto quick = copy(sbuf(32768, 128, 512, DType::bf16), sbuf(40960, 128, 512, DType::bf16));
  auto fromPsum = copy(sbuf(32768, 128, 512), psum(0, 128, 512));
  Times times = timesOf("trn2", dve, quick, pool, onPool);
  EXPECT_EQ(times.conflict, 0) << "what begins later beside DVE is not known when DVE begins";
  auto besidePool = [&](isa::Payload payload) {
    Builder later;
    later.add(pool, onPool);
    isa::Nop nop;
    for (unsigned i = 0; i < 4; ++i)
      later.add(dve, nop);
    later.add(dve, std::move(payload));
    RunOptions options;
    options.checks.clear();
    options.values = false;
    RunResult result = llvm::cantFail(simulate(later.program, trn2(), {}, options));
    return fromNs(result.report.getObject("engine_stalls")->getObject("dve")->getNumber("bank_conflict").value_or(0));
  };
  double slow = 512 / 0.96, stream = trn2().dve.copyBf16.nsPerElement * 511;
  EXPECT_NEAR(toNs(besidePool(quick)), slow - stream, 1);
  EXPECT_EQ(besidePool(fromPsum), 0) << "it has no faster mode";
}
