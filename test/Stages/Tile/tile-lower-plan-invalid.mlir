// RUN: not tarn-opt %s --tile-lower 2>&1 | FileCheck %s

#id = affine_map<(i) -> (i)>
module attributes {tarn.form = "linalg"} {
  // CHECK: error: 'func.func' op has a plan with 200 partitions, at most 128
  func.func private @too_many(%x: tensor<200xf32>) -> tensor<200xf32>
      attributes {tarn.kernel, tarn.plan = [{order = array<i64: 0>, partition = 0 : i64, tile = array<i64: 200>}]} {
    return %x : tensor<200xf32>
  }
}
