// Einsum: the operands are multiplied over all letters of the equation at once, each repeated along the
// letters that it does not have, and summed over those that the result does not have. '...' stands for any
// leading dimensions that broadcast.
#include "Arithmetic.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

/// Dimensions are numbered: letters by their code, those under the dots from the right: 256, 257, …
struct Term {
  std::vector<int> labels;
};

llvm::Expected<Term> parseTerm(llvm::StringRef text, int64_t dotted) {
  Term term;
  bool seen = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("...") && !seen) {
      for (int64_t d = dotted; d-- > 0;)
        term.labels.push_back(256 + static_cast<int>(d));
      seen = true;
      i += 2;
    } else if (llvm::isAlpha(text[i])) {
      term.labels.push_back(text[i]);
    } else {
      return makeError("equation term '{0}' has an unexpected '{1}'", text, text.substr(i, 1));
    }
  }
  return term;
}

int64_t letters(llvm::StringRef text) {
  return llvm::count_if(text, [](char c) { return llvm::isAlpha(c); });
}

Result einsum(const Node &node) {
  std::string equation;
  for (char c : stringAttribute(node, "equation", ""))
    if (c != ' ')
      equation += c;
  auto [left, right] = llvm::StringRef(equation).split("->");
  bool explicitResult = llvm::StringRef(equation).contains("->");
  llvm::SmallVector<llvm::StringRef> texts;
  left.split(texts, ',');
  if (texts.size() != node.inputs.size())
    return makeError("equation '{0}' has {1} terms for {2} inputs", equation, texts.size(), node.inputs.size());

  // 1. The extent of every label.
  std::map<int, int64_t> extents;
  std::vector<Term> terms;
  int64_t mostDotted = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    const HostTensor &x = *node.inputs[i];
    if (llvm::Error error = checkSameType(*node.inputs[0], x))
      return error;
    int64_t dotted = texts[i].contains("...") ? x.rank() - letters(texts[i]) : 0;
    auto term = parseTerm(texts[i], std::max<int64_t>(dotted, 0));
    if (!term)
      return term.takeError();
    if (static_cast<int64_t>(term->labels.size()) != x.rank())
      return makeError("term '{0}' for an input of shape {1}", texts[i], toString(x.shape()));
    mostDotted = std::max(mostDotted, dotted);
    for (int64_t d = 0; d < x.rank(); ++d) {
      int64_t &extent = extents.try_emplace(term->labels[d], 1).first->second;
      int64_t own = x.shape()[d];
      if (extent != own && extent != 1 && own != 1)
        return makeError("dimension {0} of input {1} is {2}, elsewhere {3}", d, i, own, extent);
      if (own != 1)
        extent = own;
    }
    terms.push_back(std::move(*term));
  }

  // 2. The labels of the result; without an arrow the dots and then all letters that occur once, in order.
  std::vector<int> result;
  if (explicitResult) {
    auto term = parseTerm(right, mostDotted);
    if (!term)
      return term.takeError();
    result = term->labels;
  } else {
    for (int64_t d = mostDotted; d-- > 0;)
      result.push_back(256 + static_cast<int>(d));
    for (const auto &[label, extent] : extents)
      if (label < 256 && left.count(static_cast<char>(label)) == 1)
        result.push_back(label);
  }
  Shape shape;
  std::vector<int> loop;
  for (int label : result) {
    if (!extents.count(label) || llvm::is_contained(loop, label))
      return makeError("the result of '{0}' names a dimension twice or one that no input has", equation);
    loop.push_back(label);
    shape.push_back(extents[label]);
  }
  if (llvm::Error error = checkAllocatable(shape))
    return error;

  // 3. One loop over all labels, those of the result outside; strides of each operand in them.
  for (const auto &[label, extent] : extents)
    if (!llvm::is_contained(loop, label))
      loop.push_back(label);
  size_t count = loop.size();
  std::vector<int64_t> dims(count);
  std::vector<std::vector<int64_t>> strides(terms.size(), std::vector<int64_t>(count, 0));
  for (size_t k = 0; k < count; ++k)
    dims[k] = extents[loop[k]];
  for (size_t i = 0; i < terms.size(); ++i) {
    int64_t stride = 1;
    for (size_t d = terms[i].labels.size(); d-- > 0;) {
      int64_t own = node.inputs[i]->shape()[d];
      if (own != 1)
        strides[i][llvm::find(loop, terms[i].labels[d]) - loop.begin()] += stride; // twice: the diagonal
      stride *= own;
    }
  }
  return withArithmetic(node.inputs[0]->type(), [&](auto tag) {
    using T = decltype(tag);
    using Sum = std::conditional_t<std::is_floating_point_v<T>, double, T>;
    std::vector<HostTensor> wide;
    for (const HostTensor *input : node.inputs)
      wide.push_back(as<T>(*input));
    HostTensor y(dtypeOf<T>(), shape);
    auto out = y.template mutableData<T>();
    int64_t inner = numElements(llvm::ArrayRef(dims).drop_front(result.size()));
    std::vector<int64_t> index(count, 0), at(terms.size(), 0);
    for (T &element : out) {
      Sum sum = 0;
      for (int64_t i = 0; i < inner; ++i) {
        Sum product = 1;
        for (size_t k = 0; k < terms.size(); ++k)
          product = wrapping(product, static_cast<Sum>(wide[k].template data<T>().data()[at[k]]),
                             [](auto a, auto b) { return a * b; });
        sum = wrapping(sum, product, [](auto a, auto b) { return a + b; });
        for (size_t d = count; d-- > 0;) {
          bool carry = ++index[d] == dims[d];
          for (size_t k = 0; k < terms.size(); ++k)
            at[k] += strides[k][d] - (carry ? strides[k][d] * dims[d] : 0);
          if (!carry)
            break;
          index[d] = 0;
        }
      }
      element = static_cast<T>(sum);
    }
    return single(y.cast(node.inputs[0]->type()));
  });
}

} // namespace

llvm::ArrayRef<Operator> einsumOperators() {
  static const Operator table[] = {
      {"Einsum", einsum, 1, variadic},
  };
  return table;
}

} // namespace tarn::reference
