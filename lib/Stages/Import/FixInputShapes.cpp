// --shape and --dim: static types for the arguments of `main`.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Stages/Import/Import.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/ScalarShape.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace tarn {
namespace {

struct Input {
  BlockArgument argument;
  std::string name;
  SmallVector<std::string> dimNames; // empty where a dimension has no name
};

std::vector<Input> inputsOf(func::FuncOp function) {
  std::vector<Input> inputs;
  for (BlockArgument argument : function.getArguments()) {
    Input &input = inputs.emplace_back();
    input.argument = argument;
    if (auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name"))
      input.name = name.str();
    if (auto names = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(), "onnx.dims"))
      for (Attribute dim : names)
        input.dimNames.push_back(isa<StringAttr>(dim) ? cast<StringAttr>(dim).str() : "");
  }
  return inputs;
}

std::string spelling(ArrayRef<int64_t> dims) {
  std::string text;
  for (int64_t dim : dims)
    text += (text.empty() ? "" : "x") + (ShapedType::isDynamic(dim) ? std::string("?") : std::to_string(dim));
  return text.empty() ? "scalar" : text;
}

llvm::Expected<RankedTensorType> withShape(const Input &input, ArrayRef<int64_t> wanted) {
  auto type = dyn_cast<TensorType>(input.argument.getType());
  if (!type)
    return makeError("input '{0}' is no tensor, so it has no shape to fix", input.name);
  for (int64_t dim : wanted)
    if (dim < 0)
      return makeError("input '{0}': the shape {1} has a negative dimension", input.name, spelling(wanted));
  if (type.hasRank()) {
    if (type.hasStaticShape() && isShapeAccepted(wanted, type.getShape()))
      return cast<RankedTensorType>(type);
    bool fits = type.getRank() == int64_t(wanted.size());
    for (size_t i = 0; fits && i < wanted.size(); ++i)
      fits = type.isDynamicDim(i) || type.getDimSize(i) == wanted[i];
    if (!fits)
      return makeError("input '{0}' has the shape {1} in the model, {2} does not fit it", input.name,
                       spelling(type.getShape()), spelling(wanted));
  }
  return RankedTensorType::get(wanted, type.getElementType());
}

} // namespace

llvm::Error fixInputShapes(ModuleOp module, const InputShapes &given) {
  if (given.shapes.empty() && given.dims.empty())
    return llvm::Error::success();
  auto function = module.lookupSymbol<func::FuncOp>("main");
  if (!function)
    return makeError("the module has no function 'main' whose inputs could get a shape");
  std::vector<Input> inputs = inputsOf(function);

  // 1. Names must exist.
  for (const auto &shape : given.shapes)
    if (llvm::none_of(inputs, [&](const Input &input) { return input.name == shape.first; }))
      return makeError("the model has no input '{0}', its inputs are: {1}", shape.first,
                       llvm::join(llvm::map_range(inputs, [](const Input &input) { return input.name; }), ", "));
  std::map<std::string, int64_t> known = given.dims;
  for (const auto &[name, value] : given.dims) {
    std::vector<std::string> all;
    for (const Input &input : inputs)
      for (const std::string &dim : input.dimNames)
        if (!dim.empty() && !llvm::is_contained(all, dim))
          all.push_back(dim);
    if (!llvm::is_contained(all, name))
      return makeError("no input has a dimension named '{0}', there are: {1}", name,
                       all.empty() ? "none" : llvm::join(all, ", "));
    if (value < 0)
      return makeError("dimension '{0}': {1} is negative", name, value);
  }

  // 2. Whole shapes, and the names they settle. A name that two shapes settle differently settles nothing
  // more.
  std::vector<std::string> ambiguous;
  std::map<std::string, int64_t> settled;
  for (Input &input : inputs) {
    auto found = given.shapes.find(input.name);
    if (found == given.shapes.end())
      continue;
    llvm::Expected<RankedTensorType> type = withShape(input, found->second);
    if (!type)
      return type.takeError();
    input.argument.setType(*type);
    for (auto [name, size] : llvm::zip(input.dimNames, found->second)) {
      if (name.empty())
        continue;
      if (auto dim = given.dims.find(name); dim != given.dims.end() && dim->second != size)
        return makeError("input '{0}': its dimension '{1}' is {2} in the given shape and {3} by name", input.name, name,
                         size, dim->second);
      if (!settled.try_emplace(name, size).second && settled[name] != size)
        ambiguous.push_back(name);
    }
  }
  for (const auto &[name, size] : settled)
    if (!llvm::is_contained(ambiguous, name))
      known.try_emplace(name, size);

  // 3. Names everywhere.
  for (Input &input : inputs) {
    auto type = dyn_cast<RankedTensorType>(input.argument.getType());
    if (!type)
      continue;
    SmallVector<int64_t> dims(type.getShape());
    for (auto [dim, name] : llvm::zip(dims, input.dimNames))
      if (auto found = known.find(name); ShapedType::isDynamic(dim) && found != known.end())
        dim = found->second;
    input.argument.setType(RankedTensorType::get(dims, type.getElementType()));
  }
  function.setType(FunctionType::get(module.getContext(), function.getBody().getArgumentTypes(),
                                     function.getFunctionType().getResults()));
  return llvm::Error::success();
}

} // namespace tarn
