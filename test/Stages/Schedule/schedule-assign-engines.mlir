// RUN: tarn-opt %s --schedule-assign-engines | FileCheck %s

// Loads go to sp, stores to pool; what has one engine takes it; the two copies out of PSUM share the work between the
// Vector and the Scalar engine.
// CHECK: dma_copy {{.*}} on sp
// CHECK-NEXT: tensor_copy {{.*}} on act
// CHECK-NEXT: tensor_copy {{.*}} on dve
// CHECK-NEXT: activation {{.*}} exp on act
// CHECK-NEXT: activation {{.*}} exp on act
// CHECK-NEXT: activation {{.*}} tanh on act
// CHECK: dma_copy {{.*}} dge_mode = swdge on pool
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %x = nisa.tensor "x" input : !nisa.tile<hbm, 128x512xf32>
    %y = nisa.tensor "y" output : !nisa.tile<hbm, 128x512xf32>
    %p = nisa.alloc : !nisa.tile<psum, 128x512xf32>
    %q = nisa.alloc : !nisa.tile<psum, 128x512xf32>
    %a = nisa.alloc : !nisa.tile<sbuf, 128x512xf32>
    %b = nisa.alloc : !nisa.tile<sbuf, 128x512xf32>
    nisa.dma_copy dst(%a : !nisa.tile<sbuf, 128x512xf32>) src(%x : !nisa.tile<hbm, 128x512xf32>)
    nisa.tensor_copy dst(%a : !nisa.tile<sbuf, 128x512xf32>) src(%p : !nisa.tile<psum, 128x512xf32>)
    nisa.tensor_copy dst(%b : !nisa.tile<sbuf, 128x512xf32>) src(%q : !nisa.tile<psum, 128x512xf32>)
    nisa.activation dst(%a : !nisa.tile<sbuf, 128x512xf32>) data(%a : !nisa.tile<sbuf, 128x512xf32>) exp
    nisa.activation dst(%b : !nisa.tile<sbuf, 128x512xf32>) data(%b : !nisa.tile<sbuf, 128x512xf32>) exp
    nisa.activation dst(%b : !nisa.tile<sbuf, 128x512xf32>) data(%a : !nisa.tile<sbuf, 128x512xf32>) tanh
    nisa.dma_copy dst(%y : !nisa.tile<hbm, 128x512xf32>) src(%b : !nisa.tile<sbuf, 128x512xf32>)
    return
  }
}
