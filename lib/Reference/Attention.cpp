// The parts of transformers that ONNX has as operators of their own: Attention, RotaryEmbedding,
// TensorScatter.
#include "Arithmetic.h"
#include "Blas.h"
#include "Movement.h"
#include "Operators.h"
#include <cstring>

namespace tarn::reference {
namespace {

constexpr float masked = -INFINITY;

/// [batch, sequence, heads · size] as [batch, heads, sequence, size]; tensors of rank 4 have that form
/// already.
llvm::Expected<HostTensor> splitHeads(const HostTensor &x, int64_t heads, llvm::StringRef attribute) {
  if (!isFloat(x.type()) || (x.rank() != 3 && x.rank() != 4))
    return makeError("input {0} of shape {1} must be floats of rank 3 or 4", name(x.type()), toString(x.shape()));
  HostTensor wide = as<float>(x);
  if (x.rank() == 4)
    return wide;
  if (heads < 1 || x.shape()[2] % heads != 0)
    return makeError("{0} is {1}, it must divide {2}", attribute, heads, x.shape()[2]);
  return transposed(wide.reshaped({x.shape()[0], x.shape()[1], heads, x.shape()[2] / heads}), {0, 2, 1, 3});
}

/// `past` and then `fresh` along the sequence.
llvm::Expected<HostTensor> appendToCache(const HostTensor *past, const HostTensor &fresh) {
  if (!past)
    return fresh;
  HostTensor wide = as<float>(*past);
  Node concat;
  concat.op = "Concat";
  concat.attributes["axis"] = int64_t(2);
  concat.inputs = {&wide, &fresh};
  auto outputs = evaluate(concat);
  if (!outputs)
    return outputs.takeError();
  return outputs->front();
}

/// Everything that is added to the scores, for one batch and head: [queries][keys].
class Bias {
public:
  static llvm::Expected<Bias> read(const Node &node, llvm::ArrayRef<int64_t> scores) {
    Bias bias;
    int64_t batch = scores[0], queries = scores[2];
    bias.keys = scores[3];
    bias.causal = intAttribute(node, "is_causal", 0);
    bias.left = intAttribute(node, "left_window_size", -1);
    bias.right = intAttribute(node, "right_window_size", -1);
    const HostTensor *mask = optionalInput(node, 3), *past = optionalInput(node, 4), *lengths = optionalInput(node, 6);
    bias.offsets.assign(batch, past ? past->shape()[2] : 0);
    bias.lengths.assign(batch, bias.keys);
    if (lengths) {
      if (lengths->rank() != 1 || lengths->size() != batch)
        return makeError("nonpad_kv_seqlen of shape {0} for a batch of {1}", toString(lengths->shape()), batch);
      bias.lengths = integers(*lengths);
      if (!past)
        for (int64_t b = 0; b < batch; ++b)
          bias.offsets[b] = bias.lengths[b] - queries;
    }
    if (!mask)
      return bias;
    // Booleans say which keys take part; missing dimensions and those of extent 1 repeat, keys beyond are
    // masked.
    HostTensor wide = as<float>(*mask);
    if (mask->type() == DType::boolean)
      for (float &value : wide.mutableData<float>())
        value = value ? 0 : masked;
    Shape shape(4, 1);
    if (mask->rank() > 4 || mask->rank() < 1)
      return makeError("attn_mask of shape {0}", toString(mask->shape()));
    llvm::copy(mask->shape(), shape.end() - mask->rank());
    for (int64_t d = 0; d < 3; ++d)
      if (shape[d] != 1 && shape[d] != scores[d])
        return makeError("attn_mask of shape {0} does not broadcast to {1}", toString(mask->shape()), toString(scores));
    if (shape[3] > bias.keys)
      return makeError("attn_mask of shape {0} for {1} keys", toString(mask->shape()), bias.keys);
    bias.mask = wide.reshaped(shape);
    return bias;
  }

  float at(int64_t b, int64_t h, int64_t query, int64_t key) const {
    int64_t position = query + offsets[b];
    if (key >= lengths[b] || (causal && key > position) || (left >= 0 && position - key > left) ||
        (right >= 0 && key - position > right))
      return masked;
    if (!mask)
      return 0;
    llvm::ArrayRef<int64_t> shape = mask->shape();
    if (shape[3] != 1 && key >= shape[3])
      return masked;
    auto index = [&](int64_t d, int64_t i) { return shape[d] == 1 ? 0 : i; };
    return mask->data<float>()[((index(0, b) * shape[1] + index(1, h)) * shape[2] + index(2, query)) * shape[3] +
                               index(3, key)];
  }

private:
  int64_t keys, left, right;
  bool causal;
  std::vector<int64_t> offsets, lengths; // for each batch
  std::optional<HostTensor> mask;        // four dimensions
};

/// In place; a row with every key masked becomes zero.
void softmaxRow(float *row, int64_t count) {
  float largest = masked;
  for (int64_t i = 0; i < count; ++i)
    largest = std::max(largest, row[i]);
  double sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += row[i] = largest == masked ? 0 : std::exp(row[i] - largest);
  for (int64_t i = 0; i < count && sum != 0; ++i)
    row[i] = static_cast<float>(row[i] / sum);
}

Result attention(const Node &node) {
  const HostTensor &given = *node.inputs[0];
  const HostTensor *pastKey = optionalInput(node, 4), *pastValue = optionalInput(node, 5);
  int64_t queryHeads = intAttribute(node, "q_num_heads", 0), keyHeads = intAttribute(node, "kv_num_heads", 0);
  auto q = splitHeads(given, queryHeads, "q_num_heads"),
       freshKey = splitHeads(*node.inputs[1], keyHeads, "kv_num_heads"),
       freshValue = splitHeads(*node.inputs[2], keyHeads, "kv_num_heads");
  if (!q || !freshKey || !freshValue)
    return llvm::joinErrors(q.takeError(), llvm::joinErrors(freshKey.takeError(), freshValue.takeError()));
  for (const HostTensor *past : {pastKey, pastValue})
    if (past && past->rank() != 4)
      return makeError("past_key and past_value must have rank 4, found shape {0}", toString(past->shape()));
  auto k = appendToCache(pastKey, *freshKey), v = appendToCache(pastValue, *freshValue);
  if (!k || !v)
    return llvm::joinErrors(k.takeError(), v.takeError());
  int64_t batch = q->shape()[0], queries = q->shape()[2], size = q->shape()[3], keys = k->shape()[2];
  int64_t valueSize = v->shape()[3];
  queryHeads = q->shape()[1];
  keyHeads = k->shape()[1];
  if (k->shape()[0] != batch || v->shape()[0] != batch || k->shape()[3] != size || v->shape()[2] != keys ||
      v->shape()[1] != keyHeads || keyHeads == 0 || queryHeads % keyHeads != 0)
    return makeError("Q {0}, K {1} and V {2} (batch, heads, sequence, size) do not fit each other",
                     toString(q->shape()), toString(k->shape()), toString(v->shape()));
  Shape scoreShape = {batch, queryHeads, queries, keys};
  if (llvm::Error error = checkAllocatable(scoreShape))
    return error;
  auto bias = Bias::read(node, scoreShape);
  if (!bias)
    return bias.takeError();
  float scale = static_cast<float>(floatAttribute(node, "scale", 1 / std::sqrt(double(std::max<int64_t>(size, 1)))));
  if (scale == 0)
    scale = static_cast<float>(1 / std::sqrt(double(std::max<int64_t>(size, 1))));
  float softcap = static_cast<float>(floatAttribute(node, "softcap", 0));
  int64_t mode = intAttribute(node, "qk_matmul_output_mode", 0);

  HostTensor scores(DType::fp32, scoreShape), shown(DType::fp32, scoreShape);
  HostTensor y(DType::fp32, {batch, queryHeads, queries, valueSize});
  float *s = scores.mutableData<float>().data(), *debug = shown.mutableData<float>().data();
  float *out = y.mutableData<float>().data();
  int64_t matrix = queries * keys;
  for (int64_t b = 0; b < batch && matrix && size; ++b)
    for (int64_t h = 0; h < queryHeads; ++h, s += matrix, debug += matrix, out += queries * valueSize) {
      int64_t head = b * keyHeads + h / (queryHeads / keyHeads); // several query heads share one of keys
      gemm(false, true, queries, keys, size, scale, q->data<float>().data() + (b * queryHeads + h) * queries * size,
           size, k->data<float>().data() + head * keys * size, size, 0.0f, s, keys);
      auto show = [&](int64_t wanted) {
        if (mode == wanted)
          std::copy(s, s + matrix, debug);
      };
      show(0);
      if (softcap > 0)
        for (int64_t i = 0; i < matrix; ++i)
          s[i] = softcap * std::tanh(s[i] / softcap);
      show(1);
      for (int64_t i = 0; i < matrix; ++i)
        s[i] += bias->at(b, h, i / keys, i % keys);
      show(2);
      for (int64_t i = 0; i < queries; ++i)
        softmaxRow(s + i * keys, keys);
      show(3);
      if (valueSize)
        gemm(false, false, queries, valueSize, keys, 1.0f, s, keys, v->data<float>().data() + head * keys * valueSize,
             valueSize, 0.0f, out, valueSize);
    }
  if (given.rank() == 3)
    y = transposed(y, {0, 2, 1, 3}).reshaped({batch, queries, queryHeads * valueSize});
  DType type = given.type();
  return Outputs{y.cast(type), k->cast(type), v->cast(node.inputs[2]->type()), shown.cast(type)};
}

Result rotaryEmbedding(const Node &node) {
  const HostTensor &x = *node.inputs[0], *positions = optionalInput(node, 3);
  auto split = splitHeads(x, intAttribute(node, "num_heads", 0), "num_heads");
  if (!split)
    return split.takeError();
  int64_t batch = split->shape()[0], heads = split->shape()[1], length = split->shape()[2], size = split->shape()[3];
  int64_t rotated = intAttribute(node, "rotary_embedding_dim", 0);
  rotated = rotated ? rotated : size;
  int64_t half = rotated / 2;
  if (rotated < 0 || rotated > size || rotated % 2 != 0)
    return makeError("rotary_embedding_dim {0} of heads of size {1}", rotated, size);
  HostTensor cosine = as<float>(*node.inputs[1]), sine = as<float>(*node.inputs[2]);
  for (const HostTensor *cache : {&cosine, &sine}) {
    bool fits = positions ? cache->rank() == 2
                          : cache->rank() == 3 && cache->shape()[0] == batch && cache->shape()[1] == length;
    if (!fits || cache->shape().back() != half || cache->shape() != cosine.shape())
      return makeError("a cache of shape {0} does not fit batch {1}, sequence {2} and {3} rotated elements",
                       toString(cache->shape()), batch, length, rotated);
  }
  if (positions && positions->shape() != llvm::ArrayRef<int64_t>({batch, length}))
    return makeError("position_ids of shape {0}, needs {1}x{2}", toString(positions->shape()), batch, length);
  bool interleaved = intAttribute(node, "interleaved", 0);
  HostTensor y = *split;
  float *at = y.mutableData<float>().data();
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t t = 0; t < length; ++t, at += size) {
        int64_t row = b * length + t;
        if (positions) {
          row = positions->getInt(row);
          if (row < 0 || row >= cosine.shape()[0])
            return makeError("position {0} in a cache of {1}", row, cosine.shape()[0]);
        }
        const float *c = cosine.data<float>().data() + row * half, *s = sine.data<float>().data() + row * half;
        for (int64_t i = 0; i < half; ++i) {
          float &real = at[interleaved ? 2 * i : i], &imaginary = at[interleaved ? 2 * i + 1 : half + i];
          float x1 = real, x2 = imaginary;
          real = c[i] * x1 - s[i] * x2;
          imaginary = s[i] * x1 + c[i] * x2;
        }
      }
  if (x.rank() == 3)
    y = transposed(y, {0, 2, 1, 3}).reshaped(x.shape());
  return single(y.cast(x.type()));
}

Result tensorScatter(const Node &node) {
  const HostTensor &cache = *node.inputs[0], &update = *node.inputs[1], *starts = optionalInput(node, 2);
  if (llvm::Error error = checkSameType(cache, update))
    return error;
  auto axis = normalizedAxis(intAttribute(node, "axis", -2), cache.rank());
  if (!axis)
    return axis.takeError();
  bool fits = *axis > 0 && update.rank() == cache.rank();
  for (int64_t d = 0; fits && d < cache.rank(); ++d)
    fits = d == *axis ? update.shape()[d] <= cache.shape()[d] : update.shape()[d] == cache.shape()[d];
  if (!fits || (starts && starts->size() != cache.shape()[0]))
    return makeError("an update of shape {0} does not fit a cache of shape {1} along axis {2}",
                     toString(update.shape()), toString(cache.shape()), *axis);
  bool circular = stringAttribute(node, "mode", "linear") == "circular";
  int64_t room = cache.shape()[*axis], length = update.shape()[*axis];
  int64_t outer = numElements(cache.shape().take_front(*axis)), batches = cache.shape()[0];
  int64_t run = numElements(cache.shape().drop_front(*axis + 1)) * sizeInBytes(cache.type());
  HostTensor result = cache;
  char *target = result.mutableBytes().data();
  for (int64_t o = 0; o < outer; ++o) {
    int64_t start = starts ? starts->getInt(o / (outer / batches)) : 0;
    if (start < 0 || (circular ? start >= (int64_t(1) << 40) : start > room - length))
      return makeError("write index {0} for {1} entries in a cache of {2}", start, length, room);
    for (int64_t i = 0; i < length && run; ++i)
      std::memcpy(target + (o * room + (start + i) % room) * run, update.bytes().data() + (o * length + i) * run, run);
  }
  return single(result);
}

} // namespace

llvm::ArrayRef<Operator> attentionOperators() {
  static const Operator table[] = {
      {"Attention", attention, 3, 7},
      {"RotaryEmbedding", rotaryEmbedding, 3, 4},
      {"TensorScatter", tensorScatter, 2, 3},
  };
  return table;
}

} // namespace tarn::reference
