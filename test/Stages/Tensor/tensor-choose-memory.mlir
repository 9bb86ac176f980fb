// A tensor stays in SBUF when a store and its loads cost more than turning it for those who read it in another layout.
//
//   %0  rows on the partitions, so in the maximum and, through a reshape that leaves rows alone, in the tanh: stays
//   %1  the product sums columns, which lie on its partitions: so its maker has them there too, and it stays
//   %2  is an output of the model as well as read: in HBM
//   %4  everyone agrees, but there is no room for it beside the tiles of the kernels: in HBM
//
// The two calls of @tanh differ, so one gets a function of its own.
// RUN: tarn-opt %s --tensor-choose-memory | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK:         call @negate
// CHECK:         call @largest
// CHECK:         call @tanh(%expanded)
// CHECK:         call @product
// CHECK:         call @tanh_0(
#id2 = affine_map<(c, x) -> (c, x)>
#id3 = affine_map<(c, y, x) -> (c, y, x)>
func.func @main(%x: tensor<64x512xf32> {onnx.name = "x"}, %w: tensor<512x8xf32> {onnx.name = "w"},
                %large: tensor<64x65536xf32> {onnx.name = "large"})
    -> (tensor<64xf32> {onnx.name = "a"}, tensor<64x4x128xf32> {onnx.name = "b"}, tensor<64x8xf32> {onnx.name = "c"},
        tensor<64x4x128xf32> {onnx.name = "d"}, tensor<64x65536xf32> {onnx.name = "e"}) {
  %0 = call @negate(%x) : (tensor<64x512xf32>) -> tensor<64x512xf32>
  %a = call @largest(%0) : (tensor<64x512xf32>) -> tensor<64xf32>
  %3 = tensor.expand_shape %0 [[0], [1, 2]] output_shape [64, 4, 128] : tensor<64x512xf32> into tensor<64x4x128xf32>
  %2 = call @tanh(%3) : (tensor<64x4x128xf32>) -> tensor<64x4x128xf32>
  %1 = call @exponential(%x) : (tensor<64x512xf32>) -> tensor<64x512xf32>
  %c = call @product(%1, %w) : (tensor<64x512xf32>, tensor<512x8xf32>) -> tensor<64x8xf32>
  %d = call @tanh(%2) : (tensor<64x4x128xf32>) -> tensor<64x4x128xf32>
  %4 = call @wide(%large) : (tensor<64x65536xf32>) -> tensor<64x65536xf32>
  %e = call @wide(%4) : (tensor<64x65536xf32>) -> tensor<64x65536xf32>
  return %a, %2, %c, %d, %e : tensor<64xf32>, tensor<64x4x128xf32>, tensor<64x8xf32>, tensor<64x4x128xf32>, tensor<64x65536xf32>
}

// CHECK: func.func private @negate(%{{.*}}: tensor<64x512xf32>) -> (tensor<64x512xf32> {tarn.memory = "sbuf", tarn.partition_dim = 0 : i64})
func.func private @negate(%x: tensor<64x512xf32>) -> tensor<64x512xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
  %e = tensor.empty() : tensor<64x512xf32>
  %y = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x512xf32>) outs(%e : tensor<64x512xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.negf %a : f32
    linalg.yield %0 : f32
  } -> tensor<64x512xf32>
  return %y : tensor<64x512xf32>
}

// CHECK: func.func private @largest(%{{.*}}: tensor<64x512xf32> {tarn.memory = "sbuf", tarn.partition_dim = 0 : i64}) -> tensor<64xf32>
func.func private @largest(%x: tensor<64x512xf32>) -> tensor<64xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
  %lowest = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<64xf32>
  %i = linalg.fill ins(%lowest : f32) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  %y = linalg.generic {indexing_maps = [#id2, affine_map<(c, x) -> (c)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<64x512xf32>) outs(%i : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.maximumf %a, %o : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  return %y : tensor<64xf32>
}

// CHECK: func.func private @tanh(%{{.*}}: tensor<64x4x128xf32> {tarn.memory = "sbuf", tarn.partition_dim = 0 : i64}) -> tensor<64x4x128xf32>
// CHECK: func.func private @tanh_0(%arg0: tensor<64x4x128xf32>) -> tensor<64x4x128xf32> attributes
func.func private @tanh(%x: tensor<64x4x128xf32>) -> tensor<64x4x128xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
  %e = tensor.empty() : tensor<64x4x128xf32>
  %y = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<64x4x128xf32>) outs(%e : tensor<64x4x128xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.tanh %a : f32
    linalg.yield %0 : f32
  } -> tensor<64x4x128xf32>
  return %y : tensor<64x4x128xf32>
}

// CHECK: func.func private @exponential(%{{.*}}: tensor<64x512xf32>) -> (tensor<64x512xf32> {tarn.memory = "sbuf", tarn.partition_dim = 1 : i64}) attributes {tarn.kernel, tarn.partition_dim = 1 : i64}
func.func private @exponential(%x: tensor<64x512xf32>) -> tensor<64x512xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
  %e = tensor.empty() : tensor<64x512xf32>
  %y = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x512xf32>) outs(%e : tensor<64x512xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.exp %a : f32
    linalg.yield %0 : f32
  } -> tensor<64x512xf32>
  return %y : tensor<64x512xf32>
}

// CHECK: func.func private @product(%{{.*}}: tensor<64x512xf32> {tarn.memory = "sbuf", tarn.partition_dim = 1 : i64}, %{{.*}}: tensor<512x8xf32>) -> tensor<64x8xf32>
func.func private @product(%x: tensor<64x512xf32>, %w: tensor<512x8xf32>) -> tensor<64x8xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x8xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<64x8xf32>) -> tensor<64x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<64x512xf32>, tensor<512x8xf32>) outs(%i : tensor<64x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<64x8xf32>
  return %y : tensor<64x8xf32>
}

// CHECK: func.func private @wide(%arg0: tensor<64x65536xf32>) -> tensor<64x65536xf32> attributes
func.func private @wide(%x: tensor<64x65536xf32>) -> tensor<64x65536xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
  %e = tensor.empty() : tensor<64x65536xf32>
  %y = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x65536xf32>) outs(%e : tensor<64x65536xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.sqrt %a : f32
    linalg.yield %0 : f32
  } -> tensor<64x65536xf32>
  return %y : tensor<64x65536xf32>
}
