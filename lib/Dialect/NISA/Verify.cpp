// Verifiers of instructions and macro operations: the rules of their records, each asked as soon as what it looks at is
// decided.
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/ISA/Check.h"
#include <mutex>

using namespace mlir;
using namespace tarn;
using namespace tarn::nisa;

struct NISADialect::ChipCache {
  std::mutex mutex;
  llvm::DenseMap<Attribute, std::unique_ptr<Chip>> byText; // the null attribute: modules that name no chip
};

const Chip *NISADialect::getChipOf(Operation *op) {
  StringAttr text;
  for (Operation *parent = op; parent && !text; parent = parent->getParentOp())
    text = parent->getAttrOfType<StringAttr>(chipAttributeName);
  std::lock_guard<std::mutex> lock(chips->mutex);
  auto [entry, isNew] = chips->byText.try_emplace(text);
  if (isNew) {
    llvm::Expected<Chip> chip = chipOf(text);
    if (chip)
      entry->second = std::make_unique<Chip>(std::move(*chip));
    else
      llvm::consumeError(chip.takeError());
  }
  return entry->second.get();
}

std::shared_ptr<NISADialect::ChipCache> NISADialect::makeChips() { return std::make_shared<ChipCache>(); }

// Whether a tile's place in memory is known: it has an address, and the view names no loop variable.
static bool isPlaced(Value tile) {
  if (auto view = tile.getDefiningOp<ViewOp>())
    if (!llvm::all_of(view.getSymbols(), [](Value symbol) { return matchPattern(symbol, m_Constant()); }))
      return false;
  Operation *base = getBase(tile).getDefiningOp();
  if (auto alloc = dyn_cast_if_present<AllocOp>(base))
    return alloc.getAddress().has_value();
  auto tensor = dyn_cast_if_present<TensorOp>(base);
  return tensor && tensor.getAddress();
}

// What is decided for an operation on tiles.
static isa::Needs decidedFor(Operation *op) {
  auto isTile = [](Value operand) { return llvm::isa<TileType>(operand.getType()); };
  if (!llvm::all_of(llvm::make_filter_range(op->getOperands(), isTile), isPlaced))
    return isa::Needs::shapes;
  return llvm::isa_and_present<QueueOp>(op->getParentOp()) ? isa::Needs::queues : isa::Needs::addresses;
}

static LogicalResult emitAt(Operation *op, llvm::Error error) {
  return error ? LogicalResult(op->emitOpError(llvm::toString(std::move(error)))) : success();
}

static FailureOr<const Chip *> chipFor(Operation *op) {
  const Chip *chip = cast<NISADialect>(op->getDialect())->getChipOf(op);
  if (!chip)
    return op->emitOpError("is in a module whose ") << chipAttributeName << " names no chip and is no chip file";
  return chip;
}

LogicalResult tarn::nisa::verifyInstruction(Operation *op) {
  FailureOr<const Chip *> chip = chipFor(op);
  if (failed(chip))
    return failure();
  isa::Needs decided = decidedFor(op);
  Resolver resolver;
  resolver.isPlaced = decided != isa::Needs::shapes;
  FailureOr<isa::Payload> payload = toInstruction(op, resolver);
  if (failed(payload))
    return failure();
  auto interface = cast<InstructionInterface>(op);
  isa::Instruction instruction{std::move(*payload), {}, {}, 0};
  if (std::optional<WaitAttr> wait = interface.getWait())
    instruction.wait = isa::Wait{static_cast<uint16_t>(std::min(wait->getSemaphore(), 0xffffu)), {}, {}};
  if (std::optional<UpdateAttr> update = interface.getUpdate())
    instruction.update = isa::Update{static_cast<uint16_t>(std::min(update->getSemaphore(), 0xffffu)), {}, {}};

  if (std::optional<nisa::Engine> engine = interface.getEngine())
    return emitAt(op, check(instruction, static_cast<isa::Engine>(*engine), **chip, decided));
  std::string problem; // on the first engine that has the instruction
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    if (!(instruction.info().engines >> e & 1))
      continue;
    llvm::Error error = check(instruction, static_cast<isa::Engine>(e), **chip, decided);
    if (!error)
      return success();
    std::string text = llvm::toString(std::move(error));
    problem = problem.empty() ? std::move(text) : std::move(problem);
  }
  return op->emitOpError(problem);
}

//===-- Macro operations --------------------------------------------------===//

namespace {
/// The operands of a macro operation, of which only the shapes are known.
class MacroVerifier {
public:
  explicit MacroVerifier(Operation *op) : op(op) { resolver.isPlaced = false; }

  bool resolve(std::initializer_list<std::pair<Value, isa::AccessPattern *>> operands) {
    FailureOr<const Chip *> found = chipFor(op);
    chip = succeeded(found) ? *found : nullptr;
    return chip && llvm::all_of(operands, [&](auto operand) {
             return succeeded(resolver.resolve(operand.first, *operand.second));
           });
  }
  /// The macro's own rules, then those of its instructions.
  template <typename Macro>
  LogicalResult check(const Macro &macro, isa::Engine engine, std::initializer_list<isa::Payload> instructions) {
    if (failed(emitAt(op, isa::check(macro, *chip))))
      return failure();
    for (const isa::Payload &payload : instructions)
      if (failed(emitAt(op, isa::check({payload, {}, {}, 0}, engine, *chip, isa::Needs::shapes))))
        return failure();
    return success();
  }
  Resolver resolver;

private:
  Operation *op;
  const Chip *chip = nullptr;
};
} // namespace

LogicalResult NcMatmulOp::verify() {
  MacroVerifier verifier(*this);
  isa::NcMatmul macro;
  if (!verifier.resolve({{getDst(), &macro.dst}, {getStationary(), &macro.stationary}, {getMoving(), &macro.moving}}))
    return failure();
  isa::LoadStationary load;
  load.data = macro.stationary;
  isa::Matmul matmul;
  matmul.dst = macro.dst;
  matmul.moving = macro.moving;
  return verifier.check(macro, isa::Engine::pe, {load, matmul});
}

LogicalResult NcTransposeOp::verify() {
  MacroVerifier verifier(*this);
  isa::NcTranspose macro;
  if (!verifier.resolve({{getDst(), &macro.dst}, {getData(), &macro.data}}))
    return failure();
  isa::LoadStationary load;
  load.data = macro.data;
  load.is_transpose = true;
  isa::Matmul matmul; // with an identity matrix of data's dtype
  matmul.dst = macro.dst;
  matmul.moving.dtype = macro.data.dtype;
  matmul.moving.numPartitions = macro.data.numPartitions;
  matmul.moving.rank = 1;
  matmul.moving.dims[0] = {1, macro.data.numPartitions};
  matmul.is_transpose = true;
  return verifier.check(macro, isa::Engine::pe, {load, matmul});
}

LogicalResult ActivationReduceOp::verify() {
  MacroVerifier verifier(*this);
  isa::ActivationReduce macro;
  if (!verifier.resolve({{getDst(), &macro.dst}, {getData(), &macro.data}, {getReduceRes(), &macro.reduce_res}}))
    return failure();
  isa::Activation activation;
  activation.dst = macro.dst;
  activation.data = macro.data;
  activation.op = static_cast<isa::ActivationFunction>(getOp());
  auto resolveScalar = [&](Value tile, isa::ScalarOperand &operand) {
    return !tile || succeeded(verifier.resolver.resolve(tile, operand.emplace<isa::AccessPattern>()));
  };
  if (!resolveScalar(getScale(), activation.scale) || !resolveScalar(getBias(), activation.bias))
    return failure();
  isa::ActReadAccumulator read;
  read.dst = macro.reduce_res;
  return verifier.check(macro, isa::Engine::act, {activation, read});
}
