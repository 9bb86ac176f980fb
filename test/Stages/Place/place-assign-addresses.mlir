// RUN: tarn-opt %s --place-assign-addresses | FileCheck %s

// The second tile follows the first although the first is dead by then: its load need not wait. PSUM tiles take whole
// banks of 2 KiB. Scratch in HBM that is dead gives its place to the next.
// CHECK-DAG: nisa.tensor "x" input {address = 0 : i64}
// CHECK-DAG: nisa.tensor "s" scratch {address = 512 : i64}
// CHECK-DAG: nisa.tensor "t" scratch {address = 512 : i64}
// CHECK: %[[FIRST:.*]] = nisa.alloc {address = 0 : i64} : <sbuf, 8x16xf32>
// CHECK: %[[SECOND:.*]] = nisa.alloc {address = 64 : i64} : <sbuf, 8x16xf32>
// CHECK: nisa.alloc {address = 0 : i64} : <psum, 8x16xf32>
// CHECK: nisa.alloc {address = 2048 : i64} : <psum, 8x16xf32>
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %x = nisa.tensor "x" input : !nisa.tile<hbm, 8x16xf32>
    %s = nisa.tensor "s" scratch : !nisa.tile<hbm, 8x16xf32>
    %t = nisa.tensor "t" scratch : !nisa.tile<hbm, 8x16xf32>
    %a = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    nisa.dma_copy dst(%a : !nisa.tile<sbuf, 8x16xf32>) src(%x : !nisa.tile<hbm, 8x16xf32>) on sp
    nisa.dma_copy dst(%s : !nisa.tile<hbm, 8x16xf32>) src(%a : !nisa.tile<sbuf, 8x16xf32>) dge_mode = swdge on pool
    %b = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    nisa.dma_copy dst(%b : !nisa.tile<sbuf, 8x16xf32>) src(%s : !nisa.tile<hbm, 8x16xf32>) on sp
    %p = nisa.alloc : !nisa.tile<psum, 8x16xf32>
    nisa.tensor_copy dst(%p : !nisa.tile<psum, 8x16xf32>) src(%b : !nisa.tile<sbuf, 8x16xf32>) on dve
    %q = nisa.alloc : !nisa.tile<psum, 8x16xf32>
    nisa.tensor_copy dst(%q : !nisa.tile<psum, 8x16xf32>) src(%p : !nisa.tile<psum, 8x16xf32>) on dve
    nisa.dma_copy dst(%t : !nisa.tile<hbm, 8x16xf32>) src(%b : !nisa.tile<sbuf, 8x16xf32>) dge_mode = swdge on pool
    return
  }
}
