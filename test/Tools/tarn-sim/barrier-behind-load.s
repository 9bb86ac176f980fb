// What says that the Tensor engine has come so far waits for a load of weights before it, whose completion else nobody sees.
// RUN: tarn-sim %s --random-inputs --checks=none --trace=%t.json
// RUN: %python -c "import json; e = {s['name'].split()[0]: s for s in json.load(open(r'%t.json'))['traceEvents'] if s.get('ph') == 'X'}; end = lambda n: e[n]['ts'] + e[n]['dur']; print('in order' if end('load_stationary') <= end('event_semaphore') + 1e-6 else e)" | FileCheck %s
// CHECK: in order
.program "barrier"
.target trn2
.pe
  load_stationary data=bf16@0x0[1][128] p0+128
  event_semaphore S[0]+=1
