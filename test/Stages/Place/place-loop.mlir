// RUN: tarn-opt %s --place-assign-addresses | FileCheck %s

// The scale is used in the loop only, at its end; still no tile of the body may lie there, as the next turn reads it.
// CHECK: nisa.alloc {address = [[SCALE:[0-9]+]] : i64} : <sbuf, 8x1xf32>
// CHECK: nisa.loop
// CHECK-NOT: nisa.alloc {address = [[SCALE]] : i64}
// CHECK: nisa.tensor_scalar
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %x = nisa.tensor "x" input : !nisa.tile<hbm, 8x16xf32>
    %scale = nisa.alloc : !nisa.tile<sbuf, 8x1xf32>
    nisa.memset dst(%scale : !nisa.tile<sbuf, 8x1xf32>) on dve {value = 2.0 : f32}
    nisa.loop %i = 0 to 4 {
      %a = nisa.alloc : !nisa.tile<sbuf, 8x4xf32>
      %from = nisa.view %x[%i] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 4)> : !nisa.tile<hbm, 8x16xf32> -> !nisa.tile<hbm, 8x4xf32>
      nisa.dma_copy dst(%a : !nisa.tile<sbuf, 8x4xf32>) src(%from : !nisa.tile<hbm, 8x4xf32>) on sp
      %b = nisa.alloc : !nisa.tile<sbuf, 8x4xf32>
      nisa.tensor_scalar dst(%b : !nisa.tile<sbuf, 8x4xf32>) data(%a : !nisa.tile<sbuf, 8x4xf32>) mult operand0(%scale : !nisa.tile<sbuf, 8x1xf32>) on dve
    }
    return
  }
}
