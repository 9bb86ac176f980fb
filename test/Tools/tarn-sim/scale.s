// One program through the whole tool: its outputs, its time, the views, the trace.
// RUN: rm -rf %t && mkdir -p %t
// RUN: tarn-sim %s --random-inputs=1 --outputs=%t --trace=%t/trace.json --views=summary,stalls,timeline,instructions | FileCheck %s
// RUN: FileCheck %s --check-prefix=FILES < %t/outputs.json
// RUN: FileCheck %s --check-prefix=TRACE < %t/trace.json
// What it wrote is what it expects; another program's numbers are not.
// RUN: tarn-sim %s --random-inputs=1 --expect "a/y=@%t/a%%2Fy.npy" | FileCheck %s --check-prefix=SAME
// RUN: not tarn-sim %s --random-inputs=2 --expect "a/y=@%t/a%%2Fy.npy" 2>&1 | FileCheck %s --check-prefix=DIFFERS
// RUN: not tarn-sim %s --random-inputs=2 --expect "a/y=@%t/a%%2Fy.npy" --report=text:%t.txt 2>/dev/null
// RUN: FileCheck %s --check-prefix=DIFFERS < %t.txt
// RUN: tarn-sim %s --timing-only --report=json | FileCheck %s --check-prefix=JSON

// CHECK: scale on trn2: {{[0-9.]+}} ns {{.*}}, 3 instructions executed of 3 written
// CHECK: dve      |
// CHECK: Critical path
// CHECK: dma_issue
// CHECK: dma_latency
// CHECK: 3 {{.*}} /scale (Mul)
// FILES: "a/y": "a%2Fy.npy"
// TRACE: "node":"/scale"
// TRACE: "name":"semaphore","ph":"s"
// SAME: output a/y: as expected, largest difference 0
// DIFFERS: output a/y: DIFFERS
// DIFFERS: where {{.*}} is expected
// DIFFERS-NOT: DIFFERS
// JSON-DAG: "schema": 1
// JSON-DAG: "hbm_read_bytes": 2048
// JSON-DAG: "target": "trn2"

.program "scale"
.target trn2
.hbm 0x2000
.origin 0 "/scale" "Mul" ""
.input "x" fp32[128][4] @0x0
.output "a/y" fp32[128][4] @0x1000
.sp
.loc 0
  dma_copy dst=fp32@sbuf:0x0[4,262144][4,128], src=fp32@hbm:0x0[4,16][4,128], S[0]+=16
  dma_copy S[1]>=1, dst=fp32@hbm:0x1000[4,16][4,128], src=fp32@sbuf:0x1000[4,262144][4,128], S[2]+=16
.dve
.loc 0
  tensor_scalar S[0]>=16, dst=fp32@0x1000[1][4] p0+128, data=fp32@0x0[1][4] p0+128, op0=mult, operand0=2.0, S[1]+=1
