// RUN: tarn-opt %s --split-input-file --verify-diagnostics

func.func @unknown_attribute(%x: tensor<4xf32>) {
  // expected-error@+1 {{has an unknown attribute 'alfa', allowed are: alpha}}
  %0 = onnx.LeakyRelu(%x) {alfa = 1.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @attribute_of_another_kind(%x: tensor<4xf32>) {
  // expected-error@+1 {{attribute 'alpha' must be an f32 number, but is 1 : i64}}
  %0 = onnx.LeakyRelu(%x) {alpha = 1 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @missing_attribute(%x: tensor<4xf32>) {
  // expected-error@+1 {{needs the attribute 'to', an i64 integer}}
  %0 = onnx.Cast(%x) : (tensor<4xf32>) -> tensor<4xf16>
  return
}

// -----

func.func @too_many_operands(%x: tensor<4xf32>) {
  // expected-error@+1 {{has 2 operands, allowed are exactly 1}}
  %0 = onnx.Relu(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @absent_operand_that_is_needed(%x: tensor<4xf32>) {
  %none = onnx.NoValue
  // expected-error@+1 {{operand 0 is absent, but it is not optional}}
  %0 = onnx.Clip(%none, %x) : (none, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @custom_without_a_name(%x: tensor<4xf32>) {
  // expected-error@+1 {{needs the attribute 'op_type', a string}}
  %0 = onnx.Custom(%x) {domain = "com.example"} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
