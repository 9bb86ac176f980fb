// RUN: tarn-compile %s --emit=asm | FileCheck %s

// Views become access patterns: the second half of the columns of a tile is an address and a step. The wait and the
// update stand in their instruction. What follows no .loc has origin 0, the node of the first instruction.
// CHECK-DAG: .origin 0 "/double" "" ""
// CHECK-DAG: .input "x" fp32[4][8] @0x0
// CHECK-DAG: .output "y" fp32[4][4] @0x80
// CHECK: .dve
// CHECK: tensor_scalar S[1]>=16, dst=fp32@0x40[1][4] p0+4, data=fp32@0x10[1][4] p0+4, op0=mult, operand0=2{{.*}}, S[0]+=1
// CHECK: .sp
// CHECK-NEXT: .loc 1
// CHECK: dma_copy dst=fp32@sbuf:0x0[4,262144][8,4], src=fp32@hbm:0x0[4][32], S[1]+=16
// CHECK: dma_copy S[0]>=1, dst=fp32@hbm:0x80[4][16], src=fp32@sbuf:0x40[4,262144][4,4]
module attributes {tarn.form = "queued"} {
  func.func @main() {
    %x = nisa.tensor "x" input {address = 0 : i64} : !nisa.tile<hbm, 4x8xf32>
    %y = nisa.tensor "y" output {address = 128 : i64} : !nisa.tile<hbm, 4x4xf32>
    %a = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 4x8xf32>
    %b = nisa.alloc {address = 64 : i64} : !nisa.tile<sbuf, 4x4xf32>
    %half = nisa.view %a affine_map<(d0, d1) -> (d0, d1 + 4)> : !nisa.tile<sbuf, 4x8xf32> -> !nisa.tile<sbuf, 4x4xf32>
    nisa.queue dve {
      nisa.tensor_scalar dst(%b : !nisa.tile<sbuf, 4x4xf32>) data(%half : !nisa.tile<sbuf, 4x4xf32>) mult on dve {operand0_value = 2.0 : f32, wait = #nisa.wait<1, 16>, update = #nisa.update<0, 1>} loc("/double")
    }
    nisa.queue sp {
      nisa.dma_copy dst(%a : !nisa.tile<sbuf, 4x8xf32>) src(%x : !nisa.tile<hbm, 4x8xf32>) on sp {update = #nisa.update<1, 16>}
      nisa.dma_copy dst(%y : !nisa.tile<hbm, 4x4xf32>) src(%b : !nisa.tile<sbuf, 4x4xf32>) on sp {wait = #nisa.wait<0, 1>}
    }
    return
  }
}
