// Every engine may begin with a drain, which then waits for nothing.
// RUN: tarn-sim %s --views=summary,stalls | FileCheck %s
// CHECK: 5 instructions executed of 5 written
// CHECK: Critical path
.program "drain"
.target trn2
.pe
  drain
.act
  drain
.dve
  drain
.pool
  drain
.sp
  drain
