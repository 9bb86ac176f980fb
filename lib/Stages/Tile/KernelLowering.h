// One kernel of the form `linalg` to tiles: `store` walks the boxes of a result, `get` answers a tile that holds a value over
// a space, asking for operands the same way. Tiles that were made are remembered and reused while they fit a budget.
#pragma once
#include "Expression.h"
#include "Plan.h"
#include "Resident.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"
#include <list>
#include <map>

namespace tarn::tile {

class KernelLowering {
public:
  KernelLowering(mlir::func::FuncOp kernel, mlir::func::FuncOp lowered, mlir::OpBuilder &builder, const Limits &limits)
      : kernel(kernel), lowered(lowered), emit(builder, kernel.getLoc()), limits(limits) {}
  mlir::LogicalResult run();

private:
  using Value = mlir::Value;
  using GenericOp = mlir::linalg::GenericOp;
  template <typename T> using FailureOr = mlir::FailureOr<T>;
  using ShapeRef = llvm::ArrayRef<int64_t>;

  // KernelLowering.cpp: tiles of values.
  FailureOr<Ref> get(Value value, Access access, ShapeRef space);
  FailureOr<Ref> compute(Value value, const Access &access, ShapeRef space);

  // Load.cpp.
  FailureOr<Ref> load(Value hbm, mlir::Type type, const Access &access, ShapeRef space);
  bool loadTransposed(const Ref &dst, const Ref &src, ShapeRef space);
  /// Writes a value into a part of a tile on chip.
  mlir::LogicalResult getInto(Value value, const Access &access, ShapeRef space, const Ref &dst);

  // Assemble.cpp, Collapse.cpp.
  FailureOr<Ref> getPad(mlir::tensor::PadOp pad, const Access &access, ShapeRef space);
  FailureOr<Ref> getCollapsed(mlir::tensor::CollapseShapeOp collapse, const Access &access, ShapeRef space);
  FailureOr<Ref> getInserted(mlir::tensor::InsertSliceOp insert, const Access &access, ShapeRef space);

  // Sources.cpp.
  /// Through slices, casts and copies to where the data is; true when something was looked through.
  bool lookThrough(Value &value, Access &access);
  Value getHbm(Value value);
  FailureOr<Value> materialize(Value value);

  // Residents.cpp: tensors that stay in SBUF between kernels.
  std::optional<Resident> getResident(Value value);
  bool isPlaced(Value value) { return getHbm(value) || getResident(value); }
  /// A view where the layouts agree, else a copy on chip; nothing where only memory can bring it into order.
  std::optional<Ref> readResident(const Resident &from, const Access &access, ShapeRef space);
  std::optional<Ref> turnResident(const Resident &from, const Access &access, ShapeRef space);
  /// A copy in memory.
  Value spill(Value value, const Resident &from);
  mlir::LogicalResult storeResident(Value value, const Resident &dst, const Plan &plan);
  /// Puts a tile that was made behind `mark` for `space` into its place: true when it is written there from the start.
  bool retarget(const Ref &made, const Ref &dst, ShapeRef space, mlir::Operation *mark);
  std::optional<double> getNumber(Value value);
  /// From a space of the result (plus, at its end, the reduction loops) to the loops.
  FailureOr<Access> getLoops(GenericOp op, unsigned result, const Access &access, bool withReductions);

  // Store.cpp: results.
  mlir::LogicalResult store(Value value, const Ref &dst, const Plan *plan);
  /// What is inserted into, then what is inserted, each by DMA.
  mlir::LogicalResult storeInserted(mlir::tensor::InsertSliceOp insert, const Ref &dst);
  mlir::LogicalResult storeBoxes(Value value, const Ref &dst, const Plan &plan);
  /// Calls back with the access to each box of a plan and its space, partition dimension first.
  mlir::LogicalResult forEachBox(ShapeRef shape, const Plan &plan,
                                 llvm::function_ref<mlir::LogicalResult(const Access &, ShapeRef)> callback);
  mlir::LogicalResult storeNumber(double number, mlir::Type elementType, ShapeRef shape, const Ref &dst);
  mlir::LogicalResult storePad(mlir::tensor::PadOp pad, const Ref &dst);

  // Body.cpp, BodyFunctions.cpp, BodyIntegers.cpp: scalar bodies.
  struct BodyContext {
    GenericOp op;
    Access loops; // from the space to the op's loops
    Shape space;
    llvm::DenseMap<Value, Expression> known;
  };
  FailureOr<Expression> evaluate(BodyContext &context, Value scalar, const Ref *target = nullptr);
  FailureOr<Expression> evaluateOp(BodyContext &context, mlir::Operation *op, const Ref *target);
  FailureOr<Expression> evaluateOperand(Value value, const Access &access, ShapeRef space, mlir::Type scalarType,
                                        const Ref *target = nullptr);
  FailureOr<Expression> evaluateCast(BodyContext &context, mlir::Operation *op, const Ref *target);
  FailureOr<Expression> evaluateInteger(BodyContext &context, mlir::Operation *op, const Ref *target);
  FailureOr<Expression> evaluateSelect(BodyContext &context, mlir::Operation *op, const Ref *target);
  FailureOr<Expression> matchFunction(BodyContext &context, mlir::Operation *op, const Ref *target);

  // Arithmetic.cpp: instructions on expressions.
  Ref makeTile(ShapeRef space, llvm::ArrayRef<const Expression *> operands, mlir::Type elementType, const Ref *target);
  Ref force(ShapeRef space, Expression &e, const Ref *target = nullptr, mlir::Type elementType = {});
  bool isScalar(ShapeRef space, const Expression &e);
  ScalarOperand toScalar(ShapeRef space, Expression &e);
  /// The expression as a tile of this element type; numbers become [P,1].
  Ref toTile(ShapeRef space, Expression &e, mlir::Type elementType);
  Expression binary(ShapeRef space, AluOp op, Expression a, Expression b, mlir::Type type, const Ref *target,
                    bool mayWait);
  Expression apply(ShapeRef space, ActivationFunction function, Expression x, mlir::Type type, const Ref *target);
  Expression select(ShapeRef space, Expression condition, Expression whenTrue, Expression whenFalse, mlir::Type type,
                    const Ref *target);
  enum class Rounding { floor, ceil, even, away, zero };
  Expression round(ShapeRef space, Expression x, Rounding rounding, const Ref *target);
  Expression toInteger(ShapeRef space, Expression x, mlir::Type type);
  Expression wrapInteger(ShapeRef space, Expression x, unsigned bits, bool isSigned, mlir::Type type);

  // Reduction.cpp, Contraction.cpp.
  FailureOr<Ref> getElementwise(GenericOp op, unsigned result, const Access &access, ShapeRef space);
  FailureOr<Ref> getReduction(GenericOp op, unsigned result, const Access &access, ShapeRef space);
  FailureOr<Ref> getStepwise(GenericOp op, unsigned result, const Access &access, ShapeRef space);
  FailureOr<Ref> getContraction(GenericOp op, const Access &access, ShapeRef space, bool &applies);
  FailureOr<Ref> getOperandTile(GenericOp op, Value scalar, const Access &loops, ShapeRef space, mlir::Type type);
  bool isHbmOnly(Value value);

  // TapsOnPe.cpp: data and weights are seen over the space and the taps.
  int64_t countTapsOnPe(GenericOp op, const Expression &data, const Expression &weight, ShapeRef space, int64_t steps);
  Ref getDiagonal(const Ref &weight, int64_t size);
  /// The sum over `taps` and `next`, which the Vector engine adds.
  Ref sumTapsOnPe(const Expression &data, const Expression &weight, ShapeRef space, llvm::ArrayRef<Shape> taps,
                  const Shape &next);

  bool isLoaded(Value value);

  // TileMemory.cpp: the tiles that were made.
  struct Key {
    const void *value;
    Shape numbers;
    bool operator<(const Key &other) const { return std::tie(value, numbers) < std::tie(other.value, other.numbers); }
  };
  struct Entry {
    Value tile;
    llvm::SmallVector<Linear> coords; // over the dependent dimensions, dimension 0 first
    int64_t bytes;
    std::list<Key>::iterator position;
  };
  Key makeKey(Value value, const Access &access, ShapeRef space, llvm::SmallVector<unsigned> &dims);
  std::optional<Ref> recall(const Key &key, llvm::ArrayRef<unsigned> dims, unsigned rank);
  void remember(const Key &key, llvm::ArrayRef<unsigned> dims, const Ref &ref);
  void forgetPsum();

  mlir::func::FuncOp kernel, lowered;
  Instructions emit;
  const Limits &limits;
  llvm::DenseMap<Value, Value> hbm;          // where a value lies in memory
  llvm::DenseMap<Value, Resident> residents; // arguments that lie in SBUF; looked up only
  std::map<Key, Entry> cache;                // looked up only
  std::list<Key> recent;                     // most recently used first
  int64_t cachedBytes = 0;
};

/// The op is elementwise: all loops are parallel.
inline bool isElementwise(mlir::linalg::GenericOp op) { return op.getNumReductionLoops() == 0; }
/// The scalar that a body yields for a result.
mlir::Value yielded(mlir::linalg::GenericOp op, unsigned result);
} // namespace tarn::tile
