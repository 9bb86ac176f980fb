// A chain load -> matmul -> relu -> store, then a second load into the first buffer and a copy over the stored one.
// RUN: tarn-opt %s --sync-insert-semaphores | FileCheck %s

// CHECK: module attributes {tarn.form = "queued"}
module attributes {tarn.form = "placed"} {
  func.func @main() {
    %x = nisa.tensor "x" input {address = 0 : i64} : !nisa.tile<hbm, 128x64xf32>
    %y = nisa.tensor "y" output {address = 65536 : i64} : !nisa.tile<hbm, 128x64xf32>
    %a = nisa.alloc {address = 0 : i64, partition = 0 : i64} : !nisa.tile<sbuf, 128x64xf32>
    %p = nisa.alloc {address = 0 : i64, partition = 0 : i64} : !nisa.tile<psum, 64x64xf32>
    %b = nisa.alloc {address = 256 : i64, partition = 0 : i64} : !nisa.tile<sbuf, 64x64xf32>
    %half = nisa.view %y affine_map<(d0, d1) -> (d0, d1)> : !nisa.tile<hbm, 128x64xf32> -> !nisa.tile<hbm, 64x64xf32>
    nisa.dma_copy dst(%a : !nisa.tile<sbuf, 128x64xf32>) src(%x : !nisa.tile<hbm, 128x64xf32>) on sp
    nisa.load_stationary data(%a : !nisa.tile<sbuf, 128x64xf32>) on pe
    nisa.matmul dst(%p : !nisa.tile<psum, 64x64xf32>) moving(%a : !nisa.tile<sbuf, 128x64xf32>) on pe
    nisa.activation dst(%b : !nisa.tile<sbuf, 64x64xf32>) data(%p : !nisa.tile<psum, 64x64xf32>) relu on act
    nisa.dma_copy dst(%half : !nisa.tile<hbm, 64x64xf32>) src(%b : !nisa.tile<sbuf, 64x64xf32>) on act
    // Waits for the matmul alone: load_stationary comes before it.
    nisa.dma_copy dst(%a : !nisa.tile<sbuf, 128x64xf32>) src(%x : !nisa.tile<hbm, 128x64xf32>) on sp
    // Waits for the store, which reads %b; the store knows the rest.
    nisa.tensor_copy dst(%b : !nisa.tile<sbuf, 64x64xf32>) src(%p : !nisa.tile<psum, 64x64xf32>) on dve
    return
  }
}

// CHECK-LABEL: nisa.queue pe
// CHECK-NEXT:    nisa.load_stationary {{.*}} {wait = #nisa.wait<5, 16>}
// CHECK-NEXT:    nisa.matmul {{.*}} {update = #nisa.update<0, 1>}
// CHECK-NEXT:  }
// CHECK-LABEL: nisa.queue act
// CHECK-NEXT:    nisa.activation {{.*}} {update = #nisa.update<1, 1>, wait = #nisa.wait<0, 1>}
// The engine's own result is waited for, too.
// CHECK-NEXT:    nisa.dma_copy {{.*}} {update = #nisa.update<6, 16>, wait = #nisa.wait<1, 1>}
// CHECK-NEXT:  }
// CHECK-LABEL: nisa.queue dve
// The store knows the activation, and that the matmul.
// CHECK-NEXT:    nisa.tensor_copy {{.*}} {wait = #nisa.wait<6, 16>}
// CHECK-NEXT:  }
// CHECK-LABEL: nisa.queue sp
// CHECK-NEXT:    nisa.dma_copy {{.*}} {update = #nisa.update<5, 16>}
// Nobody waits for the second load.
// CHECK-NEXT:    nisa.dma_copy {{.*}} {wait = #nisa.wait<0, 1>}
// CHECK-NEXT:  }
