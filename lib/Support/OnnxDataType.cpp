#include "tarn/Support/OnnxDataType.h"
#include <array>

namespace tarn {
namespace {
// Indexed by DType.
constexpr std::array<int, numHostDTypes> numbers = {
    1,  // FLOAT
    16, // BFLOAT16
    10, // FLOAT16
    3,  // INT8
    5,  // INT16
    6,  // INT32
    2,  // UINT8
    4,  // UINT16
    12, // UINT32
    9,  // BOOL
    7,  // INT64
    13, // UINT64
    11, // DOUBLE
};
} // namespace

std::optional<DType> dtypeFromOnnx(int64_t number) {
  for (unsigned i = 0; i < numHostDTypes; ++i)
    if (numbers[i] == number)
      return static_cast<DType>(i);
  return std::nullopt;
}

int64_t onnxDataType(DType type) {
  return static_cast<unsigned>(type) < numHostDTypes ? numbers[static_cast<unsigned>(type)] : 0;
}
} // namespace tarn
