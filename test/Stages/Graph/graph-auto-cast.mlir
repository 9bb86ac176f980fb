// RUN: tarn-opt %s --graph-auto-cast="mode=matmult type=bf16" | FileCheck %s --check-prefix=MATMULT
// RUN: tarn-opt %s --graph-auto-cast="mode=all type=fp16" | FileCheck %s --check-prefix=ALL

// Between casts the product is computed in 16 bits; everything else stays fp32.
// MATMULT-DAG:   %[[W:.*]] = onnx.Constant {value = dense<{{.*}}> : tensor<2x2xbf16>}
// MATMULT-DAG:   %[[X:.*]] = onnx.Cast(%arg0) {to = 16 : i64} : (tensor<2x2xf32>) -> tensor<2x2xbf16>
// MATMULT:       %[[P:.*]] = onnx.MatMul(%[[X]], %[[W]])
// MATMULT:       %[[Y:.*]] = onnx.Cast(%[[P]]) {to = 1 : i64}
// MATMULT:       onnx.Relu(%[[Y]]) : (tensor<2x2xf32>)

// Casts between two 16-bit nodes cancel.
// ALL:           %[[P:.*]] = onnx.MatMul
// ALL:           %[[R:.*]] = onnx.Relu(%[[P]]) : (tensor<2x2xf16>) -> tensor<2x2xf16>
// ALL:           onnx.Cast(%[[R]]) {to = 1 : i64} : (tensor<2x2xf16>) -> tensor<2x2xf32>
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = onnx.Constant {value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>} : tensor<2x2xf32>
  %0 = onnx.MatMul(%x, %w) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = onnx.Relu(%0) : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}
