// The plan is an attribute: chosen when it is absent, kept when it is there. 200 rows are two even tiles; the innermost
// dimension stays whole.
// RUN: tarn-opt %s --tile-choose-plan | FileCheck %s --check-prefix=PLAN
// RUN: tarn-opt %s --tile-choose-plan --tile-lower | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
module attributes {tarn.form = "linalg"} {
  // PLAN:       func.func private @chosen(
  // PLAN-SAME:    tarn.plan = [{order = array<i64: 0, 1>, partition = 0 : i64, tile = array<i64: 100, 64>}]
  // CHECK-LABEL: func.func private @chosen(
  // CHECK-COUNT-2: nisa.activation dst({{.*}} : <sbuf, 100x64xf32>) {{.*}} tanh
  // CHECK-NOT:   nisa.activation
  func.func private @chosen(%x: tensor<200x64xf32>) -> tensor<200x64xf32> attributes {tarn.kernel} {
    %e = tensor.empty() : tensor<200x64xf32>
    %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<200x64xf32>) outs(%e : tensor<200x64xf32>) {
    ^bb0(%a: f32, %o: f32):
      %1 = math.tanh %a : f32
      linalg.yield %1 : f32
    } -> tensor<200x64xf32>
    return %0 : tensor<200x64xf32>
  }

  // Pieces that do not divide the result leave smaller ones at its ends.
  // CHECK-LABEL: func.func private @given(
  // CHECK:         nisa.activation dst({{.*}} : <sbuf, 5x8xf32>)
  // CHECK:         nisa.activation dst({{.*}} : <sbuf, 2x8xf32>)
  // CHECK-NOT:     nisa.activation
  func.func private @given(%x: tensor<8x7xf32>) -> tensor<8x7xf32>
      attributes {tarn.kernel, tarn.plan = [{order = array<i64: 0, 1>, partition = 1 : i64, tile = array<i64: 8, 5>}]} {
    %e = tensor.empty() : tensor<8x7xf32>
    %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<8x7xf32>) outs(%e : tensor<8x7xf32>) {
    ^bb0(%a: f32, %o: f32):
      %1 = math.tanh %a : f32
      linalg.yield %1 : f32
    } -> tensor<8x7xf32>
    return %0 : tensor<8x7xf32>
  }
}
