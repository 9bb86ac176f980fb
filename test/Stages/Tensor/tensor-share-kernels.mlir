// Three calls of two kernels that do the same: one function remains, and the kernels are numbered without gaps.
// RUN: tarn-opt %s --tensor-share-kernels | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK:         %[[A:.*]] = call @kernel_0(%arg0)
// CHECK:         %[[B:.*]] = call @kernel_0(%[[A]])
// CHECK:         %[[C:.*]] = call @kernel_1(%[[B]])
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @kernel_0(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @kernel_1(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = call @kernel_2(%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// CHECK:     func.func private @kernel_0
// CHECK:       math.tanh
// CHECK:     func.func private @kernel_1
// CHECK:       math.exp
// CHECK-NOT: func.func
#id = affine_map<(d0) -> (d0)>
func.func private @kernel_0(%x: tensor<4xf32>) -> tensor<4xf32> attributes {tarn.kernel} {
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = math.tanh %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @kernel_1(%argument: tensor<4xf32>) -> tensor<4xf32> attributes {tarn.kernel} {
  %empty = tensor.empty() : tensor<4xf32>
  %result = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%argument : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = math.tanh %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  return %result : tensor<4xf32>
}
func.func private @kernel_2(%x: tensor<4xf32>) -> tensor<4xf32> attributes {tarn.kernel} {
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = math.exp %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}
