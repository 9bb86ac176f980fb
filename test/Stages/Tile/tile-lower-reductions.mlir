// Reductions lie along the free dimensions; what is one value per row is computed on [P,1] and enters the next
// instruction as its scalar operand. The rows are loaded once for all that read them.
// RUN: tarn-opt %s --tile-choose-plan --tile-lower | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
module attributes {tarn.form = "linalg"} {
  // CHECK-LABEL: func.func private @softmax(
  func.func private @softmax(%x: tensor<40x100xf32>) -> tensor<40x100xf32> attributes {tarn.kernel} {
    %low = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<40xf32>
    %e2 = tensor.empty() : tensor<40x100xf32>
    // CHECK:         nisa.dma_copy dst(%[[X:.*]] : <sbuf, 40x100xf32>) src(
    // CHECK-NOT:     nisa.dma_copy dst({{.*}}sbuf
    // CHECK:         nisa.tensor_reduce dst(%[[MAX:.*]] : <sbuf, 40x1xf32>) data(%[[X]] : <sbuf, 40x100xf32>) max
    %m0 = linalg.fill ins(%low : f32) outs(%e : tensor<40xf32>) -> tensor<40xf32>
    %m = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
        ins(%x : tensor<40x100xf32>) outs(%m0 : tensor<40xf32>) {
    ^bb0(%a: f32, %o: f32):
      %0 = arith.maximumf %a, %o : f32
      linalg.yield %0 : f32
    } -> tensor<40xf32>
    // CHECK:         nisa.tensor_scalar {{.*}} data(%[[X]] : <sbuf, 40x100xf32>) subtract operand0(%[[MAX]] :
    // CHECK:         nisa.activation dst(%[[EXP:.*]] : <sbuf, 40x100xf32>) data({{.*}}) exp
    %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x, %m : tensor<40x100xf32>, tensor<40xf32>) outs(%e2 : tensor<40x100xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %0 = arith.subf %a, %b : f32
      %1 = math.exp %0 : f32
      linalg.yield %1 : f32
    } -> tensor<40x100xf32>
    // CHECK:         nisa.tensor_reduce dst(%[[SUM:.*]] : <sbuf, 40x1xf32>) data(%[[EXP]] : <sbuf, 40x100xf32>) add
    %s0 = linalg.fill ins(%zero : f32) outs(%e : tensor<40xf32>) -> tensor<40xf32>
    %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
        ins(%p : tensor<40x100xf32>) outs(%s0 : tensor<40xf32>) {
    ^bb0(%a: f32, %o: f32):
      %0 = arith.addf %a, %o : f32
      linalg.yield %0 : f32
    } -> tensor<40xf32>
    // CHECK:         nisa.tensor_scalar dst(%[[Y:.*]] : <sbuf, 40x100xf32>) data(%[[EXP]] : <sbuf, 40x100xf32>) divide operand0(%[[SUM]] :
    // CHECK:         nisa.dma_copy {{.*}}src(%[[Y]] :
    %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
        ins(%p, %s : tensor<40x100xf32>, tensor<40xf32>) outs(%e2 : tensor<40x100xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %0 = arith.divf %a, %b : f32
      linalg.yield %0 : f32
    } -> tensor<40x100xf32>
    return %y : tensor<40x100xf32>
  }

  // A window is a view with dimensions of its own; overlapping ones read the same elements.
  // CHECK-LABEL: func.func private @windows(
  // CHECK:         %[[V:.*]] = nisa.view {{.*}}(d0, d1 * 2 + d2){{.*}} -> <sbuf, 16x4x3xf32>
  // CHECK:         nisa.tensor_reduce dst({{.*}} : <sbuf, 16x4xf32>) data(%[[V]] : <sbuf, 16x4x3xf32>) max
  func.func private @windows(%x: tensor<16x9xf32>) -> tensor<16x4xf32> attributes {tarn.kernel} {
    %low = arith.constant 0xFF800000 : f32
    %e = tensor.empty() : tensor<16x4xf32>
    %m0 = linalg.fill ins(%low : f32) outs(%e : tensor<16x4xf32>) -> tensor<16x4xf32>
    %size = tensor.empty() : tensor<3xf32>
    %m = linalg.generic {indexing_maps = [affine_map<(c, o, k) -> (c, o * 2 + k)>, affine_map<(c, o, k) -> (k)>,
                                          affine_map<(c, o, k) -> (c, o)>],
                         iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %size : tensor<16x9xf32>, tensor<3xf32>) outs(%m0 : tensor<16x4xf32>) {
    ^bb0(%a: f32, %unused: f32, %o: f32):
      %0 = arith.maximumf %a, %o : f32
      linalg.yield %0 : f32
    } -> tensor<16x4xf32>
    return %m : tensor<16x4xf32>
  }
}
