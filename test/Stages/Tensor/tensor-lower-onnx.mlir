// What each kind of operator becomes. A broadcast is a dimension that a map leaves out; a constant with one value is a scalar
// of the body; 16-bit floats are computed in fp32; a bool is an i8 in memory.
// RUN: tarn-opt %s --split-input-file --tensor-lower-onnx | FileCheck %s

// A size of 1 that stretches vanishes from operand and map; a splat constant moves into the body.
// CHECK-DAG:   #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG:   #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @main
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %arg1 {{\[}}[0, 1]] : tensor<3x1xf32> into tensor<3xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]], #[[ALL]]]
// CHECK-SAME:      ins(%arg0, %[[FLAT]]
// CHECK:         %[[TWO:.*]] = arith.constant 2.000000e+00
// CHECK:         arith.mulf %{{.*}}, %[[TWO]]
func.func @main(%x: tensor<3x5xf32>, %column: tensor<3x1xf32>) -> tensor<3x5xf32> {
  %two = onnx.Constant {value = dense<2.0> : tensor<1x1xf32>} : tensor<1x1xf32>
  %0 = onnx.Add(%x, %column) : (tensor<3x5xf32>, tensor<3x1xf32>) -> tensor<3x5xf32>
  %1 = onnx.Mul(%0, %two) : (tensor<3x5xf32>, tensor<1x1xf32>) -> tensor<3x5xf32>
  return %1 : tensor<3x5xf32>
}

// -----

// Weights come tap by tap, channels in before channels out, whatever the model stores.
// CHECK-DAG:   #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d4, d2 * 2 + d5, d3 + d6 * 3)>
// CHECK-DAG:   #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d5, d6, d4, d1)>
// CHECK-LABEL: func.func @main
// CHECK:         onnx.Constant {value = dense<{{.*}}> : tensor<1x2x3x4xf32>}
// CHECK:         linalg.generic {indexing_maps = [#[[X]], #[[W]],
func.func @main(%x: tensor<1x3x8x8xf32>) -> tensor<1x4x4x5xf32> {
  %w = onnx.Constant {value = dense<[[[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]], [[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]], [[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]], [[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]]]> : tensor<4x3x1x2xf32>} : tensor<4x3x1x2xf32>
  %0 = onnx.Conv(%x, %w) {strides = array<i64: 2, 1>, dilations = array<i64: 1, 3>} : (tensor<1x3x8x8xf32>, tensor<4x3x1x2xf32>) -> tensor<1x4x4x5xf32>
  return %0 : tensor<1x4x4x5xf32>
}

// -----

// With one channel, taps on the rows of the PE save more than it costs to gather the windows in memory.
// CHECK-DAG:   #[[WINDOWS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d3, d1 + d4, d2 + d5)>
// CHECK-DAG:   #[[K:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d2, d3)>
// CHECK-DAG:   #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d4, d1)>
// CHECK-LABEL: func.func @main
// CHECK:         linalg.generic {indexing_maps = [#[[WINDOWS]],
// CHECK:         tensor.collapse_shape {{.*}} : tensor<1x5x5x1x220x220xf32> into tensor<1x25x220x220xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[K]], #[[W]],
func.func @main(%x: tensor<1x1x224x224xf32>) -> tensor<1x64x220x220xf32> {
  %w = onnx.Constant {value = dense<0.5> : tensor<64x1x5x5xf32>} : tensor<64x1x5x5xf32>
  %0 = onnx.Conv(%x, %w) : (tensor<1x1x224x224xf32>, tensor<64x1x5x5xf32>) -> tensor<1x64x220x220xf32>
  return %0 : tensor<1x64x220x220xf32>
}

// -----

// A depthwise convolution has neither channels in to sum over nor channels out to choose from.
// CHECK-DAG:   #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2 + d4, d3 + d5)>
// CHECK-DAG:   #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5, d1)>
// CHECK-LABEL: func.func @main
// CHECK:         tensor.pad %arg0 low[0, 0, 1, 1] high[0, 0, 1, 1]
// CHECK:         linalg.generic {indexing_maps = [#[[X]], #[[W]],
func.func @main(%x: tensor<1x6x8x8xf32>, %w: tensor<6x1x3x3xf32>) -> tensor<1x6x8x8xf32> {
  %0 = onnx.Conv(%x, %w) {group = 6 : i64, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x6x8x8xf32>, tensor<6x1x3x3xf32>) -> tensor<1x6x8x8xf32>
  return %0 : tensor<1x6x8x8xf32>
}

// -----

// Stride 2 and a kernel of 2: the four phases of the output are dimensions d3 and d5 of one sum of products, and the result,
// 5 rows of 2 and 6 columns of 2, is the output read row by row.
// CHECK-DAG:   #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8) -> (d0, d6, d2 + d7, d4 + d8)>
// CHECK-DAG:   #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8) -> (d7, d8, d3, d5, d6, d1)>
// CHECK-LABEL: func.func @main
// CHECK:         linalg.generic {indexing_maps = [#[[X]], #[[W]],
// CHECK:         tensor.collapse_shape %{{.*}} {{\[}}[0], [1], [2, 3], [4, 5]] : tensor<1x7x5x2x6x2xf32> into tensor<1x7x10x12xf32>
func.func @main(%x: tensor<1x3x5x6xf32>, %w: tensor<3x7x2x2xf32>) -> tensor<1x7x10x12xf32> {
  %0 = onnx.ConvTranspose(%x, %w) {strides = array<i64: 2, 2>} : (tensor<1x3x5x6xf32>, tensor<3x7x2x2xf32>) -> tensor<1x7x10x12xf32>
  return %0 : tensor<1x7x10x12xf32>
}

// -----

// Products of fp16 are summed in fp32 and rounded once.
// CHECK-LABEL: func.func @main
// CHECK:         linalg.generic
// CHECK-SAME:      outs(%{{.*}} : tensor<4x6xf32>)
// CHECK:           arith.extf
// CHECK:           arith.extf
// CHECK:           arith.mulf
// CHECK:           arith.addf
// CHECK:         linalg.generic
// CHECK:           arith.truncf
func.func @main(%a: tensor<4x5xf16>, %b: tensor<5x6xf16>) -> tensor<4x6xf16> {
  %0 = onnx.MatMul(%a, %b) : (tensor<4x5xf16>, tensor<5x6xf16>) -> tensor<4x6xf16>
  return %0 : tensor<4x6xf16>
}

// -----

// The padding of a maximum is −∞; the second operand of a window reduction is only a shape.
// CHECK-LABEL: func.func @main
// CHECK:         %[[PAD:.*]] = tensor.pad %arg0 low[0, 0, 0] high[0, 0, 1]
// CHECK:         %[[WINDOW:.*]] = tensor.empty() : tensor<3xf32>
// CHECK:         arith.constant 0xFF800000
// CHECK:         linalg.generic
// CHECK-SAME:      ins(%[[PAD]], %[[WINDOW]]
// CHECK:           arith.maximumf
func.func @main(%x: tensor<1x2x6xf32>) -> tensor<1x2x3xf32> {
  %0 = onnx.MaxPool(%x) {kernel_shape = array<i64: 3>, strides = array<i64: 2>, pads = array<i64: 0, 1>} : (tensor<1x2x6xf32>) -> tensor<1x2x3xf32>
  return %0 : tensor<1x2x3xf32>
}

// -----

// A comparison is an i1 inside the body and a byte outside; main says what its argument was.
// CHECK-LABEL: func.func @main
// CHECK-SAME:    %arg0: tensor<4xi8> {onnx.element_type = i1}
// CHECK:         arith.cmpf ogt
// CHECK:         arith.extui %{{.*}} : i1 to i8
// CHECK:         arith.cmpi ne
// CHECK:         arith.andi
// CHECK:         arith.extui %{{.*}} : i1 to i8
func.func @main(%mask: tensor<4xi1>, %x: tensor<4xf32>) -> tensor<4xi1> {
  %zero = onnx.Constant {value = dense<0.0> : tensor<f32>} : tensor<f32>
  %0 = onnx.Greater(%x, %zero) : (tensor<4xf32>, tensor<f32>) -> tensor<4xi1>
  %1 = onnx.And(%mask, %0) : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
  return %1 : tensor<4xi1>
}

// -----

// Quantizing rounds half to even and clamps to what the type holds.
// CHECK-LABEL: func.func @main
// CHECK:         %[[SCALED:.*]] = arith.divf
// CHECK:         math.roundeven %[[SCALED]]
// CHECK:         arith.constant -1.280000e+02
// CHECK:         arith.maximumf
// CHECK:         arith.constant 1.270000e+02
// CHECK:         arith.minimumf
// CHECK:         arith.fptosi
func.func @main(%x: tensor<4xf32>, %scale: tensor<f32>) -> tensor<4xi8> {
  %zero = onnx.Constant {value = dense<3> : tensor<i8>} : tensor<i8>
  %0 = onnx.QuantizeLinear(%x, %scale, %zero) : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
