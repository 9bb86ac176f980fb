// RUN: tarn-opt %s --graph-infer-shapes | FileCheck %s

// An operator outside the core that ONNX defines by a function becomes the function's nodes, under the same name.
// CHECK-LABEL: @attention_becomes_two_products_around_a_softmax
func.func @attention_becomes_two_products_around_a_softmax(
    %q: tensor<1x2x4x8xf32> {onnx.name = "q"}, %k: tensor<1x2x6x8xf32> {onnx.name = "k"},
    %v: tensor<1x2x6x8xf32> {onnx.name = "v"}) -> tensor<1x2x4x8xf32> {
  // CHECK-NOT: onnx.Attention
  // CHECK: onnx.MatMul({{.*}}) : (tensor<1x2x4x8xf32>, tensor<1x2x8x6xf32>) -> tensor<1x2x4x6xf32>
  // CHECK: onnx.Softmax
  // CHECK: onnx.MatMul({{.*}}) : (tensor<1x2x4x6xf32>, tensor<1x2x6x8xf32>) -> tensor<1x2x4x8xf32>
  %0 = onnx.Attention(%q, %k, %v) : (tensor<1x2x4x8xf32>, tensor<1x2x6x8xf32>, tensor<1x2x6x8xf32>) -> tensor<1x2x4x8xf32>
  return %0 : tensor<1x2x4x8xf32>
}

// What the core has stays whole.
// CHECK-LABEL: @softmax_stays
func.func @softmax_stays(%x: tensor<4x8xf32> {onnx.name = "x"}) -> tensor<4x8xf32> {
  // CHECK-NEXT: onnx.Softmax
  // CHECK-NEXT: return
  %0 = onnx.Softmax(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
