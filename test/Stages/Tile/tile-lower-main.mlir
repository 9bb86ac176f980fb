// main: arguments, results and constants become named tensors; what passes between kernels is scratch. The result is
// written in place through its reshape, and an argument that is returned is copied.
// RUN: tarn-opt %s --tile-lower | FileCheck %s

#id = affine_map<(i) -> (i)>
module attributes {tarn.form = "linalg"} {
  // CHECK-LABEL: func.func @main() {
  // CHECK:         %[[X:.*]] = nisa.tensor "x" input : <hbm, 6xf32>
  // CHECK:         %[[I:.*]] = nisa.tensor "i" input {host_type = i64} : <hbm, 2xi32>
  // CHECK:         %[[Y:.*]] = nisa.tensor "y" output : <hbm, 2x3xf32>
  // CHECK:         %[[J:.*]] = nisa.tensor "j" output {host_type = i64} : <hbm, 2xi32>
  // CHECK:         %[[C:.*]] = nisa.tensor "constant" constant {value = dense<2.0{{.*}}
  // CHECK:         %[[S:.*]] = nisa.tensor "scratch0" scratch : <hbm, 6xf32>
  // CHECK:         call @add(%[[X]], %[[C]], %[[S]])
  // CHECK:         %[[FLAT:.*]] = nisa.reshape %[[Y]] : <hbm, 2x3xf32> -> <hbm, 6xf32>
  // CHECK:         call @add(%[[S]], %[[C]], %[[FLAT]])
  // CHECK:         call @copy(%[[I]], %[[J]])
  func.func @main(%x: tensor<6xf32> {onnx.name = "x"}, %i: tensor<2xi64> {onnx.name = "i"})
      -> (tensor<2x3xf32> {onnx.name = "y"}, tensor<2xi64> {onnx.name = "j"}) {
    %c = onnx.Constant {value = dense<2.0> : tensor<6xf32>} : tensor<6xf32>
    %0 = call @add(%x, %c) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %1 = call @add(%0, %c) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %2 = tensor.expand_shape %1 [[0, 1]] output_shape [2, 3] : tensor<6xf32> into tensor<2x3xf32>
    return %2, %i : tensor<2x3xf32>, tensor<2xi64>
  }
  func.func private @add(%a: tensor<6xf32>, %b: tensor<6xf32>) -> tensor<6xf32> attributes {tarn.kernel} {
    %e = tensor.empty() : tensor<6xf32>
    %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
        ins(%a, %b : tensor<6xf32>, tensor<6xf32>) outs(%e : tensor<6xf32>) {
    ^bb0(%x: f32, %y: f32, %o: f32):
      %1 = arith.addf %x, %y : f32
      linalg.yield %1 : f32
    } -> tensor<6xf32>
    return %0 : tensor<6xf32>
  }
}
