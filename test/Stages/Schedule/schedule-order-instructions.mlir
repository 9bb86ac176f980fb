// The store of the first box waits for its sum on the queue of POOL; what the second box needs from that engine comes before it.
// Both stores write one tensor, and keep their order.
// RUN: tarn-opt %s --schedule-order-instructions | FileCheck %s
// RUN: tarn-opt %s --schedule-order-instructions=window=1 | FileCheck %s --check-prefix=STAY
// RUN: not tarn-opt %s --schedule-order-instructions=window=0 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: found window=0, allowed is 1 or more

// CHECK:     nisa.memset dst(%[[A:[0-9]+]]
// CHECK:     nisa.memset dst(%[[B:[0-9]+]]
// CHECK:     nisa.tensor_tensor dst(%[[A]]
// CHECK:     nisa.dma_copy dst(%{{.*}} : <hbm, 128x2048xf32>) src(%[[A]]
// CHECK:     nisa.dma_copy dst(%{{.*}} : <hbm, 128x2048xf32>) src(%[[B]]
// STAY:      nisa.memset
// STAY-NEXT: nisa.tensor_tensor
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %y = nisa.tensor "y" output : !nisa.tile<hbm, 128x4096xf32>
    %a = nisa.alloc : !nisa.tile<sbuf, 128x2048xf32>
    nisa.memset dst(%a : !nisa.tile<sbuf, 128x2048xf32>) on pool {value = 1.0 : f32}
    nisa.tensor_tensor dst(%a : !nisa.tile<sbuf, 128x2048xf32>) data1(%a : !nisa.tile<sbuf, 128x2048xf32>) data2(%a : !nisa.tile<sbuf, 128x2048xf32>) add on dve
    %left = nisa.view %y affine_map<(d0, d1) -> (d0, d1)> : !nisa.tile<hbm, 128x4096xf32> -> !nisa.tile<hbm, 128x2048xf32>
    nisa.dma_copy dst(%left : !nisa.tile<hbm, 128x2048xf32>) src(%a : !nisa.tile<sbuf, 128x2048xf32>) dge_mode = swdge on pool
    %b = nisa.alloc : !nisa.tile<sbuf, 128x2048xf32>
    nisa.memset dst(%b : !nisa.tile<sbuf, 128x2048xf32>) on pool {value = 2.0 : f32}
    nisa.tensor_tensor dst(%b : !nisa.tile<sbuf, 128x2048xf32>) data1(%b : !nisa.tile<sbuf, 128x2048xf32>) data2(%b : !nisa.tile<sbuf, 128x2048xf32>) add on dve
    %right = nisa.view %y affine_map<(d0, d1) -> (d0, d1 + 2048)> : !nisa.tile<hbm, 128x4096xf32> -> !nisa.tile<hbm, 128x2048xf32>
    nisa.dma_copy dst(%right : !nisa.tile<hbm, 128x2048xf32>) src(%b : !nisa.tile<sbuf, 128x2048xf32>) dge_mode = swdge on pool
    return
  }
}
