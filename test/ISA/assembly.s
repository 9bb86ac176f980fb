// Assembly goes through an object file and comes back as it was printed; the tools show what is in it.
// RUN: rm -rf %t && mkdir %t
// RUN: tarn-translate --assemble %s -o %t/a.elf
// RUN: tarn-translate --disassemble %t/a.elf -o %t/b.s && FileCheck %s < %t/b.s
// RUN: tarn-translate --assemble %t/b.s -o %t/b.elf && cmp %t/a.elf %t/b.elf
// RUN: tarn-objdump --map --symbols --nodes %t/a.elf | FileCheck %s --check-prefix=SHOW
// RUN: tarn-objdump --prove %t/a.elf | FileCheck %s --check-prefix=PROOF
// RUN: llvm-readelf -S -n %t/a.elf | FileCheck %s --check-prefix=ELF

.program "relu"
.target trn2
.input "x" fp32[1][512] @0x0
.const "w" fp32[2] @0x1800 {1, 2.5}
.output "y" fp32[1][512] @0x1000

.sp
.loc "/relu" "Relu"
  register_move dst=R1, src=0
again:
  dma_copy dst=fp32@sbuf:0x0[4][512], src=fp32@hbm:0x0[4][512], S[8]+=16
  dma_copy S[2]>=1, dst=fp32@hbm:0x1000[4][512], src=fp32@sbuf:0x2000[4][512], S[9]+=16
  compare_branch cmp=ne, lhs=R1, rhs=0, target=again
.act
.loc "/relu"
  activation S[8]>=16, dst=fp32@0x2000[1][512] p0+1, data=fp32@0x0[1][512] p0+1, op=relu, S[2]+=1

// CHECK: .program "relu"
// CHECK: .target trn2
// CHECK: .origin 0 "/relu" "Relu" ""
// CHECK: .const "w" fp32[2] @0x1800 base64 "AACAPwAAIEA="
// CHECK: .act
// CHECK-NEXT: .loc 1 // /relu
// CHECK-NEXT: activation S[8]>=16, dst=fp32@0x2000[1][512] p0+1, data=fp32@0x0[1][512] p0+1, op=relu, S[2]+=1
// CHECK: .sp
// CHECK-NEXT: register_move dst=R1, src=0
// CHECK-NEXT: L1:
// CHECK: compare_branch cmp=ne, lhs=R1, rhs=0, target=L1

// SHOW: HBM: 6152 bytes
// SHOW: 0x0000001800 8 bytes constant fp32 2 w
// SHOW: SBUF: 10240 bytes a partition of 229376
// SHOW: 4 /relu (Relu)

// PROOF: proven

// ELF: .note.tarn NOTE
// ELF: .nc0.act PROGBITS
// ELF: .nc0.sp PROGBITS
// ELF: .rodata PROGBITS
// ELF: Tarn
