// "If this were free": a run in which a cause costs nothing has no such stretch on its critical path, and takes
// what is left.
#include "Programs.h"

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;

namespace {

/// Loads, computes on three engines one after the other, stores.
Builder makeProgram() {
  Builder builder;
  uint64_t x = builder.tensor("x", isa::TensorKind::input, {128, 2048});
  uint64_t y = builder.tensor("y", isa::TensorKind::output, {128, 512});
  builder.load(sbufRows(0, 128, 2048), hbmRows(x, 128, 2048));
  isa::LoadStationary load;
  load.data = sbuf(0, 128, 128);
  builder.then(isa::Engine::pe, load);
  for (int i = 0; i < 8; ++i) {
    isa::Matmul matmul;
    matmul.moving = sbuf(0, 128, 512);
    matmul.dst = psum(0, 128, 512);
    builder.then(isa::Engine::pe, matmul);
  }
  isa::TensorCopy copy;
  copy.src = psum(0, 128, 512);
  copy.dst = sbuf(8192, 128, 512);
  builder.then(isa::Engine::dve, copy);
  copy.src = sbuf(8192, 128, 512);
  copy.dst = sbuf(16384, 128, 512);
  builder.then(isa::Engine::act, copy);
  builder.load(hbmRows(y, 128, 512), sbufRows(16384, 128, 512));
  return builder;
}

TEST(WhatIf, WhatIsFreeIsNotOnTheCriticalPath) {
  Builder builder = makeProgram();
  RunOptions options;
  options.values = false;
  RunResult all = builder.run(options);
  const llvm::json::Object &stalls = *all.report.getObject("stalls");
  for (Cause cause : {Cause::pe, Cause::act, Cause::dve, Cause::dmaIssue, Cause::dmaLatency, Cause::dmaBandwidth,
                      Cause::semaphore, Cause::throttle}) {
    ASSERT_TRUE(stalls.getNumber(name(cause))) << name(cause).str();
    options.free = cause;
    RunResult without = builder.run(options);
    EXPECT_FALSE(without.report.getObject("stalls")->getNumber(name(cause))) << name(cause).str();
    EXPECT_LT(without.time, all.time) << name(cause).str();
  }
}

TEST(WhatIf, TheReportSimulatesTheGreatestCauses) {
  Builder builder = makeProgram();
  RunOptions options;
  options.values = false;
  options.whatIf = true;
  RunResult result = builder.run(options);
  const llvm::json::Array &entries = *result.report.getArray("what_if");
  EXPECT_EQ(entries.size(), 5u);
  for (const llvm::json::Value &entry : entries) {
    RunOptions free;
    free.values = false;
    free.free = parseCause(*entry.getAsObject()->getString("free"));
    EXPECT_DOUBLE_EQ(*entry.getAsObject()->getNumber("time_ns"), toNs(builder.run(free).time));
  }
}

} // namespace
