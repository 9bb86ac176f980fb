// The trace in Perfetto's binary form: tracks by engine, DMAs in flight on tracks of their own, nodes as annotations,
// a flow from each update to the instruction that waited for it.
// RUN: tarn-sim %s --timing-only --trace=%t.pftrace
// RUN: %python %S/Inputs/perfetto.py %t.pftrace | FileCheck %s
// CHECK-DAG: track dve of NeuronCore 0
// CHECK-DAG: track dma 0 of NeuronCore 0
// CHECK-DAG: slice sp: dma_copy 0..{{[0-9]+}} {'index': 0, 'start_ps': 0, 'node': '/scale', 'op': 'Mul'} ['instruction']
// CHECK-DAG: slice dma 0: dma_copy {{.*}} ['DMA']
// CHECK-DAG: slice dve: tensor_scalar {{.*}} 'node': '/scale'
// CHECK: flow dma 0 dma_copy -> dve tensor_scalar
// CHECK-NEXT: flow dve tensor_scalar -> sp dma_copy

.program "scale"
.target trn2
.hbm 0x2000
.origin 0 "/scale" "Mul" ""
.input "x" fp32[128][4] @0x0
.output "y" fp32[128][4] @0x1000
.sp
.loc 0
  dma_copy dst=fp32@sbuf:0x0[4,262144][4,128], src=fp32@hbm:0x0[4,16][4,128], S[0]+=16
  dma_copy S[1]>=1, dst=fp32@hbm:0x1000[4,16][4,128], src=fp32@sbuf:0x1000[4,262144][4,128], S[2]+=16
.dve
.loc 0
  tensor_scalar S[0]>=16, dst=fp32@0x1000[1][4] p0+128, data=fp32@0x0[1][4] p0+128, op0=mult, operand0=2.0, S[1]+=1
