// A scalar of a linalg body as the lowering holds it: a number, a tile (seen over the current space), or a tile with one or
// two operations on scalars that are not emitted yet, so that they join the next instruction.
#pragma once
#include "Instructions.h"

namespace tarn::tile {
struct Expression {
  mlir::Type type; // of the scalar in the body
  std::optional<double> number;
  Ref ref;
  std::vector<ScalarStep> pending; // at most two

  bool isNumber() const { return number.has_value(); }
  bool isTile() const { return !number && pending.empty(); }
  static Expression ofNumber(mlir::Type type, double number) {
    Expression e;
    e.type = type;
    e.number = number;
    return e;
  }
  static Expression ofTile(mlir::Type type, Ref ref) {
    Expression e;
    e.type = type;
    e.ref = std::move(ref);
    return e;
  }
};

/// The element type of tiles that hold such scalars between instructions: fp32 for floats, 32-bit integers, 0 or 1 in
/// eight bits for i1.
mlir::Type computeType(mlir::Type scalarType);
/// The element type of the tiles of a tensor: i1 is ui8, i64 and index are i32, f64 is f32.
mlir::Type storageType(mlir::Type tensorElementType);
} // namespace tarn::tile
