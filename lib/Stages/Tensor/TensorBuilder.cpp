// See TensorBuilder.h.
#include "TensorBuilder.h"
#include "Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
namespace tarn::tensor {

static Scalar combined(Combine combine, Scalar a, Scalar b) {
  switch (combine) {
  case Combine::Sum:
    return a + b;
  case Combine::Product:
    return a * b;
  case Combine::Max:
    return maximum(a, b);
  case Combine::Min:
    return minimum(a, b);
  }
  llvm_unreachable("all ways to combine are handled");
}

Value TensorBuilder::keepSign(Value from, Value to) {
  if (unsignedValues.contains(from))
    unsignedValues.insert(to);
  return to;
}

TypedAttr TensorBuilder::neutral(Combine combine, Type type, bool isUnsigned) {
  if (auto floats = dyn_cast<FloatType>(type)) {
    double infinity = std::numeric_limits<double>::infinity();
    double number = combine == Combine::Sum       ? 0.0
                    : combine == Combine::Product ? 1.0
                    : combine == Combine::Max     ? -infinity
                                                  : infinity;
    return FloatAttr::get(floats, number);
  }
  unsigned width = type.getIntOrFloatBitWidth();
  APInt number(width, combine == Combine::Product ? 1 : 0);
  if (combine == Combine::Max)
    number = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  if (combine == Combine::Min)
    number = isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  return IntegerAttr::get(type, number);
}

Value TensorBuilder::empty(ArrayRef<int64_t> shape, Type element) {
  return ::mlir::tensor::EmptyOp::create(builder, loc, shape, element);
}

Value TensorBuilder::filled(ArrayRef<int64_t> shape, Type element, TypedAttr number) {
  Value scalar = arith::ConstantOp::create(builder, loc, number);
  return linalg::FillOp::create(builder, loc, scalar, empty(shape, element)).getResult(0);
}

Value TensorBuilder::filled(ArrayRef<int64_t> shape, Type element, double number) {
  if (isa<FloatType>(element))
    return filled(shape, element, cast<TypedAttr>(FloatAttr::get(element, number)));
  return filled(shape, element, cast<TypedAttr>(IntegerAttr::get(element, static_cast<int64_t>(number))));
}

Value TensorBuilder::generic(ArrayRef<Value> operands, ArrayRef<AffineMap> maps, Value init, AffineMap initMap,
                             ArrayRef<utils::IteratorType> iterators, Body body, bool toUnsigned) {
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(initMap);
  auto op = linalg::GenericOp::create(builder, loc, TypeRange{init.getType()}, operands, ValueRange{init}, allMaps,
                                      iterators, [&](OpBuilder &b, Location bodyLoc, ValueRange args) {
                                        SmallVector<Scalar> scalars;
                                        for (auto [i, arg] : llvm::enumerate(args)) {
                                          bool isUnsigned = i < operands.size() && unsignedValues.contains(operands[i]);
                                          Scalar scalar{&b, bodyLoc, arg, isUnsigned};
                                          scalars.push_back(convert(scalar, computeType(arg.getType()), isUnsigned));
                                        }
                                        Scalar result = convert(body(scalars), elementOf(init), toUnsigned);
                                        linalg::YieldOp::create(b, bodyLoc, result.value);
                                      });
  for (Operation &inner : llvm::make_early_inc_range(llvm::reverse(op.getRegion().front())))
    if (isOpTriviallyDead(&inner))
      inner.erase();
  return op.getResult(0);
}

Value TensorBuilder::parallel(ArrayRef<Value> operands, ArrayRef<AffineMap> maps, ArrayRef<int64_t> shape, Type element,
                              Body body) {
  SmallVector<utils::IteratorType> iterators(shape.size(), utils::IteratorType::parallel);
  return generic(operands, maps, empty(shape, element), identity(shape.size()), iterators, body);
}

Value TensorBuilder::elementwise(ArrayRef<Value> operands, ArrayRef<int64_t> shape, Type element, Body body,
                                 bool toUnsigned) {
  SmallVector<Value> tensors;
  SmallVector<AffineMap> maps;
  SmallVector<TypedAttr> splats;
  int64_t rank = shape.size();
  for (Value operand : operands) {
    splats.push_back(constantSplat(operand));
    if (splats.back())
      continue;
    int64_t shift = rank - tensorType(operand).getRank();
    if (shift < 0) {
      fail("an operand of rank " + Twine(tensorType(operand).getRank()) + " does not broadcast to rank " + Twine(rank));
      return empty(shape, element);
    }
    Integers kept;
    SmallVector<AffineExpr> results;
    for (auto [i, size] : llvm::enumerate(shapeOf(operand)))
      if (size == shape[i + shift]) {
        kept.push_back(size);
        results.push_back(dim(i + shift));
      }
    tensors.push_back(reshape(operand, kept));
    maps.push_back(map(rank, results));
  }
  SmallVector<bool> unsignedOperands;
  for (Value operand : operands)
    unsignedOperands.push_back(unsignedValues.contains(operand));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  auto withSplats = [&](ArrayRef<Scalar> scalars) {
    SmallVector<Scalar> all;
    unsigned next = 0;
    Scalar any = scalars.back();
    for (auto [i, splat] : llvm::enumerate(splats)) {
      if (splat)
        all.push_back(any.with(arith::ConstantOp::create(
            *any.builder, any.loc,
            isa<FloatType>(splat.getType()) ? cast<TypedAttr>(FloatAttr::get(computeType(splat.getType()),
                                                                             cast<FloatAttr>(splat).getValueAsDouble()))
                                            : splat)));
      else
        all.push_back(scalars[next++]);
      all.back().isUnsigned = unsignedOperands[i];
    }
    return body(all);
  };
  return generic(tensors, maps, empty(shape, element), identity(rank), iterators, withSplats, toUnsigned);
}

Value TensorBuilder::reduce(Value operand, ArrayRef<int64_t> dimensions, Combine combine, Body mapBody) {
  RankedTensorType type = tensorType(operand);
  Type element = computeType(type.getElementType());
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  Integers shape;
  SmallVector<AffineExpr> results;
  for (int64_t d = 0; d < type.getRank(); ++d) {
    if (llvm::is_contained(dimensions, d)) {
      iterators[d] = utils::IteratorType::reduction;
      continue;
    }
    shape.push_back(type.getDimSize(d));
    results.push_back(dim(d));
  }
  bool isUnsigned = unsignedValues.contains(operand);
  return generic({operand}, {identity(type.getRank())}, filled(shape, element, neutral(combine, element, isUnsigned)),
                 map(type.getRank(), results), iterators, [&](ArrayRef<Scalar> s) {
                   Scalar mapped = mapBody ? mapBody(s.drop_back()) : s[0];
                   Scalar acc = s[1];
                   acc.isUnsigned = isUnsigned;
                   return combined(combine, acc, mapped);
                 });
}

Value TensorBuilder::contract(Value a, Value b, ArrayRef<AffineMap> maps, ArrayRef<int64_t> shape,
                              unsigned numReductions) {
  unsigned dims = maps[0].getNumDims();
  SmallVector<utils::IteratorType> iterators(dims - numReductions, utils::IteratorType::parallel);
  iterators.append(numReductions, utils::IteratorType::reduction);
  Type element = computeType(elementOf(a));
  return generic({a, b}, maps.take_front(2), filled(shape, element, 0.0), maps[2], iterators,
                 [](ArrayRef<Scalar> s) { return s[2] + s[0] * s[1]; });
}

Value TensorBuilder::reduceWindows(Value operand, AffineMap operandMap, ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> window, Combine combine) {
  unsigned rank = shape.size(), dims = rank + window.size();
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  iterators.append(window.size(), utils::IteratorType::reduction);
  SmallVector<AffineExpr> windowDims, resultDims;
  for (unsigned i = 0; i < rank; ++i)
    resultDims.push_back(dim(i));
  for (unsigned i = 0; i < window.size(); ++i)
    windowDims.push_back(dim(rank + i));
  Type element = computeType(elementOf(operand));
  bool isUnsigned = unsignedValues.contains(operand);
  // The empty operand carries the size of the window and nothing else, as in linalg's own pooling ops.
  return generic({operand, empty(window, elementOf(operand))}, {operandMap, map(dims, windowDims)},
                 filled(shape, element, neutral(combine, element, isUnsigned)), map(dims, resultDims), iterators,
                 [&](ArrayRef<Scalar> s) {
                   Scalar acc = s[2];
                   acc.isUnsigned = isUnsigned;
                   return combined(combine, acc, s[0]);
                 });
}

//===----------------------------------------------------------------------===//
// Data movement
//===----------------------------------------------------------------------===//

/// Groups of dimensions with equal products on both sides.
struct Groups {
  SmallVector<ReassociationIndices> source, target;
  Integers products;
};

static Groups matchGroups(ArrayRef<int64_t> source, ArrayRef<int64_t> target) {
  Groups groups;
  size_t i = 0, j = 0;
  while (i < source.size() && j < target.size()) {
    ReassociationIndices from{static_cast<int64_t>(i)}, to{static_cast<int64_t>(j)};
    int64_t a = source[i++], b = target[j++];
    while (a != b) {
      if (a < b) {
        from.push_back(i);
        a *= source[i++];
      } else {
        to.push_back(j);
        b *= target[j++];
      }
    }
    groups.source.push_back(from);
    groups.target.push_back(to);
    groups.products.push_back(a);
  }
  for (; i < source.size(); ++i) // sizes of 1
    groups.source.back().push_back(i);
  for (; j < target.size(); ++j)
    groups.target.back().push_back(j);
  return groups;
}

Value TensorBuilder::reshape(Value value, ArrayRef<int64_t> shape) {
  RankedTensorType type = tensorType(value);
  if (type.getShape() == shape)
    return value;
  auto result = RankedTensorType::get(shape, type.getElementType());
  if (result.getNumElements() != type.getNumElements()) {
    fail("operands do not fit: a tensor of " + Twine(type.getNumElements()) + " elements is used where " +
         Twine(result.getNumElements()) + " are needed");
    return empty(shape, type.getElementType());
  }
  if (ElementsAttr elements = constantElements(value)) {
    OperationState state(value.getLoc(), "onnx.Constant");
    state.addAttribute("value", retyped(elements, result));
    state.addTypes(result);
    return keepSign(value, builder.create(state)->getResult(0));
  }
  // A reshape of a reshape is one reshape.
  if (auto expand = value.getDefiningOp<::mlir::tensor::ExpandShapeOp>())
    return keepSign(value, reshape(expand.getSrc(), shape));
  if (auto collapse = value.getDefiningOp<::mlir::tensor::CollapseShapeOp>())
    return keepSign(value, reshape(collapse.getSrc(), shape));
  if (shape.empty())
    return keepSign(
        value, ::mlir::tensor::CollapseShapeOp::create(builder, loc, result, value, ArrayRef<ReassociationIndices>{}));
  if (type.getRank() == 0)
    return keepSign(
        value, ::mlir::tensor::ExpandShapeOp::create(builder, loc, result, value, ArrayRef<ReassociationIndices>{}));
  Groups groups = matchGroups(type.getShape(), shape);
  Value merged = value;
  auto mergedType = RankedTensorType::get(groups.products, type.getElementType());
  if (mergedType != type)
    merged = ::mlir::tensor::CollapseShapeOp::create(builder, loc, mergedType, value, groups.source);
  if (mergedType == result)
    return keepSign(value, merged);
  return keepSign(value, ::mlir::tensor::ExpandShapeOp::create(builder, loc, result, merged, groups.target));
}

Value TensorBuilder::transpose(Value value, ArrayRef<int64_t> permutation) {
  ArrayRef<int64_t> source = shapeOf(value);
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return value;
  if (constantElements(value))
    return transposedConstant(builder, loc, value, permutation);
  Integers shape;
  SmallVector<AffineExpr> results(source.size());
  int64_t last = -1;
  bool movesOnlyOnes = true;
  for (auto [i, d] : llvm::enumerate(permutation)) {
    shape.push_back(source[d]);
    results[d] = dim(i);
    if (source[d] == 1)
      continue;
    movesOnlyOnes &= d > last;
    last = d;
  }
  if (movesOnlyOnes)
    return reshape(value, shape);
  return parallel({value}, {map(source.size(), results)}, shape, elementOf(value),
                  [](ArrayRef<Scalar> s) { return s[0]; });
}

static SmallVector<OpFoldResult> indexAttrs(OpBuilder &builder, ArrayRef<int64_t> numbers) {
  return getAsIndexOpFoldResult(builder.getContext(), numbers);
}

Value TensorBuilder::pad(Value value, ArrayRef<int64_t> low, ArrayRef<int64_t> high, double number) {
  auto zero = [](int64_t n) { return n == 0; };
  if (llvm::all_of(low, zero) && llvm::all_of(high, zero))
    return value;
  if (number == 0 && constantElements(value))
    return keepSign(value, paddedConstant(builder, loc, value, low, high));
  Type element = elementOf(value);
  TypedAttr attr = isa<FloatType>(element) ? cast<TypedAttr>(FloatAttr::get(element, number))
                                           : cast<TypedAttr>(IntegerAttr::get(element, static_cast<int64_t>(number)));
  Integers shape;
  for (auto [i, size] : llvm::enumerate(shapeOf(value)))
    shape.push_back(low[i] + size + high[i]);
  Value scalar = arith::ConstantOp::create(builder, loc, attr);
  return keepSign(value, ::mlir::tensor::PadOp::create(builder, loc, RankedTensorType::get(shape, element), value,
                                                       indexAttrs(builder, low), indexAttrs(builder, high), scalar));
}

Value TensorBuilder::slice(Value value, ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  if (shapeOf(value) == sizes)
    return value;
  return ::mlir::tensor::ExtractSliceOp::create(builder, loc, RankedTensorType::get(sizes, elementOf(value)), value,
                                                indexAttrs(builder, offsets), indexAttrs(builder, sizes),
                                                indexAttrs(builder, strides));
}

Value TensorBuilder::insert(Value value, Value into, ArrayRef<int64_t> offsets, ArrayRef<int64_t> strides) {
  return ::mlir::tensor::InsertSliceOp::create(builder, loc, value, into, indexAttrs(builder, offsets),
                                               indexAttrs(builder, shapeOf(value)), indexAttrs(builder, strides));
}

Value TensorBuilder::convertElements(Value value, Type element) {
  if (elementOf(value) == element)
    return value;
  return elementwise({value}, shapeOf(value), element, [](ArrayRef<Scalar> s) { return s[0]; });
}

Value TensorBuilder::reverse(Value value, ArrayRef<int64_t> dimensions) {
  if (constantElements(value))
    return reversedConstant(builder, loc, value, dimensions);
  SmallVector<AffineExpr> results;
  for (auto [i, size] : llvm::enumerate(shapeOf(value)))
    results.push_back(llvm::is_contained(dimensions, i) ? (size - 1) - dim(i) : dim(i));
  return parallel({value}, {map(results.size(), results)}, shapeOf(value), elementOf(value),
                  [](ArrayRef<Scalar> s) { return s[0]; });
}

Value TensorBuilder::concat(ArrayRef<Value> values, int64_t axis) {
  if (values.size() == 1)
    return values.front();
  Integers shape(shapeOf(values.front()));
  shape[axis] = 0;
  for (Value value : values)
    shape[axis] += shapeOf(value)[axis];
  Value result = empty(shape, elementOf(values.front()));
  Integers offsets(shape.size(), 0), strides(shape.size(), 1);
  for (Value value : values) {
    result = insert(value, result, offsets, strides);
    offsets[axis] += shapeOf(value)[axis];
  }
  return result;
}
} // namespace tarn::tensor
