// The compiler from the form `onnx` to a program: each stage is a list of passes, each list ends in a form.
#include "tarn/Pipeline/Pipeline.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "tarn/Stages/Emit/Emit.h"
#include "tarn/Stages/Graph/Passes.h"
#include "tarn/Stages/Place/Passes.h"
#include "tarn/Stages/Schedule/Passes.h"
#include "tarn/Stages/Sync/Passes.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "tarn/Stages/Tile/Passes.h"
#include <chrono>

using namespace mlir;

namespace tarn {
namespace {

void buildGraph(OpPassManager &passes, const CompileOptions &options) {
  GraphPipelineOptions graph;
  graph.autoCast = options.autoCast;
  graph.autoCastType = options.autoCastType;
  graph.fusePatterns = options.optimizationLevel > 0;
  buildGraphPipeline(passes, graph);
}

void buildTensor(OpPassManager &passes, const CompileOptions &options) {
  TensorOptions tensor;
  tensor.fuse = options.optimizationLevel > 0;
  tensor.keepOnChip = options.optimizationLevel > 0;
  buildTensorPipeline(passes, tensor);
}

void buildTile(OpPassManager &passes, const CompileOptions &options) {
  buildTilePipeline(passes, /*shareTaps=*/options.optimizationLevel > 2);
}

void buildSchedule(OpPassManager &passes, const CompileOptions &options) {
  passes.addPass(schedule::createInlineKernels());
  passes.addPass(schedule::createExpandMacros());
  schedule::RollLoopsOptions loops;
  if (options.unroll == Unroll::none) {
    loops.minBody = loops.minTurns = 2;
    loops.minShrink = 0;
  }
  if (options.unroll != Unroll::full)
    passes.addPass(schedule::createRollLoops(loops));
  schedule::AssignEnginesOptions engines;
  engines.queues = options.optimizationLevel == 0;
  passes.addPass(schedule::createAssignEngines(engines));
  schedule::OrderInstructionsOptions order;
  order.search = options.optimizationLevel > 2;
  if (options.optimizationLevel > 0)
    passes.addPass(schedule::createOrderInstructions(order));
  passes.addPass(schedule::createLoadActTables());
}

void buildPlace(OpPassManager &passes, const CompileOptions &) { passes.addPass(place::createAssignAddresses()); }

void buildSync(OpPassManager &passes, const CompileOptions &) { buildSyncPipeline(passes); }

struct Stage {
  llvm::StringLiteral name;
  Form result;
  void (*build)(OpPassManager &, const CompileOptions &);
};

// Form by form; the stage at index i turns form i into form i + 1.
const Stage stages[] = {
    {"graph", Form::graph, buildGraph},      {"tensor", Form::linalg, buildTensor},
    {"tile", Form::virtualTiles, buildTile}, {"schedule", Form::scheduled, buildSchedule},
    {"place", Form::placed, buildPlace},     {"sync", Form::queued, buildSync},
};

// Adds the wall time of its scope to the table of stages.
class StageTimer {
public:
  StageTimer(llvm::StringRef name, const CompileOptions &options)
      : name(name), options(options), start(std::chrono::steady_clock::now()) {}
  ~StageTimer() {
    if (options.stageSeconds)
      (*options.stageSeconds)[name.str()] +=
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

private:
  llvm::StringRef name;
  const CompileOptions &options;
  std::chrono::steady_clock::time_point start;
};

LogicalResult addPasses(OpPassManager &passes, const Stage &stage, const CompileOptions &options) {
  stage.build(passes, options);
  for (const auto &[form, pipeline] : options.insertAfter)
    if (form == stage.result && failed(parsePassPipeline(pipeline, passes)))
      return failure();
  return success();
}

// A pass of a stage as text, and its flag: "func.func(graph-fuse-patterns{a=1})", "graph-fuse-patterns".
struct ListedPass {
  std::string text, flag;
};
std::vector<ListedPass> listPasses(OpPassManager &passes) {
  std::vector<ListedPass> result;
  for (Pass &pass : passes.getPasses()) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    pass.printAsTextualPipeline(stream);
    StringRef flag(text);
    flag = flag.take_until([](char c) { return c == '{'; });
    flag = flag.substr(flag.rfind('(') + 1).take_until([](char c) { return c == ')' || c == ','; });
    result.push_back({text, flag.str()});
  }
  return result;
}

// Keeps the passes up to the first one with this flag; all when there is none. Answers whether there is one.
FailureOr<bool> cutAfter(OpPassManager &passes, StringRef flag) {
  std::string kept;
  for (const ListedPass &pass : listPasses(passes)) {
    kept += (kept.empty() ? "" : ",") + pass.text;
    if (pass.flag != flag)
      continue;
    passes.clear();
    if (failed(parsePassPipeline(kept, passes)))
      return failure();
    return true;
  }
  return false;
}

// Answers whether the stage was run to its end.
FailureOr<bool> runStage(ModuleOp module, const Stage &stage, const CompileOptions &options) {
  StageTimer timer(stage.name, options);
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  if (options.configure && failed(options.configure(passes)))
    return failure();
  if (failed(addPasses(passes, stage, options)))
    return failure();
  FailureOr<bool> isCut = false;
  if (!options.lastPass.empty())
    isCut = cutAfter(passes, options.lastPass);
  if (failed(isCut) || failed(passes.run(module)))
    return failure();
  if (*isCut)
    return false;
  setForm(module, stage.result);
  if (failed(verifyForm(module, stage.result)))
    return failure();
  return true;
}

} // namespace

std::vector<std::string> passesFrom(Form form, const CompileOptions &options) {
  std::vector<std::string> flags;
  for (const Stage &stage : stages) {
    if (stage.result <= form)
      continue;
    OpPassManager passes(ModuleOp::getOperationName());
    if (failed(addPasses(passes, stage, options)))
      break; // running the stage says so again
    for (const ListedPass &pass : listPasses(passes))
      flags.push_back(pass.flag);
  }
  return flags;
}

LogicalResult runStages(ModuleOp module, Form last, const CompileOptions &options) {
  FailureOr<Form> form = getForm(module);
  if (failed(form) || failed(verifyForm(module, *form)))
    return failure();
  if (options.onForm && failed(options.onForm(*form, module)))
    return failure();
  for (const Stage &stage : stages) {
    if (stage.result <= *form || stage.result > last)
      continue;
    FailureOr<bool> isComplete = runStage(module, stage, options);
    if (failed(isComplete))
      return failure();
    if (!*isComplete)
      return success();
    if (options.onForm && failed(options.onForm(stage.result, module)))
      return failure();
  }
  return success();
}

FailureOr<isa::Program> emit(ModuleOp module, const CompileOptions &options) {
  StageTimer timer("emit", options);
  return emitProgram(module);
}

void registerAllPasses() {
  mlir::registerTransformsPasses();
  mlir::registerLinalgPasses();
  registerGraphPasses();
  registerTensorPasses();
  registerTilePasses();
  schedule::registerSchedulePasses();
  place::registerPlacePasses();
  registerSyncPasses();
}

} // namespace tarn
