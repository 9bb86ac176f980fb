// RUN: tarn-opt %s --graph-check-support --verify-diagnostics

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
