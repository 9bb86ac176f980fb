// Which neighbours share a kernel and which do not.
// RUN: tarn-opt %s --split-input-file --tensor-lower-onnx --tensor-fuse-kernels | FileCheck %s
// RUN: tarn-opt %s --split-input-file --tensor-lower-onnx --tensor-fuse-kernels=fuse=false | FileCheck %s --check-prefix=ALONE

// Of two products that are added, one takes the addition along: a kernel has one contraction.
// CHECK-LABEL: func.func @main
// CHECK-COUNT-2: call @kernel
// CHECK-NOT:     call
// ALONE-LABEL: func.func @main
// ALONE-COUNT-4: call @kernel
func.func @main(%a: tensor<4x5xf32>, %b: tensor<5x6xf32>, %c: tensor<5x6xf32>) -> tensor<4x6xf32> {
  %0 = onnx.MatMul(%a, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  %1 = onnx.MatMul(%a, %c) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  %2 = onnx.Add(%0, %1) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %3 = onnx.Relu(%2) : (tensor<4x6xf32>) -> tensor<4x6xf32>
  return %3 : tensor<4x6xf32>
}

// -----

// A layer normalization with the residual before it is one kernel when nothing else reads the sum.
// CHECK-LABEL: func.func @main
// CHECK:         call @kernel_0(%arg0, %arg1,
// CHECK-NOT:     call
func.func @main(%x: tensor<8x64xf32>, %r: tensor<8x64xf32>, %s: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<8x64xf32> {
  %0 = onnx.Add(%x, %r) : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
  %1 = onnx.LayerNormalization(%0, %s, %b) : (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<8x64xf32>
  return %1 : tensor<8x64xf32>
}

// -----

// A transposition becomes the map of the product that reads it; a gated unit reads two slices of its operand.
// CHECK-DAG:   #[[AT:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-LABEL: func.func @main
// CHECK:         call @kernel_0
// CHECK:         call @kernel_1
// CHECK-NOT:     call
// CHECK:       func.func private @kernel_0
// CHECK:         indexing_maps = [#[[AT]],
// CHECK:       func.func private @kernel_1
// CHECK-COUNT-2: tensor.extract_slice
func.func @main(%a: tensor<5x4xf32>, %b: tensor<5x6xf32>) -> tensor<4x3xf32> {
  %0 = onnx.Transpose(%a) {perm = array<i64: 1, 0>} : (tensor<5x4xf32>) -> tensor<4x5xf32>
  %1 = onnx.MatMul(%0, %b) : (tensor<4x5xf32>, tensor<5x6xf32>) -> tensor<4x6xf32>
  %2:2 = onnx.Split(%1) {axis = 1 : i64, num_outputs = 2 : i64} : (tensor<4x6xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  %3 = onnx.Sigmoid(%2#1) : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %4 = onnx.Mul(%2#0, %3) : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %4 : tensor<4x3xf32>
}

// -----

// What main returns always has memory of its own: an argument that is returned is copied.
// CHECK-LABEL: func.func @main
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %arg0
// CHECK:         %[[OUT:.*]] = call @kernel_0(%[[FLAT]])
// CHECK:         return %[[OUT]]
func.func @main(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  %0 = onnx.Flatten(%x) : (tensor<2x3xf32>) -> tensor<6xf32>
  return %0 : tensor<6xf32>
}

// -----

// The activation of a grouped convolution is computed group by group; the slopes are reshaped for it and stay a constant.
// CHECK-LABEL: func.func @main
// CHECK:         %[[SLOPES:.*]] = onnx.Constant {value = dense<{{.*}}> : tensor<2x3
// CHECK:         call @kernel_0(%{{.*}}, %{{.*}}, %[[SLOPES]])
// CHECK-NOT:     call
// CHECK:       func.func private @kernel_0
func.func @main(%x: tensor<1x4x5x5xf32>) -> tensor<1x6x5x5xf32> {
  %w = onnx.Constant {value = dense<0.5> : tensor<6x2x1x1xf32>} : tensor<6x2x1x1xf32>
  %s = onnx.Constant {value = dense<[[[0.1]], [[0.2]], [[0.3]], [[0.4]], [[0.5]], [[0.6]]]> : tensor<6x1x1xf32>} : tensor<6x1x1xf32>
  %0 = onnx.Conv(%x, %w) {group = 2 : i64} : (tensor<1x4x5x5xf32>, tensor<6x2x1x1xf32>) -> tensor<1x6x5x5xf32>
  %1 = onnx.PRelu(%0, %s) : (tensor<1x6x5x5xf32>, tensor<6x1x1xf32>) -> tensor<1x6x5x5xf32>
  return %1 : tensor<1x6x5x5xf32>
}
