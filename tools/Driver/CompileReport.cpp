#include "CompileReport.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Dialect/NISA/Origin.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/Sim/Machine.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace tarn::driver {

void CompileReport::collectKernels(ModuleOp module) {
  kernels = llvm::count_if(module.getOps<func::FuncOp>(),
                           [](func::FuncOp function) { return function->hasAttr("tarn.kernel"); });
  module.walk([&](func::CallOp call) {
    auto kernel = module.lookupSymbol<func::FuncOp>(call.getCallee());
    auto partitionDim = kernel ? kernel->getAttrOfType<IntegerAttr>("tarn.partition_dim") : IntegerAttr();
    calls.push_back(
        {call.getCallee().str(), nisa::nodesOf(call.getLoc(), " + "), partitionDim ? partitionDim.getInt() : -1});
  });
}

void CompileReport::collectMemory(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return;
  collectSpills(main);
  // First and last use of each tile, by the number of the operation.
  llvm::MapVector<Value, std::pair<size_t, size_t>> lifetimes;
  size_t count = 0;
  for (Operation &op : main.getBody().front()) {
    ++count;
    if (llvm::isa<nisa::InstructionInterface>(op))
      for (Value operand : op.getOperands())
        if (llvm::isa<nisa::TileType>(operand.getType()))
          lifetimes.try_emplace(nisa::getBase(operand), count, count).first->second.second = count;
  }
  for (auto [memory, peak] : {std::make_pair(nisa::Memory::sbuf, &sbuf), std::make_pair(nisa::Memory::psum, &psum)}) {
    std::vector<int64_t> change(count + 2, 0);
    auto bytesOf = [&, memory = memory](Value tile) {
      auto type = cast<nisa::TileType>(tile.getType());
      return type.getMemory() == memory ? type.getBytesPerPartition() : 0;
    };
    for (auto &[tile, life] : lifetimes) {
      change[life.first] += bytesOf(tile);
      change[life.second + 1] -= bytesOf(tile);
    }
    int64_t live = 0;
    size_t at = 0;
    for (size_t i = 0; i < change.size(); ++i)
      if ((live += change[i]) > peak->bytes) {
        peak->bytes = live;
        at = i;
      }
    std::map<std::string, int64_t> tenants;
    for (auto &[tile, life] : lifetimes)
      if (life.first <= at && at <= life.second && bytesOf(tile))
        tenants[nisa::nodesOf(tile.getLoc(), " + ")] += bytesOf(tile);
    for (auto &[node, bytes] : tenants)
      peak->tenants.push_back({node, bytes});
    llvm::sort(peak->tenants,
               [](const Tenant &a, const Tenant &b) { return std::tie(b.bytes, a.node) < std::tie(a.bytes, b.node); });
  }
}

// What place-assign-addresses moved out of SBUF, by the names that it gives.
void CompileReport::collectSpills(func::FuncOp main) {
  std::map<std::string, Spilled> byNode;
  main.walk([&](nisa::DmaCopyOp dma) {
    for (Value side : {dma.getDst(), dma.getSrc()}) {
      auto tensor = nisa::getBase(side).getDefiningOp<nisa::TensorOp>();
      if (!tensor || tensor.getKind() != nisa::TensorKind::scratch || !tensor.getName().starts_with("spill"))
        continue;
      std::string node = nisa::nodesOf(tensor.getLoc(), " + ");
      Spilled &entry = byNode[node];
      entry.node = node;
      int64_t bytes = cast<nisa::TileType>(tensor.getResult().getType()).getSizeInBytes();
      (side == dma.getDst() ? entry.storedBytes : entry.loadedBytes) += bytes;
    }
  });
  for (auto &[node, entry] : byNode)
    spilled.push_back(entry);
}

void CompileReport::predictTime(const isa::Program &program, const Chip &chip) {
  sim::RunOptions options;
  options.values = false;
  options.checks.clear();
  llvm::Expected<sim::RunResult> result = sim::simulate(program, chip, {}, options);
  if (!result) {
    whyUnpredicted = llvm::toString(result.takeError());
    return;
  }
  takeRun(result->report);
}

void CompileReport::takeRun(const llvm::json::Object &run) {
  predictedNs = run.getNumber("time_ns");
  for (auto [name, peak] : {std::make_pair("sbuf", &sbuf), std::make_pair("psum", &psum)})
    peak->end = run.getInteger((llvm::Twine("peak_") + name + "_bytes_per_partition").str());
}

void CompileReport::addTo(llvm::json::Object &report) const {
  llvm::json::Array fused;
  for (const Call &call : calls)
    fused.push_back(llvm::json::Object{
        {"kernel", call.kernel}, {"nodes", llvm::json::fixUTF8(call.nodes)}, {"partition_dim", call.partitionDim}});
  report["fused"] = std::move(fused);
  report["predicted_time_ns"] = predictedNs ? llvm::json::Value(*predictedNs) : llvm::json::Value(nullptr);
  llvm::json::Object &memory = *report.getObject("memory");
  for (auto [name, peak] : {std::make_pair("sbuf", &sbuf), std::make_pair("psum", &psum)}) {
    memory[(llvm::Twine("peak_") + name + "_bytes_per_partition").str()] = peak->end;
    memory[(llvm::Twine("live_") + name + "_bytes_per_partition").str()] = peak->bytes;
    llvm::json::Array tenants;
    for (const Tenant &tenant : peak->tenants)
      tenants.push_back(
          llvm::json::Object{{"node", llvm::json::fixUTF8(tenant.node)}, {"bytes_per_partition", tenant.bytes}});
    memory[(llvm::Twine("peak_") + name + "_tenants").str()] = std::move(tenants);
  }
  llvm::json::Array spills;
  for (const Spilled &entry : spilled)
    spills.push_back(llvm::json::Object{{"node", llvm::json::fixUTF8(entry.node)},
                                        {"stored_bytes", entry.storedBytes},
                                        {"loaded_bytes", entry.loadedBytes}});
  memory["spilled"] = std::move(spills);
}

void CompileReport::print(llvm::raw_ostream &stream) const {
  if (predictedNs)
    stream << llvm::formatv("predicted time  {0:f3} ns\n", *predictedNs);
  else
    stream << "predicted time  unknown" << (whyUnpredicted.empty() ? "" : ": ") << whyUnpredicted << "\n";
  for (auto [name, peak] : {std::make_pair("sbuf", &sbuf), std::make_pair("psum", &psum)}) {
    stream << name << " peak       ";
    if (peak->end)
      stream << *peak->end << " bytes a partition, ";
    stream << peak->bytes << " live at once:\n";
    for (const Tenant &tenant : peak->tenants)
      stream << "  " << llvm::right_justify(std::to_string(tenant.bytes), 8) << "  " << tenant.node << "\n";
  }
  for (const Spilled &entry : spilled)
    stream << "spilled         " << entry.node << ": " << entry.storedBytes << " bytes stored to HBM, "
           << entry.loadedBytes << " loaded again\n";
  stream << "kernels by call (dimension on the partitions, nodes):\n";
  for (const Call &call : calls)
    stream << "  " << call.kernel << "  " << (call.partitionDim < 0 ? "-" : std::to_string(call.partitionDim)) << "  "
           << call.nodes << "\n";
}

} // namespace tarn::driver
