// RUN: tarn-opt %s --graph-fold-batch-normalization --split-input-file | FileCheck %s

// scale 2, variance 4 - epsilon 0: factor 1 for channel 0, 2 for channel 1; offset bias - mean * factor.
// CHECK-LABEL: func.func @into_convolution
// CHECK-DAG:     %[[W:.*]] = onnx.Constant {value = dense<{{\[\[\[}}[1.000000e+00]]], {{\[\[}}[6.000000e+00]]]]> : tensor<2x1x1x1xf32>}
// CHECK-DAG:     %[[B:.*]] = onnx.Constant {value = dense<[5.000000e+00, 1.000000e+00]> : tensor<2xf32>}
// CHECK:         onnx.Conv(%arg0, %[[W]], %[[B]])
// CHECK-NEXT:    return
func.func @into_convolution(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = onnx.Constant {value = dense<[[[[1.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>} : tensor<2x1x1x1xf32>
  %0 = onnx.Conv(%x, %w) : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %scale = onnx.Constant {value = dense<[2.0, 4.0]> : tensor<2xf32>} : tensor<2xf32>
  %bias = onnx.Constant {value = dense<[6.0, 5.0]> : tensor<2xf32>} : tensor<2xf32>
  %mean = onnx.Constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : tensor<2xf32>
  %var = onnx.Constant {value = dense<4.0> : tensor<2xf32>} : tensor<2xf32>
  %1 = onnx.BatchNormalization(%0, %scale, %bias, %mean, %var) {epsilon = 0.0 : f32} : (tensor<1x2x4x4xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  return %1 : tensor<1x2x4x4xf32>
}

// -----

// The convolution has a second reader, which must see the plain result.
// CHECK-LABEL: func.func @not_into_a_shared_convolution
// CHECK:         %[[CONV:.*]] = onnx.Conv(%arg0, %{{[^,]*}}) :
// CHECK:         %[[SCALED:.*]] = onnx.Mul(%[[CONV]], %{{.*}})
// CHECK:         return %[[CONV]], %[[SCALED]]
func.func @not_into_a_shared_convolution(%x: tensor<1x1x4xf32>) -> (tensor<1x2x4xf32>, tensor<1x2x4xf32>) {
  %w = onnx.Constant {value = dense<[[[1.0]], [[3.0]]]> : tensor<2x1x1xf32>} : tensor<2x1x1xf32>
  %0 = onnx.Conv(%x, %w) : (tensor<1x1x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4xf32>
  %c = onnx.Constant {value = dense<[[2.0], [4.0]]> : tensor<2x1xf32>} : tensor<2x1xf32>
  %1 = onnx.Mul(%0, %c) : (tensor<1x2x4xf32>, tensor<2x1xf32>) -> tensor<1x2x4xf32>
  return %0, %1 : tensor<1x2x4xf32>, tensor<1x2x4xf32>
}

// -----

// Where no product stands before, two scales and two offsets in a row are one of each: (2 x + 1) * 3 + 4 = 6 x + 7.
// CHECK-LABEL: func.func @joined
// CHECK:         %[[A:.*]] = onnx.Constant {value = dense<6.000000e+00> : tensor<2x1xf32>}
// CHECK-NEXT:    %[[SCALED:.*]] = onnx.Mul(%arg0, %[[A]])
// CHECK-NEXT:    %[[B:.*]] = onnx.Constant {value = dense<{{.*}}7.000000e+00], [1.100000e+01]{{.*}}> : tensor<2x1xf32>}
// CHECK-NEXT:    onnx.Add(%[[SCALED]], %[[B]])
// CHECK-NEXT:    return
func.func @joined(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %two = onnx.Constant {value = dense<2.0> : tensor<2x1xf32>} : tensor<2x1xf32>
  %one = onnx.Constant {value = dense<1.0> : tensor<2x1xf32>} : tensor<2x1xf32>
  %three = onnx.Constant {value = dense<3.0> : tensor<2x1xf32>} : tensor<2x1xf32>
  %four = onnx.Constant {value = dense<[[4.0], [8.0]]> : tensor<2x1xf32>} : tensor<2x1xf32>
  %0 = onnx.Mul(%x, %two) : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %1 = onnx.Add(%0, %one) : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %2 = onnx.Mul(%1, %three) : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %3 = onnx.Add(%2, %four) : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %3 : tensor<2x4xf32>
}
