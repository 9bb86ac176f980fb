// A small classifier: a convolution with its padding, bias and activation is one kernel; so are the pooling, the matrix
// product with its bias, and the softmax. Reshapes are free and stay in main.
// RUN: tarn-opt %s --tensor-lower-onnx --tensor-fuse-kernels | FileCheck %s

// CHECK: module attributes {tarn.form = "linalg"}
module attributes {tarn.form = "graph"} {
  // CHECK-LABEL: func.func @main(
  // CHECK-SAME:    %[[X:.*]]: tensor<1x3x8x8xf32> {onnx.name = "x"}) -> (tensor<1x4xf32> {onnx.name = "y"})
  // CHECK-DAG:     %[[W:.*]] = onnx.Constant {value = dense<5.000000e-01> : tensor<3x3x3x8xf32>}
  // CHECK-DAG:     %[[B:.*]] = onnx.Constant {value = dense<{{.*}}> : tensor<8xf32>}
  // CHECK:         %[[CONV:.*]] = call @kernel_0(%[[X]], %[[W]], %[[B]])
  // CHECK:         %[[POOL:.*]] = call @kernel_1(%[[CONV]])
  // CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %[[POOL]]
  // CHECK:         %[[GEMM:.*]] = call @kernel_2(%[[FLAT]],
  // CHECK:         %[[SOFTMAX:.*]] = call @kernel_3(%[[GEMM]])
  // CHECK:         return %[[SOFTMAX]]
  func.func @main(%x: tensor<1x3x8x8xf32> {onnx.name = "x"}) -> (tensor<1x4xf32> {onnx.name = "y"}) {
    %w = onnx.Constant {value = dense<0.5> : tensor<8x3x3x3xf32>} : tensor<8x3x3x3xf32>
    %b = onnx.Constant {value = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>} : tensor<8xf32>
    %0 = onnx.Conv(%x, %w, %b) {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32>
    %1 = onnx.Relu(%0) : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %2 = onnx.MaxPool(%1) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x8x8x8xf32>) -> tensor<1x8x4x4xf32>
    %3 = onnx.Flatten(%2) : (tensor<1x8x4x4xf32>) -> tensor<1x128xf32>
    %w2 = onnx.Constant {value = dense<0.5> : tensor<4x128xf32>} : tensor<4x128xf32>
    %b2 = onnx.Constant {value = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>} : tensor<4xf32>
    %4 = onnx.Gemm(%3, %w2, %b2) {transB = 1 : i64} : (tensor<1x128xf32>, tensor<4x128xf32>, tensor<4xf32>) -> tensor<1x4xf32>
    %5 = onnx.Softmax(%4) : (tensor<1x4xf32>) -> tensor<1x4xf32>
    return %5 : tensor<1x4xf32>
  }

  // CHECK:      func.func private @kernel_0({{.*}}) -> tensor<1x8x8x8xf32> attributes {tarn.kernel}
  // CHECK:        tensor.pad
  // CHECK:        linalg.generic
  // CHECK:          arith.mulf
  // CHECK-NEXT:     arith.addf
  // CHECK:        linalg.generic
  // CHECK:          arith.addf
  // CHECK-NEXT:     arith.maximumf
  // CHECK:        return

  // CHECK:      func.func private @kernel_1(
  // CHECK:        arith.maximumf

  // CHECK:      func.func private @kernel_2(
  // CHECK:        linalg.generic
  // CHECK:        linalg.generic
  // CHECK-NEXT:   ^bb0
  // CHECK-NEXT:     arith.addf

  // CHECK:      func.func private @kernel_3(
  // CHECK:          arith.maximumf
  // CHECK:          arith.subf
  // CHECK-NEXT:     math.exp
  // CHECK:          arith.addf
  // CHECK:          arith.divf
}
