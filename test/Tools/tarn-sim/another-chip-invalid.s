// --target and --set ask the rules of the instructions again: a program made for one chip may need what another lacks.
// RUN: tarn-sim %s --random-inputs --views=summary --set pe.throttle=false | FileCheck %s
// RUN: not tarn-sim %s --random-inputs --target=trn1 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not tarn-sim %s --random-inputs --set dma.hardware_dge=false 2>&1 | FileCheck %s --check-prefix=OTHER
// CHECK: 1 instructions executed
// OTHER: another-chip-invalid.s does not run on chip '{{.*}}' as it is described here: {{.*}}dma_copy_c3: found hwdge

.target trn2
.hbm 0x8000
.input "x" fp32[128][4] @0x0
.output "y" fp32[128][4] @0x4000

.sp
  dma_copy dst=fp32@hbm:0x4000[4,16][4,128], src=fp32@hbm:0x0[4,16][4,128], S[0]+=16
