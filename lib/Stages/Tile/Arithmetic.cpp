// Instructions on expressions. The result of an instruction is a fresh tile over exactly the dimensions that its operands
// depend on, so what is the same for a whole partition is computed once per partition, on [P,1].
//
//   number | [P,1] with a tile        tensor_scalar, two such in one instruction
//   those, then a tile                scalar_tensor_tensor
//   tile with tile                    tensor_tensor
//   mult and add before a function    scale and bias of activation
#include "KernelLowering.h"
#include <cmath>

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

static Type f32(Type type) { return Float32Type::get(type.getContext()); }
static Type i32(Type type) { return IntegerType::get(type.getContext(), 32); }
static Type truth(Type type) { return IntegerType::get(type.getContext(), 8, IntegerType::Unsigned); }

Ref KernelLowering::makeTile(ShapeRef space, ArrayRef<const Expression *> operands, Type elementType,
                             const Ref *target) {
  if (target)
    return *target;
  SmallVector<bool> dims(space.size(), false);
  for (const Expression *operand : operands)
    for (unsigned d = 0; !operand->isNumber() && d < space.size(); ++d)
      dims[d] |= operand->ref.access.dependsOn(d);
  return emit.allocOver(Memory::sbuf, space, dims, elementType);
}

Ref KernelLowering::force(ShapeRef space, Expression &e, const Ref *target, Type elementType) {
  if (e.isTile() && !target && (!elementType || tileType(e.ref.tile).getElementType() == elementType))
    return e.ref;
  if (e.isTile() && target && e.ref.tile == target->tile)
    return e.ref;
  Ref dst = makeTile(space, {&e}, elementType ? elementType : computeType(e.type), target);
  if (e.isNumber())
    emit.memset(space, dst, *e.number);
  else if (e.pending.empty())
    emit.copy(space, dst, e.ref);
  else
    emit.tensorScalar(space, dst, e.ref, e.pending);
  e = Expression::ofTile(e.type, dst);
  return dst;
}

Ref KernelLowering::toTile(ShapeRef space, Expression &e, Type elementType) {
  return force(space, e, nullptr, elementType);
}

bool KernelLowering::isScalar(ShapeRef space, const Expression &e) {
  if (e.isNumber())
    return true;
  for (unsigned d = 1; d < space.size(); ++d)
    if (space[d] != 1 && e.ref.access.dependsOn(d))
      return false;
  return true;
}

ScalarOperand KernelLowering::toScalar(ShapeRef space, Expression &e) {
  if (e.isNumber())
    return {*e.number, std::nullopt};
  Ref ref = force(space, e, nullptr, f32(e.type));
  if (tileType(ref.tile).getMemory() == Memory::psum) {
    Ref copied = makeTile(space, {&e}, f32(e.type), nullptr);
    emit.copy(space, copied, ref);
    ref = copied;
  }
  return {0, ref};
}

static double fold(AluOp op, double a, double b) {
  switch (op) {
  case AluOp::add:
    return a + b;
  case AluOp::subtract:
    return a - b;
  case AluOp::mult:
    return a * b;
  case AluOp::divide:
    return a / b;
  case AluOp::max:
    return std::max(a, b);
  case AluOp::min:
    return std::min(a, b);
  case AluOp::power:
    return std::pow(a, b);
  case AluOp::is_equal:
    return a == b;
  case AluOp::not_equal:
    return a != b;
  case AluOp::is_gt:
    return a > b;
  case AluOp::is_ge:
    return a >= b;
  case AluOp::is_lt:
    return a < b;
  case AluOp::is_le:
    return a <= b;
  default:
    return std::nan("");
  }
}

Expression KernelLowering::binary(ShapeRef space, AluOp op, Expression a, Expression b, Type type, const Ref *target,
                                  bool mayWait) {
  if (a.isNumber() && b.isNumber())
    return Expression::ofNumber(type, fold(op, *a.number, *b.number));
  bool scalarA = isScalar(space, a), scalarB = isScalar(space, b);
  if (scalarA || scalarB) {
    bool reversed = !scalarB || a.isNumber();
    Expression data = reversed ? b : a, scalar = reversed ? a : b;
    ScalarStep step{op, toScalar(space, scalar), reversed};
    if (data.pending.size() == 2)
      force(space, data);
    data.pending.push_back(step);
    data.type = type;
    if (!mayWait || target)
      force(space, data, target);
    return data;
  }
  Ref dst = makeTile(space, {&a, &b}, computeType(type), target);
  if (op != AluOp::power && a.pending.size() == 1) {
    emit.scalarTensorTensor(space, dst, a.ref, a.pending[0], force(space, b), op, false);
  } else if (op != AluOp::power && b.pending.size() == 1) {
    emit.scalarTensorTensor(space, dst, b.ref, b.pending[0], force(space, a), op, true);
  } else {
    Ref tileA = force(space, a), tileB = force(space, b);
    emit.tensorTensor(space, dst, tileA, tileB, op);
  }
  return Expression::ofTile(type, dst);
}

Expression KernelLowering::apply(ShapeRef space, ActivationFunction function, Expression x, Type type,
                                 const Ref *target) {
  if (x.isNumber())
    force(space, x, nullptr, f32(type));
  ScalarOperand scale{1.0, std::nullopt}, bias;
  auto isScale = [](const ScalarStep &step) { return step.op == AluOp::mult; };
  auto isBias = [](const ScalarStep &step) { return step.op == AluOp::add; };
  if (x.pending.size() == 1 && isScale(x.pending[0])) {
    scale = x.pending[0].scalar;
  } else if (x.pending.size() == 1 && isBias(x.pending[0])) {
    bias = x.pending[0].scalar;
  } else if (x.pending.size() == 1 && x.pending[0].op == AluOp::subtract && !x.pending[0].scalar.ref) {
    double number = x.pending[0].scalar.immediate;
    bias.immediate = x.pending[0].reversed ? number : -number;
    scale.immediate = x.pending[0].reversed ? -1.0 : 1.0;
  } else if (x.pending.size() == 2 && isScale(x.pending[0]) && isBias(x.pending[1])) {
    scale = x.pending[0].scalar;
    bias = x.pending[1].scalar;
  } else if (!x.pending.empty()) {
    force(space, x);
  }
  Ref dst = makeTile(space, {&x}, computeType(type), target);
  emit.activation(space, dst, x.ref, function, scale, bias);
  return Expression::ofTile(type, dst);
}

// A copy of the one value, overwritten with the other where the condition holds: exact for every bit pattern.
Expression KernelLowering::select(ShapeRef space, Expression condition, Expression whenTrue, Expression whenFalse,
                                  Type type, const Ref *target) {
  if (condition.isNumber())
    return *condition.number != 0 ? whenTrue : whenFalse;
  Type element = target ? tileType(target->tile).getElementType() : computeType(type);
  Ref predicate = force(space, condition, nullptr, truth(type));
  Ref dst = makeTile(space, {&condition, &whenTrue, &whenFalse}, element, target);
  force(space, whenFalse, &dst, element);
  Ref source = force(space, whenTrue, nullptr, element);
  emit.copyPredicated(space, dst, source, predicate);
  return Expression::ofTile(type, dst);
}

// Casts to int32 round to the nearest even number; from there the others are one correction away. Numbers of 2^23 or more
// are whole already and may not fit an int32.
Expression KernelLowering::round(ShapeRef space, Expression x, Rounding rounding, const Ref *target) {
  Type type = x.type;
  if (x.isNumber()) {
    double n = *x.number;
    double r = rounding == Rounding::floor  ? std::floor(n)
               : rounding == Rounding::ceil ? std::ceil(n)
               : rounding == Rounding::zero ? std::trunc(n)
               : rounding == Rounding::away ? std::round(n)
                                            : std::nearbyint(n);
    return Expression::ofNumber(type, r);
  }
  force(space, x, nullptr, f32(type));
  auto number = [&](double n) { return Expression::ofNumber(type, n); };
  auto compute = [&](AluOp op, Expression a, Expression b) { return binary(space, op, a, b, type, nullptr, false); };
  Expression whole;
  if (rounding == Rounding::zero || rounding == Rounding::away) {
    Expression size = compute(AluOp::abs_max, x, number(0));
    if (rounding == Rounding::away)
      size = compute(AluOp::add, size, number(0.5));
    Expression down = round(space, size, Rounding::floor, nullptr);
    return binary(space, AluOp::mult, down, apply(space, ActivationFunction::sign, x, type, nullptr), type, target,
                  false);
  }
  Expression integer = x;
  toTile(space, integer, i32(type));
  whole = integer;
  whole.type = type;
  toTile(space, whole, f32(type));
  if (rounding == Rounding::floor)
    whole = compute(AluOp::subtract, whole, compute(AluOp::is_gt, whole, x));
  else if (rounding == Rounding::ceil)
    whole = compute(AluOp::add, whole, compute(AluOp::is_lt, whole, x));
  Expression isSmall = binary(space, AluOp::is_lt, binary(space, AluOp::abs_max, x, number(0), type, nullptr, true),
                              number(8388608.0), IntegerType::get(type.getContext(), 1), nullptr, false);
  return select(space, isSmall, whole, x, type, target);
}

Expression KernelLowering::toInteger(ShapeRef space, Expression x, Type type) {
  if (x.isNumber())
    return Expression::ofNumber(type, std::trunc(*x.number));
  x.type = type;
  toTile(space, x, i32(type));
  return x;
}

// The lowest `bits` of an int32, read with or without sign.
Expression KernelLowering::wrapInteger(ShapeRef space, Expression x, unsigned bits, bool isSigned, Type type) {
  if (x.isNumber()) {
    int64_t low = static_cast<int64_t>(*x.number) & ((int64_t(1) << bits) - 1);
    if (isSigned && low >> (bits - 1) & 1)
      low -= int64_t(1) << bits;
    return Expression::ofNumber(type, static_cast<double>(low));
  }
  Type word = i32(type);
  Ref data = toTile(space, x, word);
  Expression mask = Expression::ofNumber(word, static_cast<double>((int64_t(1) << bits) - 1));
  Ref maskTile = toTile(space, mask, word);
  Ref low = makeTile(space, {&x}, word, nullptr);
  emit.tensorTensor(space, low, data, maskTile, AluOp::bitwise_and);
  Expression result = Expression::ofTile(type, low);
  if (!isSigned)
    return result;
  Expression half = Expression::ofNumber(type, static_cast<double>(int64_t(1) << (bits - 1)));
  Expression over = binary(space, AluOp::is_ge, result, half, type, nullptr, true);
  over = binary(space, AluOp::mult, over, Expression::ofNumber(type, -static_cast<double>(int64_t(1) << bits)), type,
                nullptr, false);
  Ref sum = makeTile(space, {&x}, word, nullptr);
  emit.tensorTensor(space, sum, low, toTile(space, over, word), AluOp::add);
  return Expression::ofTile(type, sum);
}
} // namespace tarn::tile
