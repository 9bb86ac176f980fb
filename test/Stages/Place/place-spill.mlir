// Where SBUF is full the tile whose next use is farthest makes room: stored to HBM, loaded again into a fresh tile.
// RUN: sed -e 's/^name: trn2/name: small/' -e 's/usable_bytes_per_partition: {value: 212984/usable_bytes_per_partition: {value: 192/' %source/lib/Chip/trn2.yaml > %t.yaml
// RUN: tarn-compile %s --target=%t.yaml --emit=placed | FileCheck %s
// RUN: %python -c "import numpy; numpy.save('%t.npy', numpy.arange(128, dtype='float32').reshape(8, 16))"
// RUN: tarn-run %s --target=%t.yaml --input x=@%t.npy --expect w=@%t.npy --expect v=@%t.npy --checks=all
// RUN: tarn-compile %s --target=%t.yaml --report=text -o %t.elf | FileCheck %s --check-prefix=REPORT
// RUN: tarn-compile %s --emit=placed | FileCheck %s --check-prefix=ROOM
// RUN: sed -e 's/^name: trn1/name: small1/' -e 's/usable_bytes_per_partition: {value: 180224/usable_bytes_per_partition: {value: 192/' %source/lib/Chip/trn1.yaml > %t.1.yaml
// RUN: sed -e 's/ on sp$/ dge_mode = none on sp/' %s > %t.1.mlir
// RUN: tarn-compile %t.1.mlir --target=%t.1.yaml --report=text -o %t.1.elf | FileCheck %s --check-prefix=REPORT
// REPORT: spilled {{.*}}: 512 bytes stored to HBM, 512 loaded again
// ROOM-NOT: "spill

// Of the three tiles of 64 bytes that fit, %made is computed and must be stored; %copy holds an input and is loaded
// again from there. %near is used next and stays.
// CHECK:       %[[SPILL:.*]] = nisa.tensor "spill0" scratch
// CHECK:       nisa.dma_copy dst(%[[COPY:[0-9]+]] : {{.*}}) src(%[[X:[0-9]+]] : <hbm, 8x16xf32>)
// CHECK:       nisa.tensor_copy dst(%[[NEAR:[0-9]+]] : {{.*}}) src(%[[COPY]] :
// CHECK:       nisa.tensor_copy dst(%[[MADE:[0-9]+]] : {{.*}}) src(%[[NEAR]] :
// CHECK:       nisa.dma_copy dst(%[[SPILL]] : {{.*}}) src(%[[MADE]] :
// CHECK:       nisa.dma_copy dst(%[[AGAIN:[0-9]+]] : {{.*}}) src(%[[SPILL]] :
// CHECK:       nisa.dma_copy dst({{.*}}) src(%[[AGAIN]] :
// CHECK:       nisa.dma_copy dst(%{{.*}} : <sbuf, 8x16xf32>) src(%[[X]] :
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %x = nisa.tensor "x" input : !nisa.tile<hbm, 8x16xf32>
    %y = nisa.tensor "y" output : !nisa.tile<hbm, 8x16xf32>
    %z = nisa.tensor "z" output : !nisa.tile<hbm, 8x16xf32>
    %w = nisa.tensor "w" output : !nisa.tile<hbm, 8x16xf32>
    %v = nisa.tensor "v" output : !nisa.tile<hbm, 8x16xf32>
    %copy = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    %near = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    %made = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    %more = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    %most = nisa.alloc : !nisa.tile<sbuf, 8x16xf32>
    nisa.dma_copy dst(%copy : !nisa.tile<sbuf, 8x16xf32>) src(%x : !nisa.tile<hbm, 8x16xf32>) on sp
    nisa.tensor_copy dst(%near : !nisa.tile<sbuf, 8x16xf32>) src(%copy : !nisa.tile<sbuf, 8x16xf32>) on dve
    nisa.tensor_copy dst(%made : !nisa.tile<sbuf, 8x16xf32>) src(%near : !nisa.tile<sbuf, 8x16xf32>) on dve
    nisa.tensor_copy dst(%more : !nisa.tile<sbuf, 8x16xf32>) src(%near : !nisa.tile<sbuf, 8x16xf32>) on dve
    nisa.tensor_copy dst(%most : !nisa.tile<sbuf, 8x16xf32>) src(%more : !nisa.tile<sbuf, 8x16xf32>) on dve
    nisa.dma_copy dst(%y : !nisa.tile<hbm, 8x16xf32>) src(%near : !nisa.tile<sbuf, 8x16xf32>) dge_mode = swdge on pool
    nisa.dma_copy dst(%z : !nisa.tile<hbm, 8x16xf32>) src(%most : !nisa.tile<sbuf, 8x16xf32>) dge_mode = swdge on pool
    nisa.dma_copy dst(%w : !nisa.tile<hbm, 8x16xf32>) src(%made : !nisa.tile<sbuf, 8x16xf32>) dge_mode = swdge on pool
    nisa.dma_copy dst(%v : !nisa.tile<hbm, 8x16xf32>) src(%copy : !nisa.tile<sbuf, 8x16xf32>) dge_mode = swdge on pool
    return
  }
}
