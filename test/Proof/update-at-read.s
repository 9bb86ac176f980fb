// An update at read orders nothing that its instruction does: programs with one are not proven, and a run's race check says so.
// RUN: not tarn-objdump --prove %s | FileCheck %s
// RUN: not tarn-sim %s --checks=races --report=text 2>&1 | FileCheck %s --check-prefix=SIM
// RUN: sed 's/@read/@complete/' %s > %t.s && tarn-objdump --prove %t.s | FileCheck %s --check-prefix=GOOD
// RUN: tarn-translate --assemble %s -o %t.elf && tarn-translate --disassemble %t.elf -o - | FileCheck %s --check-prefix=AGAIN
// RUN: sed 's/@read/@start/' %s > %t.bad.s && not tarn-objdump --prove %t.bad.s 2>&1 | FileCheck %s --check-prefix=BAD

// CHECK: unproven: `dve[1] tensor_copy` (line {{[0-9]+}}) updates S[1] at read, when nothing that it does is done: what waits for that is not proven
// SIM: error: races: `dve[1] tensor_copy` (line {{[0-9]+}}) updates S[1] at read
// GOOD: proven
// AGAIN: src=fp32@0x0[1][64] p0+128, S[1]+=1@read
// BAD: allowed is read or complete (when the update takes place)

.target trn2
.dve
  memset dst=fp32@0x0[1][64] p0+128, value=1, S[0]+=1
  tensor_copy S[0]>=1, dst=fp32@0x1000[1][64] p0+128, src=fp32@0x0[1][64] p0+128, S[1]+=1@read
.pool
  memset S[1]>=1, dst=fp32@0x0[1][64] p0+128, value=2
