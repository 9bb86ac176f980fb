// Depthwise convolutions: sums over few taps of an operand times one number per partition. The Vector engine multiplies and
// adds tap by tap; the Tensor engine does a tap as a product with a diagonal matrix. Both work side by side when the
// Tensor engine sums the first taps into PSUM and the Vector engine goes on from there:
//
//   psum        = diag(w0) · x shifted to tap 0  + diag(w1) · x shifted to tap 1     PE
//   acc         = x shifted to tap 2 · w2 + psum                                     DVE, reads PSUM for nothing
//   acc         = x shifted to tap 3 · w3 + acc                                      DVE
//
// How many taps the Tensor engine takes follows from the costs of both; the attribute `tarn.pe_taps` on a kernel says it
// instead (0: none). A diagonal matrix is made on chip, by POOL, once for all boxes.
#include "KernelLowering.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

static bool isMatmulType(Type type) { return type.isF32() || type.isF16() || type.isBF16(); }

// The Tensor engine works ahead on other boxes while the Vector engine is at one; where there are few it is waited for.
static constexpr int64_t minBoxes = 4;

int64_t KernelLowering::countTapsOnPe(GenericOp op, const Expression &data, const Expression &weight, ShapeRef space,
                                      int64_t steps) {
  if (!data.isTile() || !weight.isTile() || !isScalar(space, weight) || steps < 2 || space[0] < 2)
    return 0;
  TileType dataType = tileType(data.ref.tile), weightType = tileType(weight.ref.tile);
  if (dataType.getElementType() != weightType.getElementType() || !isMatmulType(dataType.getElementType()) ||
      dataType.getMemory() != Memory::sbuf || weightType.getMemory() != Memory::sbuf ||
      !weight.ref.access.dependsOn(0) || !data.ref.access.dependsOn(0))
    return 0;
  if (auto fixed = kernel->getAttrOfType<IntegerAttr>(peTapsAttributeName))
    return std::clamp<int64_t>(fixed.getInt(), 0, steps - 1);
  if (product(cast<RankedTensorType>(op.getResult(0).getType()).getShape()) < minBoxes * product(space))
    return 0;
  bool isWide = dataType.getElementType().isF32();
  int64_t elements = product(space.drop_front()), best = 0;
  double onPe = limits.peTapNs(elements, isWide), onVector = limits.vectorTapNs(elements), bestNs = steps * onVector;
  for (int64_t taps = 1; taps < steps; ++taps) {
    double ns = std::max(taps * onPe, (steps - taps) * onVector);
    if (ns < bestNs) {
      best = taps;
      bestNs = ns;
    }
  }
  return best;
}

// [P, P] with the weights of a tap on its diagonal.
Ref KernelLowering::getDiagonal(const Ref &weight, int64_t size) {
  Shape square{size, size};
  Key key{weight.tile.getAsOpaquePointer(), {-1, size}};
  for (const Linear &coord : weight.access.coords)
    key.numbers.push_back(coord.offset);
  if (std::optional<Ref> known = recall(key, {0, 1}, 2))
    return *known;
  Ref diagonal = emit.allocOver(Memory::sbuf, square, {true, true}, tileType(weight.tile).getElementType());
  emit.diagonal(square, diagonal, {weight.tile, weight.access.projected({0}).spread({0}, 2)});
  remember(key, {0, 1}, diagonal);
  return diagonal;
}

Ref KernelLowering::sumTapsOnPe(const Expression &data, const Expression &weight, ShapeRef space, ArrayRef<Shape> taps,
                                const Shape &next) {
  unsigned rank = space.size();
  SmallVector<unsigned> own = range(0, rank);
  auto seenBy = [&](const Expression &operand, const Shape &tap) {
    return Ref{operand.ref.tile, operand.ref.access.shifted(tap).projected(own)};
  };
  // 1. Boxes of one bank, at most four dimensions to walk.
  Shape box(rank, 1);
  box[0] = space[0];
  int64_t elements = 1;
  unsigned walked = 0;
  for (unsigned d = rank; d-- > 1 && walked < 4;) {
    int64_t fits = std::min(space[d], limits.psumElements / elements);
    box[d] = fits == space[d] ? fits : evenPiece(space[d], std::max<int64_t>(fits, 1));
    elements *= box[d];
    walked += box[d] != 1;
  }
  // 2. Sums of taps in PSUM; one more tap brings them to SBUF.
  Type f32 = Float32Type::get(kernel.getContext());
  Ref sum = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(rank, true), f32);
  (void)forEachPiece(space, box, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    Ref bank = emit.allocOver(Memory::psum, sizes, SmallVector<bool>(rank, true), f32);
    Shape instruction{space[0]};
    instruction.append(sizes.begin(), sizes.end());
    SmallVector<unsigned> bankDims = range(1, rank + 1), movingDims{0};
    for (unsigned d = 1; d < rank; ++d)
      movingDims.push_back(d + 1);
    for (auto [i, tap] : llvm::enumerate(taps)) {
      Ref diagonal = getDiagonal(seenBy(weight, tap), space[0]), moving = seenBy(data, tap);
      emit.matmul(instruction, {bank.tile, bank.access.spread(bankDims, rank + 1)},
                  {diagonal.tile, diagonal.access.spread({0, 1}, rank + 1)},
                  {moving.tile, moving.access.shifted(offsets).spread(movingDims, rank + 1)}, i != 0);
    }
    Expression factor = Expression::ofTile(weight.type, seenBy(weight, next));
    Ref moving = seenBy(data, next);
    emit.scalarTensorTensor(sizes, {sum.tile, sum.access.shifted(offsets)},
                            {moving.tile, moving.access.shifted(offsets)},
                            ScalarStep{AluOp::mult, toScalar(sizes, factor), false}, bank, AluOp::add, false);
    return success();
  });
  return sum;
}
} // namespace tarn::tile
