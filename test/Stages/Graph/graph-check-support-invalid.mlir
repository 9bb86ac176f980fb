// RUN: tarn-opt %s --graph-check-support --split-input-file --verify-diagnostics

// All that cannot be compiled is named in one run; what hangs on constants alone is no hindrance.
module attributes {tarn.form = "graph"} {
  func.func @main(%x: tensor<1x2x4x4x4xf32>, %w: tensor<3x2x1x1x1xf32>, %i: tensor<4xi64>, %t: tensor<8xf32>) -> (tensor<1x3x4x4x4xf32>, tensor<4xf32>) {
    // expected-error @unknown {{node 'volume' (Conv): input has rank 5, supported are 3 (1-D) and 4 (2-D)}}
    %0 = onnx.Conv(%x, %w) : (tensor<1x2x4x4x4xf32>, tensor<3x2x1x1x1xf32>) -> tensor<1x3x4x4x4xf32> loc("volume")
    // expected-error @unknown {{node 'look up' (Gather), 'indices': must be known at compile time}}
    %1 = onnx.Gather(%t, %i) : (tensor<8xf32>, tensor<4xi64>) -> tensor<4xf32> loc("look up")
    return %0, %1 : tensor<1x3x4x4x4xf32>, tensor<4xf32>
  }
}

// -----

// A tensor without elements has no place on the machine, whether or not a node makes it.
module attributes {tarn.form = "graph"} {
  // expected-error @unknown {{node 'nothing in' (input): a tensor without elements (2x0) is not supported: take it out of the model}}
  // expected-error @unknown {{node 'nothing out' (output): a tensor without elements (0) is not supported}}
  func.func @main(%x: tensor<2x0xf32> {onnx.name = "nothing in"}) -> (tensor<0xi32> {onnx.name = "nothing out"}) {
    %0 = onnx.Constant {value = dense<> : tensor<0xi32>} : tensor<0xi32>
    return %0 : tensor<0xi32>
  }
}
