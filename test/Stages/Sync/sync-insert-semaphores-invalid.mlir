// RUN: tarn-opt %s --sync-insert-semaphores -split-input-file -verify-diagnostics

func.func @main() {
  %a = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 4x8xf32>
  // expected-error @+1 {{has no engine; the form `placed` says `on <engine>` at each instruction}}
  nisa.memset dst(%a : !nisa.tile<sbuf, 4x8xf32>) {value = 0.0 : f32}
  return
}

// -----

func.func @main() {
  // expected-error @+1 {{has no address}}
  %a = nisa.alloc : !nisa.tile<sbuf, 4x8xf32>
  nisa.memset dst(%a : !nisa.tile<sbuf, 4x8xf32>) on dve {value = 0.0 : f32}
  return
}

// -----

func.func @main() {
  %a = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 4x8xf32>
  // expected-error @+1 {{cannot be ordered: the form `placed` is a line of instructions}}
  affine.for %i = 0 to 4 {
    nisa.memset dst(%a : !nisa.tile<sbuf, 4x8xf32>) on dve {value = 0.0 : f32}
  }
  return
}

// -----

func.func @main() {
  %a = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 4x8xf32>
  // expected-error @+1 {{has a wait or an update already}}
  nisa.memset dst(%a : !nisa.tile<sbuf, 4x8xf32>) on dve {value = 0.0 : f32, wait = #nisa.wait<3, 1>}
  return
}

// -----

func.func @main() {
  // expected-error @+1 {{begins at partition 256, byte 0; an instruction names partitions 0 to 255}}
  %a = nisa.alloc {address = 0 : i64, partition = 256 : i64} : !nisa.tile<sbuf, 4x8xf32>
  nisa.memset dst(%a : !nisa.tile<sbuf, 4x8xf32>) on dve {value = 0.0 : f32}
  return
}

// -----

// expected-error @+1 {{an argument of a function has no address}}
func.func @main(%a: !nisa.tile<sbuf, 4x8xf32>) {
  nisa.memset dst(%a : !nisa.tile<sbuf, 4x8xf32>) on dve {value = 0.0 : f32}
  return
}
