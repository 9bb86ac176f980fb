// RUN: tarn-opt %s --schedule-inline-kernels --schedule-roll-loops="min-body=6 min-turns=3" | FileCheck %s
// RUN: tarn-opt %s --schedule-inline-kernels --schedule-roll-loops="min-body=6 min-turns=4" | FileCheck %s --check-prefix=FEW

// Seven stretches of three instructions. Two of them make a turn of six instructions, three turns make the loop, and the
// seventh stretch stays. Tiles of one stretch become tiles of the body, two of each; the scale is from outside.
// CHECK: %[[SCALE:.*]] = nisa.alloc : <sbuf, 8x1xf32>
// CHECK: nisa.dma_copy dst(%[[SCALE]]
// CHECK: nisa.loop %[[I:.*]] = 0 to 3 {
// CHECK:   %[[A:.*]] = nisa.alloc
// CHECK:   nisa.view %{{.*}}[%[[I]]] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 8)>
// CHECK:   nisa.tensor_scalar {{.*}} data(%[[A]] {{.*}} operand0(%[[SCALE]]
// CHECK:   %[[B:.*]] = nisa.alloc
// CHECK:   nisa.view %{{.*}}[%[[I]]] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 8 + 4)>
// CHECK:   nisa.tensor_scalar {{.*}} data(%[[B]] {{.*}} operand0(%[[SCALE]]
// CHECK: }
// CHECK: affine_map<(d0, d1) -> (d0, d1 + 24)>
// CHECK: nisa.tensor_scalar
// CHECK-NOT: nisa.tensor_scalar
// FEW-NOT: nisa.loop
module attributes {tarn.form = "virtual"} {
  func.func @main() {
    %x = nisa.tensor "x" input : !nisa.tile<hbm, 8x28xf32>
    %s = nisa.tensor "s" input : !nisa.tile<hbm, 8x1xf32>
    %y = nisa.tensor "y" output : !nisa.tile<hbm, 8x28xf32>
    func.call @kernel(%x, %s, %y) : (!nisa.tile<hbm, 8x28xf32>, !nisa.tile<hbm, 8x1xf32>, !nisa.tile<hbm, 8x28xf32>) -> ()
    return
  }
  func.func private @kernel(%x: !nisa.tile<hbm, 8x28xf32>, %s: !nisa.tile<hbm, 8x1xf32>, %y: !nisa.tile<hbm, 8x28xf32>) attributes {tarn.kernel} {
    %scale = nisa.alloc : !nisa.tile<sbuf, 8x1xf32>
    nisa.dma_copy dst(%scale : !nisa.tile<sbuf, 8x1xf32>) src(%s : !nisa.tile<hbm, 8x1xf32>)
    affine.for %i = 0 to 7 {
      %a = nisa.alloc : !nisa.tile<sbuf, 8x4xf32>
      %from = nisa.view %x[%i] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 4)> : !nisa.tile<hbm, 8x28xf32> -> !nisa.tile<hbm, 8x4xf32>
      nisa.dma_copy dst(%a : !nisa.tile<sbuf, 8x4xf32>) src(%from : !nisa.tile<hbm, 8x4xf32>)
      %b = nisa.alloc : !nisa.tile<sbuf, 8x4xf32>
      nisa.tensor_scalar dst(%b : !nisa.tile<sbuf, 8x4xf32>) data(%a : !nisa.tile<sbuf, 8x4xf32>) mult operand0(%scale : !nisa.tile<sbuf, 8x1xf32>)
      %to = nisa.view %y[%i] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 4)> : !nisa.tile<hbm, 8x28xf32> -> !nisa.tile<hbm, 8x4xf32>
      nisa.dma_copy dst(%to : !nisa.tile<hbm, 8x4xf32>) src(%b : !nisa.tile<sbuf, 8x4xf32>)
    }
    return
  }
}
