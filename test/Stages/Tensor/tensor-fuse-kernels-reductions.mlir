// The softmax reduces what the mean leaves: in one kernel the mean would be computed again for every part of the result.
// The mean of a LayerNormalization has no dimension that is reduced further: one kernel.
// RUN: tarn-opt %s --split-input-file --tensor-lower-onnx --tensor-fuse-kernels | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK: call @kernel_0
// CHECK: call @kernel_1
// CHECK-NOT: call
module attributes {tarn.form = "graph"} {
  func.func @main(%x: tensor<1x40x25xf32> {onnx.name = "x"}) -> (tensor<1x40xf32> {onnx.name = "y"}) {
    %axes = onnx.Constant {value = dense<2> : tensor<1xi64>} : tensor<1xi64>
    %0 = onnx.ReduceMean(%x, %axes) {keepdims = 0 : i64} : (tensor<1x40x25xf32>, tensor<1xi64>) -> tensor<1x40xf32>
    %1 = onnx.Softmax(%0) {axis = 1 : i64} : (tensor<1x40xf32>) -> tensor<1x40xf32>
    return %1 : tensor<1x40xf32>
  }
}

// -----

// CHECK-LABEL: func.func @main
// CHECK: call @kernel_0
// CHECK-NOT: call
module attributes {tarn.form = "graph"} {
  func.func @main(%x: tensor<16x64xf32> {onnx.name = "x"}) -> (tensor<16x64xf32> {onnx.name = "y"}) {
    %one = onnx.Constant {value = dense<1.0> : tensor<64xf32>} : tensor<64xf32>
    %0 = onnx.LayerNormalization(%x, %one) {axis = 1 : i64} : (tensor<16x64xf32>, tensor<64xf32>) -> tensor<16x64xf32>
    return %0 : tensor<16x64xf32>
  }
}
