// LSTM, GRU and RNN over whole sequences, in one or both directions. Gate orders are ONNX's: LSTM i o f c,
// GRU z r h. Everything is computed in fp32.
#include "Arithmetic.h"
#include "Blas.h"
#include "Movement.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

/// An activation with its parameters.
struct Activation {
  std::string name;
  float alpha = 0, beta = 0;

  float operator()(float x) const {
    if (name == "sigmoid")
      return 1 / (1 + std::exp(-x));
    if (name == "tanh")
      return std::tanh(x);
    if (name == "relu")
      return std::max(x, 0.0f);
    if (name == "leakyrelu")
      return x < 0 ? alpha * x : x;
    if (name == "thresholdedrelu")
      return x > alpha ? x : 0;
    if (name == "scaledtanh")
      return alpha * std::tanh(beta * x);
    if (name == "hardsigmoid")
      return std::clamp(alpha * x + beta, 0.0f, 1.0f);
    if (name == "elu")
      return x < 0 ? alpha * std::expm1(x) : x;
    if (name == "softsign")
      return x / (1 + std::fabs(x));
    if (name == "softplus")
      return std::log1p(std::exp(-std::fabs(x))) + std::max(x, 0.0f);
    return alpha * x + beta; // affine
  }
};

struct Default {
  const char *name;
  float alpha, beta;
};
const Default knownActivations[] = {
    {"sigmoid", 0, 0},    {"tanh", 0, 0},
    {"relu", 0, 0},       {"leakyrelu", 0.01f, 0},
    {"affine", 1, 0},     {"thresholdedrelu", 1, 0},
    {"scaledtanh", 1, 1}, {"hardsigmoid", 0.2f, 0.5f},
    {"elu", 1, 0},        {"softsign", 0, 0},
    {"softplus", 0, 0},
};

/// Names and parameters for `count` activations in each direction; parameters are listed in order for those
/// that have any.
llvm::Expected<std::vector<Activation>> readActivations(const Node &node, std::vector<std::string> names,
                                                        int64_t directions) {
  size_t count = names.size() * directions;
  if (auto it = node.attributes.find("activations"); it != node.attributes.end())
    if (const auto *given = std::get_if<std::vector<std::string>>(&it->second))
      names = *given;
  if (directions == 2 && names.size() * 2 == count)
    for (size_t i = 0; i < count / 2; ++i)
      names.push_back(names[i]);
  if (names.size() != count)
    return makeError("{0} activations, needs {1}", names.size(), count);
  auto parameters = [&](const char *key) {
    auto it = node.attributes.find(key);
    const auto *given = it == node.attributes.end() ? nullptr : std::get_if<std::vector<double>>(&it->second);
    return given ? *given : std::vector<double>();
  };
  std::vector<double> alphas = parameters("activation_alpha"), betas = parameters("activation_beta");
  size_t nextAlpha = 0, nextBeta = 0;
  std::vector<Activation> result;
  for (const std::string &name : names) {
    std::string lower = llvm::StringRef(name).lower();
    auto known = llvm::find_if(knownActivations, [&](const Default &d) { return lower == d.name; });
    if (known == std::end(knownActivations))
      return makeError("activation '{0}' is not known", name);
    Activation activation{lower, known->alpha, known->beta};
    bool hasBeta = llvm::is_contained({"affine", "scaledtanh", "hardsigmoid"}, lower);
    bool hasAlpha = hasBeta || llvm::is_contained({"leakyrelu", "thresholdedrelu", "elu"}, lower);
    if (hasAlpha && nextAlpha < alphas.size())
      activation.alpha = static_cast<float>(alphas[nextAlpha++]);
    if (hasBeta && nextBeta < betas.size())
      activation.beta = static_cast<float>(betas[nextBeta++]);
    result.push_back(activation);
  }
  return result;
}

/// The operands of one node, in fp32 and time-major.
struct Recurrence {
  int64_t gates, directions, steps, batch, inputs, hidden;
  bool batchFirst, reverseOnly;
  HostTensor x, w, r, b, initialH, initialC, peepholes;
  std::vector<int64_t> lengths;
  std::vector<Activation> activations;
  float clip;
};

llvm::Error checkShape(const HostTensor *tensor, llvm::ArrayRef<int64_t> wanted, llvm::StringRef what) {
  if (tensor && tensor->shape() != wanted)
    return makeError("{0} of shape {1}, needs {2}", what, toString(tensor->shape()), toString(wanted));
  return llvm::Error::success();
}

llvm::Expected<Recurrence> readRecurrence(const Node &node, int64_t gates, std::vector<std::string> activations) {
  const HostTensor &x = *node.inputs[0], &w = *node.inputs[1], &r = *node.inputs[2];
  const HostTensor *b = optionalInput(node, 3), *lengths = optionalInput(node, 4), *h = optionalInput(node, 5),
                   *c = optionalInput(node, 6), *p = optionalInput(node, 7);
  if (!isFloat(x.type()) || x.rank() != 3 || r.rank() != 3)
    return makeError("X, {0} of shape {1}, and R of shape {2} must be floats of rank 3", name(x.type()),
                     toString(x.shape()), toString(r.shape()));
  std::string direction = stringAttribute(node, "direction", "forward");
  if (!llvm::is_contained({"forward", "reverse", "bidirectional"}, direction))
    return makeError("direction is '{0}'; forward, reverse and bidirectional exist", direction);
  Recurrence s;
  s.gates = gates;
  s.directions = direction == "bidirectional" ? 2 : 1;
  s.reverseOnly = direction == "reverse";
  s.batchFirst = intAttribute(node, "layout", 0);
  s.steps = x.shape()[s.batchFirst];
  s.batch = x.shape()[!s.batchFirst];
  s.inputs = x.shape()[2];
  s.hidden = r.shape()[2];
  s.clip = static_cast<float>(floatAttribute(node, "clip", INFINITY));
  int64_t D = s.directions, H = s.hidden;
  Shape state = s.batchFirst ? Shape{s.batch, D, H} : Shape{D, s.batch, H};
  if (llvm::Error error = checkShape(&w, {D, gates * H, s.inputs}, "W"))
    return error;
  if (llvm::Error error = checkShape(&r, {D, gates * H, H}, "R"))
    return error;
  if (llvm::Error error = checkShape(b, {D, 2 * gates * H}, "B"))
    return error;
  if (llvm::Error error = checkShape(lengths, {s.batch}, "sequence_lens"))
    return error;
  if (llvm::Error error = checkShape(h, state, "initial_h"))
    return error;
  if (llvm::Error error = checkShape(c, state, "initial_c"))
    return error;
  if (llvm::Error error = checkShape(p, {D, 3 * H}, "P"))
    return error;
  auto functions = readActivations(node, std::move(activations), D);
  if (!functions)
    return functions.takeError();
  s.activations = std::move(*functions);
  auto timeMajor = [&](const HostTensor &t) { return s.batchFirst ? transposed(t, {1, 0, 2}) : t; };
  auto orZero = [&](const HostTensor *t, Shape shape) { return t ? as<float>(*t) : HostTensor(DType::fp32, shape); };
  s.x = timeMajor(as<float>(x));
  s.w = as<float>(w);
  s.r = as<float>(r);
  s.b = orZero(b, {D, 2 * gates * H});
  s.initialH = h ? timeMajor(as<float>(*h)) : HostTensor(DType::fp32, {D, s.batch, H});
  s.initialC = c ? timeMajor(as<float>(*c)) : HostTensor(DType::fp32, {D, s.batch, H});
  s.peepholes = orZero(p, {D, 3 * H});
  s.lengths = lengths ? integers(*lengths) : std::vector<int64_t>(s.batch, s.steps);
  for (int64_t length : s.lengths)
    if (length < 0 || length > s.steps)
      return makeError("sequence length {0} of {1} steps", length, s.steps);
  return s;
}

/// What a cell sees in one step of one sequence.
struct Step {
  const float *gates;     // W·x + bias of the input, before R·h
  const float *recurrent; // R·h
  float *h, *c;           // updated in place
};

/// Runs `cell(direction, step)` over all steps and collects Y, Y_h and Y_c.
template <typename Cell> Result unroll(const Node &node, const Recurrence &s, bool hasCell, Cell cell) {
  int64_t D = s.directions, H = s.hidden, G = s.gates * H;
  HostTensor y(DType::fp32, {s.steps, D, s.batch, H}), h = s.initialH, c = s.initialC;
  float *ys = y.mutableData<float>().data(), *hs = h.mutableData<float>().data(), *cs = c.mutableData<float>().data();
  std::vector<float> gates(s.steps * s.batch * G), recurrent(s.batch * G);
  for (int64_t d = 0; d < D; ++d) {
    const float *r = s.r.data<float>().data() + d * G * H, *bias = s.b.data<float>().data() + d * 2 * G;
    if (!gates.empty() && s.inputs)
      gemm(false, true, s.steps * s.batch, G, s.inputs, 1.0f, s.x.data<float>().data(), s.inputs,
           s.w.data<float>().data() + d * G * s.inputs, s.inputs, 0.0f, gates.data(), G);
    for (size_t i = 0; i < gates.size(); ++i)
      gates[i] += bias[i % G];
    bool backwards = s.reverseOnly || d == 1;
    float *state = hs + d * s.batch * H, *memory = cs + d * s.batch * H;
    for (int64_t k = 0; k < s.steps; ++k) {
      if (!recurrent.empty())
        gemm(false, true, s.batch, G, H, 1.0f, state, H, r, H, 0.0f, recurrent.data(), G);
      for (int64_t b = 0; b < s.batch; ++b) {
        if (k >= s.lengths[b])
          continue; // the state stays, Y is zero
        int64_t t = backwards ? s.lengths[b] - 1 - k : k;
        cell(d, Step{gates.data() + (t * s.batch + b) * G, recurrent.data() + b * G, state + b * H, memory + b * H});
        std::copy(state + b * H, state + (b + 1) * H, ys + ((t * D + d) * s.batch + b) * H);
      }
    }
  }
  if (s.batchFirst) {
    y = transposed(y, {2, 0, 1, 3});
    h = transposed(h, {1, 0, 2});
    c = transposed(c, {1, 0, 2});
  }
  DType type = node.inputs[0]->type();
  Outputs outputs = {y.cast(type), h.cast(type)};
  if (hasCell)
    outputs.push_back(c.cast(type));
  return outputs;
}

Result rnn(const Node &node) {
  auto s = readRecurrence(node, 1, {"Tanh"});
  if (!s)
    return s.takeError();
  return unroll(node, *s, /*hasCell=*/false, [&](int64_t d, Step step) {
    const float *bias = s->b.data<float>().data() + d * 2 * s->hidden + s->hidden;
    for (int64_t i = 0; i < s->hidden; ++i)
      step.h[i] = s->activations[d](std::clamp(step.gates[i] + step.recurrent[i] + bias[i], -s->clip, s->clip));
  });
}

Result lstm(const Node &node) {
  auto s = readRecurrence(node, 4, {"Sigmoid", "Tanh", "Tanh"});
  if (!s)
    return s.takeError();
  bool coupled = intAttribute(node, "input_forget", 0);
  return unroll(node, *s, /*hasCell=*/true, [&](int64_t d, Step step) {
    int64_t H = s->hidden;
    const float *bias = s->b.data<float>().data() + d * 8 * H + 4 * H,
                *p = s->peepholes.data<float>().data() + d * 3 * H;
    const Activation *f = s->activations.data() + 3 * d;
    auto clipped = [&](float x) { return std::clamp(x, -s->clip, s->clip); };
    for (int64_t i = 0; i < H; ++i) {
      auto gate = [&](int64_t g) { return step.gates[g * H + i] + step.recurrent[g * H + i] + bias[g * H + i]; };
      float in = f[0](clipped(gate(0) + p[i] * step.c[i]));
      float forget = coupled ? 1 - in : f[0](clipped(gate(2) + p[2 * H + i] * step.c[i]));
      float cell = forget * step.c[i] + in * f[1](clipped(gate(3)));
      float out = f[0](clipped(gate(1) + p[H + i] * cell));
      step.c[i] = cell;
      step.h[i] = out * f[2](cell);
    }
  });
}

Result gru(const Node &node) {
  auto s = readRecurrence(node, 3, {"Sigmoid", "Tanh"});
  if (!s)
    return s.takeError();
  bool linearBefore = intAttribute(node, "linear_before_reset", 0);
  int64_t H = s->hidden;
  std::vector<float> update(H), reset(H), resetState(H), product(H);
  return unroll(node, *s, /*hasCell=*/false, [&](int64_t d, Step step) {
    const float *bias = s->b.data<float>().data() + d * 6 * H + 3 * H;
    const Activation *f = s->activations.data() + 2 * d;
    auto clipped = [&](float x) { return std::clamp(x, -s->clip, s->clip); };
    for (int64_t i = 0; i < H; ++i) {
      update[i] = f[0](clipped(step.gates[i] + step.recurrent[i] + bias[i]));
      reset[i] = f[0](clipped(step.gates[H + i] + step.recurrent[H + i] + bias[H + i]));
      resetState[i] = reset[i] * step.h[i];
    }
    if (!linearBefore && H) // R·(r∘h) instead of r∘(R·h)
      gemm(false, true, 1, H, H, 1.0f, resetState.data(), H, s->r.data<float>().data() + (d * 3 + 2) * H * H, H, 0.0f,
           product.data(), H);
    for (int64_t i = 0; i < H; ++i) {
      float hidden =
          linearBefore ? reset[i] * (step.recurrent[2 * H + i] + bias[2 * H + i]) : product[i] + bias[2 * H + i];
      float candidate = f[1](clipped(step.gates[2 * H + i] + hidden));
      step.h[i] = (1 - update[i]) * candidate + update[i] * step.h[i];
    }
  });
}

} // namespace

llvm::ArrayRef<Operator> recurrentOperators() {
  static const Operator table[] = {
      {"RNN", rnn, 3, 6},
      {"GRU", gru, 3, 6},
      {"LSTM", lstm, 3, 8},
  };
  return table;
}

} // namespace tarn::reference
