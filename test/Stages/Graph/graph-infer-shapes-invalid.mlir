// RUN: tarn-opt %s --graph-infer-shapes --split-input-file --verify-diagnostics

// An open dimension of an input is named, with the way out.
// expected-error @+1 {{input 'x' has shape ?x3; fix its dynamic dimensions with --shape x=... or --dim NAME=VALUE}}
func.func @main(%x: tensor<?x3xf32> {onnx.name = "x"}) -> tensor<?x3xf32> {
  %y = onnx.Relu(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

// How many elements are not zero is known when the program runs.
func.func @main(%x: tensor<4xf32>) -> tensor<1x?xi64> {
  // expected-error @+1 {{(NonZero) has a result of type}}
  %y = onnx.NonZero(%x) : (tensor<4xf32>) -> tensor<1x?xi64>
  return %y : tensor<1x?xi64>
}
