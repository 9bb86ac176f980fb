// RUN: tarn-compile %s --emit=asm | FileCheck %s
// RUN: tarn-compile %s -o %t.elf
// RUN: tarn-compile %s --emit=asm -o %t.s && tarn-translate --assemble %t.s -o %t.2.elf && cmp %t.elf %t.2.elf
// RUN: tarn-objdump %t.elf --prove | FileCheck %s --check-prefix=PROOF
// RUN: tarn-sim %t.elf --random-inputs | FileCheck %s --check-prefix=SIM

// Six rows doubled one after the other. A queue keeps its loop: register 0 counts the turns, addresses and values waited
// for are an immediate and so many times the register.
// CHECK: .dve
// CHECK-NEXT: register_move dst=R0, src=0
// CHECK-NEXT: [[BODY:L[0-9]+]]:
// CHECK-NEXT: event_semaphore S[2]>=0+R0*16
// CHECK-NEXT: tensor_scalar S[1]>=16+R0*16,
// CHECK-NEXT: register_alu dst=R0, op=add, lhs=R0, rhs=1
// CHECK-NEXT: compare_branch cmp=lt, lhs=R0, rhs=6, target=[[BODY]]
// CHECK: .sp
// CHECK: dma_copy S[0]>=R0, dst=fp32@sbuf:0x0[4][8], src=fp32@hbm:0x0+R0*32[4][8], S[1]+=16
// PROOF: proven: {{.*}} (63 instructions executed)
// SIM: 63 instructions executed of 13 written
module attributes {tarn.form = "queued"} {
  func.func @main() {
    %x = nisa.tensor "x" input {address = 0 : i64} : !nisa.tile<hbm, 6x8xf32>
    %y = nisa.tensor "y" output {address = 192 : i64} : !nisa.tile<hbm, 6x8xf32>
    %a = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 1x8xf32>
    %b = nisa.alloc {address = 64 : i64} : !nisa.tile<sbuf, 1x8xf32>
    nisa.queue act {
      nisa.loop %i = 0 to 6 {
        %row = nisa.view %y[%i] affine_map<(d0, d1)[s0] -> (d0 + s0, d1)> : !nisa.tile<hbm, 6x8xf32> -> !nisa.tile<hbm, 1x8xf32>
        nisa.dma_copy dst(%row : !nisa.tile<hbm, 1x8xf32>) src(%b : !nisa.tile<sbuf, 1x8xf32>) on act {wait = #nisa.wait<0, 1 step 1>, update = #nisa.update<2, 16>}
      }
    }
    nisa.queue dve {
      nisa.loop %i = 0 to 6 {
        nisa.event_semaphore on dve {wait = #nisa.wait<2, 0 step 16>}
        nisa.tensor_scalar dst(%b : !nisa.tile<sbuf, 1x8xf32>) data(%a : !nisa.tile<sbuf, 1x8xf32>) mult on dve {operand0_value = 2.0 : f32, wait = #nisa.wait<1, 16 step 16>, update = #nisa.update<0, 1>}
      }
    }
    nisa.queue sp {
      nisa.loop %i = 0 to 6 {
        %row = nisa.view %x[%i] affine_map<(d0, d1)[s0] -> (d0 + s0, d1)> : !nisa.tile<hbm, 6x8xf32> -> !nisa.tile<hbm, 1x8xf32>
        nisa.dma_copy dst(%a : !nisa.tile<sbuf, 1x8xf32>) src(%row : !nisa.tile<hbm, 1x8xf32>) on sp {wait = #nisa.wait<0, 0 step 1>, update = #nisa.update<1, 16>}
      }
    }
    return
  }
}
