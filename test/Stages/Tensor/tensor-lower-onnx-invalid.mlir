// RUN: tarn-opt %s --split-input-file --verify-diagnostics --tensor-lower-onnx

func.func @main(%x: tensor<4xf32>, %repeats: tensor<1xi64>) -> tensor<8xf32> {
  // expected-error@+1 {{needs a constant input 'repeats', but it is computed from the model's inputs}}
  %0 = onnx.Tile(%x, %repeats) : (tensor<4xf32>, tensor<1xi64>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{cannot be compiled: this operator has no lowering}}
  %0 = onnx.Hardmax(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<7xf32> {
  %pads = onnx.Constant {value = dense<[3, 0]> : tensor<2xi64>} : tensor<2xi64>
  %short = onnx.Constant {value = dense<[4, 0]> : tensor<2xi64>} : tensor<2xi64>
  %0 = onnx.Pad(%x, %pads) {mode = "reflect"} : (tensor<4xf32>, tensor<2xi64>) -> tensor<7xf32>
  // expected-error@+1 {{pads axis 0 by 4 in mode 'reflect', at most 3 is supported for its size 4}}
  %1 = onnx.Pad(%x, %short) {mode = "reflect"} : (tensor<4xf32>, tensor<2xi64>) -> tensor<8xf32>
  return %0 : tensor<7xf32>
}

// -----

func.func @main(%x: tensor<2x3xf32>) -> tensor<7xf32> {
  // expected-error@+1 {{operands do not fit: a tensor of 6 elements is used where 7 are needed}}
  %0 = onnx.Flatten(%x) : (tensor<2x3xf32>) -> tensor<7xf32>
  return %0 : tensor<7xf32>
}

// -----

func.func @main(%x: tensor<1x4x8x8xf32>, %w: tensor<6x4x3x3xf32>) -> tensor<1x6x6x6xf32> {
  // expected-error@+1 {{has 2 groups and weights 'tensor<6x4x3x3xf32>', which do not fit the input 'tensor<1x4x8x8xf32>'}}
  %0 = onnx.Conv(%x, %w) {group = 2 : i64} : (tensor<1x4x8x8xf32>, tensor<6x4x3x3xf32>) -> tensor<1x6x6x6xf32>
  return %0 : tensor<1x6x6x6xf32>
}

// -----

func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{axis 2 of a tensor of rank 2}}
  %0 = onnx.Softmax(%x) {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
