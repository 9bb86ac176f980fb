// Loads without a queue that can all start at once share the queues of the Sync engine and of software. The store's data comes
// late: software would wake later still, so it goes by hardware. The queue that is written down stays.
// RUN: tarn-opt %s --schedule-assign-engines=queues=false --schedule-order-instructions | FileCheck %s
// CHECK-DAG: nisa.dma_copy dst(%{{.*}} : <sbuf, 128x512xf32>) src(%{{.*}}) on act
// CHECK-DAG: nisa.dma_copy dst(%{{.*}} : <sbuf, 128x256xf32>) src(%{{.*}}) on sp
// CHECK-DAG: nisa.dma_copy dst(%{{.*}} : <sbuf, 128x256xf32>) src(%{{.*}}) dge_mode = swdge on pool
// CHECK:     nisa.tensor_tensor
// CHECK:     nisa.dma_copy dst(%{{.*}} : <hbm, 128x256xf32>) src(%{{.*}}) on sp
// A queue by kind is the choice where nothing is ordered.
// RUN: tarn-opt %s --schedule-assign-engines | FileCheck %s --check-prefix=KIND
// KIND-COUNT-4: on sp
// KIND:         dge_mode = swdge on pool
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %x = nisa.tensor "x" input : !nisa.tile<hbm, 128x256xf32>
    %w = nisa.tensor "w" input : !nisa.tile<hbm, 128x256xf32>
    %v = nisa.tensor "v" input : !nisa.tile<hbm, 128x512xf32>
    %y = nisa.tensor "y" output : !nisa.tile<hbm, 128x256xf32>
    %a = nisa.alloc : !nisa.tile<sbuf, 128x256xf32>
    %b = nisa.alloc : !nisa.tile<sbuf, 128x256xf32>
    %c = nisa.alloc : !nisa.tile<sbuf, 128x512xf32>
    %d = nisa.alloc : !nisa.tile<sbuf, 128x256xf32>
    %e = nisa.alloc : !nisa.tile<sbuf, 128x256xf32>
    nisa.dma_copy dst(%c : !nisa.tile<sbuf, 128x512xf32>) src(%v : !nisa.tile<hbm, 128x512xf32>) on act
    nisa.dma_copy dst(%a : !nisa.tile<sbuf, 128x256xf32>) src(%x : !nisa.tile<hbm, 128x256xf32>)
    nisa.dma_copy dst(%b : !nisa.tile<sbuf, 128x256xf32>) src(%w : !nisa.tile<hbm, 128x256xf32>)
    nisa.dma_copy dst(%d : !nisa.tile<sbuf, 128x256xf32>) src(%x : !nisa.tile<hbm, 128x256xf32>)
    nisa.dma_copy dst(%e : !nisa.tile<sbuf, 128x256xf32>) src(%w : !nisa.tile<hbm, 128x256xf32>)
    nisa.tensor_tensor dst(%a : !nisa.tile<sbuf, 128x256xf32>) data1(%a : !nisa.tile<sbuf, 128x256xf32>) data2(%b : !nisa.tile<sbuf, 128x256xf32>) add
    nisa.dma_copy dst(%y : !nisa.tile<hbm, 128x256xf32>) src(%a : !nisa.tile<sbuf, 128x256xf32>)
    return
  }
}
