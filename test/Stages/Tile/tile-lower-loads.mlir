// How operands come from memory when they do not lie there as they are wanted.
// RUN: tarn-opt %s --tile-choose-plan --tile-lower | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#y = affine_map<(m, n, k) -> (m, n)>
module attributes {tarn.form = "linalg"} {
  // Both operands of a product have k on the partitions; a's rows hold k side by side. They are loaded as rows and turned
  // by the Tensor engine.
  // CHECK-LABEL: func.func private @rows(
  // CHECK:         %[[ROWS:.*]] = nisa.alloc : <sbuf, 64x96xf32>
  // CHECK:         nisa.dma_copy dst(%[[ROWS]] : <sbuf, 64x96xf32>)
  // CHECK:         nisa.nc_transpose dst(%[[TURNED:.*]] : <psum, 96x64xf32>) data(%[[ROWS]] : <sbuf, 64x96xf32>)
  // CHECK:         nisa.tensor_copy dst({{.*}} : <sbuf, 96x64xf32>) src(%[[TURNED]] :
  // CHECK:         nisa.nc_matmul
  func.func private @rows(%a: tensor<64x96xf32>, %b: tensor<96x32xf32>) -> tensor<64x32xf32> attributes {tarn.kernel} {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<64x32xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x32xf32>) -> tensor<64x32xf32>
    %0 = linalg.generic {indexing_maps = [#a, #b, #y], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%a, %b : tensor<64x96xf32>, tensor<96x32xf32>) outs(%init : tensor<64x32xf32>) {
    ^bb0(%x: f32, %w: f32, %o: f32):
      %1 = arith.mulf %x, %w : f32
      %2 = arith.addf %o, %1 : f32
      linalg.yield %2 : f32
    } -> tensor<64x32xf32>
    return %0 : tensor<64x32xf32>
  }

  // The taps of a window and its channels, merged into one dimension that lies on the partitions: a DMA for each tap.
  // CHECK-LABEL: func.func private @merged(
  // CHECK-SAME:    %[[X:[a-z0-9]+]]: !nisa.tile<hbm, 4x12xf32>
  // CHECK:         %[[Y:.*]] = nisa.alloc : <sbuf, 12x10xf32>
  // CHECK:         %[[T:.*]] = nisa.alloc : <sbuf, 12x10xf32>
  // CHECK-COUNT-3: nisa.dma_copy dst({{.*}} : <sbuf, 4x10xf32>) src({{.*}} : <hbm, 4x10xf32>)
  // CHECK-NOT:     nisa.dma_copy dst({{.*}}sbuf
  // CHECK:         nisa.activation dst(%[[Y]] : <sbuf, 12x10xf32>) data(%[[T]] : <sbuf, 12x10xf32>) tanh
  func.func private @merged(%x: tensor<4x12xf32>) -> tensor<12x10xf32> attributes {tarn.kernel} {
    %e = tensor.empty() : tensor<3x4x10xf32>
    %e2 = tensor.empty() : tensor<12x10xf32>
    %0 = linalg.generic {indexing_maps = [affine_map<(t, c, o) -> (c, o + t)>, affine_map<(t, c, o) -> (t, c, o)>],
                         iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%x : tensor<4x12xf32>) outs(%e : tensor<3x4x10xf32>) {
    ^bb0(%v: f32, %o: f32):
      linalg.yield %v : f32
    } -> tensor<3x4x10xf32>
    %1 = tensor.collapse_shape %0 [[0, 1], [2]] : tensor<3x4x10xf32> into tensor<12x10xf32>
    %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%1 : tensor<12x10xf32>) outs(%e2 : tensor<12x10xf32>) {
    ^bb0(%v: f32, %o: f32):
      %3 = math.tanh %v : f32
      linalg.yield %3 : f32
    } -> tensor<12x10xf32>
    return %2 : tensor<12x10xf32>
  }
}
