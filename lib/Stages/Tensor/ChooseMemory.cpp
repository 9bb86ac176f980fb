// tensor-choose-memory: layouts over the whole graph, and which tensors stay in SBUF between kernels. Inputs, outputs and
// constants of the model lie in HBM. A tensor between kernels costs the least of
//
//   HBM    a store, a load for each reader, and their start-up times
//   SBUF   nothing for a reader that wants the dimension on the partitions that the maker has there, turning it for others
//
// so the partition dimension of a kernel's result is chosen together with those of its neighbours: from what each kernel would
// choose for itself, kernels and pairs of maker and reader change theirs as long as the sum becomes smaller. Then the tensors
// that save most for the bytes and the time they take stay, as long as there is room.
#include "KernelCost.h"
#include "ReadLayouts.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/SymbolTable.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

namespace tarn {
#define GEN_PASS_DEF_CHOOSEMEMORY
#include "tarn/Stages/Tensor/Passes.h.inc"

using namespace mlir;
namespace {
constexpr llvm::StringLiteral memoryName = "tarn.memory", partitionName = "tarn.partition_dim";
/// Of SBUF, for tensors between kernels; the rest is for the tiles of the kernels and for several of them at a time.
constexpr double residentShare = 3.0 / 8;
constexpr unsigned maxSweeps = 4;

struct Read {
  unsigned call, operand;
};

/// A tensor and the calls that make and read it, also through reshapes.
struct Flow {
  Value value;
  std::optional<unsigned> maker; // nothing: an input or constant
  SmallVector<Read> reads;
  bool leaves = false; // the model, or to somebody who is no kernel
};

struct Call {
  func::CallOp op;
  func::FuncOp kernel; // none for what is no kernel, or has its memories already
  std::optional<unsigned> root;
  SmallVector<unsigned> flows;                // of the operands, then of the result
  SmallVector<std::optional<unsigned>> stays; // partition dimension of operands and, last, of the result in SBUF
};

class MemoryChooser {
public:
  MemoryChooser(func::FuncOp main, SymbolTable &symbols, const Chip &chip)
      : main(main), symbols(symbols), rates(chip), partitions(std::min(chip.partitions, chip.pe.maxStationary)),
        capacity(static_cast<int64_t>(residentShare * static_cast<double>(chip.sbuf.usableBytesPerPartition))) {}

  void run() {
    for (auto op : main.getOps<func::CallOp>())
      addCall(op);
    for (Value argument : main.getArguments())
      addFlow(argument, std::nullopt);
    for (Operation &op : main.getBody().front())
      if (!isa<func::CallOp, ::mlir::tensor::ExpandShapeOp, ::mlir::tensor::CollapseShapeOp>(op) &&
          op.getNumResults() == 1)
        addFlow(op.getResult(0), std::nullopt);
    for (unsigned i = 0; i < calls.size(); ++i)
      if (calls[i].op.getNumResults() == 1)
        addFlow(calls[i].op.getResult(0), i);
    chooseRoots();
    chooseResidents();
    write();
    if (main.getContext()->getRemarkEngine())
      remarkChoices();
  }

private:
  void addCall(func::CallOp op) {
    auto kernel = symbols.lookup<func::FuncOp>(op.getCallee());
    Call call{op, {}, {}, {}, SmallVector<std::optional<unsigned>>(op.getNumOperands() + 1)};
    auto dim = kernel ? kernel->getAttrOfType<IntegerAttr>(partitionName) : IntegerAttr();
    if (dim && !kernel.isDeclaration() && kernel.getNumResults() == 1 && !hasMemories(kernel)) {
      auto [known, isNew] = costs.try_emplace(kernel);
      if (isNew)
        known->second = tensor::costsOf(kernel, rates);
      unsigned root = static_cast<unsigned>(dim.getInt());
      if (root < known->second.size() && known->second[root]) {
        call.kernel = kernel;
        call.root = root;
      }
    }
    indices[op] = calls.size();
    calls.push_back(call);
  }

  static bool hasMemories(func::FuncOp kernel) {
    auto has = [](DictionaryAttr where) { return where && where.contains(memoryName); };
    for (unsigned i = 0; i < kernel.getNumArguments(); ++i)
      if (has(kernel.getArgAttrDict(i)))
        return true;
    return has(kernel.getResultAttrDict(0));
  }

  void addFlow(Value value, std::optional<unsigned> maker) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !type.hasStaticShape() || !type.getElementType().isIntOrFloat())
      return;
    Flow flow{value, maker, {}, false};
    addReads(value, flow);
    for (const Read &read : flow.reads)
      if (calls[read.call].flows.empty() || calls[read.call].flows.back() != flows.size())
        calls[read.call].flows.push_back(flows.size());
    if (maker)
      calls[*maker].flows.push_back(flows.size());
    flows.push_back(flow);
  }

  void addReads(Value value, Flow &flow) {
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (isa<::mlir::tensor::ExpandShapeOp, ::mlir::tensor::CollapseShapeOp>(user))
        addReads(user->getResult(0), flow);
      else if (auto call = dyn_cast<func::CallOp>(user); call && calls[indices[call]].kernel)
        flow.reads.push_back({indices[call], use.getOperandNumber()});
      else
        flow.leaves = true;
    }
  }

  const tensor::KernelCost &costOf(unsigned call) { return *costs[calls[call].kernel][*calls[call].root]; }
  static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

  //===-- Costs -------------------------------------------------------------===//

  double inHbm(const Flow &flow) {
    double ns = flow.maker && calls[*flow.maker].kernel ? costOf(*flow.maker).store + 2 * rates.transferNs : 0;
    for (const Read &read : flow.reads)
      ns += costOf(read.call).loads[read.operand];
    return ns;
  }

  /// Nothing when it cannot stay.
  std::optional<double> inSbuf(const Flow &flow) {
    if (flow.leaves || flow.reads.empty() || !flow.maker || !calls[*flow.maker].kernel || bytesOf(flow) > capacity)
      return std::nullopt;
    double ns = 0;
    for (const Read &read : flow.reads) {
      std::optional<unsigned> has = partitionAt(flow, read), wanted = costOf(read.call).layouts[read.operand];
      if (!has || !wanted)
        return std::nullopt;
      RankedTensorType type = typeOf(calls[read.call].op.getOperand(read.operand));
      if (*has == *wanted)
        continue;
      if (!isa<FloatType>(type.getElementType()))
        return std::nullopt;
      ns += tensor::turnNs(type, *has, *wanted, rates);
    }
    return ns;
  }

  /// The maker's partition dimension as a reader sees it.
  std::optional<unsigned> partitionAt(const Flow &flow, const Read &read) {
    return tensor::followReshape(flow.value, *calls[*flow.maker].root, calls[read.call].op.getOperand(read.operand));
  }

  /// Of a partition: places beyond the partitions lie behind each other.
  int64_t bytesOf(const Flow &flow) {
    RankedTensorType type = typeOf(flow.value);
    int64_t places = type.getDimSize(*calls[*flow.maker].root);
    return llvm::divideCeil(places, partitions) * (type.getNumElements() / places) *
           static_cast<int64_t>(llvm::divideCeil(type.getElementTypeBitWidth(), 8));
  }

  /// What depends on the roots of these calls.
  double costAround(ArrayRef<unsigned> some) {
    llvm::SmallSetVector<unsigned, 8> touched;
    double ns = 0;
    for (unsigned call : some) {
      ns += costOf(call).work;
      touched.insert(calls[call].flows.begin(), calls[call].flows.end());
    }
    for (unsigned flow : touched) {
      double cost = inHbm(flows[flow]);
      if (std::optional<double> staying = inSbuf(flows[flow]))
        cost = std::min(cost, *staying);
      ns += cost;
    }
    return ns;
  }

  //===-- Choices -----------------------------------------------------------===//

  void chooseRoots() {
    for (unsigned sweep = 0; sweep < maxSweeps; ++sweep) {
      bool changed = false;
      for (unsigned i = 0; i < calls.size(); ++i)
        if (calls[i].kernel)
          changed |= improve({i});
      for (const Flow &flow : flows)
        if (flow.maker && calls[*flow.maker].kernel)
          for (const Read &read : flow.reads)
            changed |= improve({*flow.maker, read.call});
      if (!changed)
        return;
    }
  }

  /// Tries all roots of these calls together; true when some are better than those they have.
  bool improve(ArrayRef<unsigned> some) {
    SmallVector<std::optional<unsigned>> before, best;
    for (unsigned call : some)
      before.push_back(calls[call].root);
    best = before;
    double least = costAround(some);
    const double margin = 1e-6 * least; // sums of the same numbers in another order
    std::function<void(unsigned)> tryFrom = [&](unsigned position) {
      if (position == some.size()) {
        double ns = costAround(some);
        if (ns >= least - margin)
          return;
        least = ns;
        best.clear();
        for (unsigned call : some)
          best.push_back(calls[call].root);
        return;
      }
      Call &call = calls[some[position]];
      const auto &known = costs[call.kernel];
      for (unsigned root = 0; root < known.size(); ++root) {
        if (!known[root])
          continue;
        call.root = root;
        tryFrom(position + 1);
      }
    };
    tryFrom(0);
    for (auto [call, root] : llvm::zip(some, best))
      calls[call].root = root;
    return best != before;
  }

  void chooseResidents() {
    struct Candidate {
      unsigned flow, first, last;
      double gain; // ns for each byte of a partition and call
    };
    SmallVector<Candidate> candidates;
    for (auto [i, flow] : llvm::enumerate(flows)) {
      std::optional<double> staying = inSbuf(flow);
      if (!staying || *staying >= inHbm(flow))
        continue;
      Candidate candidate{static_cast<unsigned>(i), *flow.maker, *flow.maker, inHbm(flow) - *staying};
      for (const Read &read : flow.reads)
        candidate.last = std::max(candidate.last, read.call);
      candidate.gain /= static_cast<double>(bytesOf(flow) * (candidate.last - candidate.first + 1));
      candidates.push_back(candidate);
    }
    llvm::sort(candidates, [](const Candidate &a, const Candidate &b) {
      return std::pair(-a.gain, a.flow) < std::pair(-b.gain, b.flow);
    });
    SmallVector<int64_t> used(calls.size(), 0);
    for (const Candidate &candidate : candidates) {
      const Flow &flow = flows[candidate.flow];
      auto range = MutableArrayRef(used).slice(candidate.first, candidate.last - candidate.first + 1);
      if (llvm::any_of(range, [&](int64_t bytes) { return bytes + bytesOf(flow) > capacity; }))
        continue;
      for (int64_t &bytes : range)
        bytes += bytesOf(flow);
      calls[*flow.maker].stays.back() = calls[*flow.maker].root;
      for (const Read &read : flow.reads)
        calls[read.call].stays[read.operand] = partitionAt(flow, read);
    }
  }

  //===-- Results -----------------------------------------------------------===//

  // Calls of a kernel that agree share it; the others get copies.
  void write() {
    struct Variant {
      const Call *call;
      func::FuncOp kernel;
    };
    llvm::MapVector<Operation *, SmallVector<Variant>> variants;
    for (Call &call : calls) {
      if (!call.kernel)
        continue;
      auto &known = variants[call.kernel];
      auto it = llvm::find_if(known, [&](const Variant &variant) {
        return variant.call->root == call.root && variant.call->stays == call.stays;
      });
      if (it == known.end()) {
        known.push_back({&call, known.empty() ? call.kernel : call.kernel.clone()});
        it = std::prev(known.end());
        if (known.size() > 1)
          symbols.insert(it->kernel, std::next(call.kernel->getIterator()));
      }
      call.op.setCallee(it->kernel.getSymName());
    }
    for (auto &[original, known] : variants)
      for (const Variant &variant : known)
        annotate(variant.kernel, *variant.call);
  }

  void remarkChoices() {
    for (Call &call : calls)
      if (call.kernel)
        remark::analysis(call.op.getLoc(),
                         remark::RemarkOpts::name("partitions").category("layout").function(call.op.getCallee()))
            << remark::add("dimension {0} of the result of {1} lies on the partitions", *call.root,
                           call.op.getCallee());
    for (const Flow &flow : flows) {
      if (!flow.maker || !calls[*flow.maker].kernel || flow.reads.empty())
        continue;
      func::CallOp maker = calls[*flow.maker].op;
      remark::RemarkOpts opts = remark::RemarkOpts::name("residency").category("memory").function(maker.getCallee());
      if (calls[*flow.maker].stays.back())
        remark::passed(maker.getLoc(), opts)
            << remark::add("the result of {0} stays in SBUF for {1} readers, {2} bytes a partition", maker.getCallee(),
                           flow.reads.size(), bytesOf(flow));
      else
        remark::missed(maker.getLoc(), opts) << remark::add("the result of {0} goes through HBM", maker.getCallee())
                                             << remark::reason("{0}", whyInHbm(flow));
    }
  }

  std::string whyInHbm(const Flow &flow) {
    if (flow.leaves)
      return "somebody who is no kernel reads it, too: the model's user, or a kernel with memories of its own";
    if (bytesOf(flow) > capacity)
      return llvm::formatv("it needs {0} bytes a partition, residents may have {1}", bytesOf(flow), capacity);
    std::optional<double> staying = inSbuf(flow);
    if (!staying)
      return "a reader cannot take it with the dimension on the partitions that its maker puts there";
    if (*staying >= inHbm(flow))
      return llvm::formatv("turning it for its readers takes {0:f0} ns, HBM {1:f0} ns", *staying, inHbm(flow));
    return llvm::formatv("others that save more take the room: it needs {0} bytes a partition, residents may have {1}",
                         bytesOf(flow), capacity);
  }

  static void annotate(func::FuncOp kernel, const Call &call) {
    Builder builder(kernel.getContext());
    StringAttr sbuf = builder.getStringAttr("sbuf");
    kernel->setAttr(partitionName, builder.getI64IntegerAttr(*call.root));
    for (auto [i, dim] : llvm::enumerate(ArrayRef(call.stays).drop_back()))
      if (dim) {
        kernel.setArgAttr(i, memoryName, sbuf);
        kernel.setArgAttr(i, partitionName, builder.getI64IntegerAttr(*dim));
      }
    if (std::optional<unsigned> dim = call.stays.back()) {
      kernel.setResultAttr(0, memoryName, sbuf);
      kernel.setResultAttr(0, partitionName, builder.getI64IntegerAttr(*dim));
    }
  }

  func::FuncOp main;
  SymbolTable &symbols;
  tensor::Rates rates;
  int64_t partitions, capacity;
  std::vector<Call> calls;
  std::vector<Flow> flows;
  DenseMap<Operation *, unsigned> indices;
  DenseMap<Operation *, SmallVector<std::optional<tensor::KernelCost>>> costs; // of kernels
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
