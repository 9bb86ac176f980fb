// RUN: tarn-opt %s --graph-finish | FileCheck %s

// CHECK: module attributes {tarn.form = "graph"}
module attributes {tarn.form = "onnx"} {
  func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}
