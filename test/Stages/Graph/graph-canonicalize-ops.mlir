// RUN: tarn-opt %s --graph-canonicalize-ops --split-input-file | FileCheck %s

// Flatten, Squeeze, Unsqueeze and reshapes in a row are one Reshape with a constant shape.
// CHECK-LABEL: func.func @reshapes
// CHECK:         onnx.Reshape(%arg0, %{{.*}}) : (tensor<2x3x1x4xf32>, tensor<2xi64>) -> tensor<1x24xf32>
// CHECK-NEXT:    return
func.func @reshapes(%x: tensor<2x3x1x4xf32>) -> tensor<1x24xf32> {
  %axes = onnx.Constant {value = dense<2> : tensor<1xi64>} : tensor<1xi64>
  %0 = onnx.Squeeze(%x, %axes) : (tensor<2x3x1x4xf32>, tensor<1xi64>) -> tensor<2x3x4xf32>
  %1 = onnx.Identity(%0) : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %2 = onnx.Flatten(%1) {axis = 0 : i64} : (tensor<2x3x4xf32>) -> tensor<1x24xf32>
  return %2 : tensor<1x24xf32>
}

// -----

// auto_pad becomes pads: 3 windows of stride 2 over 5 elements need 2 more, the odd one of them at the end.
// CHECK-LABEL: func.func @auto_pad
// CHECK:         onnx.Conv
// CHECK-NOT:     auto_pad
// CHECK-SAME:    pads = array<i64: 1, 0, 1, 1>
func.func @auto_pad(%x: tensor<1x1x5x4xf32>) -> tensor<1x2x3x2xf32> {
  %w = onnx.Constant {value = dense<1.0> : tensor<2x1x3x3xf32>} : tensor<2x1x3x3xf32>
  %y = onnx.Conv(%x, %w) {auto_pad = "SAME_UPPER", strides = array<i64: 2, 2>} : (tensor<1x1x5x4xf32>, tensor<2x1x3x3xf32>) -> tensor<1x2x3x2xf32>
  return %y : tensor<1x2x3x2xf32>
}

// -----

// Pieces of a Split and rows at constant indices are slices.
// CHECK-LABEL: func.func @pieces
// CHECK-NOT:     onnx.Split
// CHECK-NOT:     onnx.Gather
// CHECK-COUNT-3: onnx.Slice
// CHECK-NOT:     onnx.Slice
func.func @pieces(%x: tensor<5x2xf32>) -> (tensor<2x2xf32>, tensor<3x2xf32>, tensor<2xf32>) {
  %sizes = onnx.Constant {value = dense<[2, 3]> : tensor<2xi64>} : tensor<2xi64>
  %0, %1 = onnx.Split(%x, %sizes) : (tensor<5x2xf32>, tensor<2xi64>) -> (tensor<2x2xf32>, tensor<3x2xf32>)
  %last = onnx.Constant {value = dense<-1> : tensor<i64>} : tensor<i64>
  %2 = onnx.Gather(%x, %last) : (tensor<5x2xf32>, tensor<i64>) -> tensor<2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<3x2xf32>, tensor<2xf32>
}

// -----

// Twice as large by the nearest element repeats elements; linear resizing is a product with a matrix of weights.
// CHECK-LABEL: func.func @resize
// CHECK-NOT:     onnx.Resize
// CHECK:         onnx.Expand
// CHECK:         onnx.MatMul
// CHECK-NOT:     onnx.Resize
func.func @resize(%x: tensor<1x1x2x3xf32>) -> (tensor<1x1x2x6xf32>, tensor<1x1x4x3xf32>) {
  %none = onnx.NoValue
  %scales = onnx.Constant {value = dense<[1.0, 1.0, 1.0, 2.0]> : tensor<4xf32>} : tensor<4xf32>
  %0 = onnx.Resize(%x, %none, %scales) {coordinate_transformation_mode = "asymmetric", mode = "nearest", nearest_mode = "floor"} : (tensor<1x1x2x3xf32>, none, tensor<4xf32>) -> tensor<1x1x2x6xf32>
  %tall = onnx.Constant {value = dense<[1.0, 1.0, 2.0, 1.0]> : tensor<4xf32>} : tensor<4xf32>
  %1 = onnx.Resize(%x, %none, %tall) {mode = "linear"} : (tensor<1x1x2x3xf32>, none, tensor<4xf32>) -> tensor<1x1x4x3xf32>
  return %0, %1 : tensor<1x1x2x6xf32>, tensor<1x1x4x3xf32>
}

// -----

// A crop that looks outside the image: rows of zeros in the matrices, and there the extrapolation value. The policy of
// the aspect ratio gives both axes one scale.
// CHECK-LABEL: func.func @crop
// CHECK-NOT:     onnx.Resize
// CHECK-COUNT-2: onnx.MatMul
// CHECK-COUNT-2: onnx.Where
// CHECK-COUNT-2: onnx.MatMul
// CHECK-NOT:     onnx.Resize
func.func @crop(%x: tensor<1x1x4x6xf32>) -> (tensor<1x1x3x3xf32>, tensor<1x1x5x8xf32>) {
  %none = onnx.NoValue
  %roi = onnx.Constant {value = dense<[0.0, 0.0, 0.4, -0.2, 1.0, 1.0, 1.2, 1.0]> : tensor<8xf32>} : tensor<8xf32>
  %sizes = onnx.Constant {value = dense<[1, 1, 3, 3]> : tensor<4xi64>} : tensor<4xi64>
  %0 = onnx.Resize(%x, %roi, %none, %sizes) {coordinate_transformation_mode = "tf_crop_and_resize", extrapolation_value = 2.0 : f32, mode = "linear"} : (tensor<1x1x4x6xf32>, tensor<8xf32>, none, tensor<4xi64>) -> tensor<1x1x3x3xf32>
  %most = onnx.Constant {value = dense<[7, 8]> : tensor<2xi64>} : tensor<2xi64>
  %1 = onnx.Resize(%x, %none, %none, %most) {axes = array<i64: 2, 3>, keep_aspect_ratio_policy = "not_larger", mode = "linear"} : (tensor<1x1x4x6xf32>, none, none, tensor<2xi64>) -> tensor<1x1x5x8xf32>
  return %0, %1 : tensor<1x1x3x3xf32>, tensor<1x1x5x8xf32>
}

// -----

// n-ary operators are chains of two; powers by small constants are products and roots.
// CHECK-LABEL: func.func @arithmetic
// CHECK:         %[[AB:.*]] = onnx.Add(%arg0, %arg1)
// CHECK:         %[[SUM:.*]] = onnx.Add(%[[AB]], %arg2)
// CHECK:         onnx.Mul(%[[SUM]], %[[SUM]])
// CHECK:         onnx.Sqrt
func.func @arithmetic(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>) -> tensor<4xf32> {
  %sum = onnx.Sum(%a, %b, %c) : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %two = onnx.Constant {value = dense<2.0> : tensor<f32>} : tensor<f32>
  %square = onnx.Pow(%sum, %two) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %half = onnx.Constant {value = dense<0.5> : tensor<f32>} : tensor<f32>
  %root = onnx.Pow(%square, %half) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %root : tensor<4xf32>
}

// -----

// Borders by reflection are slices put side by side.
// CHECK-LABEL: func.func @reflect
// CHECK-NOT:     onnx.Pad
// CHECK:         onnx.Concat(%{{.*}}, %arg0, %{{.*}}) {axis = 0 : i64} : (tensor<2xf32>, tensor<4xf32>, tensor<1xf32>) -> tensor<7xf32>
func.func @reflect(%x: tensor<4xf32>) -> tensor<7xf32> {
  %pads = onnx.Constant {value = dense<[2, 1]> : tensor<2xi64>} : tensor<2xi64>
  %y = onnx.Pad(%x, %pads) {mode = "reflect"} : (tensor<4xf32>, tensor<2xi64>) -> tensor<7xf32>
  return %y : tensor<7xf32>
}
