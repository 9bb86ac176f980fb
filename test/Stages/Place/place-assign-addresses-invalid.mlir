// RUN: not tarn-opt %s --place-assign-addresses 2>&1 | FileCheck %s

// CHECK: error: tile '!nisa.tile<sbuf, 128x60000xf32>' needs 240000 bytes per partition; sbuf of chip 'trn2' has {{[0-9]+}}, of which 0 are in use
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %a = nisa.alloc : !nisa.tile<sbuf, 128x60000xf32>
    nisa.memset dst(%a : !nisa.tile<sbuf, 128x60000xf32>) on dve {value = 0.0 : f32}
    return
  }
}
