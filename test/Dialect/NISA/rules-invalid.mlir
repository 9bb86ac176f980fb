// RUN: tarn-opt %s -split-input-file -verify-diagnostics

// Rules of shapes hold from the start, in loops too.
func.func @shapes(%x: !nisa.tile<sbuf, 32x64x8xf32>, %y: !nisa.tile<sbuf, 32x7xf32>) {
  affine.for %i = 0 to 64 {
    %row = nisa.view %x[%i] affine_map<(d0, d1)[s0] -> (d0, s0, d1)> : !nisa.tile<sbuf, 32x64x8xf32> -> !nisa.tile<sbuf, 32x8xf32>
    // expected-error @+1 {{tensor_copy_c1: found 32 x 7 and 32 x 8, allowed: in dst as many elements and partitions as in src}}
    nisa.tensor_copy dst(%y : !nisa.tile<sbuf, 32x7xf32>) src(%row : !nisa.tile<sbuf, 32x8xf32>)
  }
  return
}

// -----

// An engine that does not have the instruction.
func.func @engine(%x: !nisa.tile<sbuf, 32x8xf32>) {
  // expected-error @+1 {{instruction_c1: found reciprocal on act, allowed: dve}}
  nisa.reciprocal dst(%x : !nisa.tile<sbuf, 32x8xf32>) data(%x : !nisa.tile<sbuf, 32x8xf32>) on act
  return
}

// -----

// Without an engine the instruction must be legal on one: pool reads no PSUM, and it alone has iota.
func.func @no_engine(%x: !nisa.tile<psum, 32x8xi32>) {
  // expected-error @+1 {{write_c1: found psum on pool}}
  nisa.iota dst(%x : !nisa.tile<psum, 32x8xi32>) {pattern = array<i64: 1>}
  return
}

// -----

// The start partition is a rule of addresses: asked of placed tiles.
func.func @addresses() {
  %x = nisa.alloc {address = 0 : i64, partition = 16 : i64} : !nisa.tile<sbuf, 16x8xf32>
  %y = nisa.alloc : !nisa.tile<sbuf, 16x8xf32>
  nisa.tensor_copy dst(%x : !nisa.tile<sbuf, 16x8xf32>) src(%y : !nisa.tile<sbuf, 16x8xf32>)
  // expected-error @+1 {{operand_c2: found 16 partitions from 16}}
  nisa.reciprocal dst(%x : !nisa.tile<sbuf, 16x8xf32>) data(%x : !nisa.tile<sbuf, 16x8xf32>)
  return
}

// -----

func.func @bank() {
  %x = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 32x64xbf16>
  %y = nisa.alloc {address = 1984 : i64} : !nisa.tile<psum, 32x64xf32>
  // expected-error @+1 {{matmul_c3: found fp32@0x20007c0[1][64] p0+32, allowed: dst within one bank of PSUM}}
  nisa.matmul dst(%y : !nisa.tile<psum, 32x64xf32>) moving(%x : !nisa.tile<sbuf, 32x64xbf16>)
  return
}

// -----

// Semaphores are a rule of queues.
func.func @queues() {
  %x = nisa.alloc {address = 0 : i64} : !nisa.tile<sbuf, 32x8xf32>
  nisa.memset dst(%x : !nisa.tile<sbuf, 32x8xf32>) on dve {value = 0.0 : f32, wait = #nisa.wait<300, 1>}
  nisa.queue dve {
    // expected-error @+1 {{instruction_c2: found semaphore 300, allowed: semaphores 0 to 255}}
    nisa.memset dst(%x : !nisa.tile<sbuf, 32x8xf32>) on dve {value = 0.0 : f32, wait = #nisa.wait<300, 1>}
  }
  return
}

// -----

func.func @nc_matmul_rows(%y: !nisa.tile<psum, 8x32xf32>, %w: !nisa.tile<sbuf, 16x8xf32>, %x: !nisa.tile<sbuf, 32x32xf32>) {
  // expected-error @+1 {{nc_matmul_c1: found 16 x 8 and 32 x 32, allowed: stationary and moving on as many partitions}}
  nisa.nc_matmul dst(%y : !nisa.tile<psum, 8x32xf32>) stationary(%w : !nisa.tile<sbuf, 16x8xf32>) moving(%x : !nisa.tile<sbuf, 32x32xf32>)
  return
}

// -----

// A macro operation keeps the rules of the instructions that it stands for.
func.func @nc_matmul_columns(%y: !nisa.tile<psum, 8x1024xf32>, %w: !nisa.tile<sbuf, 16x8xf32>, %x: !nisa.tile<sbuf, 16x1024xf32>) {
  // expected-error @+1 {{matmul_c1: found 1024}}
  nisa.nc_matmul dst(%y : !nisa.tile<psum, 8x1024xf32>) stationary(%w : !nisa.tile<sbuf, 16x8xf32>) moving(%x : !nisa.tile<sbuf, 16x1024xf32>)
  return
}

// -----

func.func @nc_transpose(%y: !nisa.tile<psum, 32x16xbf16>, %x: !nisa.tile<sbuf, 16x32xf32>) {
  // expected-error @+1 {{nc_transpose_c2: found bf16 and fp32, allowed: dst and data of one dtype}}
  nisa.nc_transpose dst(%y : !nisa.tile<psum, 32x16xbf16>) data(%x : !nisa.tile<sbuf, 16x32xf32>)
  return
}

// -----

func.func @activation_reduce(%x: !nisa.tile<sbuf, 16x32xf32>, %sum: !nisa.tile<sbuf, 16x2xf32>) {
  // expected-error @+1 {{activation_reduce_c1: found 16 x 2 and 16 x 32}}
  nisa.activation_reduce dst(%x : !nisa.tile<sbuf, 16x32xf32>) data(%x : !nisa.tile<sbuf, 16x32xf32>) exp reduce_res(%sum : !nisa.tile<sbuf, 16x2xf32>)
  return
}

// -----

module attributes {tarn.chip = "trn99"} {
  func.func @chip(%x: !nisa.tile<sbuf, 16x32xf32>) {
    // expected-error @+1 {{is in a module whose tarn.chip names no chip}}
    nisa.memset dst(%x : !nisa.tile<sbuf, 16x32xf32>) {value = 0.0 : f32}
    return
  }
}
