// Rewrites the program where a tile of SBUF makes room for others: what it holds is stored to a scratch tensor in HBM and
// loaded into a fresh tile before its next use.
//
//   use of %a                                   use of %a
//   unit that needs room            =>          dma_copy spill <- %a          (not when HBM has it already)
//   next use of %a                              unit that needs room
//                                               dma_copy %a' <- spill
//                                               next use of %a'
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Dialect/NISA/NISA.h"
#include <optional>

namespace tarn::place {

/// What HBM has of a tile: a scratch tensor, or an instruction that loaded all of it from a tensor that never changes.
struct Copy {
  mlir::Value spilled;
  mlir::Operation *load = nullptr;
  explicit operator bool() const { return spilled || load; }
};

class Spill {
public:
  explicit Spill(const Chip &chip) : loadMode(chip.dma.hardwareDge ? nisa::DgeMode::hwdge : nisa::DgeMode::none) {}

  /// If the operation loads the whole tile from an input or a constant.
  static Copy copyLoadedBy(mlir::Operation *op, mlir::Value tile);
  /// Whether the operation by itself writes every element of the tile.
  static bool writesAll(mlir::Operation *op, mlir::Value tile);

  /// Stores the tile before `unit` into a scratch tensor.
  Copy store(mlir::Value tile, mlir::Operation *unit);
  /// Fills a tile before its first use, so that all of it can be stored later.
  void fill(mlir::Value tile, mlir::Operation *firstUse);
  /// A fresh tile, defined before `unit`, that takes the place of the other.
  mlir::Value makeSuccessor(mlir::Value tile, mlir::Operation *unit);
  /// The successor for the tile in all operands of a unit and its body.
  void replaceIn(mlir::Operation *unit, mlir::Value tile, mlir::Value successor);
  void load(const Copy &copy, mlir::Value successor, mlir::Operation *unit);

private:
  nisa::DgeMode loadMode; // as schedule-assign-engines gives it to loads
  unsigned numSpilled = 0;
};
} // namespace tarn::place
