// The report as a page: it opens without errors, shows the figures of the JSON report, zooms and finds; and what a node
// is called cannot become part of the page.
// RUN: rm -rf %t && mkdir -p %t
// RUN: tarn-sim %s --random-inputs=1 --report=html:%t/page.html
// RUN: tarn-sim %s --random-inputs=1 --report=json:%t/report.json
// RUN: not grep -i "<img\|</script><script>window" %t/page.html
// RUN: %python %S/Inputs/page.py %t/page.html %t/report.json | FileCheck %s
// CHECK: {{the page agrees with the report|skipped: chromium is not installed}}

.program "<img src=x onerror=window.injected=1>"
.target trn2
.hbm 0x2000
.origin 0 "</script><script>window.injected=1</script>" "Mul" "<img src=x onerror=window.injected=1>"
.origin 1 "product" "MatMul" ""
.input "x</script><img src=x onerror=window.injected=1>" fp32[128][4] @0x0
.output "y" fp32[128][4] @0x1000
.sp
.loc 0
  dma_copy dst=fp32@sbuf:0x0[4,262144][4,128], src=fp32@hbm:0x0[4,16][4,128], S[0]+=16
  dma_copy S[2]>=1, dst=fp32@hbm:0x1000[4,16][4,128], src=fp32@sbuf:0x1000[4,262144][4,128], S[3]+=16
.pe
.loc 1
  load_stationary S[0]>=16, data=bf16@0x0[1][8] p0+128
  matmul dst=fp32@0x2000000[1][8] p0+8, moving=bf16@0x0[1][8] p0+128, group=whole, S[1]+=1
.dve
.loc 0
  tensor_scalar S[0]>=16, dst=fp32@0x1000[1][4] p0+128, data=fp32@0x0[1][4] p0+128, op0=mult, operand0=2.0, S[2]+=1
