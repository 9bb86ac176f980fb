// The phase of the throttle grid is not the program's: --throttle-phase=all gives the range of time over phases. The course
// of this program hangs on its input (how often it multiplies), so each of the runs computes values; time alone cannot.
//
// RUN: %python -c "import numpy as np; np.save('%t.npy', np.array([40], np.int32)); np.save('%t.few.npy', np.array([1], np.int32))"
// RUN: tarn-sim %s --input turns=@%t.npy --throttle-phase=all --checks=none --views=summary | FileCheck %s
// RUN: tarn-sim %s --input turns=@%t.few.npy --throttle-phase=all --checks=none --views=summary | FileCheck %s --check-prefix=FEW
// RUN: not tarn-sim %s --timing-only --throttle-phase=all 2>&1 | FileCheck %s --check-prefix=TIME

// CHECK: 123 instructions executed
// CHECK: Over 16 phases of the throttle grid: [[#]].{{[0-9]+}} to [[#]].{{[0-9]+}} ns
// FEW: 6 instructions executed
// TIME: comes from tensor data (tensor_load)

.target trn2
.hbm 0x100
.input "turns" int32[1] @0x0
.pe
  tensor_load dst=R2, src=int32@hbm:0x0
  register_move dst=R1, src=0
  load_stationary data=bf16@0x0[1][128] p0+128
again:
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole
  register_alu dst=R1, lhs=R1, rhs=1, op=add
  compare_branch cmp=lt, lhs=R1, rhs=R2, target=again
