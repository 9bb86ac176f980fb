// Two engines take their number of turns from the same input, between 1 and 5000: proven for all of them. Without the wait,
// or with more turns on one engine, a number is named that shows it. A number that the program computes is not known.
// RUN: tarn-objdump --prove %s | FileCheck %s --check-prefix=GOOD
// RUN: sed 's/S.0.>=R3, //' %s > %t.race.s
// RUN: not tarn-objdump --prove %t.race.s | FileCheck %s --check-prefix=RACE
// RUN: sed '/dve$/,/act$/s/rhs=5000/rhs=4999/' %s > %t.stuck.s
// RUN: not tarn-objdump --prove %t.stuck.s | FileCheck %s --check-prefix=STUCK
// RUN: sed '/^.input/s/.input/.output/' %s > %t.output.s
// RUN: not tarn-objdump --prove %t.output.s | FileCheck %s --check-prefix=OUTPUT
// RUN: sed 's/^.input "n".*/&\n.output "m" int8[4] @0x2/' %s > %t.shared.s
// RUN: not tarn-objdump --prove %t.shared.s | FileCheck %s --check-prefix=SHARED

// GOOD: proven: no race and no deadlock in any execution, for all values of 'n'[0] (

// RACE: race: when 'n'[0] is {{.*}}: `act[4] tensor_copy` (line {{[0-9]+}}) reads sbuf partitions 0 to 1, bytes 0 to 31 and `dve[4] memset` (line {{[0-9]+}}) writes there

// STUCK: deadlock: when 'n'[0] is 5000: `act[4] tensor_copy` (line {{[0-9]+}}) waits for S[0]>=5000, which stays at 4999

// OUTPUT: unproven: `act[0] tensor_load` (line {{[0-9]+}}) loads a number that steers the program from 'n', which is no input; a proof needs one number, from an input that the program does not write, at a fixed address

// SHARED: unproven: {{.*}} from bytes that 'n' and 'm' share

.program "turns"
.target trn2
.hbm 0x100
.input "n" int32[1] @0x0

.dve
  tensor_load dst=R1, src=int32@hbm:0x0
  register_alu dst=R1, op=min, lhs=R1, rhs=5000
  register_move dst=R2, src=0
  register_move dst=R3, src=0
again:
  memset S[1]>=R3, dst=fp32@0x0[1][8] p0+2, value=1, S[0]+=1
  register_alu dst=R2, op=add, lhs=R2, rhs=1
  register_alu dst=R3, op=add, lhs=R3, rhs=1
  compare_branch cmp=lt, lhs=R2, rhs=R1, target=again
.act
  tensor_load dst=R1, src=int32@hbm:0x0
  register_alu dst=R1, op=min, lhs=R1, rhs=5000
  register_move dst=R2, src=0
  register_move dst=R3, src=1
again:
  tensor_copy S[0]>=R3, dst=fp32@0x1000[1][8] p0+2, src=fp32@0x0[1][8] p0+2, S[1]+=1
  register_alu dst=R2, op=add, lhs=R2, rhs=1
  register_alu dst=R3, op=add, lhs=R3, rhs=1
  compare_branch cmp=lt, lhs=R2, rhs=R1, target=again
