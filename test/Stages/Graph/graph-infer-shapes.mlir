// RUN: tarn-opt %s --graph-infer-shapes | FileCheck %s

// The shape of a Reshape is computed from the shape of its input: all of that happens at compile time.
// CHECK-LABEL: func.func @main
// CHECK-SAME:    -> tensor<2x12xf32>
// CHECK-NOT:     onnx.Shape
// CHECK-NOT:     onnx.Gather
// CHECK:         %[[SHAPE:.*]] = onnx.Constant {value = dense<[2, -1]> : tensor<2xi64>}
// CHECK:         onnx.Reshape(%arg0, %[[SHAPE]]) : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x12xf32>
func.func @main(%x: tensor<2x3x4xf32>) -> tensor<*xf32> {
  %shape = onnx.Shape(%x) : (tensor<2x3x4xf32>) -> tensor<3xi64>
  %zero = onnx.Constant {value = dense<0> : tensor<1xi64>} : tensor<1xi64>
  %batch = onnx.Gather(%shape, %zero) : (tensor<3xi64>, tensor<1xi64>) -> tensor<*xi64>
  %rest = onnx.Constant {value = dense<-1> : tensor<1xi64>} : tensor<1xi64>
  %wanted = onnx.Concat(%batch, %rest) {axis = 0 : i64} : (tensor<*xi64>, tensor<1xi64>) -> tensor<*xi64>
  %y = onnx.Reshape(%x, %wanted) : (tensor<2x3x4xf32>, tensor<*xi64>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}
