// A request for a value brought into the order of the value's own dimensions, so that the same region asked for by
// different ops is one tile.
#pragma once
#include "Access.h"

namespace tarn::tile {
/// A request in the order of the value's own dimensions: [partition | other dimensions in order].
struct Canonical {
  Access access, fromRequest; // region index → value coordinates; request index → region index
  Shape space;
};

/// Possible when the partition dimension of the space is one dimension of the value, with factor 1, or none.
std::optional<Canonical> canonicalize(const Access &access, llvm::ArrayRef<int64_t> space);
} // namespace tarn::tile
