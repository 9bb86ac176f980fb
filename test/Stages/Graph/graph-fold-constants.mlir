// RUN: tarn-opt %s --graph-fold-constants --split-input-file | FileCheck %s

// Nodes of constants become their value, through the same functions as the oracle.
// CHECK-LABEL: func.func @main
// CHECK-NEXT:    %[[SUM:.*]] = onnx.Constant {value = dense<[1.100000e+01, 2.200000e+01]> : tensor<2xf32>}
// CHECK-NEXT:    onnx.Mul(%arg0, %[[SUM]])
// CHECK-NEXT:    return
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = onnx.Constant {value = dense<[1.0, 2.0]> : tensor<2xf32>} : tensor<2xf32>
  %b = onnx.Constant {value = dense<[10.0, 20.0]> : tensor<2xf32>} : tensor<2xf32>
  %sum = onnx.Add(%a, %b) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %y = onnx.Mul(%x, %sum) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// A quantised weight becomes the float weight it stands for.
// CHECK-LABEL: func.func @weights
// CHECK-NEXT:    onnx.Constant {value = dense<[2.000000e+00, 4.500000e+00]> : tensor<2xf32>}
// CHECK-NEXT:    return
func.func @weights() -> tensor<2xf32> {
  %q = onnx.Constant {value = dense<[5, 10]> : tensor<2xi8>} : tensor<2xi8>
  %scale = onnx.Constant {value = dense<0.5> : tensor<f32>} : tensor<f32>
  %zero = onnx.Constant {value = dense<1> : tensor<i8>} : tensor<i8>
  %w = onnx.DequantizeLinear(%q, %scale, %zero) : (tensor<2xi8>, tensor<f32>, tensor<i8>) -> tensor<2xf32>
  return %w : tensor<2xf32>
}

// -----

// What is larger than the limit stays a node, so that the program does not grow without bound.
// CHECK-LABEL: func.func @large
// CHECK:         onnx.Expand
func.func @large() -> tensor<1024x1024x32xf32> {
  %one = onnx.Constant {value = dense<1.0> : tensor<f32>} : tensor<f32>
  %shape = onnx.Constant {value = dense<[1024, 1024, 32]> : tensor<3xi64>} : tensor<3xi64>
  %y = onnx.Expand(%one, %shape) : (tensor<f32>, tensor<3xi64>) -> tensor<1024x1024x32xf32>
  return %y : tensor<1024x1024x32xf32>
}
