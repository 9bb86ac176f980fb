// A file of one number is written as a scalar by one tool and as a vector of one element by the next; both are meant
// where a tensor with one element and rank 0 or 1 is asked for.
#pragma once
#include "llvm/ADT/ArrayRef.h"

namespace tarn {

/// Whether a tensor of the shape `given` may stand for one of the shape `wanted`: they are equal, or one is a scalar and
/// the other a vector of one element.
inline bool isShapeAccepted(llvm::ArrayRef<int64_t> given, llvm::ArrayRef<int64_t> wanted) {
  auto isOneNumber = [](llvm::ArrayRef<int64_t> shape) {
    return shape.empty() || (shape.size() == 1 && shape.front() == 1);
  };
  return given == wanted || (isOneNumber(given) && isOneNumber(wanted));
}

} // namespace tarn
