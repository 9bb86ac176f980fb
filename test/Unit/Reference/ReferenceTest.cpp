// Small cases computed by hand, one for each way an operator can be misunderstood. The breadth of shapes and
// attributes is in test/Reference/compare_with_onnxruntime.py.
#include "tarn/Reference/Reference.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::reference;

namespace {

HostTensor floats(llvm::ArrayRef<int64_t> shape, std::vector<float> values) {
  return HostTensor::of<float>(DType::fp32, shape, values);
}
HostTensor ints(std::vector<int64_t> values) {
  return HostTensor::of<int64_t>(DType::int64, {static_cast<int64_t>(values.size())}, values);
}

std::vector<HostTensor> run(llvm::StringRef op, std::vector<HostTensor> inputs,
                            std::map<std::string, Attribute> attributes = {}, unsigned outputs = 1) {
  Node node;
  node.op = op.str();
  node.attributes = std::move(attributes);
  for (const HostTensor &input : inputs)
    node.inputs.push_back(&input);
  node.numOutputs = outputs;
  auto results = evaluate(node);
  if (!results) {
    ADD_FAILURE() << llvm::toString(results.takeError());
    return std::vector<HostTensor>(outputs);
  }
  return *results;
}

std::string errorOf(llvm::StringRef op, std::vector<HostTensor> inputs,
                    std::map<std::string, Attribute> attributes = {}) {
  Node node;
  node.op = op.str();
  node.attributes = std::move(attributes);
  for (const HostTensor &input : inputs)
    node.inputs.push_back(&input);
  auto results = evaluate(node);
  return results ? "no error" : llvm::toString(results.takeError());
}

void expectFloats(const HostTensor &tensor, llvm::ArrayRef<int64_t> shape, std::vector<double> values) {
  ASSERT_EQ(tensor.shape(), shape);
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(tensor.getDouble(i), values[i], 1e-6) << "element " << i;
}

} // namespace

TEST(Reference, add_broadcasts_both_operands) {
  expectFloats(run("Add", {floats({2, 1}, {1, 2}), floats({3}, {10, 20, 30})})[0], {2, 3}, {11, 21, 31, 12, 22, 32});
}

TEST(Reference, integers_wrap_at_their_own_width) {
  HostTensor x = HostTensor::of<int>(DType::int8, {1}, {100});
  EXPECT_EQ(run("Add", {x, x})[0].getInt(0), -56);
}

TEST(Reference, half_precision_rounds_once_at_the_end) {
  // 2048 + 1 is no fp16 number, 2048 + 1 + 1 is: rounding after each step would lose both ones.
  HostTensor row = HostTensor::of<float>(DType::fp16, {1, 3}, {2048, 1, 1});
  HostTensor column = HostTensor::of<float>(DType::fp16, {3, 1}, {1, 1, 1});
  EXPECT_EQ(run("MatMul", {row, column})[0].getDouble(0), 2050);
}

TEST(Reference, matmul_with_vectors_drops_their_dimension) {
  HostTensor matrix = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  expectFloats(run("MatMul", {matrix, floats({3}, {1, 0, 2})})[0], {2}, {7, 16});
  expectFloats(run("MatMul", {floats({2}, {1, 2}), matrix})[0], {3}, {9, 12, 15});
}

TEST(Reference, conv_pads_strides_and_dilates) {
  HostTensor x = floats({1, 1, 5}, {1, 2, 3, 4, 5}), w = floats({1, 1, 2}, {1, 10});
  expectFloats(run("Conv", {x, w}, {{"dilations", std::vector<int64_t>{2}}})[0], {1, 1, 3}, {31, 42, 53});
  expectFloats(run("Conv", {x, w}, {{"pads", std::vector<int64_t>{1, 0}}, {"strides", std::vector<int64_t>{2}}})[0],
               {1, 1, 3}, {10, 32, 54});
}

TEST(Reference, conv_transpose_overlaps_add_up) {
  expectFloats(run("ConvTranspose", {floats({1, 1, 2}, {1, 2}), floats({1, 1, 3}, {1, 10, 100})},
                   {{"strides", std::vector<int64_t>{2}}})[0],
               {1, 1, 5}, {1, 10, 102, 20, 200});
}

TEST(Reference, average_pool_counts_padding_only_when_asked) {
  HostTensor x = floats({1, 1, 2}, {2, 4});
  std::map<std::string, Attribute> attributes = {{"kernel_shape", std::vector<int64_t>{2}},
                                                 {"pads", std::vector<int64_t>{1, 1}}};
  expectFloats(run("AveragePool", {x}, attributes)[0], {1, 1, 3}, {2, 3, 4});
  attributes["count_include_pad"] = int64_t(1);
  expectFloats(run("AveragePool", {x}, attributes)[0], {1, 1, 3}, {1, 3, 2});
}

TEST(Reference, slice_backwards_reaches_the_first_element) {
  HostTensor x = floats({4}, {0, 1, 2, 3});
  expectFloats(run("Slice", {x, ints({-1}), ints({INT64_MIN}), ints({0}), ints({-2})})[0], {2}, {3, 1});
}

TEST(Reference, reshape_copies_and_infers_dimensions) {
  HostTensor x = floats({2, 3, 4}, std::vector<float>(24));
  EXPECT_EQ(run("Reshape", {x, ints({0, -1})})[0].shape(), (llvm::ArrayRef<int64_t>{2, 12}));
}

TEST(Reference, quantize_rounds_halves_to_even_and_saturates) {
  HostTensor y = run("QuantizeLinear", {floats({4}, {0.5f, 1.5f, 1000, -1000}), floats({}, {1}),
                                        HostTensor::of<int>(DType::int8, {}, {10})})[0];
  EXPECT_EQ(y.data<int8_t>(), (llvm::ArrayRef<int8_t>{10, 12, 127, -128}));
}

TEST(Reference, softmax_survives_large_numbers) {
  expectFloats(run("Softmax", {floats({2}, {1000, 1000})})[0], {2}, {0.5, 0.5});
}

TEST(Reference, reduction_without_axes_takes_all_unless_noop) {
  HostTensor x = floats({2, 2}, {1, 2, 3, 4});
  expectFloats(run("ReduceSum", {x}, {{"keepdims", int64_t(0)}})[0], {}, {10});
  expectFloats(run("ReduceSum", {x}, {{"noop_with_empty_axes", int64_t(1)}})[0], {2, 2}, {1, 2, 3, 4});
}

TEST(Reference, errors_name_the_operator_and_what_does_not_fit) {
  HostTensor x = floats({2, 3}, std::vector<float>(6)), i = HostTensor(DType::int32, {2, 3});
  EXPECT_EQ(errorOf("NoSuchOp", {x}), "op NoSuchOp is not implemented");
  EXPECT_EQ(errorOf("Add", {x}), "Add: 1 inputs, needs 2 to 2");
  EXPECT_EQ(errorOf("Add", {x, i}), "Add: operands of types fp32 and int32, but they must be equal");
  EXPECT_EQ(errorOf("MatMul", {x, x}), "MatMul: shapes 2x3 and 2x3 do not fit: 3 columns, 2 rows");
  EXPECT_EQ(errorOf("Div", {i, i}), "Div: division by integer zero at element 0 of the divisor");
  EXPECT_EQ(errorOf("Gather", {x, ints({5})}), "Gather: index 5 is not in [-2, 2)");
  EXPECT_EQ(errorOf("ConstantOfShape", {ints({1 << 20, 1 << 20})}),
            "ConstantOfShape: the output would have shape 1048576x1048576, more than 2147483648 elements");
}
