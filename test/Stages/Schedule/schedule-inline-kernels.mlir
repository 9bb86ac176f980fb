// RUN: tarn-opt %s --schedule-inline-kernels --mlir-print-debuginfo | FileCheck %s

// Two calls of one kernel become two copies; loop variables become constants of the views' maps, and each copy knows the
// node of its call.
// CHECK-LABEL: func.func @main
// CHECK-NOT: call
// CHECK: nisa.view {{.*}}(d0, d1)>
// CHECK: nisa.dma_copy {{.*}} loc(#[[FIRST:loc.*]])
// CHECK: nisa.view {{.*}}(d0, d1 + 4)>
// CHECK: nisa.dma_copy {{.*}} loc(#[[FIRST]])
// CHECK: nisa.view {{.*}}(d0, d1)>
// CHECK: nisa.dma_copy {{.*}} loc(#[[SECOND:loc.*]])
// CHECK: nisa.view {{.*}}(d0, d1 + 4)>
// CHECK: nisa.dma_copy {{.*}} loc(#[[SECOND]])
// CHECK-NOT: @kernel
// CHECK-DAG: #[[FIRST]] = loc("/first")
// CHECK-DAG: #[[SECOND]] = loc("/second")
module attributes {tarn.form = "virtual"} {
  func.func @main() {
    %a = nisa.tensor "a" input : !nisa.tile<hbm, 8x8xf32>
    %b = nisa.tensor "b" output : !nisa.tile<hbm, 8x4xf32>
    func.call @kernel(%a, %b) : (!nisa.tile<hbm, 8x8xf32>, !nisa.tile<hbm, 8x4xf32>) -> () loc("/first")
    func.call @kernel(%a, %b) : (!nisa.tile<hbm, 8x8xf32>, !nisa.tile<hbm, 8x4xf32>) -> () loc("/second")
    return
  }
  func.func private @kernel(%x: !nisa.tile<hbm, 8x8xf32>, %y: !nisa.tile<hbm, 8x4xf32>) attributes {tarn.kernel} {
    affine.for %i = 0 to 2 {
      %t = nisa.alloc : !nisa.tile<sbuf, 8x4xf32>
      %v = nisa.view %x[%i] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 4)> : !nisa.tile<hbm, 8x8xf32> -> !nisa.tile<hbm, 8x4xf32>
      nisa.dma_copy dst(%t : !nisa.tile<sbuf, 8x4xf32>) src(%v : !nisa.tile<hbm, 8x4xf32>)
    }
    return
  }
}
