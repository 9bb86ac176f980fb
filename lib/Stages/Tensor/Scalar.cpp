// See Scalar.h.
#include "Scalar.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
namespace tarn::tensor {

Scalar Scalar::constant(double number) const {
  TypedAttr attr;
  if (auto type = dyn_cast<FloatType>(value.getType()))
    attr = FloatAttr::get(type, number);
  else
    attr = IntegerAttr::get(value.getType(), static_cast<int64_t>(number));
  return with(arith::ConstantOp::create(*builder, loc, attr));
}

template <typename FloatOp, typename IntOp> static Scalar binary(Scalar a, Scalar b) {
  if (a.isFloat())
    return a.with(FloatOp::create(*a.builder, a.loc, a.value, b.value));
  return a.with(IntOp::create(*a.builder, a.loc, a.value, b.value));
}

Scalar operator+(Scalar a, Scalar b) { return binary<arith::AddFOp, arith::AddIOp>(a, b); }
Scalar operator-(Scalar a, Scalar b) { return binary<arith::SubFOp, arith::SubIOp>(a, b); }
Scalar operator*(Scalar a, Scalar b) { return binary<arith::MulFOp, arith::MulIOp>(a, b); }
Scalar operator/(Scalar a, Scalar b) {
  return a.isUnsigned ? binary<arith::DivFOp, arith::DivUIOp>(a, b) : binary<arith::DivFOp, arith::DivSIOp>(a, b);
}
Scalar maximum(Scalar a, Scalar b) {
  return a.isUnsigned ? binary<arith::MaximumFOp, arith::MaxUIOp>(a, b)
                      : binary<arith::MaximumFOp, arith::MaxSIOp>(a, b);
}
Scalar minimum(Scalar a, Scalar b) {
  return a.isUnsigned ? binary<arith::MinimumFOp, arith::MinUIOp>(a, b)
                      : binary<arith::MinimumFOp, arith::MinSIOp>(a, b);
}

template <typename Op> static Scalar unary(Scalar x) { return x.with(Op::create(*x.builder, x.loc, x.value)); }

Scalar apply(StringRef function, Scalar x) {
  if (!x.isFloat()) {
    if (function == "neg")
      return x.constant(0) - x;
    if (function == "abs")
      return x.isUnsigned ? x : maximum(x, x.constant(0) - x);
    return x; // floor, ceil and rounding leave integers as they are
  }
  if (function == "neg")
    return unary<arith::NegFOp>(x);
  if (function == "abs")
    return unary<math::AbsFOp>(x);
  if (function == "exp")
    return unary<math::ExpOp>(x);
  if (function == "log")
    return unary<math::LogOp>(x);
  if (function == "log1p")
    return unary<math::Log1pOp>(x);
  if (function == "sqrt")
    return unary<math::SqrtOp>(x);
  if (function == "rsqrt")
    return unary<math::RsqrtOp>(x);
  if (function == "erf")
    return unary<math::ErfOp>(x);
  if (function == "tanh")
    return unary<math::TanhOp>(x);
  if (function == "floor")
    return unary<math::FloorOp>(x);
  if (function == "ceil")
    return unary<math::CeilOp>(x);
  if (function == "sin")
    return unary<math::SinOp>(x);
  if (function == "cos")
    return unary<math::CosOp>(x);
  assert(function == "roundeven" && "a function of the list in Scalar.h");
  return unary<math::RoundEvenOp>(x);
}

Scalar power(Scalar a, Scalar b) {
  if (!a.isFloat())
    return a.with(math::IPowIOp::create(*a.builder, a.loc, a.value, b.value));
  FloatAttr exponent;
  if (matchPattern(b.value, m_Constant(&exponent))) {
    double n = exponent.getValueAsDouble();
    if (n == 0.5)
      return apply("sqrt", a);
    if (n == -0.5)
      return apply("rsqrt", a);
    if (n == std::floor(n) && std::abs(n) <= 16) {
      // Square and multiply.
      Scalar result = a.constant(1.0), square = a;
      bool any = false;
      for (int rest = std::abs(static_cast<int>(n)); rest; rest >>= 1) {
        if (rest & 1) {
          result = any ? result * square : square;
          any = true;
        }
        if (rest > 1)
          square = square * square;
      }
      return n < 0 ? 1.0 / result : result;
    }
  }
  return a.with(math::PowFOp::create(*a.builder, a.loc, a.value, b.value));
}

Scalar sigmoid(Scalar x) { return 1.0 / (1.0 + apply("exp", apply("neg", x))); }

Scalar compare(StringRef relation, Scalar a, Scalar b) {
  if (a.isFloat()) {
    auto predicate = llvm::StringSwitch<arith::CmpFPredicate>(relation)
                         .Case("lt", arith::CmpFPredicate::OLT)
                         .Case("le", arith::CmpFPredicate::OLE)
                         .Case("gt", arith::CmpFPredicate::OGT)
                         .Case("ge", arith::CmpFPredicate::OGE)
                         .Case("eq", arith::CmpFPredicate::OEQ)
                         .Default(arith::CmpFPredicate::UNE);
    return a.with(arith::CmpFOp::create(*a.builder, a.loc, predicate, a.value, b.value));
  }
  using P = arith::CmpIPredicate;
  bool u = a.isUnsigned;
  auto predicate = llvm::StringSwitch<P>(relation)
                       .Case("lt", u ? P::ult : P::slt)
                       .Case("le", u ? P::ule : P::sle)
                       .Case("gt", u ? P::ugt : P::sgt)
                       .Case("ge", u ? P::uge : P::sge)
                       .Case("eq", P::eq)
                       .Default(P::ne);
  return a.with(arith::CmpIOp::create(*a.builder, a.loc, predicate, a.value, b.value));
}

Scalar select(Scalar condition, Scalar whenTrue, Scalar whenFalse) {
  return whenTrue.with(
      arith::SelectOp::create(*condition.builder, condition.loc, condition.value, whenTrue.value, whenFalse.value));
}

Scalar truth(Scalar x) { return x.type().isInteger(1) ? x : compare("ne", x, 0.0); }
Scalar logicalAnd(Scalar a, Scalar b) {
  return a.with(arith::AndIOp::create(*a.builder, a.loc, truth(a).value, truth(b).value));
}
Scalar logicalOr(Scalar a, Scalar b) {
  return a.with(arith::OrIOp::create(*a.builder, a.loc, truth(a).value, truth(b).value));
}
Scalar logicalXor(Scalar a, Scalar b) {
  return a.with(arith::XOrIOp::create(*a.builder, a.loc, truth(a).value, truth(b).value));
}

Scalar convert(Scalar x, Type to, bool toUnsigned) {
  OpBuilder &b = *x.builder;
  Type from = x.type();
  auto result = [&](Value v) { return Scalar{x.builder, x.loc, v, toUnsigned}; };
  if (from == to)
    return result(x.value);
  if (to.isInteger(1))
    return truth(x);
  bool fromFloat = isa<FloatType>(from), toFloat = isa<FloatType>(to);
  unsigned fromWidth = from.getIntOrFloatBitWidth(), toWidth = to.getIntOrFloatBitWidth();
  if (fromFloat && toFloat) {
    if (fromWidth == toWidth) // fp16 and bf16
      return convert(convert(x, b.getF32Type()), to);
    if (auto extension = x.value.getDefiningOp<arith::ExtFOp>(); extension && extension.getIn().getType() == to)
      return result(extension.getIn()); // unchanged on its way through fp32
    return result(fromWidth < toWidth ? Value(arith::ExtFOp::create(b, x.loc, to, x.value))
                                      : Value(arith::TruncFOp::create(b, x.loc, to, x.value)));
  }
  bool fromUnsigned = x.isUnsigned || from.isInteger(1);
  if (toFloat)
    return result(fromUnsigned ? Value(arith::UIToFPOp::create(b, x.loc, to, x.value))
                               : Value(arith::SIToFPOp::create(b, x.loc, to, x.value)));
  if (fromFloat)
    return result(toUnsigned ? Value(arith::FPToUIOp::create(b, x.loc, to, x.value))
                             : Value(arith::FPToSIOp::create(b, x.loc, to, x.value)));
  if (fromWidth > toWidth)
    return result(arith::TruncIOp::create(b, x.loc, to, x.value));
  return result(fromUnsigned ? Value(arith::ExtUIOp::create(b, x.loc, to, x.value))
                             : Value(arith::ExtSIOp::create(b, x.loc, to, x.value)));
}

Type computeType(Type elementType) {
  return isa<FloatType>(elementType) ? Float32Type::get(elementType.getContext()) : elementType;
}
} // namespace tarn::tensor
