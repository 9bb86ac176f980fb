// Three planes become triples. Nothing is computed, but a DMA from memory to memory would move single elements: the rows are
// loaded as they lie, put in order by an engine, and stored as rows of 224 triples. A few elements are not worth that.
// RUN: tarn-opt %s --tile-choose-plan --tile-lower | FileCheck %s

module attributes {tarn.form = "linalg"} {
  // CHECK-LABEL: func.func private @large(
  // CHECK:         nisa.dma_copy dst({{.*}} : <sbuf, 112x3x224xf32>)
  // CHECK:         nisa.tensor_copy dst(%[[ROWS:[^ ]+]] : <sbuf, 112x224x3xf32>)
  // CHECK:         nisa.dma_copy dst(%arg1 : <hbm, 112x224x3xf32>) src(%[[ROWS]] : <sbuf, 112x224x3xf32>)
  // CHECK-NOT:     nisa.
  // CHECK:         return
  func.func private @large(%x: tensor<3x112x224xf32>) -> tensor<112x224x3xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
    %e = tensor.empty() : tensor<112x224x3xf32>
    %0 = linalg.generic {indexing_maps = [affine_map<(y, x, c) -> (c, y, x)>, affine_map<(y, x, c) -> (y, x, c)>],
                         iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%x : tensor<3x112x224xf32>) outs(%e : tensor<112x224x3xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<112x224x3xf32>
    return %0 : tensor<112x224x3xf32>
  }

  // CHECK-LABEL: func.func private @small(
  // CHECK-NOT:     <sbuf
  // CHECK:         nisa.dma_copy dst({{.*}}<hbm, {{.*}}) src({{.*}}<hbm, {{.*}})
  // CHECK-NOT:     <sbuf
  // CHECK:         return
  func.func private @small(%x: tensor<3x8x8xf32>) -> tensor<8x8x3xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
    %e = tensor.empty() : tensor<8x8x3xf32>
    %0 = linalg.generic {indexing_maps = [affine_map<(y, x, c) -> (c, y, x)>, affine_map<(y, x, c) -> (y, x, c)>],
                         iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%x : tensor<3x8x8xf32>) outs(%e : tensor<8x8x3xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<8x8x3xf32>
    return %0 : tensor<8x8x3xf32>
  }
}
