// SoftmaxCrossEntropyLoss and NegativeLogLikelihoodLoss: minus the (logarithmic) score of the right class,
// weighted by class and averaged or summed.
#include "Arithmetic.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

/// `logarithms` in double, [batch, classes, positions…].
Result loss(const Node &node, const HostTensor &logarithms, const HostTensor *weights) {
  const HostTensor &labels = *node.inputs[1];
  llvm::ArrayRef<int64_t> shape = logarithms.shape();
  DType type = node.inputs[0]->type();
  int64_t classes = shape[1], positions = numElements(shape.drop_front(2));
  Shape wanted = {shape[0]};
  llvm::append_range(wanted, shape.drop_front(2));
  if (labels.shape() != llvm::ArrayRef<int64_t>(wanted) || isFloat(labels.type()))
    return makeError("labels, {0} of shape {1}, must be integers of shape {2}", name(labels.type()),
                     toString(labels.shape()), toString(wanted));
  if (weights && (weights->rank() != 1 || weights->size() != classes))
    return makeError("weights of shape {0} for {1} classes", toString(weights->shape()), classes);
  bool ignores = hasAttribute(node, "ignore_index");
  int64_t ignored = intAttribute(node, "ignore_index", 0);
  std::string reduction = stringAttribute(node, "reduction", "mean");
  HostTensor losses(DType::fp64, wanted);
  auto out = losses.mutableData<double>();
  double sum = 0, total = 0;
  for (int64_t i = 0; i < labels.size(); ++i) {
    int64_t label = labels.getInt(i);
    if (ignores && label == ignored)
      continue; // neither in the sum nor in the weights
    if (label < 0 || label >= classes)
      return makeError("label {0} of {1} classes", label, classes);
    double weight = weights ? weights->getDouble(label) : 1;
    int64_t n = i / positions, p = i % positions;
    out[i] = -weight * logarithms.data<double>()[(n * classes + label) * positions + p];
    sum += out[i];
    total += weight;
  }
  if (reduction == "none")
    return single(losses.cast(type));
  if (reduction != "mean" && reduction != "sum")
    return makeError("reduction is '{0}'; none, mean and sum exist", reduction);
  HostTensor result(type, {});
  result.setDouble(0, reduction == "mean" ? sum / total : sum);
  return single(result);
}

llvm::Error checkScores(const HostTensor &x) {
  if (x.rank() < 2 || !isFloat(x.type()))
    return makeError("scores, {0} of shape {1}, must be floats with a dimension of classes", name(x.type()),
                     toString(x.shape()));
  return llvm::Error::success();
}

Result negativeLogLikelihoodLoss(const Node &node) {
  if (llvm::Error error = checkScores(*node.inputs[0]))
    return error;
  return loss(node, as<double>(*node.inputs[0]), optionalInput(node, 2));
}

Result softmaxCrossEntropyLoss(const Node &node) {
  if (llvm::Error error = checkScores(*node.inputs[0]))
    return error;
  HostTensor wide = as<double>(*node.inputs[0]);
  Node softmax;
  softmax.op = "LogSoftmax";
  softmax.attributes["axis"] = int64_t(1);
  softmax.inputs = {&wide};
  auto logarithms = evaluate(softmax);
  if (!logarithms)
    return logarithms;
  auto outputs = loss(node, logarithms->front(), optionalInput(node, 2));
  if (outputs)
    outputs->push_back(logarithms->front().cast(node.inputs[0]->type()));
  return outputs;
}

} // namespace

llvm::ArrayRef<Operator> lossOperators() {
  static const Operator table[] = {
      {"NegativeLogLikelihoodLoss", negativeLogLikelihoodLoss, 2, 3},
      {"SoftmaxCrossEntropyLoss", softmaxCrossEntropyLoss, 2, 3},
  };
  return table;
}

} // namespace tarn::reference
