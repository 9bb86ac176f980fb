// The dimension that lies on the partitions, for kernels that leave one good choice each.
// RUN: tarn-opt %s --split-input-file --tensor-lower-onnx --tensor-fuse-kernels --tensor-choose-layout | FileCheck %s

// A softmax keeps the row that it sums within one partition.
// CHECK: @kernel_0({{.*}} -> tensor<256x100xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64}
func.func @main(%x: tensor<256x100xf32>) -> tensor<256x100xf32> {
  %0 = onnx.Softmax(%x) : (tensor<256x100xf32>) -> tensor<256x100xf32>
  return %0 : tensor<256x100xf32>
}

// -----

// A convolution has its channels out there: one bank holds many pixels of each.
// CHECK: @kernel_0({{.*}} -> tensor<1x96x30x30xf32> attributes {tarn.kernel, tarn.partition_dim = 1 : i64}
func.func @main(%x: tensor<1x64x32x32xf32>) -> tensor<1x96x30x30xf32> {
  %w = onnx.Constant {value = dense<0.5> : tensor<96x64x3x3xf32>} : tensor<96x64x3x3xf32>
  %0 = onnx.Conv(%x, %w) : (tensor<1x64x32x32xf32>, tensor<96x64x3x3xf32>) -> tensor<1x96x30x30xf32>
  return %0 : tensor<1x96x30x30xf32>
}

// -----

// A product stores whole rows when rows lie on the partitions; columns there would be stored element by element.
// CHECK: @kernel_0({{.*}} -> tensor<512x512xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64}
func.func @main(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %0 = onnx.MatMul(%a, %b) : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
  return %0 : tensor<512x512xf32>
}

// -----

// A pooling slides along rows and columns, not along channels.
// CHECK: @kernel_0({{.*}} -> tensor<1x32x60x60xf32> attributes {tarn.kernel, tarn.partition_dim = 1 : i64}
func.func @main(%x: tensor<1x32x120x120xf32>) -> tensor<1x32x60x60xf32> {
  %0 = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x32x120x120xf32>) -> tensor<1x32x60x60xf32>
  return %0 : tensor<1x32x60x60xf32>
}
