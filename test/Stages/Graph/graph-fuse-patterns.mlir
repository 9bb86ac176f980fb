// RUN: tarn-opt %s --graph-canonicalize-ops --graph-fuse-patterns --split-input-file | FileCheck %s

// LayerNormalization as exporters before opset 17 spelt it.
// CHECK-LABEL: func.func @layer_normalization
// CHECK-NOT:     onnx.ReduceMean
// CHECK:         onnx.LayerNormalization(%arg0, %{{.*}}, %{{.*}}) {axis = 1 : i64, epsilon = 9.99999974E-6 : f32}
// CHECK-NEXT:    return
func.func @layer_normalization(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %axes = onnx.Constant {value = dense<-1> : tensor<1xi64>} : tensor<1xi64>
  %mean = onnx.ReduceMean(%x, %axes) : (tensor<3x2xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %centred = onnx.Sub(%x, %mean) : (tensor<3x2xf32>, tensor<3x1xf32>) -> tensor<3x2xf32>
  %two = onnx.Constant {value = dense<2.0> : tensor<f32>} : tensor<f32>
  %square = onnx.Pow(%centred, %two) : (tensor<3x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %variance = onnx.ReduceMean(%square, %axes) : (tensor<3x2xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %epsilon = onnx.Constant {value = dense<1.0e-5> : tensor<f32>} : tensor<f32>
  %sum = onnx.Add(%variance, %epsilon) : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %root = onnx.Sqrt(%sum) : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %0 = onnx.Div(%centred, %root) : (tensor<3x2xf32>, tensor<3x1xf32>) -> tensor<3x2xf32>
  %gamma = onnx.Constant {value = dense<[2.0, 3.0]> : tensor<2xf32>} : tensor<2xf32>
  %1 = onnx.Mul(%0, %gamma) : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %beta = onnx.Constant {value = dense<[5.0, 6.0]> : tensor<2xf32>} : tensor<2xf32>
  %2 = onnx.Add(%1, %beta) : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %2 : tensor<3x2xf32>
}

// -----

// CHECK-LABEL: func.func @gelu
// CHECK:         onnx.Gelu(%arg0) {approximate = "none"}
// CHECK-NEXT:    return
func.func @gelu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %root = onnx.Constant {value = dense<1.41421356> : tensor<f32>} : tensor<f32>
  %scaled = onnx.Div(%x, %root) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %erf = onnx.Erf(%scaled) : (tensor<4xf32>) -> tensor<4xf32>
  %one = onnx.Constant {value = dense<1.0> : tensor<f32>} : tensor<f32>
  %sum = onnx.Add(%erf, %one) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %product = onnx.Mul(%x, %sum) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %half = onnx.Constant {value = dense<0.5> : tensor<f32>} : tensor<f32>
  %y = onnx.Mul(%product, %half) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// x * clip(x + 3, 0, 6) / 6. With another bound than 6 it is something else and stays.
// CHECK-LABEL: func.func @hard_swish
// CHECK:         %[[Y:.*]] = onnx.HardSwish(%arg0)
// CHECK:         %[[CLIP:.*]] = onnx.Clip
// CHECK:         onnx.Mul(%arg0, %[[CLIP]])
func.func @hard_swish(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %three = onnx.Constant {value = dense<3.0> : tensor<f32>} : tensor<f32>
  %zero = onnx.Constant {value = dense<0.0> : tensor<f32>} : tensor<f32>
  %six = onnx.Constant {value = dense<6.0> : tensor<f32>} : tensor<f32>
  %five = onnx.Constant {value = dense<5.0> : tensor<f32>} : tensor<f32>
  %sum = onnx.Add(%x, %three) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %clip = onnx.Clip(%sum, %zero, %six) : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %0 = onnx.Mul(%x, %clip) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = onnx.Div(%0, %six) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %other = onnx.Clip(%sum, %zero, %five) : (tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %2 = onnx.Mul(%x, %other) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}
