// RUN: tarn-opt %s | FileCheck %s
// RUN: tarn-opt %s --canonicalize | FileCheck %s --check-prefix=DEAD

// CHECK-LABEL: @prints_a_node_as_it_was_parsed
func.func @prints_a_node_as_it_was_parsed(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x1x1xf32>) -> tensor<1x4x4x4xf32> {
  // CHECK: onnx.Conv(%arg0, %arg1) {strides = array<i64: 2, 2>} : (tensor<1x3x8x8xf32>, tensor<4x3x1x1xf32>) -> tensor<1x4x4x4xf32>
  %y = onnx.Conv(%x, %w) {strides = array<i64: 2, 2>} : (tensor<1x3x8x8xf32>, tensor<4x3x1x1xf32>) -> tensor<1x4x4x4xf32>
  return %y : tensor<1x4x4x4xf32>
}

// CHECK-LABEL: @an_absent_input_in_the_middle_is_no_value
func.func @an_absent_input_in_the_middle_is_no_value(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[NONE:.*]] = onnx.NoValue
  // CHECK: onnx.Clip(%arg0, %[[NONE]], %{{.*}})
  %none = onnx.NoValue
  %max = onnx.Constant {value = dense<6.0> : tensor<f32>} : tensor<f32>
  %y = onnx.Clip(%x, %none, %max) : (tensor<4xf32>, none, tensor<f32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// DEAD-LABEL: @only_random_and_unknown_nodes_stay_when_unused
func.func @only_random_and_unknown_nodes_stay_when_unused(%x: tensor<4xf32>) {
  // DEAD-NOT: onnx.Relu
  // DEAD: onnx.RandomNormalLike
  // DEAD: onnx.Custom
  %a = onnx.Relu(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %b = onnx.RandomNormalLike(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %c = onnx.Custom(%x) {domain = "com.example", op_type = "Odd"} : (tensor<4xf32>) -> tensor<4xf32>
  return
}
