// Illegal programs are refused with their place, and nothing is written.
// RUN: rm -rf %t && mkdir %t
// RUN: not tarn-translate --assemble %s -o %t/a.elf 2>&1 | FileCheck %s
// RUN: not ls %t/a.elf
// RUN: echo "not a program" > %t/b.s && not tarn-objdump --map %t/b.s 2>&1 | FileCheck %s --check-prefix=WORDS
// RUN: printf '.input "x" fp32[128][64] @0x0\n.hbm 0x1000\n' > %t/c.s && not tarn-objdump --map %t/c.s 2>&1 | FileCheck %s --check-prefix=HBM
// RUN: printf '.hbm 0x1000\n.hbm 0x2000\n' > %t/d.s && not tarn-objdump --map %t/d.s 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: printf '.input "x" fp32[2147483647][64] @0x0\n' > %t/e.s && not tarn-objdump --map %t/e.s 2>&1 | FileCheck %s --check-prefix=LARGE
// RUN: not tarn-objdump --map %t/missing.elf 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not tarn-objdump --frob %s 2>&1 | FileCheck %s --check-prefix=OPTION

.pe
  matmul dst=fp32@0x2000700[1][512] p0+128, moving=bf16@0x0[1][512] p0+128

// CHECK: assembly-invalid.s:13:3: matmul: matmul_c3: found fp32@0x2000700[1][512] p0+128, allowed: dst within one bank of PSUM
// WORDS: b.s:1:1: an instruction stands in the section of an engine
// HBM: c.s:2:6: found 4096 bytes, allowed are at least the 32768 that the tensors above need
// TWICE: d.s:2:1: '.hbm' appears twice
// LARGE: e.s: the program uses 549755813632 bytes of HBM, trn2 has 25769803776 a core (hbm.bytes)
// MISSING: missing.elf: No such file or directory
// OPTION: Unknown command line argument '--frob'
