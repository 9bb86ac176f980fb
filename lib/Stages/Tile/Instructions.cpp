// See Instructions.h.
#include "Instructions.h"
#include "tarn/ISA/Limits.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

constexpr unsigned maxFreeDims = 4; // facts 3.2
constexpr unsigned maxDmaDims = 5;  // DmaPattern

static Shape steps(const Ref &ref, unsigned numDims) {
  TileType type = tileType(ref.tile);
  Shape result(numDims, 0);
  int64_t step = 1;
  for (int64_t i = static_cast<int64_t>(type.getShape().size()) - 1; i >= 0; --i) {
    // The partitions of a tile on chip join with nothing.
    int64_t pitch = type.isOnChip() && i == 0 ? int64_t(1) << 40 : step;
    for (unsigned d = 0; d < numDims; ++d)
      result[d] += ref.access.coords[i].factors[d] * pitch;
    step *= type.getShape()[i];
  }
  return result;
}

int64_t Instructions::countRun(ArrayRef<int64_t> space, const Ref &a, const Ref &b) {
  Shape stepsA = steps(a, space.size()), stepsB = steps(b, space.size());
  int64_t run = 1;
  for (size_t d = space.size(); d-- > 0;) {
    if (space[d] == 1)
      continue;
    if (stepsA[d] != run || stepsB[d] != run)
      break;
    run *= space[d];
  }
  return run;
}

unsigned Instructions::countWalkDims(const Ref &ref, ArrayRef<int64_t> space, unsigned firstDim) {
  Shape all = steps(ref, space.size());
  unsigned count = 0;
  int64_t lastStep = 0;
  for (unsigned d = firstDim; d < space.size(); ++d) {
    if (space[d] == 1)
      continue;
    if (count == 0 || lastStep != all[d] * space[d])
      ++count;
    lastStep = all[d];
  }
  return count;
}

Value Instructions::alloc(Memory memory, ArrayRef<int64_t> shape, Type elementType) {
  return AllocOp::create(builder, loc, TileType::get(builder.getContext(), memory, shape, elementType), IntegerAttr(),
                         IntegerAttr());
}

Ref Instructions::allocOver(Memory memory, ArrayRef<int64_t> space, ArrayRef<bool> dims, Type elementType) {
  Shape shape;
  Ref ref;
  ref.access.numDims = space.size();
  for (unsigned d = 0; d < space.size(); ++d) {
    if (d > 0 && (!dims[d] || space[d] == 1))
      continue;
    Linear coord{0, SmallVector<int64_t>(space.size(), 0)};
    coord.factors[d] = 1;
    ref.access.coords.push_back(coord);
    shape.push_back(space[d]);
  }
  if (shape.size() == 1) { // [P,1], the shape of a scalar operand
    shape.push_back(1);
    ref.access.coords.push_back({0, SmallVector<int64_t>(space.size(), 0)});
  }
  ref.tile = alloc(memory, shape, elementType);
  return ref;
}

Value Instructions::view(const Ref &ref, ArrayRef<int64_t> space) {
  TileType type = tileType(ref.tile);
  Access access = ref.access;
  access.dropUnitDims(space, type.isOnChip() ? 1 : 0);
  if (access.isIdentity(space, type.getShape()))
    return ref.tile;
  if (type.isOnChip() && space[0] == 1) {
    access.coords[0].factors[0] = 1;
  }
  return ViewOp::create(builder, loc,
                        TileType::get(builder.getContext(), type.getMemory(), space, type.getElementType()), ref.tile,
                        ValueRange(), access.toMap(space.size(), builder.getContext()));
}

void Instructions::forParts(ArrayRef<int64_t> space, ArrayRef<const Ref *> refs, unsigned limit, unsigned firstDim,
                            unsigned numSplittable, llvm::function_ref<void(ArrayRef<Value>)> callback) {
  Shape piece(space);
  for (unsigned d = firstDim; d < space.size(); ++d)
    if (llvm::none_of(refs, [&](const Ref *ref) { return ref->access.dependsOn(d); }))
      piece[d] = 1;
  Shape whole = piece;
  bool onChip = llvm::any_of(refs, [](const Ref *ref) { return tileType(ref->tile).isOnChip(); });
  // The smallest dimensions first: they make the fewest parts.
  while (llvm::any_of(refs, [&](const Ref *ref) { return countWalkDims(*ref, piece, firstDim) > limit; })) {
    std::optional<unsigned> smallest;
    for (unsigned d = firstDim; d < numSplittable; ++d)
      if (piece[d] != 1 && (d != 0 || !onChip) && (!smallest || piece[d] < piece[*smallest]))
        smallest = d;
    if (!smallest)
      break;
    piece[*smallest] = 1;
  }
  // Dimensions of size 1 carry no information.
  (void)forEachPiece(whole, piece, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    SmallVector<unsigned> kept;
    for (unsigned d = 0; d < sizes.size(); ++d)
      if (sizes[d] != 1 || (d == 0 && onChip))
        kept.push_back(d);
    if (firstDim == 1 && kept.size() == 1 && sizes.size() > 1)
      kept.push_back(sizes.size() - 1); // [P,1]
    if (kept.empty())
      kept.push_back(0);
    SmallVector<Value> views;
    for (const Ref *ref : refs) {
      bool isWhole = product(sizes) == product(whole);
      Access access = ref->access.shifted(offsets);
      if (kept.size() == 1 && firstDim == 1) {
        views.push_back(view({ref->tile, access.projected(kept).spread({0}, 2)}, {sizes[0], 1}));
        continue;
      }
      // The tile itself where its shape is the space's.
      if (isWhole && access.isIdentity(sizes, tileType(ref->tile).getShape())) {
        views.push_back(ref->tile);
        continue;
      }
      views.push_back(view({ref->tile, access.projected(kept)}, at(sizes, kept)));
    }
    callback(views);
    return success();
  });
}

static FloatAttr f32(OpBuilder &builder, double value) { return builder.getF32FloatAttr(static_cast<float>(value)); }

void Instructions::dma(ArrayRef<int64_t> space, const Ref &dst, const Ref &src) {
  forParts(space, {&dst, &src}, maxDmaDims, 0, space.size(), [&](ArrayRef<Value> views) {
    DmaCopyOp::create(builder, loc, views[0], views[1], DgeMode::hwdge, EngineAttr(), WaitAttr(), UpdateAttr());
  });
}

void Instructions::copy(ArrayRef<int64_t> space, const Ref &dst, const Ref &src) {
  forParts(space, {&dst, &src}, maxFreeDims, 1, space.size(), [&](ArrayRef<Value> views) {
    TensorCopyOp::create(builder, loc, views[0], views[1], EngineAttr(), WaitAttr(), UpdateAttr());
  });
}

void Instructions::move(ArrayRef<int64_t> space, const Ref &dst, Ref src) {
  int64_t from = src.access.coords[0].offset, to = dst.access.coords[0].offset;
  auto isStart = [&](int64_t partition) {
    return partition == 0 || (space[0] <= 64 && partition == 64) || (space[0] <= 32 && partition % 32 == 0);
  };
  bool aligned = isStart(from) && isStart(to);
  if (aligned)
    return copy(space, dst, src);
  if (tileType(src.tile).getMemory() == Memory::psum)
    src = outOfPsum(space, src);
  dma(space, dst, src);
}

void Instructions::memset(ArrayRef<int64_t> space, const Ref &dst, double value) {
  forParts(space, {&dst}, maxFreeDims, 1, space.size(), [&](ArrayRef<Value> views) {
    MemsetOp::create(builder, loc, views[0], f32(builder, value), EngineAttr(), WaitAttr(), UpdateAttr());
  });
}

Ref Instructions::outOfPsum(ArrayRef<int64_t> space, const Ref &ref) {
  SmallVector<bool> dims;
  for (unsigned d = 0; d < space.size(); ++d)
    dims.push_back(ref.access.dependsOn(d));
  Ref result = allocOver(Memory::sbuf, space, dims, tileType(ref.tile).getElementType());
  copy(space, result, ref);
  return result;
}

void Instructions::tensorTensor(ArrayRef<int64_t> space, const Ref &dst, Ref a, Ref b, AluOp op) {
  // Integers of 32 bits are exact on POOL only; DVE computes in fp32. Powers are a POOL instruction as well.
  auto isInt32 = [](const Ref &ref) { return tileType(ref.tile).getElementType().isInteger(32); };
  bool isBitwise = llvm::is_contained({AluOp::bitwise_and, AluOp::bitwise_or, AluOp::bitwise_xor, AluOp::shift_left,
                                       AluOp::shift_right, AluOp::arith_shift_right},
                                      op);
  bool onPool = !isBitwise && ((isInt32(a) && isInt32(b)) || op == AluOp::power);
  auto inPsum = [](const Ref &ref) { return tileType(ref.tile).getMemory() == Memory::psum; };
  if (inPsum(a) && (onPool || inPsum(b)))
    a = outOfPsum(space, a);
  if (inPsum(b) && onPool)
    b = outOfPsum(space, b);
  EngineAttr engine;
  if (onPool || isBitwise)
    engine = EngineAttr::get(builder.getContext(), onPool ? Engine::pool : Engine::dve);
  forParts(space, {&dst, &a, &b}, maxFreeDims, 1, space.size(), [&](ArrayRef<Value> views) {
    TensorTensorOp::create(builder, loc, views[0], views[1], views[2], AluOpAttr::get(builder.getContext(), op), engine,
                           WaitAttr(), UpdateAttr());
  });
}

Value Instructions::scalarView(const ScalarOperand &scalar, int64_t numPartitions) {
  if (!scalar.ref)
    return {};
  unsigned dims = scalar.ref->access.numDims;
  Access access = scalar.ref->access.projected({0}).spread({0}, 2);
  (void)dims;
  return view({scalar.ref->tile, access}, {numPartitions, 1});
}

void Instructions::tensorScalar(ArrayRef<int64_t> space, const Ref &dst, const Ref &data, ArrayRef<ScalarStep> given) {
  std::vector<ScalarStep> step(given.begin(), given.end());
  step.resize(2);
  MLIRContext *context = builder.getContext();
  Value operand0 = scalarView(step[0].scalar, space[0]), operand1 = scalarView(step[1].scalar, space[0]);
  auto flag = [&](bool value) { return value ? builder.getUnitAttr() : UnitAttr(); };
  forParts(space, {&dst, &data}, maxFreeDims, 1, space.size(), [&](ArrayRef<Value> views) {
    TensorScalarOp::create(builder, loc, views[0], views[1], operand0, operand1, AluOpAttr::get(context, step[0].op),
                           f32(builder, step[0].scalar.immediate), flag(step[0].reversed),
                           AluOpAttr::get(context, step[1].op), f32(builder, step[1].scalar.immediate),
                           flag(step[1].reversed), EngineAttr(), WaitAttr(), UpdateAttr());
  });
}

void Instructions::scalarTensorTensor(ArrayRef<int64_t> space, const Ref &dst, Ref data, const ScalarStep &step,
                                      Ref tensor, AluOp op, bool reversed) {
  if (tileType(data.tile).getMemory() == Memory::psum && tileType(tensor.tile).getMemory() == Memory::psum)
    data = outOfPsum(space, data);
  MLIRContext *context = builder.getContext();
  Value operand0 = scalarView(step.scalar, space[0]);
  auto flag = [&](bool value) { return value ? builder.getUnitAttr() : UnitAttr(); };
  forParts(space, {&dst, &data, &tensor}, maxFreeDims, 1, space.size(), [&](ArrayRef<Value> views) {
    ScalarTensorTensorOp::create(builder, loc, views[0], views[1], operand0, views[2], AluOpAttr::get(context, step.op),
                                 f32(builder, step.scalar.immediate), flag(step.reversed), AluOpAttr::get(context, op),
                                 flag(reversed), EngineAttr(), WaitAttr(), UpdateAttr());
  });
}

void Instructions::activation(ArrayRef<int64_t> space, const Ref &dst, const Ref &data, ActivationFunction function,
                              const ScalarOperand &scale, const ScalarOperand &bias) {
  MLIRContext *context = builder.getContext();
  Value scaleTile = scalarView(scale, space[0]), biasTile = scalarView(bias, space[0]);
  forParts(space, {&dst, &data}, maxFreeDims, 1, space.size(), [&](ArrayRef<Value> views) {
    ActivationOp::create(builder, loc, views[0], views[1], scaleTile, biasTile,
                         ActivationFunctionAttr::get(context, function), f32(builder, scale.immediate),
                         f32(builder, bias.immediate), f32(builder, 0.0),
                         ReduceCommandAttr::get(context, ReduceCommand::idle), EngineAttr(), WaitAttr(), UpdateAttr());
  });
}

void Instructions::tensorReduce(ArrayRef<int64_t> space, const Ref &dst, const Ref &data, AluOp op,
                                unsigned numReduced) {
  unsigned firstReduced = space.size() - numReduced;
  Shape kept(space);
  std::fill(kept.begin() + firstReduced, kept.end(), 1);
  // As many outer dimensions as must be are split; reduced ones never are.
  Shape piece = kept;
  auto fits = [&] {
    // What is reduced joins with nothing that is kept.
    Shape reduced(space.size(), 1);
    std::copy(space.begin() + firstReduced, space.end(), reduced.begin() + firstReduced);
    return countWalkDims(data, piece, 1) + std::max(countWalkDims(data, reduced, 1), 1u) <= maxFreeDims &&
           countWalkDims(dst, piece, 1) <= maxFreeDims;
  };
  int64_t perResult = product(ArrayRef<int64_t>(space).drop_front(firstReduced));
  auto walks = [&] { return product(ArrayRef<int64_t>(piece).drop_front()) * perResult; };
  for (unsigned d = 1; d < firstReduced && !fits(); ++d)
    piece[d] = 1;
  for (unsigned d = 1; d < firstReduced && walks() > isa::maxElementsInSbuf; ++d)
    piece[d] = evenPiece(kept[d], std::max<int64_t>(isa::maxElementsInSbuf / (walks() / piece[d]), 1));
  MLIRContext *context = builder.getContext();
  (void)forEachPiece(kept, piece, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    Shape walked(sizes);
    std::copy(space.begin() + firstReduced, space.end(), walked.begin() + firstReduced);
    SmallVector<unsigned> dstDims{0}, dataDims{0};
    unsigned reducedDims = 0;
    for (unsigned d = 1; d < firstReduced; ++d)
      if (walked[d] != 1) {
        dstDims.push_back(d);
        dataDims.push_back(d);
      }
    if (dstDims.size() == 1) {
      dstDims.push_back(space.size() - 1);
    }
    for (unsigned d = firstReduced; d < space.size(); ++d)
      if (walked[d] != 1 || (reducedDims == 0 && d + 1 == space.size())) {
        dataDims.push_back(d);
        ++reducedDims;
      }
    Value dstView = view({dst.tile, dst.access.shifted(offsets).projected(dstDims)}, at(sizes, dstDims));
    Value dataView = view({data.tile, data.access.shifted(offsets).projected(dataDims)}, at(walked, dataDims));
    TensorReduceOp::create(builder, loc, dstView, dataView, AluOpAttr::get(context, op),
                           builder.getIntegerAttr(builder.getIntegerType(32), reducedDims), UnitAttr(), EngineAttr(),
                           WaitAttr(), UpdateAttr());
    return success();
  });
}

void Instructions::copyPredicated(ArrayRef<int64_t> space, const Ref &dst, const Ref &src, const Ref &predicate) {
  forParts(space, {&dst, &src, &predicate}, maxFreeDims, 1, space.size(), [&](ArrayRef<Value> views) {
    CopyPredicatedOp::create(builder, loc, views[0], views[1], views[2], UnitAttr(), EngineAttr(), WaitAttr(),
                             UpdateAttr());
  });
}

void Instructions::iota(ArrayRef<int64_t> space, const Ref &dst, const Linear &index) {
  SmallVector<unsigned> dims{0};
  SmallVector<int64_t> pattern;
  for (unsigned d = 1; d < space.size(); ++d)
    if (dst.access.dependsOn(d) && space[d] != 1) {
      dims.push_back(d);
      pattern.push_back(index.factors[d]);
    }
  if (dims.size() == 1 && space.size() > 1) {
    dims.push_back(space.size() - 1);
    pattern.push_back(0);
  }
  Shape walked = at(space, dims);
  if (pattern.size() == 1 && pattern[0] == 0)
    walked[1] = 1;
  IotaOp::create(builder, loc, view({dst.tile, dst.access.projected(dims)}, walked),
                 builder.getDenseI64ArrayAttr(pattern), builder.getI32IntegerAttr(static_cast<int32_t>(index.offset)),
                 builder.getI32IntegerAttr(static_cast<int32_t>(index.factors[0])), EngineAttr(), WaitAttr(),
                 UpdateAttr());
}

void Instructions::diagonal(ArrayRef<int64_t> space, const Ref &dst, const Ref &data) {
  AffineSelectOp::create(builder, loc, view(dst, space), view(data, space), builder.getDenseI64ArrayAttr({-1}),
                         builder.getI32IntegerAttr(0), builder.getI32IntegerAttr(1),
                         ComparisonAttr::get(builder.getContext(), Comparison::eq), f32(builder, 0.0), EngineAttr(),
                         WaitAttr(), UpdateAttr());
}

void Instructions::matmul(ArrayRef<int64_t> space, const Ref &dst, const Ref &stationary, const Ref &moving,
                          bool accumulate) {
  if (space.size() == 2) { // one column
    auto widened = [](const Ref &ref) { return Ref{ref.tile, ref.access.spread({0, 1}, 3)}; };
    return matmul({space[0], space[1], 1}, widened(dst), widened(stationary), widened(moving), accumulate);
  }
  SmallVector<unsigned> dstDims{1}, movingDims{0};
  for (unsigned d = 2; d < space.size(); ++d)
    if (space[d] != 1) {
      dstDims.push_back(d);
      movingDims.push_back(d);
    }
  if (dstDims.size() == 1) {
    dstDims.push_back(space.size() - 1);
    movingDims.push_back(space.size() - 1);
  }
  NcMatmulOp::create(builder, loc, view({dst.tile, dst.access.projected(dstDims)}, at(space, dstDims)),
                     view({stationary.tile, stationary.access.projected({0, 1})}, at(space, {0, 1})),
                     view({moving.tile, moving.access.projected(movingDims)}, at(space, movingDims)), ValueRange(),
                     accumulate);
}

void Instructions::transpose(const Ref &dst, ArrayRef<int64_t> dstSpace, const Ref &data, ArrayRef<int64_t> dataSpace) {
  NcTransposeOp::create(builder, loc, view(dst, dstSpace), view(data, dataSpace));
}
} // namespace tarn::tile
