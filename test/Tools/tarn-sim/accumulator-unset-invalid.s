// An accumulator that nothing has set holds nothing: the message names the place once and says what goes before.
// RUN: not tarn-sim %s 2>&1 | FileCheck %s
// CHECK: dve[0] dve_read_accumulator{{.*}}: the accumulator of partition 0 holds nothing; an instruction with reduce_cmd=reset, reset_reduce or load_reduce goes before it
.program "unset"
.target trn2
.dve
  dve_read_accumulator dst=fp32@0x1000[1][1] p0+32
