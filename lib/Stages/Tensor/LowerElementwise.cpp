// Operators that compute each element from the elements at the same place: arithmetic, comparisons,
// activations. Booleans are i8 in memory and i1 in bodies (`truth`).
#include "Lowering.h"
#include "Simplify.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

constexpr double rootOfHalf = 0.70710678118654752440;
constexpr double rootOfTwoOverPi = 0.79788456080286535588;

using Binary = Scalar (*)(Scalar, Scalar);
using Unary = Scalar (*)(Lowering &, Scalar);

/// One of x → f(x), with the op's attributes at hand.
template <Unary function> LogicalResult unary(Lowering &l) {
  return l.done(l.elementwise({l.input(0)}, [&](ArrayRef<Scalar> s) { return function(l, s[0]); }));
}

/// f(a, f(b, c)) … over all inputs with broadcasts.
template <Binary function> LogicalResult folded(Lowering &l) {
  SmallVector<Value> inputs = l.inputs();
  return l.done(l.elementwise(inputs, [&](ArrayRef<Scalar> s) {
    Scalar result = s[0];
    for (unsigned i = 1; i < inputs.size(); ++i)
      result = function(result, s[i]);
    return result;
  }));
}

Scalar add(Scalar a, Scalar b) { return a + b; }
Scalar sub(Scalar a, Scalar b) { return a - b; }
Scalar mul(Scalar a, Scalar b) { return a * b; }
Scalar div(Scalar a, Scalar b) { return a / b; }
Scalar larger(Scalar a, Scalar b) { return maximum(a, b); }
Scalar smaller(Scalar a, Scalar b) { return minimum(a, b); }
Scalar less(Scalar a, Scalar b) { return compare("lt", a, b); }
Scalar lessOrEqual(Scalar a, Scalar b) { return compare("le", a, b); }
Scalar greater(Scalar a, Scalar b) { return compare("gt", a, b); }
Scalar greaterOrEqual(Scalar a, Scalar b) { return compare("ge", a, b); }
Scalar equal(Scalar a, Scalar b) { return compare("eq", a, b); }

LogicalResult pow(Lowering &l) {
  return l.done(l.elementwise({l.input(0), l.input(1)},
                              [](ArrayRef<Scalar> s) { return power(s[0], convert(s[1], s[0].type())); }));
}

LogicalResult mean(Lowering &l) {
  double count = l.inputs().size();
  return l.done(l.elementwise(l.inputs(), [&](ArrayRef<Scalar> s) {
    Scalar sum = s[0];
    for (unsigned i = 1; i < count; ++i)
      sum = sum + s[i];
    return sum * (1.0 / count);
  }));
}

LogicalResult where(Lowering &l) {
  return l.done(l.elementwise({l.input(0), l.input(1), l.input(2)},
                              [](ArrayRef<Scalar> s) { return select(truth(s[0]), s[1], s[2]); }));
}

LogicalResult clip(Lowering &l) {
  SmallVector<Value> operands{l.input(0)};
  bool low = l.hasInput(1), high = l.hasInput(2);
  if (low)
    operands.push_back(l.input(1));
  if (high)
    operands.push_back(l.input(2));
  return l.done(l.elementwise(operands, [&](ArrayRef<Scalar> s) {
    Scalar x = s[0];
    if (low)
      x = maximum(x, s[1]);
    if (high)
      x = minimum(x, s[low ? 2 : 1]);
    return x;
  }));
}

LogicalResult prelu(Lowering &l) {
  return l.done(l.elementwise({l.input(0), l.input(1)},
                              [](ArrayRef<Scalar> s) { return select(compare("lt", s[0], 0.0), s[0] * s[1], s[0]); }));
}

LogicalResult cast(Lowering &l) {
  // float → uint8 and so on by the result's sign; a bool is true where the number is not 0.
  bool toBool = l.resultIsBool();
  Value result = l.elementwise({l.input(0)}, [&](ArrayRef<Scalar> s) { return toBool ? truth(s[0]) : s[0]; });
  if (auto generic = result.getDefiningOp<linalg::GenericOp>())
    if (Operation *rounding = generic.getRegion().front().getTerminator()->getOperand(0).getDefiningOp();
        isa_and_present<arith::TruncFOp>(rounding))
      rounding->setAttr(isCastAttributeName, UnitAttr::get(rounding->getContext()));
  return l.done(result);
}

LogicalResult identity(Lowering &l) {
  if (l.results.size() > 1 && !l.op->getResult(1).use_empty())
    return l.error() << "has a second result in use, which is not supported";
  return l.done(l.input(0));
}

Scalar relu(Lowering &, Scalar x) { return maximum(x, 0.0); }
Scalar leakyRelu(Lowering &l, Scalar x) { return select(compare("lt", x, 0.0), x * l.number("alpha", 0.01), x); }
Scalar thresholdedRelu(Lowering &l, Scalar x) {
  return select(compare("gt", x, l.number("alpha", 1.0)), x, x.constant(0.0));
}
Scalar logistic(Lowering &, Scalar x) { return sigmoid(x); }
Scalar hardSigmoid(Lowering &l, Scalar x) {
  return minimum(maximum(x * l.number("alpha", 0.2) + l.number("beta", 0.5), 0.0), 1.0);
}
Scalar hardSwish(Lowering &, Scalar x) { return x * minimum(maximum(x * (1.0 / 6) + 0.5, 0.0), 1.0); }
Scalar swish(Lowering &l, Scalar x) { return x * sigmoid(x * l.number("alpha", 1.0)); }
// exp of the negative part only, so that no infinity is made and thrown away.
Scalar elu(Lowering &l, Scalar x) {
  return select(compare("lt", x, 0.0), (apply("exp", minimum(x, 0.0)) - 1.0) * l.number("alpha", 1.0), x);
}
Scalar celu(Lowering &l, Scalar x) {
  double alpha = l.number("alpha", 1.0);
  return maximum(x, 0.0) + minimum((apply("exp", minimum(x, 0.0) * (1 / alpha)) - 1.0) * alpha, 0.0);
}
Scalar selu(Lowering &l, Scalar x) {
  double alpha = l.number("alpha", 1.67326319217681884765625), gamma = l.number("gamma", 1.05070102214813232421875);
  return select(compare("lt", x, 0.0), (apply("exp", minimum(x, 0.0)) - 1.0) * (alpha * gamma), x * gamma);
}
// max(x, 0) + log(1 + exp(−|x|)) neither overflows nor loses large x.
Scalar stableSoftplus(Scalar x) {
  return maximum(x, 0.0) + apply("log1p", apply("exp", apply("neg", apply("abs", x))));
}
Scalar softplus(Lowering &, Scalar x) { return stableSoftplus(x); }
Scalar mish(Lowering &, Scalar x) { return x * apply("tanh", stableSoftplus(x)); }
Scalar softsign(Lowering &, Scalar x) { return x / (1.0 + apply("abs", x)); }
Scalar gelu(Lowering &l, Scalar x) {
  if (l.text("approximate", "none") == "tanh")
    return x * 0.5 * (1.0 + apply("tanh", (x + x * x * x * 0.044715) * rootOfTwoOverPi));
  return x * 0.5 * (1.0 + apply("erf", x * rootOfHalf));
}
Scalar reciprocal(Lowering &, Scalar x) { return 1.0 / x; }
Scalar logicalNot(Lowering &, Scalar x) { return compare("eq", x, 0.0); }
Scalar isNaN(Lowering &, Scalar x) { return compare("ne", x, x); }
Scalar sign(Lowering &, Scalar x) {
  return select(compare("gt", x, 0.0), x.constant(1), select(compare("lt", x, 0.0), x.constant(-1), x));
}

template <const char *function> LogicalResult math(Lowering &l) {
  return l.done(l.elementwise({l.input(0)}, [](ArrayRef<Scalar> s) { return apply(function, s[0]); }));
}
constexpr char neg[] = "neg", abs[] = "abs", exp[] = "exp", log[] = "log", sqrt[] = "sqrt", erf[] = "erf",
               tanh[] = "tanh", floor[] = "floor", ceil[] = "ceil", roundeven[] = "roundeven", sin[] = "sin",
               cos[] = "cos";
} // namespace

void addElementwise(LoweringTable &table) {
  table["Add"] = table["Sum"] = folded<add>;
  table["Sub"] = folded<sub>;
  table["Mul"] = folded<mul>;
  table["Div"] = folded<div>;
  table["Max"] = folded<larger>;
  table["Min"] = folded<smaller>;
  table["Pow"] = pow;
  table["Mean"] = mean;
  table["Less"] = folded<less>;
  table["LessOrEqual"] = folded<lessOrEqual>;
  table["Greater"] = folded<greater>;
  table["GreaterOrEqual"] = folded<greaterOrEqual>;
  table["Equal"] = folded<equal>;
  table["And"] = folded<logicalAnd>;
  table["Or"] = folded<logicalOr>;
  table["Xor"] = folded<logicalXor>;
  table["Not"] = unary<logicalNot>;
  table["Where"] = where;
  table["Clip"] = clip;
  table["PRelu"] = prelu;
  table["Cast"] = cast;
  table["Identity"] = table["Dropout"] = identity;
  table["Relu"] = unary<relu>;
  table["LeakyRelu"] = unary<leakyRelu>;
  table["ThresholdedRelu"] = unary<thresholdedRelu>;
  table["Sigmoid"] = unary<logistic>;
  table["HardSigmoid"] = unary<hardSigmoid>;
  table["HardSwish"] = unary<hardSwish>;
  table["Swish"] = unary<swish>;
  table["Elu"] = unary<elu>;
  table["Celu"] = unary<celu>;
  table["Selu"] = unary<selu>;
  table["Softplus"] = unary<softplus>;
  table["Softsign"] = unary<softsign>;
  table["Mish"] = unary<mish>;
  table["Gelu"] = unary<gelu>;
  table["Reciprocal"] = unary<reciprocal>;
  table["IsNaN"] = unary<isNaN>;
  table["Sign"] = unary<sign>;
  table["Neg"] = math<neg>;
  table["Abs"] = math<abs>;
  table["Exp"] = math<exp>;
  table["Log"] = math<log>;
  table["Sqrt"] = math<sqrt>;
  table["Erf"] = math<erf>;
  table["Tanh"] = math<tanh>;
  table["Floor"] = math<floor>;
  table["Ceil"] = math<ceil>;
  table["Round"] = math<roundeven>;
  table["Sin"] = math<sin>;
  table["Cos"] = math<cos>;
}
} // namespace tarn::tensor
