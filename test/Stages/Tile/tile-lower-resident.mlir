// Tensors between kernels that stay in SBUF. The dimension that lies on the partitions is the tile's first; the others lie
// row-major behind each other, so 192 channels are two chunks of 96 partitions.
// RUN: tarn-opt %s --tile-choose-plan --tile-lower | FileCheck %s

#id = affine_map<(c, x) -> (c, x)>
#id3 = affine_map<(c, y, x) -> (c, y, x)>
module attributes {tarn.form = "linalg"} {
  // A reshape that leaves the partition dimension alone changes nothing: both calls are given the tile itself.
  // CHECK-LABEL: func.func @main()
  // CHECK:         %[[T:.*]] = nisa.alloc : <sbuf, 96x40xf32>
  // CHECK:         call @make(%{{.*}}, %[[T]])
  // CHECK-NOT:     nisa.reshape
  // CHECK:         call @use(%[[T]], %{{.*}})
  // CHECK:         call @turn(%[[T]], %{{.*}})
  func.func @main(%x: tensor<192x20xf32> {onnx.name = "x"})
      -> (tensor<192x4x5xf32> {onnx.name = "y"}, tensor<20x192xf32> {onnx.name = "z"}) {
    %0 = call @make(%x) : (tensor<192x20xf32>) -> tensor<192x20xf32>
    %1 = tensor.expand_shape %0 [[0], [1, 2]] output_shape [192, 4, 5] : tensor<192x20xf32> into tensor<192x4x5xf32>
    %2 = call @use(%1) : (tensor<192x4x5xf32>) -> tensor<192x4x5xf32>
    %3 = call @turn(%0) : (tensor<192x20xf32>) -> tensor<20x192xf32>
    return %2, %3 : tensor<192x4x5xf32>, tensor<20x192xf32>
  }

  // The result is computed into its place: nothing is stored or copied.
  // CHECK-LABEL: func.func private @make(%arg0: !nisa.tile<hbm, 192x20xf32>, %arg1: !nisa.tile<sbuf, 96x40xf32>)
  // CHECK:         %[[FIRST:.*]] = nisa.view %arg1 affine_map<(d0, d1) -> (d0, d1)>
  // CHECK:         nisa.dma_copy
  // CHECK:         nisa.activation dst(%[[FIRST]] : {{.*}} tanh
  // CHECK:         %[[SECOND:.*]] = nisa.view %arg1 affine_map<(d0, d1) -> (d0, d1 + 20)>
  // CHECK:         nisa.dma_copy
  // CHECK:         nisa.activation dst(%[[SECOND]] : {{.*}} tanh
  // CHECK-NOT:     nisa.dma_copy
  // CHECK-NOT:     nisa.tensor_copy
  func.func private @make(%x: tensor<192x20xf32>)
      -> (tensor<192x20xf32> {tarn.memory = "sbuf", tarn.partition_dim = 0 : i64})
      attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
    %e = tensor.empty() : tensor<192x20xf32>
    %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<192x20xf32>) outs(%e : tensor<192x20xf32>) {
    ^bb0(%a: f32, %o: f32):
      %1 = math.tanh %a : f32
      linalg.yield %1 : f32
    } -> tensor<192x20xf32>
    return %0 : tensor<192x20xf32>
  }

  // The argument is read through views: what is left of DMA are the two stores.
  // CHECK-LABEL: func.func private @use(%arg0: !nisa.tile<sbuf, 96x40xf32>, %arg1: !nisa.tile<hbm, 192x4x5xf32>)
  // CHECK:         nisa.view %arg0 affine_map<(d0, d1, d2) -> (d0, d1 * 5 + d2)>
  // CHECK:         nisa.activation {{.*}} exp
  // CHECK:         nisa.dma_copy
  // CHECK:         nisa.view %arg0 affine_map<(d0, d1, d2) -> (d0, d1 * 5 + d2 + 20)>
  // CHECK:         nisa.activation {{.*}} exp
  // CHECK:         nisa.dma_copy
  // CHECK-NOT:     nisa.dma_copy
  func.func private @use(%x: tensor<192x4x5xf32> {tarn.memory = "sbuf", tarn.partition_dim = 0 : i64})
      -> tensor<192x4x5xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
    %e = tensor.empty() : tensor<192x4x5xf32>
    %0 = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%x : tensor<192x4x5xf32>) outs(%e : tensor<192x4x5xf32>) {
    ^bb0(%a: f32, %o: f32):
      %1 = math.exp %a : f32
      linalg.yield %1 : f32
    } -> tensor<192x4x5xf32>
    return %0 : tensor<192x4x5xf32>
  }

  // The other dimension is wanted on the partitions: each chunk is turned by the Tensor engine.
  // CHECK-LABEL: func.func private @turn(%arg0: !nisa.tile<sbuf, 96x40xf32>, %arg1: !nisa.tile<hbm, 20x192xf32>)
  // CHECK-COUNT-2: nisa.nc_transpose dst({{.*}}<psum, 20x96xf32>) data({{.*}}<sbuf, 96x20xf32>)
  // CHECK-NOT:     nisa.nc_transpose
  // CHECK:         nisa.dma_copy dst(%arg1
  // CHECK-NOT:     nisa.dma_copy
  func.func private @turn(%x: tensor<192x20xf32> {tarn.memory = "sbuf", tarn.partition_dim = 0 : i64})
      -> tensor<20x192xf32> attributes {tarn.kernel, tarn.partition_dim = 0 : i64} {
    %e = tensor.empty() : tensor<20x192xf32>
    %0 = linalg.generic {indexing_maps = [affine_map<(x, c) -> (c, x)>, affine_map<(x, c) -> (x, c)>], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<192x20xf32>) outs(%e : tensor<20x192xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<20x192xf32>
    return %0 : tensor<20x192xf32>
  }
}
