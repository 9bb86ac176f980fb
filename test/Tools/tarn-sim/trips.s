// A loop whose number of turns is loaded from HBM, and a condition on it. Without values --trips says how often what a branch
// decides about is executed: dve[5] ends the loop, dve[3] skips one instruction when it is taken.
// RUN: not tarn-sim %s --timing-only 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not tarn-sim %s --timing-only --trips dve[3]=1 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: tarn-sim %s --timing-only --trips dve[3]=0 --trips 'dve[5]=1' --report=text --views=summary | FileCheck %s --check-prefix=LEAST
// RUN: tarn-sim %s --timing-only --trips dve[3]=1 --trips=dve[5]=1 --report=text --views=summary | FileCheck %s --check-prefix=BOTH
// RUN: tarn-sim %s --timing-only --trips dve[3]=0 --trips dve[5]=10 --report=text --views=summary | FileCheck %s --check-prefix=TEN
// RUN: not tarn-sim %s --timing-only --trips dve[2]=1 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not tarn-sim %s --timing-only --trips dve[5]=0 2>&1 | FileCheck %s --check-prefix=LOOP
// RUN: not tarn-sim %s --timing-only --trips dve[5]=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not tarn-sim %s --timing-only --trips dve[5] 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not tarn-sim %s --timing-only --trips dve[5]=1 --trips dve[5]=2 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not tarn-sim %s --random-inputs --trips dve[5]=1 2>&1 | FileCheck %s --check-prefix=VALUES

// NONE: dve[3] compare_branch (line {{[0-9]+}}): its condition comes from tensor data (tensor_load); time alone does not tell it: give --trips dve[3]=N, how often what it decides about is executed, or run with values
// OTHER: dve[5] compare_branch (line {{[0-9]+}}): {{.*}} give --trips dve[5]=N

// Two before the loop, three a turn and the memset that may be skipped, one behind the loop.
// LEAST: {{ 6}} instructions executed
// BOTH: {{ 7}} instructions executed
// TEN: {{ 33}} instructions executed

// UNKNOWN: --trips dve[2]=1: no branch on data stands at 'dve[2]'; there are: dve[3], dve[5]
// LOOP: --trips dve[5]=0: the branch ends a loop whose body has been executed when it is reached: allowed is 1 or more
// NEGATIVE: --trips: found 'dve[5]{{.*}}', allowed is LABEL=N, the place of a branch as in pe[12] and a whole number that is not negative
// TWICE: --trips dve[5] is given twice
// VALUES: --trips is for --timing-only: with values the data is there

.program "trips"
.target trn2
.hbm 0x100
.input "n" int32[1] @0x0

.dve
  tensor_load dst=R1, src=int32@hbm:0x0
  register_move dst=R2, src=0
again:
  register_alu dst=R2, op=add, lhs=R2, rhs=1
  compare_branch cmp=le, lhs=R1, rhs=4, target=small
  memset dst=fp32@0x0[1][8] p0+2, value=1
small:
  compare_branch cmp=lt, lhs=R2, rhs=R1, target=again
  memset dst=fp32@0x100[1][8] p0+2, value=2
