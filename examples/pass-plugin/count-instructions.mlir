// RUN: tarn-opt %s --load-pass-plugin=%plugin --pass-pipeline='builtin.module(func.func(count-instructions))' 2>&1 | FileCheck %s

// One tile is filled on the Vector engine and stored through GpSimd's queue.
// CHECK: remark: instructions: pe 0 act 0 dve 1 pool 1 sp 0
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %out = nisa.tensor "out" output : !nisa.tile<hbm, 8x16xf32>
    %tile = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    nisa.memset dst(%tile : !nisa.tile<sbuf, 8x16xf32>) on dve {value = 1.0 : f32}
    nisa.dma_copy dst(%out : !nisa.tile<hbm, 8x16xf32>) src(%tile : !nisa.tile<sbuf, 8x16xf32>) on pool
    return
  }
}
