// The numbers that ONNX's TensorProto.DataType gives to the element types.
#pragma once
#include "tarn/Support/DType.h"

namespace tarn {
/// None for the types that the host tensors do not have (strings, complex numbers, 4- and 8-bit floats …).
std::optional<DType> dtypeFromOnnx(int64_t number);
int64_t onnxDataType(DType type);
} // namespace tarn
