// RUN: tarn-opt %s --schedule-expand-macros | FileCheck %s

// An fp32 product is two load/matmul pairs: the LOW part of the stationary operand first, then the HIGH part. The group
// of two products begins with `first` and ends with `last`.
// CHECK-LABEL: func.func @fp32_product_of_two_blocks
// CHECK: load_stationary {{.*}} fp32_mode = low
// CHECK-NEXT: nisa.matmul {{.*}} group = first
// CHECK-NEXT: load_stationary {{.*}} fp32_mode = high
// CHECK-NEXT: nisa.matmul {{.*}} group = middle
// CHECK-NEXT: load_stationary {{.*}} fp32_mode = low
// CHECK-NEXT: nisa.matmul {{.*}} group = middle
// CHECK-NEXT: load_stationary {{.*}} fp32_mode = high
// CHECK-NEXT: nisa.matmul {{.*}} group = last
func.func @fp32_product_of_two_blocks(%w: !nisa.tile<sbuf, 16x8xf32>, %x: !nisa.tile<sbuf, 16x32xf32>) {
  %y = nisa.alloc : !nisa.tile<psum, 8x32xf32>
  nisa.nc_matmul dst(%y : !nisa.tile<psum, 8x32xf32>) stationary(%w : !nisa.tile<sbuf, 16x8xf32>) moving(%x : !nisa.tile<sbuf, 16x32xf32>)
  nisa.nc_matmul dst(%y : !nisa.tile<psum, 8x32xf32>) stationary(%w : !nisa.tile<sbuf, 16x8xf32>) moving(%x : !nisa.tile<sbuf, 16x32xf32>) {accumulate}
  return
}

// A 16-bit product is one pair and a whole group.
// CHECK-LABEL: func.func @bf16_product
// CHECK: load_stationary
// CHECK-NOT: fp32_mode
// CHECK-NEXT: nisa.matmul
// CHECK-NOT: group =
// CHECK: return
func.func @bf16_product(%w: !nisa.tile<sbuf, 16x8xbf16>, %x: !nisa.tile<sbuf, 16x32xbf16>) {
  %y = nisa.alloc : !nisa.tile<psum, 8x32xf32>
  nisa.nc_matmul dst(%y : !nisa.tile<psum, 8x32xf32>) stationary(%w : !nisa.tile<sbuf, 16x8xbf16>) moving(%x : !nisa.tile<sbuf, 16x32xbf16>)
  return
}

// A transpose multiplies with the identity, which is made once: ones, kept where row equals column.
// CHECK-LABEL: func.func @transpose
// CHECK: nisa.memset {{.*}} {value = 1.0
// CHECK: nisa.affine_select {{.*}} eq
// CHECK: load_stationary {{.*}}is_transpose
// CHECK-NEXT: nisa.matmul {{.*}}is_transpose
func.func @transpose(%x: !nisa.tile<sbuf, 16x32xf32>) {
  %y = nisa.alloc : !nisa.tile<psum, 32x16xf32>
  nisa.nc_transpose dst(%y : !nisa.tile<psum, 32x16xf32>) data(%x : !nisa.tile<sbuf, 16x32xf32>)
  return
}
