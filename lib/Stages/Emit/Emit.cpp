// Emit: queues of operations to streams of instructions.
#include "tarn/Stages/Emit/Emit.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Origin.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/ISA/Check.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace tarn;
using namespace tarn::nisa;

namespace {

class Emitter {
public:
  explicit Emitter(isa::Program &program) : program(program) {}

  LogicalResult emit(func::FuncOp main) {
    for (Operation &op : main.getBody().front()) {
      if (auto tensor = dyn_cast<TensorOp>(op)) {
        if (failed(emit(tensor)))
          return failure();
      } else if (auto alloc = dyn_cast<AllocOp>(op); alloc && !alloc.getResult().getType().isOnChip()) {
        uint64_t end = alloc.getAddress().value_or(0) + alloc.getResult().getType().getSizeInBytes();
        program.hbmSize = std::max(program.hbmSize, end);
      } else if (auto queue = dyn_cast<QueueOp>(op)) {
        if (failed(emit(queue)))
          return failure();
      }
    }
    return success();
  }

private:
  LogicalResult emit(TensorOp op) {
    TileType type = op.getResult().getType();
    if (!op.getAddress())
      return op.emitOpError("has no address");
    isa::ProgramTensor tensor;
    tensor.name = op.getName().str();
    tensor.kind = static_cast<isa::TensorKind>(op.getKind());
    tensor.dtype = *toDType(type.getElementType());
    tensor.shape.assign(type.getShape().begin(), type.getShape().end());
    tensor.address = *op.getAddress();
    tensor.hostType = tensor.dtype;
    if (std::optional<Type> host = op.getHostType()) {
      std::optional<DType> hostType = toHostDType(*host);
      if (!hostType)
        return op.emitOpError("has a host type that is not supported: ") << *host;
      tensor.hostType = *hostType;
    }
    if (op.getValue() && failed(copyContents(op, *op.getValue(), tensor)))
      return failure();
    program.hbmSize = std::max<uint64_t>(program.hbmSize, tensor.address + tensor.sizeInBytes());
    program.tensors.push_back(std::move(tensor));
    return success();
  }

  static std::optional<DType> toHostDType(Type type) {
    if (type.isInteger(1))
      return DType::boolean;
    if (auto integer = dyn_cast<IntegerType>(type); integer && integer.getWidth() == 64)
      return integer.isUnsigned() ? DType::uint64 : DType::int64;
    if (type.isF64())
      return DType::fp64;
    return toDType(type);
  }

  static LogicalResult copyContents(TensorOp op, ElementsAttr value, isa::ProgramTensor &tensor) {
    HostTensor contents(tensor.dtype, tensor.shape);
    MutableArrayRef<char> bytes = contents.mutableBytes();
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
      AsmResourceBlob *blob = resource.getRawHandle().getBlob();
      if (!blob || blob->getData().size() != bytes.size())
        return op.emitOpError("has contents of ")
               << (blob ? blob->getData().size() : 0) << " bytes, its type needs " << bytes.size();
      llvm::copy(blob->getData(), bytes.begin());
    } else if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
      ArrayRef<char> raw = dense.getRawData();
      if (dense.isSplat()) {
        size_t size = tarn::sizeInBytes(tensor.dtype);
        bool isBool = dense.getElementType().isInteger(1);
        char bit = isBool && dense.getSplatValue<bool>();
        if (!isBool && raw.size() != size)
          return op.emitOpError("has elements of ") << raw.size() << " bytes, its type needs " << size;
        for (size_t i = 0; i < bytes.size(); ++i)
          bytes[i] = isBool ? bit : raw[i % size];
      } else if (dense.getElementType().isInteger(1)) {
        for (auto [i, bit] : llvm::enumerate(dense.getValues<bool>()))
          bytes[i] = bit;
      } else {
        if (raw.size() != bytes.size())
          return op.emitOpError("has contents of ") << raw.size() << " bytes, its type needs " << bytes.size();
        llvm::copy(raw, bytes.begin());
      }
    } else {
      return op.emitOpError("has contents of an attribute kind that is not supported");
    }
    tensor.contents = std::move(contents);
    return success();
  }

  LogicalResult emit(QueueOp queue) {
    std::vector<isa::Instruction> &stream = program.cores.front().stream(static_cast<isa::Engine>(queue.getEngine()));
    return emit(queue.getBody().front(), stream);
  }

  LogicalResult emit(Block &block, std::vector<isa::Instruction> &stream) {
    for (Operation &op : block) {
      if (auto loop = dyn_cast<LoopOp>(op)) {
        if (failed(emit(loop, stream)))
          return failure();
        continue;
      }
      if (llvm::isa<ViewOp>(op))
        continue;
      auto instruction = dyn_cast<InstructionInterface>(op);
      if (!instruction)
        return op.emitOpError("is not an instruction: a queue holds instructions, views and loops");
      FailureOr<isa::Payload> payload = toInstruction(&op, resolver);
      if (failed(payload))
        return failure();
      isa::Instruction record{*payload, {}, {}, originOf(op.getLoc())};
      if (auto wait = instruction.getWait()) {
        if (wait->getStep() && !resolver.turnRegister)
          return op.emitOpError("waits for a value that grows by ")
                 << wait->getStep() << " a turn, but lies in no loop";
        auto value = static_cast<int32_t>(wait->getValue());
        record.wait = isa::Wait{static_cast<uint16_t>(wait->getSemaphore()),
                                wait->getExact() ? isa::WaitCondition::equal : isa::WaitCondition::greaterOrEqual,
                                {false, value}};
        if (wait->getStep())
          record.wait->value = {true, turnRegister, value, static_cast<int32_t>(wait->getStep())};
      }
      if (auto update = instruction.getUpdate())
        record.update = isa::Update{static_cast<uint16_t>(update->getSemaphore()),
                                    isa::UpdateAction::add,
                                    {false, static_cast<int32_t>(update->getValue())}};
      stream.push_back(std::move(record));
    }
    return success();
  }

  //   register_move R0, 0
  // body:
  //   …                     addresses and waits: immediate + R0 * step
  //   register_alu R0 = R0 + 1
  //   compare_branch R0 < count, body
  LogicalResult emit(LoopOp loop, std::vector<isa::Instruction> &stream) {
    uint32_t origin = originOf(loop.getLoc());
    isa::RegisterOrImmediate turn{true, turnRegister};
    stream.push_back({isa::RegisterMove{turnRegister, {false, 0}}, {}, {}, origin});
    auto body = static_cast<uint32_t>(stream.size());
    resolver.turnRegister = turnRegister;
    LogicalResult result = emit(loop.getBody().front(), stream);
    resolver.turnRegister.reset();
    stream.push_back({isa::RegisterAlu{turnRegister, isa::RegisterOp::add, turn, {false, 1}}, {}, {}, origin});
    isa::RegisterOrImmediate count{false, static_cast<int32_t>(loop.getCount())};
    stream.push_back({isa::CompareBranch{isa::Comparison::lt, turn, count, body}, {}, {}, origin});
    return result;
  }

  uint32_t originOf(Location location) {
    auto known = originOfLocation.find(location);
    if (known != originOfLocation.end())
      return known->second;
    isa::Origin origin;
    origin.node = nodesOf(location, "+");
    auto [entry, isNew] = originOfNode.try_emplace(origin.node, program.origins.size());
    if (isNew)
      program.origins.push_back(std::move(origin));
    return originOfLocation[location] = entry->second;
  }

  static constexpr uint8_t turnRegister = 0;

  isa::Program &program;
  Resolver resolver;
  DenseMap<Location, uint32_t> originOfLocation;
  llvm::StringMap<uint32_t> originOfNode;
};

} // namespace

FailureOr<isa::Program> tarn::emitProgram(ModuleOp module) {
  isa::Program program;
  program.name = module.getSymName().value_or("main").str();
  FailureOr<Chip> chip = getChip(module);
  if (failed(chip))
    return failure();
  program.chip = chip->toYaml();
  for (auto main : module.getOps<func::FuncOp>())
    if (failed(Emitter(program).emit(main)))
      return failure();
  // The same rules that the assembler and the loader ask.
  if (llvm::Error error = isa::check(program, *chip))
    return module.emitError(llvm::toString(std::move(error)));
  return program;
}
