// RUN: tarn-opt %s --sync-insert-semaphores | FileCheck %s

// Every turn loads a tile, doubles it and stores the result. From turn to turn each wait is for one more update of the
// same semaphore. In the first turn the tiles are free: the waits for zero are fulfilled from the start.
// CHECK-LABEL: nisa.queue dve
// CHECK-NEXT:    nisa.loop %{{.*}} = 0 to 6 {
// CHECK:           nisa.tensor_scalar {{.*}}wait = #nisa.wait<[[LOAD:[0-9]+]], 16 step 16>
// CHECK-LABEL: nisa.queue pool
// CHECK-NEXT:    nisa.loop %[[P:.*]] = 0 to 6 {
// CHECK-NEXT:      nisa.view %{{.*}}[%[[P]]]
// CHECK-NEXT:      nisa.dma_copy {{.*}}wait = #nisa.wait<2, 1 step 1>
// CHECK-LABEL: nisa.queue sp
// CHECK-NEXT:    nisa.loop %[[S:.*]] = 0 to 6 {
// CHECK-NEXT:      nisa.view %{{.*}}[%[[S]]]
// CHECK-NEXT:      nisa.dma_copy {{.*}}update = #nisa.update<[[LOAD]], 16>, wait = #nisa.wait<2, 0 step 1>
module attributes {tarn.form = "placed"} {
  func.func @main() {
    %x = nisa.tensor "x" input {address = 0 : i64} : !nisa.tile<hbm, 8x24xf32>
    %y = nisa.tensor "y" output {address = 1024 : i64} : !nisa.tile<hbm, 8x24xf32>
    nisa.loop %i = 0 to 6 {
      %a = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 8x4xf32>
      %b = nisa.alloc {address = 64 : i64} : !nisa.tile<sbuf, 8x4xf32>
      %from = nisa.view %x[%i] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 4)> : !nisa.tile<hbm, 8x24xf32> -> !nisa.tile<hbm, 8x4xf32>
      nisa.dma_copy dst(%a : !nisa.tile<sbuf, 8x4xf32>) src(%from : !nisa.tile<hbm, 8x4xf32>) on sp
      nisa.tensor_scalar dst(%b : !nisa.tile<sbuf, 8x4xf32>) data(%a : !nisa.tile<sbuf, 8x4xf32>) mult on dve {operand0_value = 2.0 : f32}
      %to = nisa.view %y[%i] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 4)> : !nisa.tile<hbm, 8x24xf32> -> !nisa.tile<hbm, 8x4xf32>
      nisa.dma_copy dst(%to : !nisa.tile<hbm, 8x4xf32>) src(%b : !nisa.tile<sbuf, 8x4xf32>) on pool
    }
    return
  }
}
