// A padded 3×3 convolution with its bias and activation. The channels in lie on the partitions of both operands; the nine
// taps are shifted views of one staged image and accumulate in one bank; the way out of PSUM adds and clips at once.
// RUN: tarn-opt %s --tile-choose-plan --tile-lower | FileCheck %s

#x = affine_map<(n, f, h, w, c, i, j) -> (n, c, h + i, w + j)>
#k = affine_map<(n, f, h, w, c, i, j) -> (i, j, c, f)>
#y = affine_map<(n, f, h, w, c, i, j) -> (n, f, h, w)>
#id = affine_map<(n, f, h, w) -> (n, f, h, w)>
#f = affine_map<(n, f, h, w) -> (f)>
module attributes {tarn.form = "linalg"} {
  // CHECK-LABEL: func.func private @conv(
  // CHECK-SAME:    %[[X:[a-z0-9]+]]: !nisa.tile<hbm, 1x3x8x8xf32>, %[[W:[a-z0-9]+]]: !nisa.tile<hbm, 3x3x3x16xf32>
  func.func private @conv(%x: tensor<1x3x8x8xf32>, %w: tensor<3x3x3x16xf32>, %b: tensor<16xf32>)
      -> tensor<1x16x8x8xf32> attributes {tarn.kernel} {
    %zero = arith.constant 0.0 : f32
    %p = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
    ^bb0(%0: index, %1: index, %2: index, %3: index):
      tensor.yield %zero : f32
    } : tensor<1x3x8x8xf32> to tensor<1x3x10x10xf32>
    %e = tensor.empty() : tensor<1x16x8x8xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32>
    // The bank, then the weights of all taps: channels in | taps, channels out.
    // CHECK:     %[[BANK:.*]] = nisa.alloc : <psum, 16x8x8xf32>
    // CHECK:     %[[TAPS:.*]] = nisa.alloc : <sbuf, 3x3x3x16xf32>
    // CHECK:     nisa.dma_copy dst(%[[TAPS]]
    // The halo is a zeroed tile with a smaller load.
    // CHECK:     %[[IMAGE:.*]] = nisa.alloc : <sbuf, 3x10x10xf32>
    // CHECK:     nisa.memset dst(%[[IMAGE]] : <sbuf, 3x10x10xf32>) {value = 0.0
    // CHECK:     %[[INNER:.*]] = nisa.view %[[IMAGE]]{{.*}}(d0, d1 + 1, d2 + 1)
    // CHECK:     nisa.dma_copy dst(%[[INNER]]
    // CHECK:     nisa.nc_matmul dst(%[[BANK]]
    // CHECK-NOT:   accumulate
    // CHECK-COUNT-8: nisa.nc_matmul dst(%[[BANK]]{{.*}} {accumulate}
    %s = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
        ins(%p, %w : tensor<1x3x10x10xf32>, tensor<3x3x3x16xf32>) outs(%init : tensor<1x16x8x8xf32>) {
    ^bb0(%a: f32, %c: f32, %o: f32):
      %0 = arith.mulf %a, %c : f32
      %1 = arith.addf %o, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<1x16x8x8xf32>
    // CHECK:     nisa.tensor_scalar {{.*}} data(%[[BANK]] : <psum, 16x8x8xf32>) add operand0(%{{.*}} : !nisa.tile<sbuf, 16x1xf32>) op1 = max
    %r = linalg.generic {indexing_maps = [#id, #f, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
        ins(%s, %b : tensor<1x16x8x8xf32>, tensor<16xf32>) outs(%e : tensor<1x16x8x8xf32>) {
    ^bb0(%a: f32, %c: f32, %o: f32):
      %0 = arith.addf %a, %c : f32
      %1 = arith.maximumf %0, %zero : f32
      linalg.yield %1 : f32
    } -> tensor<1x16x8x8xf32>
    // CHECK-NOT: nisa.nc_matmul
    // CHECK:     nisa.dma_copy dst({{.*}}<hbm, 16x8x8xf32>)
    return %r : tensor<1x16x8x8xf32>
  }
}
