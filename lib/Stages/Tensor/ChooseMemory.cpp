// tensor-choose-memory: which tensors stay in SBUF between kernels. Inputs, outputs and constants of the model lie in HBM;
// a tensor between kernels stays on chip when its maker and all its readers agree on the dimension that lies on the
// partitions, and when there is room from the call that makes it to the last that reads it.
#include "ReadLayouts.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace tarn {
#define GEN_PASS_DEF_CHOOSEMEMORY
#include "tarn/Stages/Tensor/Passes.h.inc"

using namespace mlir;
namespace {
constexpr llvm::StringLiteral memoryName = "tarn.memory", partitionName = "tarn.partition_dim";
/// Of SBUF, for tensors between kernels; the rest is for the tiles of the kernels and for several of them at a time.
constexpr double residentShare = 3.0 / 8;

struct Read {
  func::CallOp call;
  unsigned operand, partition;
};

struct Candidate {
  func::CallOp maker;
  unsigned partition;
  SmallVector<Read> reads;
  size_t first, last; // calls
  int64_t bytes;      // of a partition
  double gain;        // bytes of HBM traffic for each byte of SBUF and call
};

/// One call with the partition dimensions of its operands and its result that stay.
struct Signature {
  SmallVector<std::optional<unsigned>> operands;
  std::optional<unsigned> result;

  bool isPlain() const {
    return !result && llvm::none_of(operands, [](std::optional<unsigned> dim) { return dim.has_value(); });
  }
  bool operator==(const Signature &other) const { return operands == other.operands && result == other.result; }
};

class MemoryChooser {
public:
  MemoryChooser(func::FuncOp main, SymbolTable &symbols, const Chip &chip)
      : main(main), symbols(symbols), partitions(std::min(chip.partitions, chip.pe.maxStationary)),
        capacity(static_cast<int64_t>(residentShare * static_cast<double>(chip.sbuf.usableBytesPerPartition))) {}

  void run() {
    calls.append(main.getOps<func::CallOp>().begin(), main.getOps<func::CallOp>().end());
    for (auto [index, call] : llvm::enumerate(calls))
      indices[call] = index;
    std::vector<Candidate> candidates;
    for (func::CallOp call : calls)
      if (std::optional<Candidate> candidate = makeCandidate(call))
        candidates.push_back(*candidate);
    llvm::sort(candidates, [](const Candidate &a, const Candidate &b) {
      return std::pair(-a.gain, a.first) < std::pair(-b.gain, b.first);
    });
    SmallVector<int64_t> used(calls.size(), 0);
    for (func::CallOp call : calls)
      signatures[call].operands.resize(call.getNumOperands());
    for (const Candidate &candidate : candidates) {
      auto range = MutableArrayRef(used).slice(candidate.first, candidate.last - candidate.first + 1);
      if (llvm::any_of(range, [&](int64_t bytes) { return bytes + candidate.bytes > capacity; }))
        continue;
      for (int64_t &bytes : range)
        bytes += candidate.bytes;
      signatures[candidate.maker].result = candidate.partition;
      for (const Read &read : candidate.reads)
        signatures[read.call].operands[read.operand] = read.partition;
    }
    write();
  }

private:
  func::FuncOp kernelOf(func::CallOp call) { return symbols.lookup<func::FuncOp>(call.getCallee()); }

  /// The dimension of a kernel's result on the partitions; nothing for what is no kernel or has its memories already.
  std::optional<unsigned> partitionOf(func::FuncOp kernel) {
    auto dim = kernel ? kernel->getAttrOfType<IntegerAttr>(partitionName) : IntegerAttr();
    if (!dim || kernel.isDeclaration() || kernel.getNumResults() != 1)
      return std::nullopt;
    auto hasMemory = [&](DictionaryAttr where) { return where && where.contains(memoryName); };
    for (unsigned i = 0; i < kernel.getNumArguments(); ++i)
      if (hasMemory(kernel.getArgAttrDict(i)))
        return std::nullopt;
    if (hasMemory(kernel.getResultAttrDict(0)))
      return std::nullopt;
    return dim.getInt();
  }

  std::optional<Candidate> makeCandidate(func::CallOp call) {
    std::optional<unsigned> partition = partitionOf(kernelOf(call));
    auto type = call.getNumResults() == 1 ? dyn_cast<RankedTensorType>(call.getResult(0).getType()) : RankedTensorType();
    if (!partition || !type || !type.getElementType().isIntOrFloat())
      return std::nullopt;
    Candidate candidate{call, *partition, {}, indices[call], indices[call], 0, 0};
    if (!addReads(call.getResult(0), *partition, candidate) || candidate.reads.empty())
      return std::nullopt;
    // Places of the partition dimension beyond the partitions lie behind each other.
    double width = std::max(8u, type.getElementTypeBitWidth()) / 8.0;
    int64_t places = type.getDimSize(*partition), perPlace = type.getNumElements() / places;
    candidate.bytes = llvm::divideCeil(places, partitions) * perPlace * static_cast<int64_t>(width);
    candidate.gain = width * static_cast<double>(type.getNumElements()) * static_cast<double>(1 + candidate.reads.size()) /
                     static_cast<double>(candidate.bytes) / static_cast<double>(candidate.last - candidate.first + 1);
    return candidate;
  }

  /// False when somebody reads the tensor in another layout, or it leaves the model.
  bool addReads(Value value, unsigned partition, Candidate &candidate) {
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (isa<::mlir::tensor::ExpandShapeOp, ::mlir::tensor::CollapseShapeOp>(user)) {
        std::optional<unsigned> dim = tensor::followReshape(value, partition, user->getResult(0));
        if (!dim || !addReads(user->getResult(0), *dim, candidate))
          return false;
        continue;
      }
      auto call = dyn_cast<func::CallOp>(user);
      if (!call || readLayout(call, use.getOperandNumber()) != partition)
        return false;
      candidate.reads.push_back({call, use.getOperandNumber(), partition});
      candidate.last = std::max(candidate.last, indices[call]);
    }
    return true;
  }

  std::optional<unsigned> readLayout(func::CallOp call, unsigned operand) {
    func::FuncOp kernel = kernelOf(call);
    std::optional<unsigned> root = partitionOf(kernel);
    if (!root)
      return std::nullopt;
    auto [known, isNew] = layouts.try_emplace(kernel);
    if (isNew)
      known->second = tensor::findReadLayouts(kernel, *root, partitions);
    return known->second[operand];
  }

  // Calls of a kernel that agree share it; the others get copies.
  void write() {
    llvm::MapVector<Operation *, SmallVector<std::pair<Signature, func::FuncOp>>> variants;
    for (func::CallOp call : calls) {
      func::FuncOp kernel = kernelOf(call);
      if (!kernel)
        continue;
      auto &known = variants[kernel];
      const Signature &signature = signatures[call];
      auto it = llvm::find_if(known, [&](const auto &variant) { return variant.first == signature; });
      if (it == known.end()) {
        known.push_back({signature, known.empty() ? kernel : func::FuncOp(kernel.clone())});
        it = std::prev(known.end());
      }
      if (it->second != kernel && !it->second->getBlock())
        symbols.insert(it->second, std::next(kernel->getIterator()));
      call.setCallee(it->second.getSymName());
    }
    for (auto &[original, known] : variants)
      for (auto &[signature, kernel] : known)
        if (!signature.isPlain())
          annotate(kernel, signature);
  }

  static void annotate(func::FuncOp kernel, const Signature &signature) {
    Builder builder(kernel.getContext());
    StringAttr sbuf = builder.getStringAttr("sbuf");
    for (auto [i, dim] : llvm::enumerate(signature.operands))
      if (dim) {
        kernel.setArgAttr(i, memoryName, sbuf);
        kernel.setArgAttr(i, partitionName, builder.getI64IntegerAttr(*dim));
      }
    if (signature.result) {
      kernel.setResultAttr(0, memoryName, sbuf);
      kernel.setResultAttr(0, partitionName, builder.getI64IntegerAttr(*signature.result));
    }
  }

  func::FuncOp main;
  SymbolTable &symbols;
  int64_t partitions, capacity;
  SmallVector<func::CallOp> calls;
  DenseMap<Operation *, size_t> indices;
  DenseMap<Operation *, Signature> signatures;
  DenseMap<Operation *, SmallVector<std::optional<unsigned>>> layouts;
};

class ChooseMemoryPass : public impl::ChooseMemoryBase<ChooseMemoryPass> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    SymbolTable symbols(getOperation());
    if (main && !main.isDeclaration())
      MemoryChooser(main, symbols, *chip).run();
  }
};
} // namespace
} // namespace tarn
