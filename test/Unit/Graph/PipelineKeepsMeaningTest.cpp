// The stage Graph changes how a graph is spelt, never what it computes: each small graph below is evaluated on random inputs
// before and after the stage. The tolerance is 2e-5 of the largest output, some rounding steps of fp32 in another order.
#include "mlir/Parser/Parser.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "tarn/Evaluate/Evaluate.h"
#include "tarn/Stages/Graph/Passes.h"
#include "gtest/gtest.h"
#include <random>

using namespace mlir;
using namespace tarn;

namespace {

struct Case {
  const char *name;
  const char *text; // the arguments and the body of @main
  const char *gone; // an operator that must not be left
};

void PrintTo(const Case &c, std::ostream *os) { *os << c.name; }

const Case cases[] = {
    {"Pool_ceil_mode", R"((%x: tensor<1x2x7x8xf32>) -> tensor<1x2x4x4xf32> {
      %y = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, ceil_mode = 1 : i64} : (tensor<1x2x7x8xf32>) -> tensor<1x2x4x4xf32>
      return %y : tensor<1x2x4x4xf32> })",
     nullptr},
    {"AveragePool_ceil_mode", R"((%x: tensor<1x2x7x8xf32>) -> tensor<1x2x4x4xf32> {
      %y = onnx.AveragePool(%x) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, ceil_mode = 1 : i64} : (tensor<1x2x7x8xf32>) -> tensor<1x2x4x4xf32>
      return %y : tensor<1x2x4x4xf32> })",
     nullptr},
    {"AveragePool_same_lower", R"((%x: tensor<1x2x6x5xf32>) -> tensor<1x2x3x3xf32> {
      %y = onnx.AveragePool(%x) {kernel_shape = array<i64: 3, 2>, strides = array<i64: 2, 2>, auto_pad = "SAME_LOWER"} : (tensor<1x2x6x5xf32>) -> tensor<1x2x3x3xf32>
      return %y : tensor<1x2x3x3xf32> })",
     nullptr},
    {"ConvTranspose_output_shape", R"((%x: tensor<1x2x3x4xf32>, %w: tensor<2x3x3x3xf32>) -> tensor<1x3x7x8xf32> {
      %y = onnx.ConvTranspose(%x, %w) {strides = array<i64: 2, 2>, output_shape = array<i64: 7, 8>} : (tensor<1x2x3x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x3x7x8xf32>
      return %y : tensor<1x3x7x8xf32> })",
     nullptr},
    {"ConvTranspose_same_upper", R"((%x: tensor<1x2x3x4xf32>, %w: tensor<2x3x3x3xf32>) -> tensor<1x3x6x8xf32> {
      %y = onnx.ConvTranspose(%x, %w) {strides = array<i64: 2, 2>, auto_pad = "SAME_UPPER"} : (tensor<1x2x3x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x3x6x8xf32>
      return %y : tensor<1x3x6x8xf32> })",
     nullptr},
    {"Grouped_ConvTranspose_and_BatchNormalization", R"((%x: tensor<1x4x3x3xf32>) -> tensor<1x6x5x5xf32> {
      %w1 = onnx.Constant {value = dense<[[[0.5, -1.0, 2.0]], [[1.5, 0.25, -3.0]], [[1.0, 2.0, 3.0]], [[-1.0, -2.0, 0.5]]]> : tensor<4x1x3xf32>} : tensor<4x1x3xf32>
      %s = onnx.Constant {value = dense<[4, 3, 3, 3]> : tensor<4xi64>} : tensor<4xi64>
      %one = onnx.Constant {value = dense<[4, 1, 3, 1]> : tensor<4xi64>} : tensor<4xi64>
      %w2 = onnx.Reshape(%w1, %one) : (tensor<4x1x3xf32>, tensor<4xi64>) -> tensor<4x1x3x1xf32>
      %k = onnx.Constant {value = dense<[[[1.0, 2.0, -1.0]], [[0.5, 1.0, 3.0]], [[2.0, -2.0, 1.0]]]> : tensor<3x1x3xf32>} : tensor<3x1x3xf32>
      %w = onnx.Mul(%w2, %k) : (tensor<4x1x3x1xf32>, tensor<3x1x3xf32>) -> tensor<4x3x3x3xf32>
      %0 = onnx.ConvTranspose(%x, %w) {group = 2 : i64} : (tensor<1x4x3x3xf32>, tensor<4x3x3x3xf32>) -> tensor<1x6x5x5xf32>
      %scale = onnx.Constant {value = dense<[1.0, 2.0, 3.0, -4.0, 5.0, 6.0]> : tensor<6xf32>} : tensor<6xf32>
      %bias = onnx.Constant {value = dense<[0.5, 0.25, -3.0, 4.0, -5.0, 1.0]> : tensor<6xf32>} : tensor<6xf32>
      %mean = onnx.Constant {value = dense<[1.0, -2.0, 0.5, 0.25, 1.5, 3.0]> : tensor<6xf32>} : tensor<6xf32>
      %var = onnx.Constant {value = dense<[1.0, 0.5, 2.0, 4.0, 0.25, 1.0]> : tensor<6xf32>} : tensor<6xf32>
      %y = onnx.BatchNormalization(%0, %scale, %bias, %mean, %var) : (tensor<1x6x5x5xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<1x6x5x5xf32>
      return %y : tensor<1x6x5x5xf32> })",
     "BatchNormalization"},
    {"Pad_before_a_convolution", R"((%x: tensor<1x2x5x4xf32>, %w: tensor<3x2x3x2xf32>) -> tensor<1x3x3x6xf32> {
      %p = onnx.Constant {value = dense<[0, 0, 1, 2, 0, 0, 0, 1]> : tensor<8xi64>} : tensor<8xi64>
      %0 = onnx.Pad(%x, %p) : (tensor<1x2x5x4xf32>, tensor<8xi64>) -> tensor<1x2x6x7xf32>
      %y = onnx.Conv(%0, %w) {strides = array<i64: 2, 1>, pads = array<i64: 1, 0, 0, 0>} : (tensor<1x2x6x7xf32>, tensor<3x2x3x2xf32>) -> tensor<1x3x3x6xf32>
      return %y : tensor<1x3x3x6xf32> })",
     "Pad"},
    {"Pools_of_three_dimensions", R"((%x: tensor<1x2x5x4x6xf32>) -> (tensor<1x2x3x2x3xf32>, tensor<1x2x4x4x5xf32>) {
      %0 = onnx.AveragePool(%x) {kernel_shape = array<i64: 2, 3, 2>, strides = array<i64: 2, 2, 2>, pads = array<i64: 0, 1, 0, 1, 0, 1>} : (tensor<1x2x5x4x6xf32>) -> tensor<1x2x3x2x3xf32>
      %1 = onnx.MaxPool(%x) {kernel_shape = array<i64: 2, 2, 2>, dilations = array<i64: 1, 2, 1>, pads = array<i64: 0, 1, 0, 0, 1, 0>} : (tensor<1x2x5x4x6xf32>) -> tensor<1x2x4x4x5xf32>
      return %0, %1 : tensor<1x2x3x2x3xf32>, tensor<1x2x4x4x5xf32> })",
     nullptr},
    {"AveragePool_that_counts_pads_but_not_the_overhang", R"((%x: tensor<1x2x6x6xf32>) -> tensor<1x2x4x4xf32> {
      %y = onnx.AveragePool(%x) {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, ceil_mode = 1 : i64, count_include_pad = 1 : i64} : (tensor<1x2x6x6xf32>) -> tensor<1x2x4x4xf32>
      return %y : tensor<1x2x4x4xf32> })",
     nullptr},
    {"LayerNormalization_with_its_statistics",
     R"((%x: tensor<2x3x4xf32>, %s: tensor<3x4xf32>) -> (tensor<2x3x4xf32>, tensor<2x1x1xf32>, tensor<2x1x1xf32>) {
      %0, %1, %2 = onnx.LayerNormalization(%x, %s, %s) {axis = -2 : i64} : (tensor<2x3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<2x3x4xf32>, tensor<2x1x1xf32>, tensor<2x1x1xf32>)
      return %0, %1, %2 : tensor<2x3x4xf32>, tensor<2x1x1xf32>, tensor<2x1x1xf32> })",
     nullptr},
    {"DequantizeLinear_by_a_computed_scale", R"((%x: tensor<2x3x4xi8>, %s: tensor<3xf32>) -> tensor<2x3x4xf32> {
      %z = onnx.Constant {value = dense<[1, -2, 3]> : tensor<3xi8>} : tensor<3xi8>
      %y = onnx.DequantizeLinear(%x, %s, %z) : (tensor<2x3x4xi8>, tensor<3xf32>, tensor<3xi8>) -> tensor<2x3x4xf32>
      return %y : tensor<2x3x4xf32> })",
     "DequantizeLinear"},
    {"Gemm_transposed_with_factors",
     R"((%x: tensor<3x4xf32>, %b: tensor<5x3xf32>, %c: tensor<5xf32>) -> tensor<4x5xf32> {
      %y = onnx.Gemm(%x, %b, %c) {transA = 1 : i64, transB = 1 : i64, alpha = 0.5 : f32, beta = 2.0 : f32} : (tensor<3x4xf32>, tensor<5x3xf32>, tensor<5xf32>) -> tensor<4x5xf32>
      return %y : tensor<4x5xf32> })",
     nullptr},
    {"MatMul_of_vectors", R"((%x: tensor<4xf32>, %m: tensor<2x4x3xf32>, %v: tensor<3xf32>) -> tensor<2xf32> {
      %0 = onnx.MatMul(%x, %m) : (tensor<4xf32>, tensor<2x4x3xf32>) -> tensor<2x3xf32>
      %y = onnx.MatMul(%0, %v) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>
      return %y : tensor<2xf32> })",
     nullptr},
    {"DepthToSpace_both_modes", R"((%x: tensor<1x8x2x3xf32>) -> tensor<1x2x4x6xf32> {
      %0 = onnx.DepthToSpace(%x) {blocksize = 2 : i64} : (tensor<1x8x2x3xf32>) -> tensor<1x2x4x6xf32>
      %1 = onnx.DepthToSpace(%x) {blocksize = 2 : i64, mode = "CRD"} : (tensor<1x8x2x3xf32>) -> tensor<1x2x4x6xf32>
      %y = onnx.Sub(%0, %1) : (tensor<1x2x4x6xf32>, tensor<1x2x4x6xf32>) -> tensor<1x2x4x6xf32>
      return %y : tensor<1x2x4x6xf32> })",
     "DepthToSpace"},
    {"SpaceToDepth", R"((%x: tensor<1x2x4x6xf32>) -> tensor<1x8x2x3xf32> {
      %y = onnx.SpaceToDepth(%x) {blocksize = 2 : i64} : (tensor<1x2x4x6xf32>) -> tensor<1x8x2x3xf32>
      return %y : tensor<1x8x2x3xf32> })",
     "SpaceToDepth"},
    {"Tile_of_ones_and_more", R"((%x: tensor<2x1x3xf32>) -> tensor<4x5x6xf32> {
      %r = onnx.Constant {value = dense<[2, 5, 2]> : tensor<3xi64>} : tensor<3xi64>
      %y = onnx.Tile(%x, %r) : (tensor<2x1x3xf32>, tensor<3xi64>) -> tensor<4x5x6xf32>
      return %y : tensor<4x5x6xf32> })",
     "Tile"},
    {"Slice_backwards_and_clamped", R"((%x: tensor<5x6xf32>) -> tensor<3x4xf32> {
      %s = onnx.Constant {value = dense<[-1, 2]> : tensor<2xi64>} : tensor<2xi64>
      %e = onnx.Constant {value = dense<[-100, 100]> : tensor<2xi64>} : tensor<2xi64>
      %a = onnx.Constant {value = dense<[0, -1]> : tensor<2xi64>} : tensor<2xi64>
      %t = onnx.Constant {value = dense<[-2, 1]> : tensor<2xi64>} : tensor<2xi64>
      %y = onnx.Slice(%x, %s, %e, %a, %t) : (tensor<5x6xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<3x4xf32>
      return %y : tensor<3x4xf32> })",
     nullptr},
    {"Gather_in_runs", R"((%x: tensor<3x6xf32>) -> tensor<3x2x4xf32> {
      %i = onnx.Constant {value = dense<[[5, 4, 3, 3], [0, 2, 4, -5]]> : tensor<2x4xi64>} : tensor<2x4xi64>
      %y = onnx.Gather(%x, %i) {axis = 1 : i64} : (tensor<3x6xf32>, tensor<2x4xi64>) -> tensor<3x2x4xf32>
      return %y : tensor<3x2x4xf32> })",
     "Gather"},
    {"Pad_reflect_edge_wrap_and_negative",
     R"((%x: tensor<4x5xf32>) -> (tensor<7x6xf32>, tensor<6x8xf32>, tensor<5x7xf32>, tensor<4x6xf32>) {
      %p = onnx.Constant {value = dense<[2, 0, 1, 1]> : tensor<4xi64>} : tensor<4xi64>
      %0 = onnx.Pad(%x, %p) {mode = "reflect"} : (tensor<4x5xf32>, tensor<4xi64>) -> tensor<7x6xf32>
      %q = onnx.Constant {value = dense<[2, 0, 0, 3]> : tensor<4xi64>} : tensor<4xi64>
      %1 = onnx.Pad(%x, %q) {mode = "edge"} : (tensor<4x5xf32>, tensor<4xi64>) -> tensor<6x8xf32>
      %r = onnx.Constant {value = dense<[1, 2, 0, 0]> : tensor<4xi64>} : tensor<4xi64>
      %2 = onnx.Pad(%x, %r) {mode = "wrap"} : (tensor<4x5xf32>, tensor<4xi64>) -> tensor<5x7xf32>
      %s = onnx.Constant {value = dense<[1, 1, -1, 0]> : tensor<4xi64>} : tensor<4xi64>
      %v = onnx.Constant {value = dense<7.0> : tensor<f32>} : tensor<f32>
      %3 = onnx.Pad(%x, %s, %v) : (tensor<4x5xf32>, tensor<4xi64>, tensor<f32>) -> tensor<4x6xf32>
      return %0, %1, %2, %3 : tensor<7x6xf32>, tensor<6x8xf32>, tensor<5x7xf32>, tensor<4x6xf32> })",
     nullptr},
    {"Resize_linear_by_sizes", R"((%x: tensor<1x2x4x5xf32>) -> tensor<1x2x7x3xf32> {
      %n = onnx.NoValue
      %s = onnx.Constant {value = dense<[1, 2, 7, 3]> : tensor<4xi64>} : tensor<4xi64>
      %y = onnx.Resize(%x, %n, %n, %s) {mode = "linear", coordinate_transformation_mode = "align_corners"} : (tensor<1x2x4x5xf32>, none, none, tensor<4xi64>) -> tensor<1x2x7x3xf32>
      return %y : tensor<1x2x7x3xf32> })",
     "Resize"},
    {"Resize_cubic_by_scales", R"((%x: tensor<1x2x4x5xf32>) -> tensor<1x2x6x10xf32> {
      %n = onnx.NoValue
      %s = onnx.Constant {value = dense<[1.0, 1.0, 1.6, 2.0]> : tensor<4xf32>} : tensor<4xf32>
      %y = onnx.Resize(%x, %n, %s) {mode = "cubic"} : (tensor<1x2x4x5xf32>, none, tensor<4xf32>) -> tensor<1x2x6x10xf32>
      return %y : tensor<1x2x6x10xf32> })",
     "Resize"},
    {"Resize_nearest_up_down_uneven", R"((%x: tensor<1x2x4x6xf32>) -> (tensor<1x2x12x3xf32>, tensor<1x4x5x6xf32>) {
      %n = onnx.NoValue
      %s = onnx.Constant {value = dense<[1.0, 1.0, 3.0, 0.5]> : tensor<4xf32>} : tensor<4xf32>
      %0 = onnx.Resize(%x, %n, %s) : (tensor<1x2x4x6xf32>, none, tensor<4xf32>) -> tensor<1x2x12x3xf32>
      %t = onnx.Constant {value = dense<[1, 4, 5, 6]> : tensor<4xi64>} : tensor<4xi64>
      %1 = onnx.Resize(%x, %n, %n, %t) : (tensor<1x2x4x6xf32>, none, none, tensor<4xi64>) -> tensor<1x4x5x6xf32>
      return %0, %1 : tensor<1x2x12x3xf32>, tensor<1x4x5x6xf32> })",
     "Resize"},
    {"Composed_reductions",
     R"((%x: tensor<2x3x4xf32>) -> (tensor<2x1x4xf32>, tensor<2x3xf32>, tensor<1x1x1xf32>, tensor<2x3x1xf32>) {
      %a = onnx.Constant {value = dense<-2> : tensor<1xi64>} : tensor<1xi64>
      %b = onnx.Constant {value = dense<2> : tensor<1xi64>} : tensor<1xi64>
      %0 = onnx.ReduceL1(%x, %a) : (tensor<2x3x4xf32>, tensor<1xi64>) -> tensor<2x1x4xf32>
      %1 = onnx.ReduceL2(%x, %b) {keepdims = 0 : i64} : (tensor<2x3x4xf32>, tensor<1xi64>) -> tensor<2x3xf32>
      %2 = onnx.ReduceSumSquare(%x) : (tensor<2x3x4xf32>) -> tensor<1x1x1xf32>
      %3 = onnx.ReduceLogSumExp(%x, %b) : (tensor<2x3x4xf32>, tensor<1xi64>) -> tensor<2x3x1xf32>
      return %0, %1, %2, %3 : tensor<2x1x4xf32>, tensor<2x3xf32>, tensor<1x1x1xf32>, tensor<2x3x1xf32> })",
     "ReduceLogSumExp"},
    {"Global_pools", R"((%x: tensor<2x3x4x5xf32>) -> tensor<2x3x1x1xf32> {
      %0 = onnx.GlobalAveragePool(%x) : (tensor<2x3x4x5xf32>) -> tensor<2x3x1x1xf32>
      %1 = onnx.GlobalMaxPool(%x) : (tensor<2x3x4x5xf32>) -> tensor<2x3x1x1xf32>
      %y = onnx.Mean(%0, %1, %1) : (tensor<2x3x1x1xf32>, tensor<2x3x1x1xf32>, tensor<2x3x1x1xf32>) -> tensor<2x3x1x1xf32>
      return %y : tensor<2x3x1x1xf32> })",
     "GlobalMaxPool"},
    {"Clip_by_computed_bounds", R"((%x: tensor<4xf32>, %low: tensor<f32>) -> tensor<4xf32> {
      %y = onnx.Clip(%x, %low) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
      return %y : tensor<4xf32> })",
     "Clip"},
    {"Expand_before_a_broadcast", R"((%x: tensor<3x1xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
      %s = onnx.Constant {value = dense<[3, 4]> : tensor<2xi64>} : tensor<2xi64>
      %0 = onnx.Expand(%x, %s) : (tensor<3x1xf32>, tensor<2xi64>) -> tensor<3x4xf32>
      %z = onnx.Sub(%0, %y) : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
      return %z : tensor<3x4xf32> })",
     "Expand"},
    {"Activations_outside_the_core",
     R"((%x: tensor<7xf32>) -> (tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32>) {
      %0 = onnx.Swish(%x) {alpha = 1.5 : f32} : (tensor<7xf32>) -> tensor<7xf32>
      %1 = onnx.Mish(%x) : (tensor<7xf32>) -> tensor<7xf32>
      %2 = onnx.Softsign(%x) : (tensor<7xf32>) -> tensor<7xf32>
      %3 = onnx.Selu(%x) : (tensor<7xf32>) -> tensor<7xf32>
      %4 = onnx.Celu(%x) {alpha = 2.0 : f32} : (tensor<7xf32>) -> tensor<7xf32>
      %5 = onnx.ThresholdedRelu(%x) {alpha = 0.75 : f32} : (tensor<7xf32>) -> tensor<7xf32>
      %6 = onnx.Shrink(%x) {bias = 0.25 : f32, lambd = 0.5 : f32} : (tensor<7xf32>) -> tensor<7xf32>
      return %0, %1, %2, %3, %4, %5, %6 : tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32>, tensor<7xf32> })",
     "Selu"},
    {"Normalizations_outside_the_core",
     R"((%x: tensor<2x4x3x2xf32>, %s: tensor<4xf32>, %r: tensor<3x2xf32>) -> (tensor<2x4x3x2xf32>, tensor<2x4x3x2xf32>, tensor<2x4x3x2xf32>) {
      %0 = onnx.GroupNormalization(%x, %s, %s) {num_groups = 2 : i64} : (tensor<2x4x3x2xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4x3x2xf32>
      %1 = onnx.RMSNormalization(%x, %r) {axis = 2 : i64} : (tensor<2x4x3x2xf32>, tensor<3x2xf32>) -> tensor<2x4x3x2xf32>
      %2 = onnx.LpNormalization(%x) {axis = 1 : i64, p = 1 : i64} : (tensor<2x4x3x2xf32>) -> tensor<2x4x3x2xf32>
      return %0, %1, %2 : tensor<2x4x3x2xf32>, tensor<2x4x3x2xf32>, tensor<2x4x3x2xf32> })",
     "GroupNormalization"},
    {"BatchNormalization_with_computed_parameters",
     R"((%x: tensor<2x3x4xf32>, %s: tensor<3xf32>, %v: tensor<3xf32>) -> tensor<2x3x4xf32> {
      %var = onnx.Mul(%v, %v) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %y = onnx.BatchNormalization(%x, %s, %s, %v, %var) : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3x4xf32>
      return %y : tensor<2x3x4xf32> })",
     "BatchNormalization"},
    {"Logic_outside_the_core", R"((%x: tensor<9xf32>, %y: tensor<9xf32>) -> tensor<9xf32> {
      %0 = onnx.GreaterOrEqual(%x, %y) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %1 = onnx.LessOrEqual(%x, %x) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %2 = onnx.Xor(%0, %1) : (tensor<9xi1>, tensor<9xi1>) -> tensor<9xi1>
      %z = onnx.Where(%2, %x, %y) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      return %z : tensor<9xf32> })",
     "Xor"},
    {"Transposes_in_a_row", R"((%x: tensor<2x3x4x1xf32>) -> tensor<3x4x2x1xf32> {
      %0 = onnx.Transpose(%x) : (tensor<2x3x4x1xf32>) -> tensor<1x4x3x2xf32>
      %1 = onnx.Transpose(%0) {perm = array<i64: 2, 1, 3, 0>} : (tensor<1x4x3x2xf32>) -> tensor<3x4x2x1xf32>
      return %1 : tensor<3x4x2x1xf32> })",
     nullptr},
};

class Meaning : public testing::TestWithParam<Case> {};

std::vector<HostTensor> randomInputs(func::FuncOp function) {
  std::mt19937 random(17);
  std::uniform_int_distribution<int> number(-2000, 2000);
  std::vector<HostTensor> inputs;
  for (Type type : function.getArgumentTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    HostTensor &input = inputs.emplace_back(*toDType(tensor.getElementType()), tensor.getShape());
    for (int64_t i = 0; i < input.size(); ++i)
      input.setDouble(i, number(random) / 1000.0);
  }
  return inputs;
}

void expectClose(const HostTensor &got, const HostTensor &wanted) {
  ASSERT_EQ(got.shape(), wanted.shape());
  double largest = 0, worst = 0;
  for (int64_t i = 0; i < wanted.size(); ++i) {
    largest = std::max(largest, std::abs(wanted.getDouble(i)));
    worst = std::max(worst, std::abs(wanted.getDouble(i) - got.getDouble(i)));
  }
  EXPECT_LE(worst, 2e-5 * largest);
}

TEST_P(Meaning, IsKept) {
  MLIRContext context;
  context.loadDialect<onnx::OnnxDialect, func::FuncDialect>();
  std::string text = std::string("func.func @main") + GetParam().text;
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(bool(module));
  func::FuncOp function = *module->getOps<func::FuncOp>().begin();
  std::vector<HostTensor> inputs = randomInputs(function);
  llvm::Expected<std::vector<HostTensor>> wanted = evaluateGraph(function, inputs);
  ASSERT_TRUE(bool(wanted)) << llvm::toString(wanted.takeError());

  PassManager manager(&context);
  buildGraphPipeline(manager);
  ASSERT_TRUE(succeeded(manager.run(*module)));
  for (Operation &op : function.getBody().front()) {
    if (GetParam().gone)
      EXPECT_NE(op.getName().stripDialect(), GetParam().gone);
  }
  llvm::Expected<std::vector<HostTensor>> got = evaluateGraph(function, inputs);
  ASSERT_TRUE(bool(got)) << llvm::toString(got.takeError());
  for (auto [result, expected] : llvm::zip_equal(*got, *wanted))
    expectClose(result, expected);
}

INSTANTIATE_TEST_SUITE_P(Graph, Meaning, testing::ValuesIn(cases),
                         [](auto &info) { return std::string(info.param.name); });

} // namespace
